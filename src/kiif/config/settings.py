"""Settings of every instance. The environment changes what differs between instances; nothing else does.

| variable              | default              | what it sets |
|-----------------------|----------------------|--------------|
| KIIF_DATA_DIR         | <repository>/var     | database, uploads, packs, caches, secret key |
| KIIF_SECRET_KEY       | generated once       | signing key (comma-separated: first signs, others still verify) |
| KIIF_DEBUG            | 0                    | Django's debug pages, development mailbox |
| KIIF_BASE_URL         | http://127.0.0.1:8000| public address: links in mails, allowed host, HTTPS or not |
| KIIF_ALLOWED_HOSTS    | host of the address  | more host names, comma-separated |
| KIIF_TRUSTED_PROXIES  | 0                    | number of reverse proxies in front |
| DATABASE_URL          | SQLite in the data dir | postgres://… in production |
| EMAIL_URL             | kept in the outbox   | smtp+tls://user:password@host:587 |
| KIIF_MAIL_FROM        | kiif <ne-pas-repondre@localhost> | sender |
| KIIF_S3_BUCKET        | files in the data dir | bucket for uploads (extra `s3`) |
| KIIF_CONTACT          | contact@localhost    | address that people write to |
| KIIF_SCANNER          | none                 | antivirus of attached files: `clamdscan --fdpass --no-summary` |
| KIIF_SOURCE_URL       | (none)               | where the source of this instance is (its licence asks for it) |
| KIIF_DEMO             | 0                    | shows the demo accounts on the sign-in page |
"""

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import dj_database_url
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from kiif.config.environment import data_dir, flag, read_email_url, secret_keys, sqlite_options

SOURCE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = data_dir()

SECRET_KEY, *SECRET_KEY_FALLBACKS = secret_keys(DATA_DIR)
DEBUG = flag("KIIF_DEBUG")
DEMO = flag("KIIF_DEMO")
SOURCE_URL = os.environ.get("KIIF_SOURCE_URL", "")

BASE_URL = os.environ.get("KIIF_BASE_URL", "http://127.0.0.1:8000").rstrip("/")
_address = urlsplit(BASE_URL)
HTTPS = _address.scheme == "https"
ALLOWED_HOSTS = [h for h in os.environ.get("KIIF_ALLOWED_HOSTS", "").split(",") if h]
if _address.hostname:
    ALLOWED_HOSTS.append(_address.hostname)
if not HTTPS:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost"]

INSTALLED_APPS = [
    "kiif.ui",  # these two first: their templates and sentences stand before those of the libraries
    "kiif.accounts",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rules.apps.AutodiscoverRulesConfig",
    "csp",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "modelsearch",
    "template_partials",
    "kiif.journal",
    "kiif.jobs",
    "kiif.search",
    "kiif.mailbox",
    "kiif.attachments",
    "kiif.alliance",
    "kiif.territories",
    "kiif.organisations",
    "kiif.questionnaires",
    "kiif.programmes",
    "kiif.reviews",
    "kiif.decisions",
    "kiif.committees",
    "kiif.cohorts",
    "kiif.steering",
    "kiif.replication",
    "kiif.api",
    "kiif.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kiif.committees.still.StillMiddleware",  # "nothing new", for one query, to the screens that ask each second
    # with random padding at the end, and secrets masked anew in each page: their length tells nothing (BREACH)
    "django.middleware.gzip.GZipMiddleware",
    "csp.middleware.CSPMiddleware",  # before whatever refuses, so that refusals carry the policy too
    "kiif.ui.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "kiif.ui.once.OnceMiddleware",  # before messages: the second click is told what the first one was
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kiif.accounts.middleware.SessionActivityMiddleware",
    "kiif.accounts.middleware.PrivatePagesMiddleware",
    "kiif.accounts.middleware.ActorMiddleware",
    "kiif.accounts.middleware.UserLanguageMiddleware",
    "kiif.accounts.middleware.GatesMiddleware",
    "kiif.alliance.middleware.ActingAsMiddleware",
    "kiif.ui.middleware.RefusalMiddleware",
]

ROOT_URLCONF = "kiif.config.urls"
FORM_RENDERER = "kiif.ui.forms.Renderer"
WSGI_APPLICATION = "kiif.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kiif.ui.context_processors.shell",
            ],
            "builtins": ["kiif.ui.templatetags.ui"],
        },
    }
]

_default_database = f"sqlite:///{DATA_DIR / 'kiif.sqlite3'}"
DATABASES = {"default": dj_database_url.config(default=_default_database, conn_max_age=60)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = sqlite_options(sqlite3.sqlite_version_info)
else:
    # compiling a query takes PostgreSQL seconds, and a page's queries last milliseconds
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes: rate limits live there. Large, or somebody could push the counts out of it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 1_000_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
MODELSEARCH_BACKENDS = {"default": {"BACKEND": "kiif.search.backend"}}

# People and sessions
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "full_name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "kiif.accounts.validators.GuessablePasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "kiif_session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "kiif_csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kiif.ui.views.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# Transport and browser
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if flag("KIIF_TRUSTED_PROXIES"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
        "manifest-src": [SELF],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_HANDLERS = [
    "kiif.attachments.uploads.CeilingUploadHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
UPLOAD_CEILING = 300 * 1024 * 1024  # largest file of any form; attachments have their own, lower limit
ATTACHMENT_SCANNER = os.environ.get("KIIF_SCANNER", "")

# Language, time
LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", _("French")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "kiif_language"
TIME_ZONE = "Europe/Paris"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
LOCALE_PATHS = [SOURCE_DIR / "opendata" / "locale"]  # not an app: it knows no Django
FORMAT_MODULE_PATH = ["kiif.ui.formats"]

# Static files and uploads
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "uploads"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
if bucket := os.environ.get("KIIF_S3_BUCKET"):
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {"bucket_name": bucket, "default_acl": "private", "file_overwrite": False},
    }

# Mail: a row first (kiif.mailbox), then this backend. Without EMAIL_URL nothing leaves the house.
EMAIL_BACKEND, _email = read_email_url(os.environ.get("EMAIL_URL", ""))
EMAIL_HOST = _email.get("host", "")
EMAIL_PORT = _email.get("port", 25)
EMAIL_HOST_USER = _email.get("user", "")
EMAIL_HOST_PASSWORD = _email.get("password", "")
EMAIL_USE_TLS = _email.get("tls", False)
EMAIL_USE_SSL = _email.get("ssl", False)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = os.environ.get("KIIF_MAIL_FROM", "kiif <ne-pas-repondre@localhost>")

# Accounts
SIGNUP_OPEN = True
CONTACT_EMAIL = os.environ.get("KIIF_CONTACT", "contact@localhost")
DEVICE_COOKIE_NAME = "__Host-device" if HTTPS else "kiif_device"
SESSION_IDLE_SECONDS = 24 * 3600  # an unused session ends
SESSION_NOTE_SECONDS = 300  # how often its use is noted
SUPPORT_VISIT_MINUTES = 30
ERASURE_DELAY_DAYS = 30
INACTIVE_AFTER_DAYS = 730
INACTIVE_WARNING_DAYS = 30
EXPORT_MAX_BYTES = 200 * 1024 * 1024
MFA_GRACE_DAYS = 14  # how long a coordinator or manager may work before a second factor is required

# allauth
ACCOUNT_ADAPTER = "kiif.accounts.adapters.AccountAdapter"
MFA_ADAPTER = "kiif.accounts.adapters.MFAAdapter"
_forms = "kiif.accounts.forms.entrance"
ACCOUNT_FORMS = {
    "login": f"{_forms}.LoginForm",
    "signup": f"{_forms}.SignupForm",
    "request_login_code": f"{_forms}.RequestLoginCodeForm",
    "confirm_login_code": f"{_forms}.ConfirmLoginCodeForm",
    "confirm_email_verification_code": f"{_forms}.ConfirmEmailCodeForm",
    "confirm_password_reset_code": f"{_forms}.ConfirmPasswordResetCodeForm",
    "reset_password": f"{_forms}.ResetPasswordForm",
    "reset_password_from_key": f"{_forms}.ResetPasswordKeyForm",
    "change_password": f"{_forms}.ChangePasswordForm",
    "set_password": f"{_forms}.SetPasswordForm",
    "add_email": f"{_forms}.AddEmailForm",
    "reauthenticate": f"{_forms}.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": f"{_forms}.AuthenticateForm",
    "reauthenticate": f"{_forms}.ReauthenticateCodeForm",
    "activate_totp": f"{_forms}.ActivateTotpForm",
    "deactivate_totp": f"{_forms}.DeactivateTotpForm",
    "generate_recovery_codes": f"{_forms}.GenerateRecoveryCodesForm",
    "add_webauthn": f"{_forms}.AddPasskeyForm",
    "edit_webauthn": f"{_forms}.EditPasskeyForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 900
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {
    # one network address; one account from one address, or one familiar browser (see the adapter)
    "login_failed": "10/m/ip,5/300s/key",
    "login_failed_anywhere": "50/h/key",
    "request_login_code": "20/m/ip,3/m/key,15/d/key",
    "reset_password": "20/m/ip,3/m/key,15/d/key",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("KIIF_TRUSTED_PROXIES", "0") or 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS
MFA_TOTP_ISSUER = "kiif"
MFA_TOTP_TOLERANCE = 1  # clocks differ, people type slowly; kiif.accounts.totp lets each code work once
USERSESSIONS_TRACK_ACTIVITY = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "kiif.ui.logs.OneLineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("KIIF_LOG_LEVEL", "INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django_tasks": {"level": "WARNING"},
        "fontTools": {"level": "WARNING"},
    },
}
SILENCED_SYSTEM_CHECKS: list[str] = []
