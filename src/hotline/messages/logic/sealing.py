"""What a text holds is sealed with the installation's key; an address is known again by a keyed sum alone."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.fernet import Fernet, MultiFernet


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.new(secret.encode(), f"hotline.messages.{purpose}".encode(), hashlib.sha256).digest()


def _locks(secrets: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret, "seal"))) for secret in secrets])


def seal(content: Mapping[str, Any], secrets: Sequence[str]) -> bytes:
    """Plain values under the first key."""
    return _locks(secrets).encrypt(json.dumps(content, ensure_ascii=False).encode())


def unseal(sealed: bytes, secrets: Sequence[str]) -> dict[str, Any]:
    """What was sealed, under the present or an earlier key."""
    found: dict[str, Any] = json.loads(_locks(secrets).decrypt(sealed))
    return found


def known_by(address: str, secret: str) -> str:
    """A sum by which the same address is known again, and from which nobody reads it."""
    return hmac.new(_derived(secret, "address"), address.lower().encode(), hashlib.sha256).hexdigest()
