"""The simulation's clockwork: acts in the order of their moments, and every open case with somebody who goes on."""

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count

from django.db import transaction

from hotline.cases.logic.flow import Queue
from hotline.cases.models import Case, Holding
from hotline.config.demo.world import World
from hotline.core import jobs
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused

Act = Callable[[datetime], None]
CaseAct = Callable[[Case, datetime], Case | None]
SOON = timedelta(minutes=4)  # after a refusal somebody looks again
TRIES = 3
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
    waiting: set[int] = field(default_factory=set)  # cases that are handed to whoever is free
    planned: dict[int, int] = field(default_factory=dict)  # case -> the version for which the next act is planned
    tries: dict[int, int] = field(default_factory=dict)
    decide: Callable[[Case, datetime], Next | None] = lambda _case, _at: None
    handed: Callable[[datetime], None] = lambda _at: None  # called when cases may have been handed out
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
        self.now = max(self.now, at)
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
        self.waiting.discard(case.pk)
        if held is None:
            self.counts.ended += 1
            self.planned.pop(case.pk, None)
        if held is not None and held.queue in HANDED_OUT:
            self.waiting.add(case.pk)
            self.hand_out(at)
            return
        following = self.decide(case, at)
        if following is None:
            return
        self.planned[case.pk] = case.version
        key, version, do = case.pk, case.version, following.do
        self.later(following.at, lambda moment: self._act(key, version, do, moment))

    def _act(self, key: int, version: int, do: CaseAct, at: datetime) -> None:
        if self.planned.get(key) != version:
            return  # somebody acted meanwhile, and what follows from that is planned already
        case = fetch(key)
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

    def hand_out(self, at: datetime) -> None:
        """Let waiting cases reach whoever is free: by the worker when there is one, else here and now."""
        if not self.live and self.waiting:
            jobs.settle(at=at)
            self.look(at)

    def look(self, at: datetime) -> None:
        """See which waiting cases have got into somebody's hands."""
        for case in fetch_all(self.waiting):
            held = case.holding
            if held is None or held.queue not in HANDED_OUT:
                self.follow(case, at)


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
