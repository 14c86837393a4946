"""Django's settings: every value that differs between installations comes from the environment.

`CONSORTIUM_ENV` is `development` (the default: embedded servers, a known key)
or `production`, where no secret has a default and every wrong or missing value
stops the start with one sentence that names the variable.
"""

import os
import sys
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from config import embedded, environment, logs
from config.rest import REST_FRAMEWORK, REST_KNOX, SPECTACULAR_SETTINGS  # noqa: F401
from config.theme import UNFOLD  # noqa: F401

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = embedded.var()

CONSORTIUM_ENV = environment.one_of(
    "CONSORTIUM_ENV", ("development", "production"), default="development"
)
PRODUCTION = CONSORTIUM_ENV == "production"
# A test run beside a running product shares its servers, so it takes databases of its own.
TESTING = "pytest" in sys.modules
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) if TESTING else 0

DEBUG = environment.flag("DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise environment.refuse("DEBUG", "off when CONSORTIUM_ENV is production")

SECRET_KEY = environment.secret(
    "SECRET_KEY",
    default=None if PRODUCTION else "development only: sessions of this key protect nothing",
)
SECRET_KEY_FALLBACKS = environment.former("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.hosts(
    "ALLOWED_HOSTS", default=None if PRODUCTION else "localhost,127.0.0.1,[::1]"
)
CSRF_TRUSTED_ORIGINS = environment.origins("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    # Ours first, so that our templates stand before the theme's and the login's.
    "consortium",
    "projects",
    "funding",
    "ip",
    "config",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "import_export",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "django_structlog",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "consortium.admin.language.LanguageMiddleware",
    "consortium.admin.doors.SecondFactorMiddleware",
    "config.logs.RequestMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# PostgreSQL. Only web processes keep a pool: Celery closes it after every task (celery#10554).
POOL_SIZE = environment.number("DATABASE_POOL_SIZE", default=8, lowest=1, highest=200)
POOLED = PRODUCTION and os.environ.get("CONSORTIUM_PROCESS") == "web"
_database = environment.database(
    "DATABASE_URL", default=None if PRODUCTION else embedded.database_url()
)
_database["OPTIONS"].setdefault("connect_timeout", 5)
if POOLED:
    _database["OPTIONS"]["pool"] = {"min_size": 1, "max_size": POOL_SIZE, "timeout": 10}
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 0 if POOLED else 60,
        "CONN_HEALTH_CHECKS": True,
        "TEST": {"NAME": f"test_{_database['NAME']}"},
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis protocol: Celery's doorbell and the cache; nothing in it is needed after a restart.
BROKER_URL, CACHE_URL = environment.redis(
    "REDIS_URL",
    default=None if PRODUCTION else embedded.redis_url(),
    shift=2 + 2 * WORKER if TESTING else 0,
)
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": "consortium",
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "locale" / "third_party"]
FORMAT_MODULE_PATH = ["config.formats"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = environment.zone("TIME_ZONE", default="Asia/Shanghai")

# Uploads are private: they are read through the row they belong to, so no URL serves them.
MEDIA_ROOT = VAR_DIR / "files"
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
STATIC_URL = "static/"
# In development static files are served from where they lie.
STATIC_ROOT = VAR_DIR / "static" if PRODUCTION else None
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

AUTH_USER_MODEL = "consortium.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/admin/"
ACCOUNT_ADAPTER = "config.accounts.ClosedSignup"
SOCIALACCOUNT_ADAPTER = "config.accounts.ClosedSocialSignup"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
# Ten wrong passwords a minute from one address, five in five minutes for one account.
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/300s/key"}
# Staff without a second factor are led to set one up before anything else.
REQUIRE_MFA = environment.flag("REQUIRE_MFA", default=PRODUCTION)
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Consortium"
MFA_ALLOW_UNVERIFIED_EMAIL = True

vars().update(
    environment.email(
        "EMAIL_URL", default="smtp://localhost:25" if PRODUCTION else "consolemail://"
    )
)
DEFAULT_FROM_EMAIL = environment.text("DEFAULT_FROM_EMAIL", default="consortium@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
SITE_URL = environment.text("SITE_URL", default="http://localhost:8000").rstrip("/")
MAIL_DOMAIN = DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_SECURE = PRODUCTION
SECURE_SSL_REDIRECT = PRODUCTION and environment.flag("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^metrics$"]
SECURE_HSTS_SECONDS = (
    environment.number("SECURE_HSTS_SECONDS", default=31536000, lowest=0, highest=63072000)
    if PRODUCTION
    else 0
)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
if environment.flag("BEHIND_PROXY", default=False):
    # Only behind a proxy that always sets this header; otherwise a client could.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1

# A figures sheet is one form: at most 300 members, each with a cell for every figure.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_USE_TRANSACTIONS = True

LOGGING = logs.chosen(production=PRODUCTION)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = "uid"

# Whoever brings it may read /metrics; without one there is no such address.
METRICS_TOKEN = environment.token("METRICS_TOKEN")
