"""What a call that we made is for: asked of the areas above, which have work of their own with it."""

from collections.abc import Callable

from hotline.telephony.models import Call

Check = Callable[[Call], bool]
_checks: list[Check] = []


def fill(check: Check) -> None:
    """Let an area say whether a call belongs to work of its own; entering it twice changes nothing."""
    if check not in _checks:
        _checks.append(check)


def has_own(call: Call) -> bool:
    """Whether what is said in a call is written down elsewhere: it need be no report."""
    return any(check(call) for check in _checks)
