"""A passkey in software: a security key's answers by hand, after WebAuthn level 2, attestation `none`."""

import hashlib
import json
import os
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.utils import websafe_encode

_USER_PRESENT, _USER_VERIFIED, _HAS_CREDENTIAL = 0x01, 0x04, 0x40


class Passkey:
    """One credential on one device."""

    def __init__(self, origin: str = "https://testserver") -> None:
        self.origin, self.id = origin, os.urandom(32)
        self._key, self._user_handle = ec.generate_private_key(ec.SECP256R1()), b""

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer navigator.credentials.create()."""
        public_key = options["publicKey"]
        self._user_handle = public_key["user"]["id"].encode()
        client_data = self._client_data("webauthn.create", public_key["challenge"])
        credential = bytes(16) + struct.pack(">H", len(self.id)) + self.id + self._cose_key()
        data = self._authenticator_data(public_key["rp"]["id"], _HAS_CREDENTIAL) + credential
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client_data),
                "attestationObject": websafe_encode(attestation),
            }
        )

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer navigator.credentials.get()."""
        public_key = options["publicKey"]
        client_data = self._client_data("webauthn.get", public_key["challenge"])
        data = self._authenticator_data(public_key["rpId"], 0)
        signature = self._key.sign(data + hashlib.sha256(client_data).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(client_data),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self._user_handle.decode(),
            }
        )

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = websafe_encode(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {"credProps": {"rk": True}},
            "authenticatorAttachment": "platform",
        }

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps(
            {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        ).encode()

    def _authenticator_data(self, rp_id: str, flags: int) -> bytes:
        flags |= _USER_PRESENT | _USER_VERIFIED
        return hashlib.sha256(rp_id.encode()).digest() + struct.pack(">BI", flags, 1)

    def _cose_key(self) -> bytes:
        numbers = self._key.public_key().public_numbers()
        x, y = (value.to_bytes(32, "big") for value in (numbers.x, numbers.y))
        return cbor.encode({1: 2, 3: -7, -1: 1, -2: x, -3: y})
