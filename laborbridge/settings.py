"""Settings. What differs between installations comes from laborbridge.environment."""
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from .environment import BASE_DIR, VAR_DIR, value

DEBUG = value("LABORBRIDGE_DEBUG", "0") == "1"
SECRET_KEY = value("LABORBRIDGE_SECRET_KEY")
# Two keys that never lie in the database: one encrypts identity numbers, one makes them findable.
IDENTITY_KEY = value("LABORBRIDGE_IDENTITY_KEY")
ALLOWED_HOSTS = value("LABORBRIDGE_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in value("LABORBRIDGE_ORIGINS", "-").split(",") if o != "-"]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "csp",
    "laborbridge.accounts",
    "laborbridge.places",
    "laborbridge.campaigns",
    "laborbridge.audit",
    "laborbridge.web",
    "workers",
    "jobs",
    "transport",
    "dispatch",
    "laborbridge.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "laborbridge.web.middleware.UserLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

CSRF_FAILURE_VIEW = "laborbridge.web.errors.stale_form"
ROOT_URLCONF = "laborbridge.urls"
WSGI_APPLICATION = "laborbridge.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"django_htmx": "django_htmx.templatetags.django_htmx"},
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "laborbridge.web.templatetags.lb",
            ],
        },
    },
]

DATABASES = {"default": dj_database_url.parse(value("DATABASE_URL"), conn_max_age=60, conn_health_checks=True)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
# Of printed lists; bin/start fetches them.
FONTS_DIR = BASE_DIR / "fonts"
PRINT_FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf")
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT: Path = VAR_DIR / "media"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [SELF],
        "frame-ancestors": [NONE],
    },
}
# Cells of a list that are pasted into a form: 20,000 rows have 2 MB.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 3600
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
if value("LABORBRIDGE_HTTPS", "0") == "1":
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.CursorPagination",
    "PAGE_SIZE": 200,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
}

# Django keeps its errors to itself unless it debugs: without this a page that breaks leaves no trace on the server.
# A request is named by its path alone, since what people search for may be a number or a name.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Somebody asked for what is not there, or not theirs: told to them, no matter for the log.
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
    },
}

CELERY_BROKER_URL = value("REDIS_URL")
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TRACK_STARTED = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task that runs longer than this would be handed out a second time; the longest run has a limit of one hour.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 6 * 3600,
    "unacked_restore_interval": 2,
    "unacked_restore_throttle": 1,
}
CELERY_BEAT_SCHEDULE = {
    "take up abandoned runs": {"task": "dispatch.tasks.take_up_abandoned_runs", "schedule": 10.0},
    "take up abandoned rosters": {"task": "dispatch.tasks.take_up_abandoned_rosters", "schedule": 20.0},
    "take up abandoned lists": {"task": "workers.tasks.take_up_abandoned_lists", "schedule": 10.0},
    "freeze lists that are due": {"task": "dispatch.tasks.freeze_due_lists", "schedule": 10.0},
}
CELERY_TIMEZONE = TIME_ZONE
