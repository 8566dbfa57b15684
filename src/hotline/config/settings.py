"""Every setting has one place: here. Values of the machine come through hotline.config.env."""

import secrets
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from hotline.config import embedded, env

DEBUG = env.flag("HOTLINE_DEBUG")
VAR = env.var()
PROJECT = env.PROJECT


def _secret() -> str:
    """The key of this installation: given, or made once and kept readable by its owner alone."""
    given = env.text("HOTLINE_SECRET_KEY")
    if given:
        return given
    VAR.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept = VAR / "secret_key"
    try:
        with kept.open("x", encoding="ascii") as file:
            kept.chmod(0o600)
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return kept.read_text(encoding="ascii").strip()


SECRET_KEY = _secret()
# Under which certificates of leave lie sealed: the present key first, earlier ones after it.
PAPERS_KEYS = env.words("HOTLINE_PAPERS_KEYS") or [SECRET_KEY]
ALLOWED_HOSTS = env.words("HOTLINE_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("HOTLINE_ORIGINS")
HTTPS = env.flag("HOTLINE_HTTPS")

INSTALLED_APPS = [
    "hotline.core",
    "hotline.people",
    "hotline.messages",
    "hotline.approvals",
    "hotline.handbook",
    "hotline.customers",
    "hotline.knowledge",
    "hotline.telephony",
    "hotline.rosters",
    "hotline.leave",
    "hotline.cases",
    "hotline.quality",
    "hotline.attendance",
    "hotline.promises",
    "hotline.departments",
    "hotline.planning",
    "hotline.handover",
    "hotline.outbound",
    "hotline.open311",
    "hotline.insight",
    "hotline.citizens",
    "hotline.appraisal",
    "hotline.routines",
    "hotline.config",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
    "django_htmx",
    "csp",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "hotline.core.middleware.request_stamp",
    "hotline.core.middleware.measured",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "hotline.people.middleware.seat",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hotline.core.middleware.closed_by_default",
    "hotline.core.middleware.refusals",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "hotline.config.urls"
WSGI_APPLICATION = "hotline.config.asgi.pages"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hotline.config.shell.shell",
            ],
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "hotline.core.templatetags.hotline"],
        },
    }
]

DATABASES = {"default": env.database(env.text("DATABASE_URL") or embedded.dsn())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Shared by every process, because one-use codes and rate limits must count once for all of them.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "core_cache"}}

AUTH_USER_MODEL = "people.Person"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_ADAPTER = "hotline.people.signin.Adapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
# Passwords are counted by axes, per user and address; "login_failed" is left for wrong second-factor codes of a user.
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": "5/15m/key"}
ACCOUNT_EMAIL_NOTIFICATIONS = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "hotline"
MFA_FORMS = {
    "activate_totp": "hotline.people.forms.AppForm",
    "add_webauthn": "hotline.people.forms.AddPasskeyForm",
    "edit_webauthn": "hotline.people.forms.EditPasskeyForm",
}
MFA_ADAPTER = "hotline.people.signin.MfaAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there is no mail in this house
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}  # a whole floor signs in behind one address
HOTLINE_MFA = env.text("HOTLINE_MFA", "required")  # or "off"
HOTLINE_MFA_POSITIONS = ("director", "manager", "centre_supervisor", "hr", "sysadmin")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or not HTTPS

# One user from one address: a floor behind one address must not be locked out by one person's typing errors.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_CALLABLE = "hotline.people.signin.axes_username"
AXES_LOCKOUT_CALLABLE = "hotline.people.signin.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = True
AXES_VERBOSE = False

SESSION_COOKIE_NAME = "__Host-seat" if HTTPS else "seat"
CSRF_COOKIE_NAME = "__Host-form" if HTTPS else "form"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# Passkeys need a page's own permission; nothing else of the browser is used.
IDLE_LOCK_SECONDS = env.number("HOTLINE_IDLE_SECONDS", 900)

# Maps need no tile server; with the address of one (https://…/{z}/{x}/{y}.png) its pictures lie below our districts.
HOTLINE_TILES = env.text("HOTLINE_TILES")
HOTLINE_TILES_BY = env.text("HOTLINE_TILES_BY")  # whose map it is, as its terms want it named

# Where telephones in the browser find the exchange (./run telephony start says its address).
PHONE_SERVER = env.text("HOTLINE_PHONE_SERVER", "ws://127.0.0.1:8188/ws")
# Where telephones on desks sign in (SIP over UDP), as their owners type it.
PHONE_SIP = env.text("HOTLINE_PHONE_SIP", "127.0.0.1:5160")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:", *env.origins(HOTLINE_TILES)],
        "font-src": ["'self'"],
        "media-src": ["'self'"],
        "connect-src": ["'self'", env.socket_origin(PHONE_SERVER)],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "manifest-src": ["'self'"],
        "object-src": ["'none'"],
    }
}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "language"
# Also of those that are no apps: kernel, rulebook, config.
LOCALE_PATHS: list[Path] = sorted((PROJECT / "src" / "hotline").glob("*/locale"))
USE_I18N = USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
MEDIA_ROOT = VAR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = DEBUG
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# How texts leave the house: "console" (nothing leaves), "smtp" for mail, or the dotted path of a sender of one's own.
MESSAGE_SENDERS = {
    "sms": env.text("HOTLINE_SMS_SENDER", "console"),
    "mail": env.text("HOTLINE_MAIL_SENDER", "console"),
}
EMAIL_HOST = env.text("HOTLINE_SMTP_HOST", "localhost")
EMAIL_PORT = env.number("HOTLINE_SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("HOTLINE_SMTP_USER")
EMAIL_HOST_PASSWORD = env.text("HOTLINE_SMTP_PASSWORD")
EMAIL_USE_TLS = env.text("HOTLINE_SMTP_TLS") == "starttls"
EMAIL_USE_SSL = env.text("HOTLINE_SMTP_TLS") == "tls"
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("HOTLINE_MAIL_FROM", "hotline@localhost")
# How people outside reach the product, without a slash at the end: links in texts begin with it.
PUBLIC_ADDRESS = env.text("HOTLINE_ADDRESS", "http://127.0.0.1:8000").rstrip("/")

PGHISTORY_APPEND_ONLY = True
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = False
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "no_room_of_this_name"

# Whose cases the open interface publishes: codes of centres, all when empty, "off" for none.
OPEN311_CENTRES = env.words("HOTLINE_OPEN311_CENTRES")
OPEN311_CONTACT = env.text("HOTLINE_OPEN311_CONTACT")
OPEN311_PER_MINUTE = env.number("HOTLINE_OPEN311_PER_MINUTE", 120)  # calls of one address without a key
WEBHOOK_LOOPBACK = env.flag("HOTLINE_WEBHOOK_LOOPBACK")  # only to try webhooks out on this very machine

SILENCED_SYSTEM_CHECKS = [] if HTTPS else ["security.W004", "security.W008", "security.W012", "security.W016"]
TEST_RUNNER = "django.test.runner.DiscoverRunner"
LOGGING_CONFIG = "hotline.core.logs.configure"
LOGGING = {"level": env.text("HOTLINE_LOG_LEVEL", "INFO")}
