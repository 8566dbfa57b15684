"""The live board: callers and people of a queue, a team or the whole centre, as they are now and were today."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime

from django.db.models import Count, Min
from django.utils.translation import gettext

from hotline.core import clock
from hotline.people.models import Person, Post
from hotline.telephony.logic import service_level
from hotline.telephony.logic.service_level import CONTRACT, SERVICE_LEVEL, Tally
from hotline.telephony.logic.supervision import HELP_LASTS, Act, limits
from hotline.telephony.logic.words import State
from hotline.telephony.models import (
    Call,
    Member,
    PhoneState,
    Queue,
    RestReason,
    Segment,
    SegmentKind,
    Supervision,
)
from hotline.telephony.queries.calls import masked, reason_name
from hotline.telephony.queries.floor import Engine, engine, teams_of
from hotline.telephony.queries.stays import A_TALK, tallies_of

SHOWN = (State.READY, State.RINGING, State.TALKING, State.WRAP_UP, State.NOT_READY)
ORDER = (State.RINGING, State.TALKING, State.WRAP_UP, State.NOT_READY, State.READY)
NO_TEAM = 0


@dataclass(frozen=True, slots=True)
class Level:
    """The service level of today by the formula of the contract, with what it says."""

    over: int
    under: int
    label: str
    text: str

    @property
    def is_below(self) -> bool:
        """Under the 80 in a hundred that most contracts ask for."""
        return self.under > 0 and self.over * 100 < self.under * 80


@dataclass(frozen=True, slots=True)
class Side:
    """One queue, or everything that is shown: who waits, how today went, who is there."""

    name: str
    waiting: int
    longest_since: datetime | None
    tally: Tally
    level: Level
    states: Mapping[str, int]
    key: str = ""
    answer_within: int = 0
    not_ready_since: datetime | None = None  # of whoever has not been ready for the longest time

    @property
    def signed_in(self) -> int:
        """Everybody at a telephone."""
        return sum(self.states.values())

    def _of(self, state: State) -> int:
        return self.states.get(state.value, 0)

    @property
    def ready(self) -> int:
        """Waiting for a call."""
        return self._of(State.READY)

    @property
    def talking(self) -> int:
        """Talking, or being rung."""
        return self._of(State.TALKING) + self._of(State.RINGING)

    @property
    def wrap_up(self) -> int:
        """At their after-call work."""
        return self._of(State.WRAP_UP)

    @property
    def not_ready(self) -> int:
        """Signed in and not to be rung."""
        return self._of(State.NOT_READY)


@dataclass(frozen=True, slots=True)
class Team:
    """A team at the telephones."""

    pk: int
    name: str
    states: Mapping[str, int]
    handled: int


@dataclass(frozen=True, slots=True)
class Row:
    """One person on the board; two that are equal look the same."""

    person: Person = field(compare=False)
    pk: int
    name: str
    state: str
    reason: str
    since: datetime
    team: str
    number: str  # of the caller, masked
    queue: str
    handled: int
    needs_help: bool
    is_late: bool  # longer than the reason allows, or than the after-call work was given
    limit_at: datetime | None


@dataclass(frozen=True, slots=True)
class Board:
    """Everything on it."""

    whole: Side
    queues: list[Side]
    teams: list[Team]
    rows: list[Row]
    engine: Engine


def board(person: Person, at: datetime, *, queue: int | None = None, team: int | None = None) -> Board:
    """The board as this person may see it, narrowed to a queue or a team: ten queries, however many people."""
    queues = list(Queue.objects.visible_to(person).filter(is_active=True))
    if queue is not None:
        queues = [row for row in queues if row.pk == queue]
    states = _states(person)
    members = _members(queues)
    if queue is not None:
        states = [row for row in states if row.person_id in members.get(queue, set())]
    units = teams_of([row.person_id for row in states], clock.local_day(at))
    if team is not None:
        states = [row for row in states if units.get(row.person_id, (NO_TEAM, ""))[0] == team]
    handled = _handled([row.person_id for row in states], at)
    return Board(
        *_sides(queues, states, members, at),
        teams=_by_team(states, units, handled),
        rows=_rows(person, states, units, handled, at),
        engine=engine(person.centre_id, at),
    )


def wall(person: Person, at: datetime) -> tuple[Side, list[Side], Engine]:
    """The big screen: the centre and its queues, without names: five queries."""
    queues = list(Queue.objects.visible_to(person).filter(is_active=True))
    rows = PhoneState.objects.filter(centre=person.centre_id, span__upper_inf=True)
    states = list(rows.exclude(state=State.OFFLINE.value))
    return (*_sides(queues, states, _members(queues), at), engine(person.centre_id, at))


def _states(person: Person) -> list[PhoneState]:
    rows = PhoneState.objects.filter(centre=person.centre_id, span__upper_inf=True).exclude(state=State.OFFLINE.value)
    return list(rows.filter(person__in=Person.objects.visible_to(person)).select_related("person"))


def _members(queues: Iterable[Queue]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for queue, person in Member.objects.filter(queue__in=list(queues)).values_list("queue", "person"):
        found.setdefault(queue, set()).add(person)
    return found


def _handled(persons: list[int], at: datetime) -> dict[int, int]:
    """How many talks each has had today."""
    began = clock.wall(clock.local_day(at))
    rows = Segment.objects.filter(kind=SegmentKind.TALK, person__in=persons, began_at__gte=began, began_at__lte=at)
    return dict(rows.values("person").annotate(n=Count("pk", filter=A_TALK)).values_list("person", "n"))


# ---------------------------------------------------------------- queues


def _sides(
    queues: list[Queue], states: list[PhoneState], members: Mapping[int, set[int]], at: datetime
) -> tuple[Side, list[Side]]:
    waiting = {
        row["queue"]: (row["n"], row["first"])
        for row in Segment.objects.filter(queue__in=queues, kind=SegmentKind.QUEUE, ended_at__isnull=True)
        .values("queue")
        .annotate(n=Count("pk"), first=Min("began_at"))
    }
    tallies = tallies_of(queues, clock.wall(clock.local_day(at)), at)
    sides = []
    for row in queues:
        n, first = waiting.get(row.pk, (0, None))
        here = Counter(one.state for one in states if one.person_id in members.get(row.pk, ()))
        of = tallies.get(row.pk, Tally())
        sides.append(Side(row.name, n, first, of, _level(of, at), here, str(row.pk), row.answer_within))
    whole = _sum(tallies.values())
    total = Side(
        name="",
        waiting=sum(side.waiting for side in sides),
        longest_since=min((side.longest_since for side in sides if side.longest_since), default=None),
        tally=whole,
        level=_level(whole, at),
        states=Counter(row.state for row in states),
        key="all",
        not_ready_since=min((row.span.lower for row in states if row.state == State.NOT_READY), default=None),
    )
    return total, sides


def _sum(tallies: Iterable[Tally]) -> Tally:
    rows = list(tallies)
    return Tally(**{one.name: sum(getattr(row, one.name) for row in rows) for one in fields(Tally)})


def _level(of: Tally, at: datetime) -> Level:
    formula: service_level.Definition = SERVICE_LEVEL[CONTRACT].on(clock.local_day(at))
    over, under = formula.reckon(of)
    return Level(over, under, gettext(formula.label), gettext(formula.text))


# ---------------------------------------------------------------- people


def _by_team(states: list[PhoneState], units: Mapping[int, tuple[int, str]], handled: Mapping[int, int]) -> list[Team]:
    found: dict[int, list[PhoneState]] = {}
    names = {NO_TEAM: gettext("Without a team")}
    for row in states:
        pk, name = units.get(row.person_id, (NO_TEAM, names[NO_TEAM]))
        names[pk] = name
        found.setdefault(pk, []).append(row)
    teams = [
        Team(pk, names[pk], Counter(row.state for row in rows), sum(handled.get(row.person_id, 0) for row in rows))
        for pk, rows in found.items()
    ]
    return sorted(teams, key=lambda team: team.name)


def _rows(
    person: Person,
    states: list[PhoneState],
    units: Mapping[int, tuple[int, str]],
    handled: Mapping[int, int],
    at: datetime,
) -> list[Row]:
    reasons = {row.code: row for row in RestReason.objects.filter(centre=person.centre_id)}
    names = {code: row.name for code, row in reasons.items()}
    longest = limits({code: row.limit for code, row in reasons.items()}, clock.local_day(at))
    refs = [row.call_ref for row in states if row.call_ref]
    calls = {row.ref: row for row in Call.objects.filter(centre=person.centre_id, ref__in=refs).select_related("queue")}
    helped = _asking([row.person_id for row in states], at)
    found = []
    for row in states:
        began: datetime = row.span.lower
        call = calls.get(row.call_ref)
        limit = row.due_at
        if limit is None and row.reason in longest and row.state == State.NOT_READY:
            limit = began + longest[row.reason]
        found.append(
            Row(
                person=row.person,
                pk=row.person_id,
                name=row.person.name,
                state=row.state,
                reason=reason_name(row.reason, names) if row.reason else "",
                since=began,
                team=units.get(row.person_id, (NO_TEAM, ""))[1],
                number=masked(call.number) if call else "",
                queue=call.queue.name if call and call.queue else "",
                handled=handled.get(row.person_id, 0),
                needs_help=row.person_id in helped,
                is_late=limit is not None and at > limit,
                limit_at=limit,
            )
        )
    order = {state.value: place for place, state in enumerate(ORDER)}
    return sorted(
        found, key=lambda row: (not row.needs_help, not row.is_late, order[row.state], row.since, row.person.name_key)
    )


def _asking(persons: list[int], at: datetime) -> set[int]:
    """Who has asked for help lately, and nobody has turned to him since."""
    rows = Supervision.objects.filter(person__in=persons, at__gt=at - HELP_LASTS, at__lte=at).exclude(
        act=Act.UNATTENDED.value
    )
    last = dict(rows.order_by("at", "pk").values_list("person", "act"))
    return {asked for asked, act in last.items() if act == Act.HELP}


def unit_choices(person: Person, at: datetime) -> list[tuple[int, str]]:
    """The teams of those whom the person may see and who serve a queue, for a filter."""
    serving = Member.objects.filter(queue__centre=person.centre_id).values("person")
    seen = Person.objects.visible_to(person).filter(pk__in=serving)
    rows = Post.objects.on(clock.local_day(at)).filter(person__in=seen)
    return list(rows.order_by("unit__name").values_list("unit", "unit__name").distinct())
