"""Settings of a node. Everything a place may change comes from the environment; see docs/reference/settings.md."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

from dinh.config.logs import logging_at


def flag(name: str, default: bool) -> bool:
    """Return an on/off setting from the environment."""
    value = os.environ.get(name, str(int(default)))
    if value not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} is {value!r}: use 1 or 0")
    return value == "1"


def number(name: str, default: int, least: int = 1) -> int:
    """Return a whole number from the environment."""
    value = os.environ.get(name, str(default))
    if not (value.isascii() and value.isdecimal() and int(value) >= least):
        raise ImproperlyConfigured(f"{name} is {value!r}: use a whole number from {least} on")
    return int(value)


def catalogue_paths(given: str, home: Path) -> list[Path]:
    """Return the folders of declarations that are named; where none is, the folder `catalogue` of the home, if any."""
    own = home / "catalogue"
    return [Path(one) for one in given.split(os.pathsep) if one] or ([own] if own.is_dir() else [])


BASE_DIR = Path(__file__).resolve().parent.parent
DINH_HOME = Path(os.environ.get("DINH_HOME", "var")).resolve()
DINH_NODE = os.environ.get("DINH_NODE", "local")
DINH_DEMO = flag("DINH_DEMO", False)  # demonstration identities; never set it on a real node
DINH_CATALOGUE_PATHS = catalogue_paths(os.environ.get("DINH_CATALOGUE_PATHS", ""), DINH_HOME)
DINH_PUBLIC_URL = os.environ.get("DINH_PUBLIC_URL", f"http://127.0.0.1:{os.environ.get('PORT', '8000')}")
DINH_HANDLERS = "dinh.config.handlers:HANDLERS"
DEBUG = False


def secret_key() -> str:
    """Return the node's secret, made at first use and readable by the owner alone."""
    if given := os.environ.get("DINH_SECRET_KEY"):
        return given
    path = DINH_HOME / "keys" / "django.secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        own = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        own.replace(path)  # whole or not at all: an empty one would keep the node from starting ever after
    return path.read_text()


SECRET_KEY = secret_key()
HERE = "127.0.0.1,localhost,[::1]"  # always: what watches the node on its own machine has no other name
ALLOWED_HOSTS = list(dict.fromkeys([*os.environ.get("DINH_HOSTS", HERE).split(","), *HERE.split(",")]))
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("DINH_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "dinh.journal",
    "dinh.catalogue",
    "dinh.directory",
    "dinh.papers",
    "dinh.messages",
    "dinh.indicators",
    "dinh.population",
    "dinh.registers",
    "dinh.verification",
    "dinh.dossiers",
    "dinh.work",
    "dinh.outreach",
    "dinh.web.components",
    "dinh.web.portal",
    "dinh.web.desk",
    "dinh.web.board",
    "dinh.web.api",
    "dinh.web.field",
    "dinh.web.kiosk",
    # After our own, whose templates and words for the same pages go first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "dinh.config.middleware.RequestContext",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "dinh.config.middleware.CompressedText",
    "csp.middleware.CSPMiddleware",
    "dinh.web.field.middleware.NoSession",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "dinh.web.kiosk.middleware.KioskMode",
    "dinh.directory.gate.SignInGate",
    "django_htmx.middleware.HtmxMiddleware",
    "dinh.papers.uploads.RefuseLargeRequests",
    "dinh.web.components.middleware.RefusalPages",
]

ROOT_URLCONF = "dinh.config.urls"
WSGI_APPLICATION = "dinh.config.wsgi.application"
AUTH_USER_MODEL = "directory.Account"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "OPTIONS": {
            "loaders": [
                ("dinh.web.components.folding.Loader", ["django.template.loaders.app_directories.Loader"])
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "dinh.web.components.context.page",
            ],
            "builtins": ["dinh.web.components.templatetags.dinh"],
        },
    }
]


def database() -> dict[str, Any]:
    """Return the database of this node: PostgreSQL when DATABASE_URL names one, else SQLite on disk."""
    url = urlparse(os.environ.get("DATABASE_URL", ""))
    if url.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or "",
            "PORT": str(url.port or ""),
            "OPTIONS": {
                "pool": {"min_size": 2, "max_size": 8, "timeout": 20},
                # Values travel beside the text, so that the database plans each question once for a connection
                # instead of at every request. A pooler between us and it must keep sessions, or support this.
                "server_side_binding": True,
                "prepare_threshold": 3,
            },
        }
    if url.scheme:
        raise ImproperlyConfigured(
            f"DATABASE_URL has scheme {url.scheme!r}: use postgresql://… or leave it out"
        )
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DINH_HOME / "dinh.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            # FULL: NORMAL lost confirmed commits in simulated power cuts.
            "init_command": (
                "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA mmap_size=134217728;"
                "PRAGMA cache_size=-8000;PRAGMA temp_store=MEMORY;PRAGMA journal_size_limit=67108864;"
            ),
        },
    }


DATABASES = {"default": database()}
ON_POSTGRESQL = DATABASES["default"]["ENGINE"].endswith("postgresql")

# Sizes of the web server.
DINH_WEB_WORKERS = number("DINH_WEB_WORKERS", 2)
DINH_WEB_THREADS = number("DINH_WEB_THREADS", 8 if ON_POSTGRESQL else 2)
DINH_WEB_MAX_REQUESTS = number("DINH_WEB_MAX_REQUESTS", 0, least=0)

# One cache for all processes: sign-in codes that were used are remembered there. The table comes with a migration.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "TIMEOUT": 900,
        # Of 300, pages of figures would drop the counts of who tries to sign in.
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "lib" / "locale"]  # the others are found by their app
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DINH_HOME / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

AUTHENTICATION_BACKENDS = ["dinh.directory.signed_in.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "username"
ACCOUNT_ADAPTER = "dinh.directory.sign_in.AccountAdapter"
MFA_ADAPTER = "dinh.directory.sign_in.MFAAdapter"
ACCOUNT_FORMS = {
    "login": "dinh.directory.forms.LoginForm",
    "change_password": "dinh.directory.forms.ChangePasswordForm",
    "reauthenticate": "dinh.directory.forms.PasswordAgainForm",
    "reset_password": "dinh.directory.forms.ResetPasswordForm",
    "reset_password_from_key": "dinh.directory.forms.NewPasswordForm",
}
ACCOUNT_RATE_LIMITS = {
    "login": None,
    "login_failed": None,
}  # counted by directory.limits, which says until when
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
MFA_FORMS = {
    "authenticate": "dinh.directory.forms.AuthenticateForm",
    "reauthenticate": "dinh.directory.forms.CodeAgainForm",
    "activate_totp": "dinh.directory.forms.ActivateForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "dinh"
MFA_TOTP_TOLERANCE = 1  # telephones' clocks are a little off
MFA_RECOVERY_CODES_SHOW_ONCE = True
DINH_PERSON_FINDER = "dinh.population.queries.person_by_number"  # of a demonstration's citizens
USERSESSIONS_TRACK_ACTIVITY = False

SESSION_ENGINE = "dinh.directory.signed_in"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = DINH_PUBLIC_URL.startswith("https://")
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "dinh.web.components.views.csrf_failure"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("DINH_BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31536000 if SESSION_COOKIE_SECURE else 0
SECURE_SSL_REDIRECT = False  # the proxy's task; see docs/operate/tls.md
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DINH_MAX_UPLOAD_BYTES = 20 * 1024 * 1024  # one file; a larger one is refused while it is read
DINH_MAX_SCANS_BYTES = number("DINH_MAX_SCANS_MB", 300, least=1) * 1024 * 1024  # scans handed in at once
# One file of a register, brought in through a page by whoever may; it is read from disk, not from memory.
DINH_MAX_IMPORT_BYTES = number("DINH_MAX_IMPORT_MB", 2048, least=1) * 1024 * 1024

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "papers", "long"]}}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("DINH_SMTP_HOST", "")
EMAIL_PORT = number("DINH_SMTP_PORT", 25)
EMAIL_HOST_USER = os.environ.get("DINH_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("DINH_SMTP_PASSWORD", "")
EMAIL_USE_TLS = flag("DINH_SMTP_TLS", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("DINH_MAIL_FROM", "khong-tra-loi@localhost")

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
FORM_RENDERER = "dinh.web.components.forms.HouseRenderer"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"

LOG_LEVEL = "WARNING" if sys.stderr.isatty() else "INFO"  # who sits at a terminal wants to read the rest
LOGGING = logging_at(os.environ.get("DINH_LOG_LEVEL", LOG_LEVEL))
ALLAUTH_TRUSTED_CLIENT_IP_HEADER = None
