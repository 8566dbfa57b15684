"""Checks of the line as pages and the ACD read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from hotline.core import clock
from hotline.people.models import Centre, Person
from hotline.telephony.logic import menus as logic
from hotline.telephony.logic.checks import FAULT_LABELS, Fault
from hotline.telephony.models import Check, CheckKind, CheckStatus, CheckStep, Line
from hotline.telephony.queries.menus import move_name


def rows(person: Person, chosen: Mapping[str, Any]) -> "QuerySet[Check]":
    """The checks that a person may see, newest first, with how many test calls were made and went wrong."""
    found = (
        Check.objects.visible_to(person)
        .select_related("version__menu", "asked_by", "signed_by")
        .annotate(calls=Count("steps"), wrong=Count("steps", filter=Q(steps__is_ok=False)))
    )
    if kind := chosen.get("kind"):
        found = found.filter(kind=kind)
    if chosen.get("state") == "fault":
        found = found.faults()
    elif state := chosen.get("state"):
        found = found.filter(status=state)
    return found


@dataclass(frozen=True, slots=True)
class Told:
    """One test call in words."""

    step: CheckStep
    moves: list[str]
    faults: list[str]


def told(check: Check) -> list[Told]:
    """The test calls of a check: what was done in each, and what was found."""
    tree = logic.read(check.version.tree) if check.version is not None else None
    steps = check.steps.select_related("call", "recording")
    return [
        Told(
            step,
            [move_name(tree, (one[0], one[1], one[2])) for one in step.moves] if tree else [],
            [fault_name(fault) for fault in step.faults],
        )
        for step in steps
    ]


def fault_name(fault: str) -> str:
    """A fault in the reader's language."""
    return gettext(FAULT_LABELS[Fault(fault)]) if fault in set(Fault) else fault


def one(person: Person, pk: int) -> Check:
    """A check that a person may see. Raises Check.DoesNotExist."""
    names = ("centre", "version__menu", "asked_by", "signed_by", "closed_by", "status_by")
    return Check.objects.visible_to(person).select_related(*names).get(pk=pk)


@dataclass(frozen=True, slots=True)
class Now:
    """A number of the centre with its last check of each kind."""

    line: Line
    last: Check | None
    walk: Check | None


def numbers(person: Person) -> list[Now]:
    """The centre's numbers and how they were found last: two queries and two a number."""
    lines = Line.objects.filter(centre=person.centre_id).select_related("queue", "menu").order_by("dialled")
    checks = Check.objects.visible_to(person).order_by("-asked_at", "-pk")
    return [
        Now(
            line,
            checks.filter(dialled=line.dialled, kind=CheckKind.LINE).first(),
            checks.filter(dialled=line.dialled, kind=CheckKind.MENU).first(),
        )
        for line in lines[:20]
    ]


def open_faults(person: Person) -> int:
    """How many faults nobody has closed."""
    return Check.objects.visible_to(person).faults().count()


# ---------------------------------------------------------------- for the clock and the ACD


def numbers_of(centre: Centre) -> list[str]:
    """Every number of a centre that leads to a queue in use."""
    return list(
        Line.objects.filter(centre=centre, queue__is_active=True).order_by("dialled").values_list("dialled", flat=True)
    )


def numbers_with_menu(centre: Centre) -> list[str]:
    """Every number that begins in a menu that is on."""
    rows = Line.objects.filter(centre=centre, queue__is_active=True, menu__is_on=True)
    return list(rows.order_by("dialled").values_list("dialled", flat=True))


def asked_for(centre: Centre) -> list[Check]:
    """Checks that nobody has begun, oldest first."""
    rows = Check.objects.filter(centre=centre, status=CheckStatus.ASKED).select_related("version")
    return list(rows.order_by("asked_at", "pk"))


def running(centre: Centre) -> list[int]:
    """Checks that were begun and are not over."""
    return list(Check.objects.filter(centre=centre, status=CheckStatus.RUNNING).values_list("pk", flat=True))


def overdue(centre: Centre, asked_before: datetime, begun_before: datetime) -> list[int]:
    """Checks that nobody took, or that hang."""
    late = Q(status=CheckStatus.ASKED, asked_at__lt=asked_before) | Q(
        status=CheckStatus.RUNNING, status_at__lt=begun_before
    )
    return list(Check.objects.filter(late, centre=centre).values_list("pk", flat=True))


def was_checked(centre: Centre, kind: CheckKind, dialled: str, at: datetime) -> bool:
    """Whether a number was checked in this day (the line) or this month (the menu) by the clock."""
    day = clock.local_day(at)
    since = day.replace(day=1) if kind is CheckKind.MENU else day
    rows = Check.objects.filter(centre=centre, kind=kind, dialled=dialled, asked_at__gte=clock.wall(since))
    return rows.exclude(cause="asked").exists()
