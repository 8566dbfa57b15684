"""Tracking codes: what a citizen keeps to look after his report. Made by chance, kept as a keyed sum alone."""

import hashlib
import hmac
import unicodedata

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"  # no sign that is taken for another one
LENGTH, GROUP = 12, 4  # 31^12: more than 2^59


def code_of(chance: bytes, secret: str) -> str:
    """The code that belongs to these random bytes: the same for the same ones, unguessable without the secret."""
    number = int.from_bytes(hmac.new(f"{secret}.code".encode(), chance, hashlib.sha256).digest())
    signs = []
    for _ in range(LENGTH):
        number, at = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[at])
    return "".join(signs)


def written(code: str) -> str:
    """In groups of four, as it is read out: ABCD-EFGH-JKMN."""
    return "-".join(code[at : at + GROUP] for at in range(0, len(code), GROUP))


def tidy(text: str) -> str:
    """What somebody typed as the code may be: wide signs, small letters, blanks and dashes do not matter."""
    plain = unicodedata.normalize("NFKC", text[:200]).upper()
    return "".join(sign for sign in plain if sign in ALPHABET)


def is_code(text: str) -> bool:
    """Whether it has the shape of a code."""
    return len(text) == LENGTH and set(text) <= set(ALPHABET)


def known_by(code: str, secret: str) -> str:
    """A sum by which the code is known again, and from which nobody finds it."""
    return hmac.new(f"{secret}.known".encode(), code.encode(), hashlib.sha256).hexdigest()


def tidy_number(text: str) -> str:
    """A case number as somebody may type it: 20260309-0042."""
    plain = unicodedata.normalize("NFKC", text[:200])
    digits = "".join(sign for sign in plain if sign.isascii() and sign.isdigit())
    return f"{digits[:8]}-{digits[8:]}" if len(digits) > 8 else ""
