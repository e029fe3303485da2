"""Which address leads where; the only place that knows all apps."""
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("laborbridge.accounts.urls")),
    path("", include("dispatch.urls")),
    path("api/", include("laborbridge.api")),
]

handler400 = "laborbridge.web.errors.bad_request"
handler403 = "laborbridge.web.errors.forbidden"
handler404 = "laborbridge.web.errors.not_found"
handler500 = "laborbridge.web.errors.broken"
