"""What areas above want done before somebody leaves his seat, without the area of seats knowing them.

An area enters a function when it becomes ready. It is asked at every sign-out and answers with the address to which the
person has to go first, or with nothing. A fault in one of them never keeps anybody at his seat: it is logged, and the
sign-out goes on.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from structlog import get_logger

from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused

# (person, why he leaves all the same, moment) -> the address where he has to go first, or nothing
Ask = Callable[[Any, str, datetime], str]
_asked: list[Ask] = []
log = get_logger()


def ask_before_leaving(function: Ask) -> None:
    """Let a function be asked at every sign-out; entering it twice changes nothing."""
    if function not in _asked:
        _asked.append(function)


def first_stop(person: Any, reason: str, at: datetime) -> str:
    """Where the person has to go before he leaves, or nothing. A business no is raised as it is."""
    for function in _asked:
        try:
            with transaction.atomic():
                stop = function(person, reason, at)
        except (Refused, NotAllowed):
            raise
        except Exception:  # whatever broke, nobody is kept at his seat by it
            log.exception("leaving.fault", person=person.pk)
            continue
        if stop:
            return stop
    return ""
