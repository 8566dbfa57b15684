"""The simulation's clockwork: acts in the order of their moments, and every open case with somebody who goes on."""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from hotline.cases.logic.flow import Queue
from hotline.cases.models import Case, Holding
from hotline.config.demo.world import World
from hotline.core import clock, jobs
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused

Act = Callable[[datetime], None]
CaseAct = Callable[[Case, datetime], Case | None]
SOON = timedelta(minutes=4)  # after a refusal somebody looks again
TRIES = 3
HANDS_OUT = frozenset({"cases.handlers.hand_out", "cases.handlers.hand_out_to_ready"})
# They look at everything that has happened since the last time, whatever it is that calls them.
LOOKS_AT_ALL = frozenset({"open311.handlers.gather_queued", "open311.handlers.gather_ended"})
MOST_TURNS = 20  # of handling what handlers announce
HANDED_OUT = frozenset({Queue.INTAKE.value, Queue.FEEDBACK.value})


@dataclass(slots=True)
class Counts:
    """What happened so far."""

    acts: int = 0
    arrived: int = 0
    refused: int = 0
    overtaken: int = 0
    ended: int = 0


@dataclass(frozen=True, slots=True)
class Next:
    """Who does what to a case, and when."""

    at: datetime
    do: CaseAct


@dataclass(slots=True)
class Engine:
    """One heap of moments and acts; `live` when the machine's own worker and people act beside it."""

    world: World
    now: datetime
    live: bool = False
    counts: Counts = field(default_factory=Counts)
    waiting: dict[int, Case] = field(default_factory=dict)  # cases that are handed to whoever is free
    planned: dict[int, int] = field(default_factory=dict)  # case -> the version for which the next act is planned
    tries: dict[int, int] = field(default_factory=dict)
    decide: Callable[[Case, datetime], Next | None] = lambda _case, _at: None
    offer: Callable[[datetime], None] = lambda _at: None  # in a history: let whoever is free take what waits
    hands: dict[int, set[int]] = field(default_factory=dict)  # person -> cases in hand, as far as followed
    holder: dict[int, int] = field(default_factory=dict)  # case -> person
    freed: dict[int, datetime] = field(default_factory=dict)  # person -> since when nothing is in hand
    _heap: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _order: "count[int]" = field(default_factory=count)

    def later(self, at: datetime, act: Act) -> None:
        """Put an act on the heap; the past is now."""
        heapq.heappush(self._heap, (max(at, self.now), next(self._order), act))

    def due(self) -> datetime | None:
        """The moment of the next act."""
        return self._heap[0][0] if self._heap else None

    def run(self, until: datetime, watch: Callable[[datetime], None] | None = None) -> None:
        """Do everything that is due before a moment."""
        while self._heap and self._heap[0][0] < until:
            self.step()
            if watch is not None:
                watch(self.now)
        self.now = max(self.now, until)

    def step(self) -> None:
        """Do the next act. A refusal is a normal day's event."""
        at, _number, act = heapq.heappop(self._heap)
        self.now = max(self.now, clock.now() if self.live else at)
        self.counts.acts += 1
        try:
            act(self.now)
        except (Refused, NotAllowed):
            self.counts.refused += 1

    # ---------------------------------------------------------------- cases

    def follow(self, case: Case | None, at: datetime) -> None:
        """A case has changed: remember where it waits, and plan what comes next."""
        if case is None or self.planned.get(case.pk) == case.version:
            return
        held = case.holding
        self.waiting.pop(case.pk, None)
        self._note_hands(case.pk, held.person_id if held else None, at)
        if held is None:
            self.counts.ended += 1
            self.planned.pop(case.pk, None)
        if held is not None and held.queue in HANDED_OUT:
            self.waiting[case.pk] = case
            self.hand_out(at)
            return
        following = self.decide(case, at)
        if following is None:
            return
        self.planned[case.pk] = case.version
        version, do = case.version, following.do
        self.later(following.at, lambda moment: self._act(case, version, do, moment))

    def _act(self, case: Case, version: int, do: CaseAct, at: datetime) -> None:
        key = case.pk
        if self.planned.get(key) != version:
            return  # somebody acted meanwhile, and what follows from that is planned already
        if self.live:
            case = fetch(key)  # in a history nobody else acts, so the case is still as it was
        del self.planned[key]
        if case.version != version:
            self.counts.overtaken += 1
            self.follow(case, at)
            return
        try:
            changed = do(case, at)
        except (Refused, NotAllowed):
            self._again(key, at)
            return
        self.tries.pop(key, None)
        self.follow(changed, at)

    def _again(self, key: int, at: datetime) -> None:
        self.counts.refused += 1
        self.tries[key] = self.tries.get(key, 0) + 1
        if self.tries[key] <= TRIES:
            self.later(at + SOON * self.tries[key], lambda moment: self.follow(fetch(key), moment))

    def _note_hands(self, key: int, person: int | None, at: datetime) -> None:
        was = self.holder.pop(key, None)
        if was is not None:
            self.hands[was].discard(key)
            self.freed[was] = at
        if person is not None:
            self.holder[key] = person
            self.hands.setdefault(person, set()).add(key)

    def has_work(self, person_id: int) -> bool:
        """Whether somebody has a case in hand. Where others act too, the table knows."""
        if self.live:
            return Holding.objects.open().filter(person=person_id).exists()
        return bool(self.hands.get(person_id))

    def hand_out(self, at: datetime) -> None:
        """Let waiting cases reach whoever is free. Where a worker runs, it hands them out."""
        if not self.live and self.waiting:
            self.offer(at)

    def settle(self, at: datetime) -> None:
        """Handle what was announced in a history, so that no worker takes it for news; what this announces, too."""
        for _turn in range(MOST_TURNS):
            if not jobs.settle(at=at, same=_same):
                return


def _same(handler: str, payload: dict[str, Any]) -> object:
    """Handing out once is enough, however many reasons there are for it; everything else is news of its own."""
    if handler in LOOKS_AT_ALL:
        return LOOKS_AT_ALL
    if handler in HANDS_OUT:
        return handler, payload.get("centre_id"), payload.get("state")
    return handler, repr(sorted(payload.items()))


def fetch(key: int) -> Case:
    """A case with its open holding, as the services read it."""
    return fetch_all([key])[0]


def fetch_all(keys: Iterable[int]) -> list[Case]:
    """Cases with their open holdings: two queries."""
    rows = Case.objects.select_related("condition__category", "operator", "grid", "department").filter(pk__in=keys)
    cases = {case.pk: case for case in rows.order_by("pk")}
    held = Holding.objects.open().filter(case__in=cases).select_related("person", "unit")
    for case in cases.values():
        case.__dict__["holding"] = None
    for holding in held:
        cases[holding.case_id].__dict__["holding"] = holding
    return list(cases.values())


def quietly(act: Act) -> Act:
    """An act of several services that happens as a whole or not at all."""

    def whole(at: datetime) -> None:
        with transaction.atomic():
            act(at)

    return whole
