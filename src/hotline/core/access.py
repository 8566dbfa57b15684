"""Who may do what: named functions (person, thing) -> bool, asked where the write is."""

from collections.abc import Callable
from typing import Any

from hotline.core import audit

Check = Callable[..., bool]
CHECKS: dict[str, Check] = {}


class NotAllowed(Exception):
    """Becomes 403 in the web."""


def permission(name: str) -> Callable[[Check], Check]:
    """Register a plain function (person, *thing) -> bool under `area.verb_noun`."""

    def enter(check: Check) -> Check:
        assert name not in CHECKS, name
        CHECKS[name] = check
        return check

    return enter


def may(person: Any, name: str, *thing: object) -> bool:
    """Whether the person may do it; an unknown name is a KeyError, never a yes."""
    check = CHECKS[name]
    return bool(person.is_active) and check(person, *thing)


def authorize(person: Any, name: str, *thing: object) -> None:
    """Refuse whoever may not, and sign the audit of this transaction with who may."""
    if not may(person, name, *thing):
        raise NotAllowed(f"{person} may not {name}")
    audit.sign(person.pk, name)
