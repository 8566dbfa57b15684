"""Recorded wait and talk against SIPp's own clock, on a real exchange."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

import pytest

from hotline.telephony.models import Call
from tests.telephony.floor import BEHAVIOURS, Floor, busy, until

pytestmark = pytest.mark.telephony
EXACT = 0.050  # seconds that what is recorded may differ from the caller's own clock
OVERRUN = 1.0  # programs a core beyond which Asterisk itself hears an answer late, whoever tells of it afterwards
CALLERS = 6
TAKES = "takes_and_leaves"


def moments(path: Path, order: str, begins: str) -> list[datetime]:
    """When SIPp sent the message of each call that begins so, in answer to an order or as one, by its own clock."""
    rows = [line.split("\t") for line in path.read_text(errors="replace").splitlines()]
    sent = [row for row in rows if len(row) > 6 and row[3] == "S" and row[5].endswith(order)]
    first: dict[str, datetime] = {}
    for row in sent:  # what is sent once more was sent before
        if row[6].startswith(begins):
            first.setdefault(row[4], datetime.fromtimestamp(float(row[2]), UTC))
    return sorted(first.values())


def off(calls: list[Call], moment: str, told: list[datetime]) -> dict[int, float]:
    """Seconds that each call's moment lies behind SIPp's: whoever is first in the record is first in SIPp's."""
    ordered = sorted(calls, key=lambda call: getattr(call, moment))
    pairs = zip(ordered, told, strict=True)
    return {call.pk: round((getattr(call, moment) - seen).total_seconds(), 4) for call, seen in pairs}


@contextmanager
def work() -> Iterator[None]:
    """Another program that takes all the time of the processor that it can get."""
    running = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        running.kill()
        running.wait()


@pytest.mark.clause("A2.4")
@pytest.mark.parametrize("beside", [nullcontext, work], ids=["alone", "beside_other_work"])
def test_recorded_wait_and_talk_are_what_the_callers_own_clock_says(
    floor: Floor, beside: Callable[[], AbstractContextManager[None]]
):
    """Callers a second apart: from his INVITE to the 200 of the telephone, and from there to the telephone's BYE.

    Half of the waits and talks must be exact: that the machine keeps Asterisk itself from its core now and then is
    nothing that a record can mend.
    """
    floor.queue(wrap_up=0, wrap_most=0)
    floor.telephones(TAKES)
    for person in (floor.house.first, floor.house.second):
        floor.person(person, TAKES)
    with beside():
        floor.caller(calls=CALLERS, rate=1)  # who stay until they are served, however slow the machine is
        calls = [floor.ended(call, 60) for call in floor.calls(CALLERS, 20)]
    callers, persons = floor.folder / f"short-{floor.ports}.csv", floor.folder / f"short-{BEHAVIOURS[TAKES][0]}.csv"
    until(lambda: len(moments(persons, "BYE", "BYE")) == CALLERS, 5, floor.log)
    assert {call.ended_how for call in calls} == {"talked"}
    offs = [
        off(calls, "came_at", moments(callers, "INVITE", "INVITE")),
        off(calls, "answered_at", moments(persons, "INVITE", "SIP/2.0 200")),
        off(calls, "ended_at", moments(persons, "BYE", "BYE")),
    ]
    found = [[each[call.pk] for each in offs] for call in calls]
    errors = [abs(later - sooner) for moments_off in found for sooner, later in pairwise(moments_off)]
    told = f"seconds that came, answer and end lie behind SIPp's: {found}"
    if median(errors) > EXACT and busy() > OVERRUN:
        pytest.skip(f"so many programs wait for their turn here that the exchange itself is late; {told}")
    assert median(errors) <= EXACT, told
    print(f"errors of {len(errors)} waits and talks in ms: {sorted(round(1000 * error) for error in errors)}")  # noqa: T201 for whoever looks with -s
