"""Every setting of the product, read from the environment only (docs/reference/settings.md).

With nothing set it serves the embedded default on 127.0.0.1; in production mode (``DEBUG`` unset and
``THROUGHLINE_LOCAL`` unset) `config.safety` refuses to start and names the line to mend.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from config import safety
from config.databases import database

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.FileAwareEnv()

LOCAL = env.bool("THROUGHLINE_LOCAL", default=False)  # set by script/*: loopback only, secrets made on the spot
DEMO = env.bool("THROUGHLINE_DEMO", default=False)
DEMO_PASSWORD = env.str("THROUGHLINE_DEMO_PASSWORD", default="")  # of everybody whom `demo load` makes
DEBUG = env.bool("DEBUG", default=False)
STATE_DIR = Path(env.str("STATE_DIR", default=str(BASE_DIR / ".data")))
SECRET_KEY = env.str("SECRET_KEY", default="")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if LOCAL else [])
CSRF_FAILURE_VIEW = "web.errors.csrf_failed"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
_app_url = env.str("DATABASE_URL", default="")
BROKER_URL = env.str("BROKER_URL", default="")
SOCIALACCOUNT_ONLY = env.bool("OIDC_ONLY", default=False)  # no password opens anything
OIDC_SERVER_URL = env.str("OIDC_SERVER_URL", default="")
safety.refuse_unsafe(
    local=LOCAL,
    debug=DEBUG,
    demo=DEMO,
    secret_key=SECRET_KEY,
    allowed_hosts=ALLOWED_HOSTS,
    servers={"DATABASE_URL": _app_url, "BROKER_URL": BROKER_URL},
    locked_out=SOCIALACCOUNT_ONLY and not OIDC_SERVER_URL,
)

INSTALLED_APPS = [
    "guard",
    "web",
    "people",
    "talk",
    "catalog",
    "metrics",
    "demand",
    "prds",
    "governance",
    "usage",
    "trace",
    "exchange",
    "demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    *(["django_linear_migrations"] if find_spec("django_linear_migrations") else []),  # a check of dev.lock's
    "allauth",
    "allauth.account",
    *([] if SOCIALACCOUNT_ONLY else ["allauth.mfa"]),  # the second factor is the provider's matter then
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "csp",
]

MIDDLEWARE = [
    "web.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "web.middleware.ContentPolicy",
    "web.middleware.Private",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "people.sessions.SignedIn",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.middleware.Errors",
    "web.middleware.Reads",
    "web.middleware.ReadOnly",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
AUTH_USER_MODEL = "people.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

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
                "web.context.shell",
            ],
            "builtins": ["web.templatetags.throughline"],
        },
    }
]

# Two roles from the start: the product connects as the app's role; with THROUGHLINE_ROLE=owner (set by manage.py for
# migrate and the like, see there) as the owner of the tables. Rights of the app's role: guard/roles.py.
_owner_url = env.str("DATABASE_OWNER_URL", default=_app_url)
_kept = {"pool": env.int("DATABASE_POOL", default=0), "persistent": env.bool("DATABASE_PERSISTENT", default=False)}
DATABASE_OWNER = database(_owner_url)
IS_OWNER = env.str("THROUGHLINE_ROLE", default="app") == "owner"
DATABASE_APP_ROLE = database(_app_url).get("USER", "")
DATABASES = {"default": DATABASE_OWNER if IS_OWNER else database(_app_url, **_kept)}
DATABASES["default"]["TEST"] = {"TEMPLATE": env.str("THROUGHLINE_TEST_TEMPLATE", default="template0")}

CELERY_BROKER_URL = BROKER_URL or "memory://"
# A page must not wait for a broker that is away: one retry (0.4 s, not 6 s), then the sweep of the outbox sends it.
CELERY_BROKER_TRANSPORT_OPTIONS = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
if BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"visibility_timeout": 3600, "socket_connect_timeout": 3}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # work of a killed pool process is given to another; all work is idempotent
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 900
CELERY_TASK_SOFT_TIME_LIMIT = 840
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE = {
    "publish what was not picked up": {"task": "guard.sweep_outbox", "schedule": 30.0},
    "end what has ended": {"task": "guard.nightly", "schedule": 3600.0},
}

AUTHENTICATION_BACKENDS = ["people.backends.Backend"]
if DEMO:
    AUTHENTICATION_BACKENDS.append("people.demo_sign_in.DemoBackend")
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_ADAPTER = "people.sign_in.Adapter"
SOCIALACCOUNT_ADAPTER = "people.sign_in.SocialAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
SESSION_ENGINE = "people.sessions"
OIDC_NAME = env.str("OIDC_NAME", default="")
OIDC_NEW_ACCOUNTS = env.bool("OIDC_NEW_ACCOUNTS", default=False)  # else only whom an administrator invited
SOCIALACCOUNT_LOGIN_ON_GET = True  # a link: browsers hold the redirect of a form against the policy's form-action
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "provider_class": "people.sign_on.provider.SignOn",
        "APPS": [
            {
                "provider_id": "oidc",
                "name": OIDC_NAME or "Single sign-on",
                "client_id": env.str("OIDC_CLIENT_ID"),
                "secret": env.str("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]

LANGUAGE_CODE = env.str("LANGUAGE_CODE", default="en")
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "static-root"
FRONTEND_DIST = BASE_DIR / "frontend" / "dist"
STATICFILES_DIRS = [FRONTEND_DIST] if FRONTEND_DIST.exists() else []
WHITENOISE_USE_FINDERS = LOCAL
WHITENOISE_MAX_AGE = 31536000
MEDIA_ROOT = STATE_DIR / "uploads"
# Signed checkpoints of the ledger (guard/checkpoints.py): better on a place that the database's ruler does not own
CHECKPOINT_DIR = env.str("CHECKPOINT_DIR", default=str(STATE_DIR / "checkpoints"))
CHECKPOINT_KEY = env.str("CHECKPOINT_KEY", default="")  # PEM; empty: a file in STATE_DIR, made by `ledger key`
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LOCAL
SECURE_SSL_REDIRECT = not LOCAL and env.bool("SECURE_SSL_REDIRECT", default=True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^-/metrics$"]  # asked on the machine itself, without the proxy
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", default=False) else None
SECURE_HSTS_SECONDS = 0 if LOCAL else env.int("SECURE_HSTS_SECONDS", default=31536000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not LOCAL

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "people.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["web.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser", "rest_framework.parsers.MultiPartParser"],
    "DEFAULT_SCHEMA_CLASS": "config.openapi.NamedByRoom",
    "EXCEPTION_HANDLER": "web.problems.exception_handler",
    "UNAUTHENTICATED_USER": None,
}
# What it says of the OpenAPI document is read by the step `openapi` of script/check; the deploy check is about safety.
SILENCED_SYSTEM_CHECKS = ["drf_spectacular.W001"]
SPECTACULAR_SETTINGS = {
    "TITLE": "Throughline",
    "DESCRIPTION": "The system of record for data products: from the interview to the decision.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "ENUM_NAME_OVERRIDES": {
        "PrdHorizonEnum": "prds.models.prd.Horizon",
        "RequestHorizonEnum": "demand.models.request.Request.Horizon",
        "RequestKindEnum": "demand.models.request.Request.Sort",
        "InsightKindEnum": "demand.models.insight.Insight.Sort",
        "AccessModeEnum": "demand.models.request.Request.Access",
        "ConsentStatusEnum": "demand.models.interview.Interview.Consent",
        "ReviewCapacityEnum": "prds.models.review.ReviewRole",
    },
}

# Warehouses: WAREHOUSE_<NAME>_URL is used for reading only (catalog/warehouse.py).
LOGGING_CONFIG = "web.logs.configure"
# TOML with [add] and [remove]: an organisation's own words for the lint of PRDs, by list (prds/lint/words)
LINT_WORDS_FILE = env.str("LINT_WORDS_FILE", default="")
LOGGING = {"json": not DEBUG, "level": env.str("LOG_LEVEL", default="INFO")}
