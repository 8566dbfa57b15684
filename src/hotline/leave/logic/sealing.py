"""Certificates, reasons of a health kind and notices of pregnancy lie sealed under the installation's key."""

import base64
import hashlib
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def _locks(secrets: Sequence[str]) -> MultiFernet:
    keys = [hmac.new(secret.encode(), b"hotline.leave.papers", hashlib.sha256).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def seal(content: bytes, secrets: Sequence[str]) -> bytes:
    """Bytes under the first key."""
    return _locks(secrets).encrypt(content)


def unseal(sealed: bytes, secrets: Sequence[str]) -> bytes | None:
    """What was sealed, under the present or an earlier key; None where no key fits any more."""
    try:
        return _locks(secrets).decrypt(sealed)
    except InvalidToken:
        return None
