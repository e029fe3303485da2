"""The language of a page: the reader's own choice, else Chinese."""
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

_KNOWN = {code for code, _name in settings.LANGUAGES}


def chosen_language(request: HttpRequest) -> str:
    """What the signed-in user has chosen, or the cookie of a guest; what the browser asks for does not count."""
    user = request.user
    choice = user.language if user.is_authenticated else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return choice if choice in _KNOWN else settings.LANGUAGE_CODE


class UserLanguage:
    """After authentication, so that a page and its messages speak to the one who reads them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(chosen_language(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        return response
