"""Calls that are owed, in clock time: simulated operators call back who was missed, as a centre of people does.

They take a debt out of their team's list and let the exchange call; the talk keeps the promise by itself. What stands
in the name of somebody real is left to him.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from hotline.config.demo.world import MINUTE, World
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.promises.logic import Kind
from hotline.promises.models import Promise
from hotline.promises.queries import calls as owed_calls
from hotline.promises.services import calls, ledger
from hotline.telephony.logic.words import State
from hotline.telephony.models import PhoneState

FIRST, AGAIN = (3, 25), (10, 30)  # minutes until somebody calls back, and until he tries once more
RESTED = timedelta(seconds=15)  # whoever has been ready for so long has time for it
LOOKS = timedelta(seconds=20)  # between two looks
MOST = 60  # debts that are looked at together, those due first


@dataclass(slots=True)
class Debts:
    """What simulated operators do about calls that are owed."""

    world: World
    _tried: dict[int, datetime] = field(default_factory=dict)
    _looked: datetime | None = None

    def look(self, now: datetime, at_work: set[int]) -> None:
        """Let those at work who are free call whoever has waited long enough to be called back."""
        if self._looked is not None and now - self._looked < LOOKS:
            return
        self._looked = now
        due = [row for row in self._owed() if self._when(row) <= now]
        free = self._free(now, at_work) if due else []
        for promise in due:
            person = next((one for one in free if self._calls(promise, one, now)), None)
            if person is not None:
                free.remove(person)

    def _owed(self) -> list[Promise]:
        rows = Promise.objects.owed().filter(centre=self.world.centre, kind__in=[Kind.CALL_BACK, Kind.MISSED_CALL])
        found = rows.select_related("first").order_by("due_at", "pk")[:MOST]
        return [
            row
            for row in found
            if owed_calls.call_of(row) is not None and (row.owner_id is None or self.world.simulated(row.owner_id))
        ]

    def _when(self, promise: Promise) -> datetime:
        """When somebody calls back: some minutes after it was owed, or after it was tried last."""
        tried = self._tried.get(promise.pk)
        least, most = FIRST if tried is None else AGAIN
        begins = promise.made_at if tried is None else tried
        return begins + self.world.dice("owed", promise.pk, begins.isoformat()).randrange(least, most) * MINUTE

    def _free(self, now: datetime, at_work: set[int]) -> list[Person]:
        rows = PhoneState.objects.filter(
            centre=self.world.centre, span__upper_inf=True, state=State.READY, span__startswith__lte=now - RESTED,
            person__in=at_work,
        )  # fmt: skip
        ready = rows.order_by("span", "person").values_list("person", flat=True)
        return [self.world.staff[key] for key in ready if self.world.simulated(key)]

    def _calls(self, promise: Promise, person: Person, now: datetime) -> bool:
        """Whether this person could; what he may not do, or somebody else was quicker with, is another's."""
        if promise.owner_id not in {None, person.pk}:
            return False
        with suppress(Refused, NotAllowed), transaction.atomic():
            if promise.owner_id is None:
                ledger.take(promise_id=promise.pk, by=person, at=now)
            calls.dial(promise_id=promise.pk, by=person, at=now)
            self._tried[promise.pk] = now
            return True
        return False
