"""All settings in one file, read from the environment, safe for production when nothing is set.

Every variable is described in ``docs/settings.md``; a house test compares the two.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.running import embedded

BASE_DIR = Path(__file__).resolve().parent.parent


def env(name: str, default: str = "") -> str:
    """The value of ``name``, or the content of the file that ``name_FILE`` points at (Docker secrets)."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def env_bool(name: str, default: bool = False) -> bool:
    return env(name, str(default)).strip().lower() in {"1", "true", "yes", "on"}


def env_list(name: str, default: str = "") -> list[str]:
    return [item.strip() for item in env(name, default).split(",") if item.strip()]


def env_pairs(name: str) -> dict[str, str]:
    """``a=b,c=d``"""
    pairs = [item.partition("=") for item in env_list(name)]
    if bad := [key for key, equals, value in pairs if not (key and equals and value)]:
        raise ImproperlyConfigured(f"{name} must be pairs name=name with commas between, not {bad[0]!r}")
    return {key.strip(): value.strip() for key, _, value in pairs}


def env_int(name: str, default: int) -> int:
    text = env(name, str(default))
    try:
        return int(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {text!r}") from error


def database(url: str) -> dict[str, Any]:
    """``postgresql://user:password@host:port/name?host=/socket/folder`` as Django's dictionary."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://, Gazetteer runs on PostgreSQL only")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "CONN_MAX_AGE": env_int("DATABASE_CONN_MAX_AGE", 60),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": query,
        "TEST": {"NAME": env("DATABASE_TEST_NAME") or None},
    }


DEMO = env_bool("DEMO")
DEBUG = env_bool("DEBUG")


def secret_key() -> str:
    """The given key; only the embedded database comes with one of its own, kept beside its data."""
    if key := env("SECRET_KEY"):
        return key
    if os.environ.get("DATABASE_URL"):
        raise ImproperlyConfigured("SECRET_KEY must be set, e.g. SECRET_KEY=$(openssl rand -base64 48)")
    return embedded.secret_key()


SECRET_KEY = secret_key()
SECRETS_KEY = env("SECRETS_KEY")  # seals what sources keep secret; drawn from SECRET_KEY where there is none
SECRETS_KEY_PREVIOUS = env_list("SECRETS_KEY_PREVIOUS")
# where sources may lead beside public addresses: names as globs, addresses as networks (portal.kernel.reach)
CONNECT_ALLOW = env_list("CONNECT_ALLOW", "127.0.0.0/8,::1/128,/*" if DEMO else "")

ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "portal.kernel",
    "portal.accounts",
    "catalog",
    "lineage",
    "quality",
    "access",
    "models_registry",
    "portal.shell",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "guardian",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
]

MIDDLEWARE = [
    "portal.kernel.middleware.RequestId",
    "csp.middleware.CSPMiddleware",  # before all that may answer by themselves: redirects carry the policy too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.accounts.middleware.SessionLimits",
    "portal.kernel.limits.RateLimits",
    "portal.kernel.middleware.LoginRequired",
    "portal.kernel.middleware.NoStore",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

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
                "portal.kernel.context.page",
            ],
            "builtins": ["portal.kernel.templatetags.ui", "template_partials.templatetags.partials"],
        },
    }
]

DATABASES = {"default": database(embedded.database_url())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": embedded.cache_url(),
        "KEY_PREFIX": "gazetteer",
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None  # guardian's anonymous row would be a person who cannot exist here
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "shell:home"
LOGOUT_REDIRECT_URL = "accounts:login"

# --- signing in by the company's own service (portal.accounts.oidc); local passwords may be switched off beside it
OIDC_ISSUER = env("OIDC_ISSUER")
OIDC_CLIENT_ID = env("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env("OIDC_CLIENT_SECRET")
OIDC_NAME = env("OIDC_NAME", "single sign-on")
OIDC_SCOPES = env_list("OIDC_SCOPES", "openid,profile,email")
OIDC_GROUPS_CLAIM = env("OIDC_GROUPS_CLAIM", "groups")
OIDC_GROUPS = env_pairs("OIDC_GROUPS")  # group there -> slug of a team here
OIDC_ADMINISTRATORS = env("OIDC_ADMINISTRATORS")
OIDC_STEWARDS = env("OIDC_STEWARDS")
OIDC_TRUST_EMAIL = env_bool("OIDC_TRUST_EMAIL")
LOCAL_SIGN_IN = env_bool("LOCAL_SIGN_IN", True)
if OIDC_ISSUER and not (OIDC_CLIENT_ID and OIDC_CLIENT_SECRET):
    raise ImproperlyConfigured("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it")
if OIDC_ISSUER and not (OIDC_ISSUER.startswith("https://") or DEMO):
    raise ImproperlyConfigured("OIDC_ISSUER must start with https://")
if not (LOCAL_SIGN_IN or OIDC_ISSUER):
    raise ImproperlyConfigured("LOCAL_SIGN_IN=no leaves no way in without OIDC_ISSUER")
SOCIALACCOUNT_ADAPTER = "portal.accounts.oidc.SocialAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "portal.accounts.oidc.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # portal.kernel.limits counts for all pages
PASSWORD_RESET_TIMEOUT = 24 * 3600  # of the link by which somebody sets a first password

# __Host- cookies need https; only the demo on a loopback address does without, and says so on its sign-in page
SECURE = not DEMO
SESSION_ENGINE = "portal.accounts.sessions"
SESSION_IDLE = timedelta(minutes=env_int("SESSION_IDLE_MINUTES", 30))
SESSION_COOKIE_NAME = "__Host-sessionid" if SECURE else "sessionid"
SESSION_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = env_int("SESSION_HOURS", 10) * 3600
CSRF_COOKIE_NAME = "__Host-csrftoken" if SECURE else "csrftoken"
CSRF_COOKIE_SECURE = SECURE
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "portal.shell.errors.csrf_failure"
SECURE_SSL_REDIRECT = SECURE and env_bool("SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes speak plain http to the container
SECURE_HSTS_SECONDS = 63_072_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
BEHIND_PROXY = env_bool("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"
USE_I18N = False
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Compressing takes half a minute of processor time once: worth it behind a network, not for the demo on one machine
STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
if DEBUG:
    STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
elif DEMO:
    STATIC_STORAGE = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATIC_STORAGE},
}
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "woff2", "png", "jpg", "webp", "gz", "br"]

# One request may bring a dbt project; every other body is small (see catalog.api.ingestions)
INGEST_MAX_BYTES = env_int("INGEST_MAX_MB", 512) * 1024 * 1024
JOB_RUN_DAYS = env_int("JOB_RUN_DAYS", 180)
EVENTS_MAX_BYTES = env_int("EVENTS_MAX_MB", 8) * 1024 * 1024  # of one POST of OpenLineage events, unpacked
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# Where workers and web processes of one machine share the packed graph (lineage.snapshots); what is not there is read anew
GRAPH_DIR = Path(env("GRAPH_DIR", str(embedded.data_dir() / "graph")))

CELERY_BROKER_URL = embedded.broker_url()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"catalog.tasks.*": {"queue": "ingest"}, "lineage.tasks.take_events": {"queue": "ingest"}}
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_BEAT_SCHEDULE = {
    "alive": {"task": "portal.kernel.tasks.beat_alive", "schedule": 10.0, "options": {"expires": 30}},
    "deliveries": {"task": "portal.kernel.tasks.sweep_deliveries", "schedule": 15.0, "options": {"expires": 30}},
    "runs": {"task": "catalog.tasks.sweep_runs", "schedule": 15.0, "options": {"expires": 30}},
    "lineage events": {"task": "lineage.tasks.take_events", "schedule": 15.0, "options": {"expires": 30}},
    "due runs": {"task": "catalog.tasks.make_due_runs", "schedule": 20.0, "options": {"expires": 30}},
    "graph": {"task": "lineage.tasks.keep_graph", "schedule": 20.0, "options": {"expires": 30}},
    "job runs": {"task": "lineage.tasks.forget_runs", "schedule": crontab(hour=0, minute=50)},
    "usage": {"task": "catalog.tasks.age_usage", "schedule": crontab(hour=0, minute=20)},
    "sessions": {"task": "portal.accounts.tasks.clear_sessions", "schedule": crontab(minute=40)},
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "portal.accounts.authentication.BearerToken",
        "portal.accounts.authentication.SessionWithCsrf",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["portal.accounts.authentication.SignedInWithScope"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PAGINATION_CLASS": "portal.kernel.api.CursorPages",
    "EXCEPTION_HANDLER": "portal.kernel.api.problem",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "PAGE_SIZE": 50,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Gazetteer",
    "DESCRIPTION": "The data catalog's API. Errors are RFC 9457 problem details; lists are paged by cursor.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["portal.accounts.authentication.SignedInWithScope"],
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {  # fields of one name with lists of their own
        "RunStateEnum": "catalog.states.RunState",
        "JobStateEnum": "lineage.states.JobState",
        "SuggestionStateEnum": "catalog.states.SuggestionState",
    },
}

TOKEN_MAX_DAYS = 90

# name of a view -> (times, seconds, method, field of the form that counts beside the address): generous to people
RATE_LIMITS: dict[str, list[tuple[Any, ...]]] = {
    "accounts:login": [(10, 60, "POST", "username"), (60, 60, "POST")],
    "accounts:oidc": [(30, 60)],
    "accounts:set_password": [(30, 60)],
    "shell:search": [(120, 60)],
    "shell:typeahead": [(20, 2)],
    "shell:audit_export": [(20, 3600)],
    "catalog-api:asset-list": [(600, 60)],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "portal.kernel.logs.RequestIdFilter"}},
    "formatters": {
        "line": {
            "()": "portal.kernel.logs.OneLine",
            "format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "sqlglot": {"level": "CRITICAL"},  # it repeats whole statements, and what stands in them
    },
}
