"""Keys for files: UUIDv7, in the order of their moments and not to be guessed. Rows have whole numbers."""

import secrets
from datetime import datetime
from uuid import UUID


def uuid7(at: datetime) -> UUID:
    """A UUID of version 7 (RFC 9562): 48 bits of milliseconds, then 74 random bits."""
    milliseconds = int(at.timestamp()) * 1000 + at.microsecond // 1000
    head = (milliseconds & (1 << 48) - 1) << 80
    return UUID(int=head | 7 << 76 | secrets.randbits(12) << 64 | 0b10 << 62 | secrets.randbits(62))
