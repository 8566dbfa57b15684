"""What pages of leave share: tabs, words for kinds and days, steps as a timeline, how a refusal is said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext

from hotline.approvals.models import Step
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, words
from hotline.core.templatetags.pieces import Tab, TimelineItem
from hotline.kernel.rules import Refused
from hotline.leave.models import Leave
from hotline.leave.queries import requests, swaps
from hotline.people.models import Person, Position
from hotline.rulebook.leave import in_days
from hotline.rulebook.roles import HOLDERS, ROLE_NAMES, Role

TONES = {
    "sick": "red", "personal": "amber", "annual": "green", "marriage": "purple", "maternity": "purple",
    "paternity": "purple", "bereavement": "neutral", "work_injury": "red",
}  # fmt: skip


def tabs_of(person: Person, active: str) -> list[Tab]:
    """The pages of leave that this person may open, with what waits on them."""
    known = [
        ("mine", gettext("My leave"), "leave.ask", None),
        ("swaps", gettext("Swaps"), "leave.swap", len(swaps.to_answer(person)) or None),
        ("deciding", gettext("To be decided by me"), "leave.view_deciding", _waiting(person) or None),
        ("overview", gettext("Who is away"), "leave.overview", None),
        ("balances", gettext("Balances"), "leave.keep_balances", None),
        ("kinds", gettext("Kinds of leave"), "leave.ask", None),
    ]
    return [
        Tab(label, reverse(f"leave:{name}"), active=name == active, count=count)
        for name, label, permission, count in known
        if may(person, permission)
    ]


def _waiting(person: Person) -> int:
    return len(requests.deciding(person)) + len(swaps.deciding(person))


@dataclass(frozen=True, slots=True)
class Named:
    """A request with its kind in words and its days as text."""

    row: Leave
    kind: str
    tone: str
    days: str


def named(row: Leave) -> Named:
    """For lists."""
    return Named(row, gettext(requests.kind_of(row).name), TONES[row.kind], in_days(row.half_days))


def step_names(steps: Iterable[Step]) -> str:
    """Who decides, as positions in order."""
    return " → ".join(gettext(position_label(step.positions)) for step in steps)


def position_label(positions: Iterable[str]) -> str:
    """The word for the positions of a step."""
    return "/".join(str(Position(position).label) for position in positions)


def roles(chain: Iterable[Role], on: date) -> list[tuple[str, str]]:
    """Roles of a chain: the handbook's word and the centre's positions that hold it."""
    holders = HOLDERS.on(on)
    return [(gettext(ROLE_NAMES[role]), position_label(holders[role])) for role in chain]


def timeline(steps: Iterable[Step]) -> list[TimelineItem]:
    """What was decided, the newest first."""
    found = []
    for step in steps:
        if step.decided_at is None or step.decided_by is None:
            continue
        stood = step.stood_in_for
        actor = step.decided_by.name
        said = gettext("agrees") if step.is_yes else gettext("does not agree")
        if stood is not None:
            actor = gettext("{name} for {absent}").format(name=actor, absent=stood.name)
        found.append(
            TimelineItem(
                at=step.decided_at,
                title=gettext("{who}: {said}").format(who=gettext(position_label(step.positions)), said=said),
                actor=actor,
                text=step.note,
                icon="circle-check" if step.is_yes else "circle-x",
                tone="green" if step.is_yes else "red",
            )
        )
    return found[::-1]


def attempt(request: Request, said: str, service: Callable[..., Any], **values: Any) -> bool:
    """Call a service and say what came of it on the next page."""
    try:
        service(**values, by=request.user, at=request.at)
    except Refused as error:
        for refusal in error.refusals:
            messages.error(request, f"{words(refusal)} ({refusal.clause})")
        return False
    messages.success(request, said)
    return True


def today(request: Request) -> date:
    """The local day of this page."""
    return clock.local_day(request.at)
