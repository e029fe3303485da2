"""The language of a page: the reader's own choice, else Chinese. A program that has none is asked what it accepts."""
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

_PROGRAMS = "/api/"
_KNOWN = {code for code, _name in settings.LANGUAGES}


def chosen_language(request: HttpRequest) -> str:
    """What the signed-in user has chosen, or the cookie of a guest; what a browser asks for does not count."""
    user = request.user
    choice = user.language if user.is_authenticated else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if choice in _KNOWN:
        return choice
    return translation.get_language_from_request(request) if _is_program(request) else settings.LANGUAGE_CODE


def _is_program(request: HttpRequest) -> bool:
    return request.path_info.startswith(_PROGRAMS)


class UserLanguage:
    """After authentication, so that a page and its messages speak to the one who reads them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(chosen_language(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        if _is_program(request):
            patch_vary_headers(response, ["Accept-Language"])
        return response
