"""Two weeks that have been: every day's people and reports, told by the services in the order of their moments."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from hotline.cases.models import Case, FileKind, Source
from hotline.cases.services import intake
from hotline.config.demo import arrivals, filing_cabinet
from hotline.config.demo.arrivals import Arrival
from hotline.config.demo.engine import Engine, fetch
from hotline.config.demo.seats import Seats
from hotline.config.demo.staff import Staff
from hotline.config.demo.world import DAY, MINUTE, World, around
from hotline.core import clock
from hotline.customers.models import Customer
from hotline.customers.services import register as register_customer
from hotline.kernel.rules import Refused
from hotline.people.models import Person, Position

QUIET_SHARE = 50  # per cent of a day's reports on the days that lie further back
TOLD_AT_SEAT = {Source.PHONE, Source.VISIT, Source.LETTER}


@dataclass(slots=True)
class Life:
    """A centre at work: its engine, its people and the reports that come in."""

    world: World
    start: datetime
    per_day: int
    live: bool = False
    full_since: date | None = None  # days before it are quieter
    engine: Engine = field(init=False)
    seats: Seats = field(init=False)
    staff: Staff = field(init=False)
    days: set[date] = field(init=False, default_factory=set)
    # whether a report at the telephone comes by a call, so that it is written down by whoever answers that
    by_phone: Callable[[datetime], bool] = lambda _at: False
    plan_calls: Callable[[date], None] = lambda _day: None

    def __post_init__(self) -> None:
        self.engine = Engine(self.world, self.start, live=self.live)
        self.seats = Seats(self.engine)
        self.staff = Staff(self.engine, self.seats)

    def plan_day(self, day: date, since: datetime | None = None) -> None:
        """Put a day's people and reports on the heap; with `since` only what is still to come."""
        if day in self.days:
            return
        self.days.add(day)
        self.seats.plan_day(day, since)
        self.plan_calls(day)
        quiet = self.full_since is not None and day < self.full_since
        per_day = self.per_day * QUIET_SHARE // 100 if quiet else self.per_day
        for arrival in arrivals.of_day(day, seed=self.world.seed, per_day=per_day):
            if since is None or arrival.at >= since:
                self.engine.later(arrival.at, self._arrives(arrival))

    def _arrives(self, arrival: Arrival) -> Callable[[datetime], None]:
        return lambda at: self.arrive(arrival, at)

    # ---------------------------------------------------------------- reports

    def arrive(self, arrival: Arrival, at: datetime) -> None:
        """A report comes in: at somebody's telephone, from the field, or by itself."""
        if arrival.source == Source.PHONE and self.by_phone(at):
            return
        self.engine.counts.arrived += 1
        if arrival.source in TOLD_AT_SEAT:
            person = self._who_answers(at)
            if person is not None:
                self._answered(arrival, person, at)
                return
        if arrival.source == Source.FIELD:
            self._found(arrival, at)
            return
        source = arrival.source if arrival.source not in TOLD_AT_SEAT else Source.WEB
        self.register(arrival, self.world.system, source, at)

    def _who_answers(self, at: datetime) -> Person | None:
        """An operator who is there, ready and has nothing in hand."""
        free = self.staff.free(at, Position.OPERATOR)
        return free[0] if free else None

    def _answered(self, arrival: Arrival, person: Person, at: datetime) -> None:
        """The caller tells it; after a minute or so it is written down and in the operator's hands."""
        talk = around(self.world.dice("talk", at.isoformat()), 70 * timedelta(seconds=1), 0.4)
        self.engine.later(at + talk, lambda moment: self.write_down(arrival, person, moment))

    def write_down(self, arrival: Arrival, person: Person, at: datetime) -> None:
        """Whoever was told it takes it in; somebody else when he has gone to a real browser meanwhile."""
        if not self.world.simulated(person.pk):
            person = self._who_answers(at) or self.world.system
        self.register(arrival, person, arrival.source, at)

    def _found(self, arrival: Arrival, at: datetime) -> None:
        """A field supervisor reports what he sees in his grid, with a picture."""
        mine = {row.pk for row in self.world.holding(Position.FIELD_SUPERVISOR)}
        person = next(
            (
                one
                for key, one in self.world.staff.items()
                if key in mine and self._answers_for(one, arrival.place.grid)
            ),
            None,
        )
        if person is None or not self.world.simulated(person.pk):
            self.register(arrival, self.world.system, Source.WEB, at)
            return
        case = self.register(arrival, person, Source.FIELD, at, reporter=person)
        filing_cabinet.attach(self.world, case, FileKind.NEAR, person, at)
        self.engine.follow(fetch(case.pk), at)

    def _answers_for(self, person: Person, grid: str) -> bool:
        return self.world.grid_of.get(person.username) == grid

    def register(self, arrival: Arrival, by: Person, source: str, at: datetime, reporter: Person | None = None) -> Case:
        """Write a report down."""
        case = intake.register(
            by=by,
            at=at,
            source=source,
            description=arrival.text,
            customer=self._customer(arrival, by, at) if reporter is None else None,
            reporter=reporter,
            place=arrival.place.name,
            latitude=arrival.place.latitude,
            longitude=arrival.place.longitude,
            urgent=arrival.pattern.is_urgent,
            secret=arrival.is_secret,
        )
        if reporter is None:
            self.engine.follow(case, at)
        return case

    def _customer(self, arrival: Arrival, by: Person, at: datetime) -> Customer | None:
        who = arrival.citizen
        try:
            return register_customer(
                by=by, at=at, name=who.name, number=who.number, salutation=who.salutation, is_secret=arrival.is_secret
            )
        except Refused:
            return None


def tell(
    world: World,
    since: datetime,
    until: datetime,
    *,
    per_day: int,
    watch: Callable[[float], None],
    begin: Callable[[Life], None] = lambda _life: None,
    full_since: date | None = None,
) -> Life:
    """Live through the days; `begin` may add to the life before, `watch` is told how much of the days is over.

    Days before `full_since` bring half of the reports: they are there to be counted, the later ones to be looked at.
    """
    life = Life(world, since, per_day, full_since=full_since)
    world.learn(since)
    world.read_duty(since - DAY, until + 2 * DAY)
    begin(life)
    day, last = clock.local_day(since), clock.local_day(until)
    whole = (until - since) / MINUTE
    while day <= last:
        life.plan_day(day)
        life.engine.run(min(clock.wall(day + DAY), until), lambda at: watch((at - since) / MINUTE / whole))
        life.engine.settle(min(clock.wall(day + DAY), until))
        day += DAY
    return life
