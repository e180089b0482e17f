"""Every knob on one page, from the environment; each says what it does for the self-hoster.

A secret `X` may also be read from the file that `X_FILE` names. Nonsense fails at start.
"""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.contrib.messages import ERROR, SUCCESS, WARNING

from rsc.embedded_postgres import EmbeddedPostgres, database_settings
from rsc.environment import env_bool, env_database, env_int, env_list, env_mail, env_text

BASE_DIR = Path(__file__).resolve().parent.parent


# -------------------------------------------------------------------------------- where we are
# The folder for all local state: database, logs, media, collected static files, demo logins.
STATE_DIR = Path(env_text("RSC_STATE_DIR", str(BASE_DIR / ".rsc"))).resolve()
# The address under which people reach this server; links in messages are built from it.
BASE_URL = env_text("RSC_BASE_URL", f"http://localhost:{env_int('RSC_PORT', 8000)}").rstrip("/")
# The port of the demo's pretend ATS; only `make demo` uses it.
DEMO_ATS_PORT = env_int("RSC_ATS_PORT", 8001)
# Host names that this server answers to; by default that of RSC_BASE_URL and this machine's own.
ALLOWED_HOSTS = env_list("RSC_ALLOWED_HOSTS") or [
    urlsplit(BASE_URL).hostname or "localhost",
    "localhost",
    "127.0.0.1",
]
# Developer conveniences: tracebacks in the browser, unhashed static files. Never on a server.
DEBUG = env_bool("RSC_DEBUG", default=False)


def _secret_key() -> str:
    """The configured key, or one that is made once and kept in the state folder."""
    # Signs sessions and links, seals secrets; unset: made once and kept in the state folder.
    if key := env_text("RSC_SECRET_KEY"):
        return key
    path = STATE_DIR / "secret_key"
    if not path.exists():
        STATE_DIR.mkdir(parents=True, exist_ok=True)
        # Another process may start at the same time: whoever links first has made the key.
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(50))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()


# Signs sessions and tickets and encrypts stored client secrets: keep it, or both are lost.
SECRET_KEY = _secret_key()

# Keys the hashes by which matching finds people; after a change run build_match_keys.
IDENTITY_SECRET = env_text("RSC_IDENTITY_SECRET", SECRET_KEY)

INSTALLED_APPS = [
    "rsc",
    "recruiter",
    "ats_sync",
    "widget",
    "rsc.admin_site.AdminSettingsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_prometheus",
    "django_q",
    "django_structlog",
    "drf_spectacular_sidecar",
    "lucide",
    "oauth2_provider",
    "rest_framework",
    "template_partials",
]

MIDDLEWARE = [
    "rsc.stack.roomy_stack",
    "ats_sync.restli.tunnel.RestliMiddleware",  # ahead of all others: it replaces the request
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "ats_sync.api.short_way.ShortWay",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "widget.sign_in.KeepOpenerMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rsc.request_ids.LoggedRequests",
    "rsc.seats.SeatMiddleware",
    "rsc.preview.PreviewMiddleware",
    "rsc.middleware.TimeZoneMiddleware",
    "axes.middleware.AxesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "rsc.urls"
WSGI_APPLICATION = "rsc.wsgi.application"
APPEND_SLASH = True

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
            "builtins": ["template_partials.templatetags.partials"],
        },
    }
]


# ------------------------------------------------------------------------------------ database
# A PostgreSQL of yours: postgres://user:password@host:5432/name. Unset: an embedded one.
DATABASE_URL = env_text("DATABASE_URL")
EMBEDDED_POSTGRES = None if DATABASE_URL else EmbeddedPostgres(STATE_DIR / "postgres")

DATABASES = {
    "default": {
        **(database_settings(EMBEDDED_POSTGRES) if EMBEDDED_POSTGRES else env_database()),
        # Seconds that a web worker keeps its connection.
        "CONN_MAX_AGE": env_int("RSC_DATABASE_KEEP_SECONDS", 60),
        "CONN_HEALTH_CHECKS": True,
        # The name of the tests' database; several test runs at once need several names.
        "TEST": {"NAME": env_text("RSC_TEST_DATABASE", "test_rsc")},
    }
}
# Statements of every push and search stay prepared on a connection. Turn it off behind a pooler
# that cannot carry them.
PREPARE_STATEMENTS = env_bool("RSC_PREPARE", default=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "rsc_cache",
    }
}


# ------------------------------------------------------------------------- people and sign-in
AUTH_USER_MODEL = "rsc.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email", "username"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "optional"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_FORMS = {"login": "rsc.sign_in_form.SignInForm"}
ACCOUNT_ADAPTER = "rsc.accounts.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "rsc.accounts.SocialAccountAdapter"
# A link starts the sign-in at a company's provider: forms may not lead to other sites.
SOCIALACCOUNT_LOGIN_ON_GET = True
# Whether strangers may open a member account by themselves.
ACCOUNTS_OPEN = env_bool("RSC_OPEN_SIGN_UP", default=False)
# Days for which the link in an invitation to a seat works.
INVITATION_DAYS = env_int("RSC_INVITATION_DAYS", 14, least=1)
# Failed sign-ins are counted by axes, below; two counters would only puzzle people.
ACCOUNT_RATE_LIMITS = {"login_failed": None}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# Failed sign-ins before a user name is locked for this address, and the hours that it stays so.
AXES_FAILURE_LIMIT = env_int("RSC_SIGN_IN_FAILURES", 10, least=1)
AXES_COOLOFF_TIME = env_int("RSC_SIGN_IN_LOCK_HOURS", 1, least=1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"


# ------------------------------------------------------------------------------------ security
HTTPS = BASE_URL.startswith("https://")
SESSION_ENGINE = "rsc.sessions"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "rsc_session"
CSRF_COOKIE_NAME = "rsc_csrf"
SECURE_SSL_REDIRECT = env_bool("RSC_REDIRECT_TO_HTTPS", default=HTTPS)
# Seconds for which browsers insist on https; only sent over https.
SECURE_HSTS_SECONDS = env_int("RSC_HSTS_SECONDS", 31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Behind a proxy that sets X-Forwarded-Proto.
if env_bool("RSC_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin-allow-popups"
X_FRAME_OPTIONS = "DENY"
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    },
}


# ------------------------------------------------------------------------ language and time
LANGUAGE_CODE = "en-us"
USE_I18N = False  # pages speak English only; looking for translations takes a page 5 % longer
USE_TZ = True
TIME_ZONE = "UTC"


# --------------------------------------------------------------------------------- static, media
STATIC_URL = "/static/"
STATIC_ROOT = STATE_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = STATE_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("png", "woff2", "map")  # maps: half of all the time
WHITENOISE_AUTOREFRESH = DEBUG


# ------------------------------------------------------------------------------------- workers
Q_CLUSTER = {
    "name": "rsc",
    "orm": "default",
    # Worker processes; each needs one database connection.
    "workers": env_int("RSC_WORKERS", 2, least=1),
    # Seconds after which a task is killed, and after which it is offered again: the second
    # must be the greater, or a long task runs twice (rsc.checks refuses it).
    "timeout": env_int("RSC_TASK_TIMEOUT", 600, least=1),
    "retry": env_int("RSC_TASK_RETRY", 700, least=1),
    "max_attempts": 5,
    "poll": 0.2,
    "bulk": 1,
    "catch_up": False,
    "save_limit": 1000,
    "ack_failures": True,
    "label": "Workers",
}
# Whether a commit wakes a worker at once (else facts wait for the next scheduled drain).
OUTBOX_RINGS_WORKER = env_bool("RSC_OUTBOX_RINGS_WORKER", default=True)
# Days for which delivered outbox rows can be looked up.
OUTBOX_KEEP_DAYS = env_int("RSC_OUTBOX_KEEP_DAYS", 14, least=1)


# ------------------------------------------------------------------------------------ wire API
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,  # a stray format= belongs to the caller's query
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "ats_sync.DeveloperApplication"

OAUTH2_PROVIDER = {
    "ACCESS_TOKEN_EXPIRE_SECONDS": 1800,  # contract.md 2.1
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 1800,
    "SCOPES": {"r_liteprofile": "Know who you are"},
    "APPLICATION_ADMIN_CLASS": "ats_sync.admin.DeveloperApplicationAdmin",
}
# They judge the toolkit's own endpoints. None of those is mounted: ats_sync.api.oauth and
# ats_sync.api.authorization answer, which know one grant each and keep checksums only.
SILENCED_SYSTEM_CHECKS = [f"oauth2_provider.W{number:03}" for number in range(1, 11)]
# Whether finding a provisioned application tells its secret again, for vendors that need it.
FIND_RETURNS_SECRET = env_bool("RSC_FIND_RETURNS_SECRET", default=False)
# Whether a vendor may name features that no customer asked for, and so make them: for demos.
NAMING_MAKES_INTEGRATIONS = env_bool("RSC_AUTO_CREATE_INTEGRATIONS", default=False)
# Largest body, in bytes: 100 job postings of 25,000 characters reach 10 MB (contract.md 24).
DATA_UPLOAD_MAX_MEMORY_SIZE = env_int("RSC_LARGEST_BODY", 20_000_000, least=1_000_000)
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Whether callbacks may go to private addresses: only for demos and closed networks.
CALLBACKS_MAY_BE_PRIVATE = env_bool("RSC_PRIVATE_CALLBACKS", default=False)
# Whether a callback gets notices only after it has passed the security challenge.
REQUIRE_CHALLENGE = env_bool("RSC_REQUIRE_CHALLENGE", default=False)
# How many members a seat may export in a calendar month.
EXPORTS_PER_MONTH = env_int("RSC_EXPORTS_PER_MONTH", 300)
# Limits unlike those of ats_sync/throttles.py: atsCandidates.day=5000, … (0: no limit).
THROTTLES = env_list("RSC_THROTTLES")
# Days for which the log of API requests can be searched.
REQUEST_LOG_DAYS = env_int("RSC_REQUEST_LOG_DAYS", 30, least=1)
# Days for which a record that was refused is kept as it was sent, sealed; 0 keeps none.
RAW_RECORD_DAYS = env_int("RSC_RAW_RECORD_DAYS", 7)
# Hours without any record after which administrators are told that a feed is silent; 0: never.
FEED_SILENT_HOURS = env_int("RSC_FEED_SILENT_HOURS", 48)
# Whether it holds the ATSs' own ids of records, which may tell who somebody is. Without them it is
# still searched by id, for it keeps what only a holder of the id can compare.
REQUEST_LOG_NAMES_RECORDS = env_bool("RSC_REQUEST_LOG_NAMES_RECORDS", default=True)


# --------------------------------------------------------------------------- recruiter pages
# Names of stages after which an application is over, in any case.
TERMINAL_STAGES = env_list(
    "RSC_TERMINAL_STAGES",
    "Rejected, Declined, Withdrawn, Hired, Not selected, Offer declined, Disqualified",
)
# InMail credits of a seat in a calendar month, and the days for which nobody on a contract writes
# again to a member who has not answered (0: no pause). A contract may have its own.
INMAIL_CREDITS = env_int("RSC_INMAIL_CREDITS", 150)
INMAIL_PAUSE_DAYS = env_int("RSC_INMAIL_PAUSE_DAYS", 0)
# Days for which a member can fetch the copy of their data that they asked for.
DATA_COPY_DAYS = env_int("RSC_DATA_COPY_DAYS", 7, least=1)
MESSAGE_TAGS = {SUCCESS: "good", WARNING: "warn", ERROR: "bad"}  # the classes of base.css


# -------------------------------------------------------------------------------------- search
# The engine behind recruiter.search: `bitmap` counts in this process, from an index in a folder;
# `sql` has PostgreSQL do it, enough for some ten thousand members; `opensearch` asks a cluster.
SEARCH_ENGINE = env_text("RSC_SEARCH_ENGINE", "bitmap")
# Where `bitmap` keeps its index: on a disk of this machine. Deleting it loses nothing.
SEARCH_INDEX_DIR = Path(env_text("RSC_SEARCH_INDEX_DIR", str(STATE_DIR / "search")))
# The C compiler by which `bitmap` counts four times as fast; empty: do without.
SEARCH_COMPILER = env_text("RSC_SEARCH_COMPILER", "cc")
# The nodes of `opensearch` (https://user:password@host:9200, …), their authority's certificate if
# it is your own, our alias there; from the next build on: its parts, and further copies of each.
SEARCH_NODES = env_list("RSC_SEARCH_NODES", "http://127.0.0.1:9200")
SEARCH_CA_FILE = env_text("RSC_SEARCH_CA_FILE")
SEARCH_ALIAS = env_text("RSC_SEARCH_ALIAS", "rsc-members")
SEARCH_SHARDS = env_int("RSC_SEARCH_SHARDS", 3, least=1)
SEARCH_REPLICAS = env_int("RSC_SEARCH_REPLICAS", 1, least=0)


# ---------------------------------------------------------------------------------------- mail
# smtp://user:password@host:587 with a following ?tls=1; unset: messages go to the console.
globals().update(env_mail("RSC_EMAIL_URL"))
EMAIL_TIMEOUT = 20  # seconds; a worker waits
DEFAULT_FROM_EMAIL = env_text("RSC_FROM_EMAIL", "Recruiter System Connect <noreply@localhost>")


# ------------------------------------------------------------------------------ logs and numbers
# Opens /metrics to whoever sends it as a bearer token; unset: to nobody.
METRICS_TOKEN = env_text("RSC_METRICS_TOKEN")
# INFO, WARNING, …; and `json` for machines or `console` for people.
LOG_LEVEL = env_text("RSC_LOG_LEVEL", "INFO")
DJANGO_STRUCTLOG_USER_ID_FIELD = "person_id"  # the opaque id; a vendor's application has none
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG  # one line a request: how it ended
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
LOG_FORMAT = env_text("RSC_LOG_FORMAT", "json")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "rsc.logs.formatter", "style": LOG_FORMAT}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "structured"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {
        "django.server": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
    },
}
