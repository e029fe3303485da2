"""Signing in and out, and the language of one's pages."""
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from .models import User

# Where a session keeps what was chosen on the page of signing in, until it is the user's.
ASKED = "language_asked"


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _("Account and password do not fit. Check both; capital letters count."),
        "inactive": _("This account is closed. Ask your bureau."),
    }


class SignIn(LoginView):
    template_name = "accounts/sign_in.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        # The session and not the cookie: that one may be another person's choice on a shared computer.
        language = self.request.session.pop(ASKED, None)
        if language:
            User.objects.filter(pk=form.get_user().pk).update(language=language)
        return super().form_valid(form)


class SignOut(LogoutView):
    http_method_names = ["post", "options"]


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Keep the choice with the user, so that it goes with them to every device."""
    language, next_page = request.POST.get("language", ""), request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(next_page, {request.get_host()}, request.is_secure())
    response = redirect(next_page if safe else "home")
    if language in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax")
        if request.user.is_authenticated:
            User.objects.filter(pk=request.user.pk).update(language=language)
        else:
            request.session[ASKED] = language
    return response
