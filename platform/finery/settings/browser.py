"""What browsers are told: content policies and the powers that pages renounce."""

from typing import Any

from csp.constants import NONCE, NONE, SELF

# Whatever is no page: an answer of the API shown as a document can load, run and frame nothing.
CLOSED_POLICY: dict[str, Any] = {"default-src": [NONE], "frame-ancestors": [NONE]}


def page_policy(form_targets: list[str], object_origins: list[str]) -> dict[str, Any]:
    """Pages run our own scripts and styles only: none inline without the answer's nonce, none by eval."""
    return {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF, *object_origins],
        "manifest-src": [SELF],
        "form-action": [SELF, *form_targets],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), "
        "microphone=(), midi=(), payment=(), usb=(), publickey-credentials-create=(self), "
        "publickey-credentials-get=(self), clipboard-write=(self)"
    ),
}
