"""Addresses of signing in and out."""
from django.urls import path

from .views import SignIn, SignOut, set_language

urlpatterns = [
    path("sign-in", SignIn.as_view(), name="sign-in"),
    path("sign-out", SignOut.as_view(), name="sign-out"),
    path("language", set_language, name="set-language"),
]
