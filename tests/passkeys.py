"""A passkey without a device: what a browser and its authenticator answer, made with a key of our own."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

RP_ID = "testserver"
ORIGIN = f"https://{RP_ID}"


class SoftwarePasskey:
    """`register` answers a site that asks for a new key, `sign` one that asks who is there."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.credential_id = secrets.token_bytes(16)
        self.user_handle = ""

    def register(self, options: dict[str, Any]) -> dict[str, Any]:
        """`options` is the `publicKey` of the creation options; returns the credential as JSON."""
        self.user_handle = options["user"]["id"]
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
        public = ES256.from_cryptography_key(self.key.public_key())  # type: ignore[no-untyped-call]
        credential = AttestedCredentialData.create(bytes(16), self.credential_id, public)
        data = AuthenticatorData.create(sha256(RP_ID.encode()).digest(), flags, 0, credential)
        client = CollectedClientData.create("webauthn.create", options["challenge"], ORIGIN)
        return self._credential(
            {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
                "transports": ["internal"],
            },
            {"credProps": {"rk": True}},
        )

    def sign(self, options: dict[str, Any]) -> dict[str, Any]:
        """`options` is the `publicKey` of the request options; returns the assertion as JSON."""
        flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV
        data = AuthenticatorData.create(sha256(RP_ID.encode()).digest(), flags, 0)
        client = CollectedClientData.create("webauthn.get", options["challenge"], ORIGIN)
        signature = self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return self._credential(
            {
                "clientDataJSON": websafe_encode(client),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.user_handle,
            },
            {},
        )

    def _credential(self, response: dict[str, Any], extensions: dict[str, Any]) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        return {
            "type": "public-key",
            "id": name,
            "rawId": name,
            "authenticatorAttachment": "platform",
            "response": response,
            "clientExtensionResults": extensions,
        }
