"""Accounts: how people sign up, sign in and prove once more who they are (django-allauth)."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from finery.settings.environment import Environment


def identity_providers(env: Environment) -> dict[str, dict[str, Any]]:
    """Who else may vouch for a person: what the environment names, and nobody else."""
    found: dict[str, dict[str, Any]] = {}
    if env.github_client_id:
        app = _app("GitHub", env.github_client_id, env.github_client_secret)
        found["github"] = {"APPS": [app], "SCOPE": ["read:user", "user:email"]}
    if env.google_client_id:
        app = _app("Google", env.google_client_id, env.google_client_secret)
        found["google"] = {"APPS": [app], "SCOPE": ["openid", "profile", "email"]}
    if env.oidc_issuer and env.oidc_client_id:
        if not (env.oidc_issuer.startswith("https://") or is_loopback(env.oidc_issuer)):
            # Its tokens are believed because they come from it directly: OpenID Connect Core 1.0, 3.1.3.7.
            raise ImproperlyConfigured("FINERY_OIDC_ISSUER must be an https:// address.")
        app = _app(env.oidc_name, env.oidc_client_id, env.oidc_client_secret)
        app["settings"] |= {"server_url": env.oidc_issuer.rstrip("/")}
        found["openid_connect"] = {"APPS": [{**app, "provider_id": "sso"}]}
    return found


def _app(name: str, client_id: str, secret: str) -> dict[str, Any]:
    return {
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"oauth_pkce_enabled": True},
    }


def provider_origins(env: Environment) -> list[str]:
    """Where the sign-in form may lead: Chromium holds a form's redirects to `form-action` too."""
    issuer = urlsplit(env.oidc_sign_in_origin or env.oidc_issuer)
    offered = {
        "https://github.com": env.github_client_id,
        "https://accounts.google.com": env.google_client_id,
        f"{issuer.scheme}://{issuer.netloc}": env.oidc_issuer and env.oidc_client_id,
    }
    return [origin for origin, is_offered in offered.items() if is_offered]


def is_loopback(url: str) -> bool:
    """True for development on this machine, where browsers take http for a secure context."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1")


# Tries per account (`key`, `user`) and per address (`ip`). Codes of a second factor count as `login_failed`.
RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/300s/key",
    "signup": "20/m/ip,200/h/ip",
    "confirm_email": "1/10s/key,10/h/key",  # mails to one address
    "reset_password": "20/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "5/300s/user",
    "change_password": "5/m/user",
    "manage_email": "10/m/user",
}
