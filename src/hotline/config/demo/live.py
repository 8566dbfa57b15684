"""The centre goes on in clock time: reports keep coming, simulated staff keep working beside whoever signs in."""

import contextlib
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from structlog import get_logger

from hotline.cases.models import Case, Holding, Source
from hotline.cases.services import desk
from hotline.config.demo import arrivals
from hotline.config.demo import centre as opening
from hotline.config.demo.engine import fetch_all
from hotline.config.demo.history import Life
from hotline.config.demo.live_phones import LivePhones
from hotline.config.demo.world import DAY, World
from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.people import queries as people
from hotline.people.models import Person, Position

PER_DAY = 500  # many more than in the history, so that whoever looks sees something happen
ASKS = 1500  # callers a day who only ask something
LOOK = 1.0  # seconds of the machine between two looks at what others did
SEEN_EVERY = 240  # seconds of the machine between two signs of life of a seat
HUMAN_WAITS = 20 * timedelta(seconds=1)  # somebody who is ready for so long gets the next report
OVERLAP = 10  # seconds of the machine: so long a transaction may take until others see it
log = get_logger()


@dataclass(slots=True)
class Living:
    """The loop of the simulate command."""

    world: World
    life: Life = field(init=False)
    phones: LivePhones = field(init=False)
    looked: datetime = field(init=False)
    seen: datetime = field(init=False)

    def begin(self) -> None:
        """Learn how things stand, and put what is due on the heap."""
        now = clock.now()
        self.world.learn(now)
        self.world.see_humans()
        self.life = Life(self.world, now, PER_DAY, live=True)
        self.phones = LivePhones(self.life, PER_DAY, ASKS)
        self.life.by_phone = lambda _at: self.phones.leads
        self.looked, self.seen = now, now - DAY  # whoever is there is seen at once
        self._plan(now)
        open_cases = Case.objects.filter(centre=self.world.centre).open().values_list("pk", flat=True)
        for case in fetch_all(list(open_cases)):
            self.life.engine.follow(case, now)

    def _plan(self, now: datetime) -> None:
        """Today's people and reports, once a day; shifts are planned ahead when few days are left."""
        today = clock.local_day(now)
        if today in self.life.days:
            return
        last = opening.last_planned(self.world.centre)
        if last is not None and last < today + 7 * DAY:
            first = max(last + DAY, today)
            opening.plan_ahead(self.world.centre, first, at=now)
        self.world.learn(now)
        self.world.read_duty(now - DAY, now + 3 * DAY)
        yesterday = today - DAY
        self.life.seats.plan_day(yesterday, now)  # late shifts may end after midnight
        self.life.plan_day(today, now)

    def run(self, stop: threading.Event) -> None:
        """Until told to stop; a lost database is waited for."""
        begun = False
        while not stop.is_set():
            try:
                if not begun:
                    self.begin()
                    begun = True
                self.turn()
            except DatabaseError as error:
                log.warning("simulate.database", error=type(error).__name__)
                connection.close()
                stop.wait(2)
            stop.wait(self._pause())

    def turn(self) -> None:
        """Look at what others did, then do what is due."""
        now = clock.now()
        self._plan(now)
        self.world.see_humans()
        self.follow_others(now)
        self.offer_to_humans(now)
        self.life.engine.run(now)
        self.phones.look(now)
        if now - self.seen >= SEEN_EVERY * a_second():
            self.life.seats.stay(now)
            self.seen = now

    def _pause(self) -> float:
        due = self.life.engine.due() if hasattr(self, "life") else None
        if due is None:
            return LOOK
        seconds = float((due - clock.now()) / a_second())
        return min(max(seconds, 0.02), LOOK)

    def follow_others(self, now: datetime) -> None:
        """Cases that people or the worker have touched since the last look."""
        rows = Case.objects.filter(centre=self.world.centre, changed_at__gte=self.looked - OVERLAP * a_second())
        known = self.life.engine.planned
        fresh = [key for key, version in rows.values_list("pk", "version") if known.get(key) != version]
        for case in fetch_all(fresh) if fresh else []:
            self.life.engine.follow(case, now)
        self.looked = now

    def offer_to_humans(self, now: datetime) -> None:
        """An operator with a browser who is ready and has nothing gets a report from the shift leader."""
        ready = people.ready_by_person(self.world.humans)
        busy = set(Holding.objects.open().filter(person__in=list(ready)).values_list("person_id", flat=True))
        leaders = [one for one in self.world.holding(Position.SHIFT_LEADER) if self.life.seats.is_there(one)]
        for key, since in ready.items():
            idle = now - max(since, self.life.engine.freed.get(key, since))
            if leaders and key not in busy and idle >= HUMAN_WAITS and self.world.is_any(key, Position.OPERATOR):
                with contextlib.suppress(Refused), transaction.atomic():  # somebody may be quicker
                    self._hand_to(self.world.staff[key], leaders[0], now)

    def _hand_to(self, person: Person, leader: Person, now: datetime) -> None:
        """What waits longest, or else a report that comes in this very moment."""
        waiting = fetch_all(sorted(self.life.engine.waiting))
        if waiting:
            case = waiting[0]
        else:
            self.life.engine.counts.arrived += 1
            arrival = arrivals.one(now, seed=self.world.seed)
            case = self.life.register(arrival, self.world.system, Source.WEB, now)
        case = desk.assign(case_id=case.pk, version=case.version, to=person, reason="按空闲时间指派", by=leader, at=now)
        self.life.engine.follow(case, now)


def a_second() -> timedelta:
    """A second of the machine as it passes on the shown clock."""
    speed = clock.speed()
    return timedelta(seconds=1) * speed.numerator / speed.denominator


def living_moment(now: datetime) -> datetime:
    """The moment at which a demonstration may begin: now, when people are at work, else the last late morning."""
    local = clock.local(now)
    if 9 <= local.hour < 19 and (local.hour, local.minute) >= (9, 40):
        return now
    morning = clock.wall(local.date(), 10, 20)
    return morning if morning <= now else morning - DAY


def waking_moment(shown: datetime) -> datetime:
    """Where a stopped demonstration goes on: where it stood, or the next morning when everybody had gone home."""
    local = clock.local(shown)
    if 8 <= local.hour < 21:
        return shown
    day = local.date() + (DAY if local.hour >= 21 else 0 * DAY)
    return clock.wall(day, 8, 20)
