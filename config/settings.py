"""Settings of the site. Every choice of the machine comes from the environment: see docs/environment.md."""

from pathlib import Path

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from whitenoise.compress import Compressor

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()

ENVIRONMENT = env.str("VIGIE_ENV", "development")
if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured("VIGIE_ENV must be “development” or “production”.")
IS_DEVELOPMENT = ENVIRONMENT == "development"

DEBUG = env.bool("VIGIE_DEBUG", False)
if DEBUG and not IS_DEVELOPMENT:
    raise ImproperlyConfigured("VIGIE_DEBUG shows the inside of the site: development only.")

# A key that anyone can read here is no secret: production refuses to start without its own.
SECRET_KEY = env.str("VIGIE_SECRET_KEY", "development-only" if IS_DEVELOPMENT else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set VIGIE_SECRET_KEY to a long random value.")

# The address that links in mail and in the report carry; never taken from a request.
SITE_URL = env.str("VIGIE_SITE_URL", "http://127.0.0.1:8000" if IS_DEVELOPMENT else "")
if not SITE_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(
        "Set VIGIE_SITE_URL to the address of the site, such as https://vigie.example.org."
    )
SITE_URL = SITE_URL.rstrip("/")

ALLOWED_HOSTS = env.list(
    "VIGIE_ALLOWED_HOSTS",
    default=["localhost", "127.0.0.1", "[::1]"]
    if IS_DEVELOPMENT
    else [SITE_URL.split("//")[1].split(":")[0]],
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

VAR_DIR = Path(env.str("VIGIE_VAR_DIR", str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rest_framework",
    "rules",
    "simple_history",
    "common",
    "members",
    "plan",
    "measures",
    "meetings",
    "commitments",
    "reports",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "members.middleware.KnownAccountMiddleware",
    "members.middleware.PersonalAnswersMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "members.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "common.middleware.ReadsCannotWriteMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database ---------------------------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'vigie.sqlite3'}")}
# Opening a database costs more than most pages do: SQLite reads its whole schema, PostgreSQL starts a process.
DATABASES["default"]["CONN_MAX_AGE"] = env.int("VIGIE_CONN_MAX_AGE", 60)
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        # Take the write lock at the start: a deferred transaction that must upgrade its lock fails at once.
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Statements are short: compiling one, or starting helpers for it, takes longer than answering it. And what they read
    # is in memory: fetching a page costs no more than looking at a few rows.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options",
        "-c jit=off -c max_parallel_workers_per_gather=0 -c seq_page_cost=0.1 -c random_page_cost=0.1"
        # A plan that is kept is kept at once, whatever the first values (common/statements.py).
        " -c plan_cache_mode=force_generic_plan",
    )
    # Only of cursors that send values apart, which Django's do not.
    DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 0)
else:
    raise ImproperlyConfigured("DATABASE_URL must be an SQLite or a PostgreSQL address.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Rate limits count over every process, so they live in the database.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "vigie_cache",
    },
    # Renderings of published rows, by plan revision: one copy a process (docs/decisions/0003).
    "published": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "published",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
    # Renderings of minutes, by what they hold (docs/decisions/0008): long pages, and the sections that they are made of.
    "minutes": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "minutes",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 60},
    },
    "sections": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "sections",
        "TIMEOUT": 3600,
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

# --- People -----------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = [
    "members.backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "measures:home"
ACCOUNT_ADAPTER = "members.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "measures:home"
ACCOUNT_SESSION_REMEMBER = False
# Nobody can make the site write to an address that it does not know.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
# Whoever did not change their own password or second factor learns of it.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# Django's own. The library's writes a second, unverified address beside the account's: it would bar the second factor,
# and would still open the account after the address has changed.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105 (a class)
MFA_ADAPTER = "members.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
# The code before the present one and the one after are taken too, for slow fingers and clocks (RFC 6238, 5.2 and 6).
MFA_TOTP_TOLERANCE = 1
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "members.forms.people.AddPasskeyForm"}
# Browsers allow passkeys on http://localhost only as an exception; production is always https.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = IS_DEVELOPMENT
# Who changes the record must prove it twice, outside development (members.middleware).
SECOND_FACTOR_REQUIRED = env.bool("VIGIE_SECOND_FACTOR_REQUIRED", not IS_DEVELOPMENT)
if not SECOND_FACTOR_REQUIRED and not IS_DEVELOPMENT:
    raise ImproperlyConfigured(
        "VIGIE_SECOND_FACTOR_REQUIRED can be switched off in development only."
    )

# --- Words ------------------------------------------------------------------------------------------------------------
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Files of people have no address: they leave through views that ask `visible_to` (ACCESS.md).
MEDIA_ROOT = VAR_DIR / "private"
MEDIA_URL = ""
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        ),
    },
}
FILE_UPLOAD_HANDLERS = ["common.uploads.BoundedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FILES = 5
# Called with the path of a file that somebody sends: 0 is clean, 1 infected, anything else refuses too.
ANTIVIRUS_COMMAND = env.str("VIGIE_ANTIVIRUS_COMMAND", "")
# Where nginx finds the private files, in a location marked “internal”; without it the site sends them itself.
X_ACCEL_PREFIX = env.str("VIGIE_X_ACCEL_PREFIX", "")
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (*Compressor.SKIP_COMPRESS_EXTENSIONS, "ttf", "map")

# --- Mail -------------------------------------------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url(
    "VIGIE_EMAIL_URL", default="consolemail://" if IS_DEVELOPMENT else "smtp://localhost:25"
)
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str("VIGIE_FROM_EMAIL", "vigie@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Safety -----------------------------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not IS_DEVELOPMENT
SESSION_ENGINE = "members.sessions"
SESSION_COOKIE_AGE = 60 * 60 * 12
SECURE_SSL_REDIRECT = env.bool("VIGIE_SSL_REDIRECT", not IS_DEVELOPMENT)
SECURE_HSTS_SECONDS = 0 if IS_DEVELOPMENT else env.int("VIGIE_HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not IS_DEVELOPMENT
SECURE_REFERRER_POLICY = "same-origin"
if env.bool("VIGIE_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Log-in attempts are counted by the visitor's address, not by the proxy's.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440

# --- API --------------------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["common.api.DenyByDefault"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["common.api.StrictFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "common.api.Pagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.api.exception_handler",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Vigie",
    "DESCRIPTION": "How a national action plan is carried out: published facts and their sources.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
}

# Printed under the name of the collective on its letters, one line after another.
COLLECTIVE_ADDRESS = [
    line.strip() for line in env.str("VIGIE_COLLECTIVE_ADDRESS", "").split("|") if line.strip()
]

# --- Report renderer --------------------------------------------------------------------------------------------------
PDF_MEMORY_LIMIT_MB = env.int("VIGIE_PDF_MEMORY_LIMIT_MB", 1024)
PDF_TIME_LIMIT_S = env.int("VIGIE_PDF_TIME_LIMIT_S", 300)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "class": "members.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "filters": {"refusals": {"()": "members.logs.RefusalFilter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["refusals"],
        }
    },
    "root": {"handlers": ["console"], "level": env.str("VIGIE_LOG_LEVEL", "INFO")},
    # It announces itself.
    "loggers": {"pikepdf": {"level": "WARNING"}},
}
