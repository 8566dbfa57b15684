"""Cases go to whoever should have them by what everybody has in hand and has closed (B1.3)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from hotline.cases.services import desk
from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Centre, Person
from hotline.planning.queries import day

REASON = gettext_noop("Assigned by cases and closings as they stand")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A case, as it was seen, and who is to have it."""

    case_id: int
    version: int
    to_id: int


@dataclass(frozen=True, slots=True)
class Done:
    """How many cases went, and why the others did not."""

    moved: int
    refused: Sequence[Refused]


@transaction.atomic
def assign(*, centre: Centre, moves: Sequence[Chosen], reason: str, by: Person, at: datetime) -> Done:
    """Carry moves out. One that is overtaken meanwhile is left, with its reason; the others go."""
    authorize(by, "planning.assign", centre)
    there = {row.person.pk: row for row in day.hands(centre, at, also=day.HELPERS) if row.state in day.WORKING}
    moved, refused = 0, list[Refused]()
    for move in sorted(moves, key=lambda one: one.case_id):
        try:
            with transaction.atomic():
                _assign(move, there, reason, by, at)
        except Refused as fault:
            refused.append(fault)
        else:
            moved += 1
    live.touch(f"planning:{centre.pk}")
    return Done(moved, refused)


def _assign(move: Chosen, there: dict[int, day.Hand], reason: str, by: Person, at: datetime) -> None:
    if move.to_id not in there:
        raise Refused(Refusal("B1.3", gettext_noop("Whoever was to have the case is not at the seat any more.")))
    desk.assign(case_id=move.case_id, version=move.version, to=there[move.to_id].person, reason=reason, by=by, at=at)
