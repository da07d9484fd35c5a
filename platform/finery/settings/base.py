"""Settings shared by development, test and production."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from psycopg2.extensions import parse_dsn

from finery.settings import accounts, browser
from finery.settings.environment import Environment
from kernel import redis_names

ENV = Environment()  # type: ignore[call-arg]  # filled from the environment
ROOT = Path(__file__).resolve().parents[3]


def database(url: str, role: str) -> dict[str, object]:
    """Django's connection settings for a libpq URL; `role` is assumed at connect."""
    dsn = parse_dsn(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": dsn["dbname"],
        "USER": dsn.get("user", ""),
        "PASSWORD": dsn.get("password", ""),
        "HOST": dsn.get("host", ""),
        "PORT": dsn.get("port", ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": f"-c role={role} -c statement_timeout=30s -c lock_timeout=5s"},
    }


SECRET_KEY = ENV.secret_key
DEBUG = ENV.debug
PUBLIC_URL = ENV.public_url.rstrip("/")
ALLOWED_HOSTS = [
    name
    for name in {urlsplit(PUBLIC_URL).hostname, "127.0.0.1", "localhost", *ENV.trusted_hosts.split(",")}
    if name
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
IS_HTTPS = PUBLIC_URL.startswith("https://")
USE_X_FORWARDED_HOST = True  # the gateway and the ingress set it; a client's own is dropped there
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

INSTALLED_APPS = [
    "apps.staff",  # before the admin, whose outer page it replaces
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "rest_framework",
    "drf_spectacular",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "csp",
    "apps.core",
    "apps.audit",
    "apps.tenants",
    "apps.metering",
    "apps.catalog",
    "apps.datasets",
    "apps.finetuning",
    "apps.serving",
    "apps.onboarding",
    "apps.privacy",
]
MIDDLEWARE = [
    "finery.middleware.ContentPolicyMiddleware",
    "apps.core.middleware.RequestMiddleware",
    "finery.middleware.BrowserSafetyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "finery.middleware.StaticFilesMiddleware",
    "finery.middleware.LanguageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "finery.middleware.SessionRenewalMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "apps" / "tenants" / "templates"],  # mails, before allauth's
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
ROOT_URLCONF = "finery.urls"
WSGI_APPLICATION = "finery.wsgi.application"
APPEND_SLASH = False

DATABASES = {"default": database(ENV.database_url, ENV.database_role)}
ATOMIC_REQUESTS = False  # a transaction belongs to a service
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = ENV.redis_url
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENV.redis_url,
        "KEY_PREFIX": "finery:cache",
    }
}

AUTH_USER_MODEL = "tenants.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "apps.tenants.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "[Finery] "
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = accounts.RATE_LIMITS
PASSWORD_RESET_TIMEOUT = 3600
MFA_ADAPTER = "apps.tenants.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_TOTP_ISSUER = "Finery"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_PASSKEY_SIGNUP_ENABLED = False
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = accounts.is_loopback(PUBLIC_URL)
USERSESSIONS_ADAPTER = "apps.tenants.adapters.SessionsAdapter"
USERSESSIONS_TRACK_ACTIVITY = True
SOCIALACCOUNT_PROVIDERS = accounts.identity_providers(ENV)
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False  # another's word on an address opens no account that is there
SOCIALACCOUNT_STORE_TOKENS = False
HEADLESS_ONLY = True
HEADLESS_CLIENTS = ("browser", "app")
HEADLESS_FRONTEND_URLS = {
    "account_confirm_email": f"{PUBLIC_URL}/verify-email/{{key}}",
    "account_reset_password": f"{PUBLIC_URL}/forgot-password",
    "account_reset_password_from_key": f"{PUBLIC_URL}/reset-password/{{key}}",
    "account_signup": f"{PUBLIC_URL}/sign-up",
    "socialaccount_login_error": f"{PUBLIC_URL}/account/provider/callback",
}

# A name with __Host- is refused by browsers unless Secure, for the whole host and for no other.
SESSION_ENGINE = "finery.sessions"
SESSION_COOKIE_NAME = "__Host-sessionid" if IS_HTTPS else "sessionid"
SESSION_COOKIE_AGE = 14 * 24 * 3600  # idle
SESSION_ABSOLUTE_SECONDS = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "__Host-csrftoken" if IS_HTTPS else "csrftoken"
CSRF_FAILURE_VIEW = "finery.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_SSL_HOST = urlsplit(PUBLIC_URL).netloc
SECURE_REDIRECT_EXEMPT = [r"^internal/", r"^healthz$"]  # asked over http, within the platform
SECURITY_HEADERS = browser.HEADERS
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": browser.page_policy(
        accounts.provider_origins(ENV), [ENV.bucket.origin] if ENV.bucket else []
    )
}
CLOSED_CONTENT_POLICY = browser.CLOSED_POLICY
NONCE_PLACEHOLDER = "__CSP_NONCE__"  # in the built index.html, see frontend/vite.config.ts

DEFAULT_FROM_EMAIL = "Finery <no-reply@finery.local>"
if ENV.smtp_url:
    _smtp = urlsplit(ENV.smtp_url)
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _smtp.hostname or "localhost", _smtp.port or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_smtp.username or ""), unquote(_smtp.password or "")
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(ENV.mail_dir)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.tenants.authentication.ApiKeyAuthentication",
        "apps.tenants.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "apps.core.parsers.BoundedJsonParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "apps.core.negotiation.OnlyForm",
    "DEFAULT_SCHEMA_CLASS": "apps.core.inputs.DeclaredSchema",
    "EXCEPTION_HANDLER": "apps.core.exceptions.render_error",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Finery",
    "DESCRIPTION": "Fine-tuning and serving with an OpenAI-compatible API.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SCHEMA_PATH_PREFIX": "/(v1|api)",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "finery.data_plane.add_data_plane",
    ],
    "ENUM_NAME_OVERRIDES": {"AugmentationEnum": "apps.datasets.serializers.operations.AUGMENTATIONS"},
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # names in the document are no matter of deployment
    "SECURITY": [{"ApiKey": []}],
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
USE_TZ, TIME_ZONE = True, "UTC"
STATIC_URL = "/static/"
DASHBOARD_FOLDER = ROOT / "frontend" / "dist"
WHITENOISE_USE_FINDERS = True  # libraries' static files from where they are installed: nothing to collect
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_ROOT = str(DASHBOARD_FOLDER) if DASHBOARD_FOLDER.is_dir() else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024  # JSON bodies; files are streamed
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "apps.core.upload_handlers.UnnamedFileUploadHandler",
]

OBJECTS_FOLDER = ENV.objects
OBJECTS_BUCKET = ENV.bucket
KEY_PEPPER = ENV.key_pepper
KEY_PEPPERS = [pepper for pepper in (ENV.key_pepper, ENV.key_pepper_previous) if pepper]
RUNNER_TOKEN = ENV.runner_token
INTERNAL_URL = ENV.internal_url.rstrip("/")  # where runners find /internal
HUB_BASES = ENV.hub_bases
SIGNUP_CREDIT_MICRO_USD = ENV.signup_credit_usd * 1_000_000
MAX_FILE_BYTES = 512 * 1024**2
MAX_UPLOAD_BYTES = 8 * 1024**3
MAX_PART_BYTES = 64 * 1024**2
MAX_PENDING_UPLOADS = 100  # a project
MAX_UPLOAD_REQUESTS_PER_MINUTE = 1000  # a project
MAX_PROJECT_BYTES = ENV.max_project_gb * 1024**3

CELERY_BROKER_URL = (
    ENV.redis_url.replace("unix://", "redis+socket://").split("?")[0]
    if ENV.redis_url.startswith("unix://")
    else ENV.redis_url
)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "control"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 15,
    "unacked_restore_throttle": 1,
    "global_keyprefix": redis_names.CELERY_PREFIX,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Refusals name the path, and paths name models: the customer's words. Bugs of ours are still logged.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
}
