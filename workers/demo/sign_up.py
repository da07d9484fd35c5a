"""A person signs up, proves the e-mail address, makes an organization and a key: as the dashboard does."""

import email
import email.policy
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from workers.demo.errors import DemoFailedError

_AUTH = "/_allauth/app/v1/auth"
_MAIL_SECONDS = 20.0
_CODE = re.compile(r"^\s*([A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8})?)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    email: str
    password: str
    organization: str
    api_key: str
    admin_key: str  # usage and costs are the organization's, not a project's


def sign_up(url: str, mails: Path) -> Customer:
    """Make a new customer.

    Raises:
        DemoFailedError: an answer was not the expected one, or no mail came.
    """
    address, password = f"demo-{int(time.time())}@example.com", secrets.token_urlsafe(12)
    with httpx.Client(base_url=url, timeout=30) as client:
        token = _prove_address(client, address, password, mails)
        client.headers["X-Session-Token"] = token
        made = _call(client, "POST", "/api/organizations", {"name": "Juniper & Pine"}, expected=201)
        project = made["projects"][0]["id"]
        key = _call(client, "POST", f"/api/projects/{project}/api_keys", {"name": "demo"}, expected=201)
        client.headers["OpenAI-Organization"] = made["id"]
        admin_key = _call(client, "POST", "/v1/organization/admin_api_keys", {"name": "demo"}, expected=200)
    return Customer(
        email=address,
        password=password,
        organization=made["name"],
        api_key=key["value"],
        admin_key=admin_key["value"],
    )


def _prove_address(client: httpx.Client, address: str, password: str, mails: Path) -> str:
    # 401 is how headless allauth says "not signed in yet": the e-mail address is still to be proved.
    pending = _call(client, "POST", f"{_AUTH}/signup", {"email": address, "password": password}, expected=401)
    headers = {"X-Session-Token": pending["meta"]["session_token"]}
    code = _mailed_code(address, mails)
    signed_in = _call(client, "POST", f"{_AUTH}/email/verify", {"key": code}, expected=200, headers=headers)
    return str(signed_in["meta"].get("session_token") or headers["X-Session-Token"])


def _mailed_code(address: str, mails: Path) -> str:
    deadline = time.monotonic() + _MAIL_SECONDS
    while time.monotonic() < deadline:
        for path in sorted(mails.glob("*"), key=lambda path: path.stat().st_mtime, reverse=True):
            for body in _bodies_to(address, path):
                found = _CODE.search(body)
                if found:
                    return found[1]
        time.sleep(0.2)
    raise DemoFailedError(f"no mail with a code for {address} in {mails}", "web")


def _bodies_to(address: str, path: Path) -> list[str]:
    bodies = []
    for text in re.split(r"^-{70,}$", path.read_text(errors="replace"), flags=re.MULTILINE):
        message = email.message_from_string(text.lstrip("\n"), policy=email.policy.default)
        part = message.get_body(("plain",)) if address in str(message["To"]) else None
        if part is not None:
            bodies.append(str(part.get_content()))
    return bodies


def _call(
    client: httpx.Client,
    method: str,
    path: str,
    body: dict[str, str],
    *,
    expected: int,
    headers: dict[str, str] | None = None,
) -> dict[str, Any]:
    answer = client.request(method, path, json=body, headers=headers)
    if answer.status_code != expected:
        raise DemoFailedError(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}", "web")
    content: dict[str, Any] = answer.json()
    return content
