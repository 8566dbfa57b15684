"""The floor as it is now, and how well callers were served."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils.translation import gettext

from hotline.core import clock
from hotline.people.models import Centre, Person, Post
from hotline.telephony.logic.service_level import SERVICE_LEVEL, Definition, Tally
from hotline.telephony.logic.words import SIMULATED, State
from hotline.telephony.models import Call, Leader, Member, PhoneState, Queue, RestReason, Segment, SegmentKind
from hotline.telephony.queries.calls import reason_name
from hotline.telephony.queries.stays import tallies_of

ALIVE = timedelta(seconds=15)  # without a sign of life for longer, the ACD is said to be away


@dataclass(frozen=True, slots=True)
class Seat:
    """One person at a telephone."""

    row: PhoneState
    reason: str

    @property
    def since(self) -> datetime:
        """Since when he does this."""
        began: datetime = self.row.span.lower
        return began


def seats(person: Person) -> list[Seat]:
    """Everybody who is signed in and whom this person may see, the busiest states first."""
    known = dict(RestReason.objects.filter(centre=person.centre_id).values_list("code", "name"))
    rows = (
        PhoneState.objects.filter(centre=person.centre_id, span__upper_inf=True)
        .exclude(state=State.OFFLINE.value)
        .filter(person__in=Person.objects.visible_to(person))
        .select_related("person")
    )
    order = [State.RINGING, State.TALKING, State.WRAP_UP, State.READY, State.NOT_READY]
    found = [Seat(row, reason_name(row.reason, known) if row.reason else "") for row in rows]
    return sorted(found, key=lambda seat: (order.index(State(seat.row.state)), seat.since, seat.row.person.name_key))


def teams_of(persons: list[int], day: date) -> dict[int, tuple[int, str]]:
    """Person -> the team in which he works on a day, with its name; the main one of several."""
    rows = Post.objects.on(day).filter(person__in=persons).order_by("is_primary", "-pk")
    return {person: (unit, name) for person, unit, name in rows.values_list("person", "unit", "unit__name")}


def state_of(person: Person) -> PhoneState | None:
    """What a person does at his telephone now."""
    return PhoneState.objects.filter(person=person, span__upper_inf=True).first()


@dataclass(frozen=True, slots=True)
class QueueNow:
    """A queue with who waits in it and who serves it."""

    row: Queue
    waiting: int
    longest_since: datetime | None
    staff: int
    ready: int
    signed_in: int


def queues_now(person: Person) -> list[QueueNow]:
    """The queues that a person may see, as they are: four queries."""
    rows = list(Queue.objects.visible_to(person).select_related("overflow_to"))
    waiting: dict[int, tuple[int, datetime]] = {
        row["queue"]: (row["count"], row["first"])
        for row in Segment.objects.filter(queue__in=rows, kind=SegmentKind.QUEUE, ended_at__isnull=True)
        .values("queue")
        .annotate(count=Count("pk"), first=Min("began_at"))
    }
    states = dict(
        PhoneState.objects.filter(centre=person.centre_id, span__upper_inf=True).values_list("person", "state")
    )
    staff, ready, here = Counter[int](), Counter[int](), Counter[int]()
    for served, member in Member.objects.filter(queue__in=rows).values_list("queue", "person"):
        staff[served] += 1
        ready[served] += states.get(member) == State.READY
        here[served] += states.get(member, State.OFFLINE) != State.OFFLINE
    return [
        QueueNow(
            row,
            waiting[row.pk][0] if row.pk in waiting else 0,
            waiting[row.pk][1] if row.pk in waiting else None,
            staff[row.pk],
            ready[row.pk],
            here[row.pk],
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Engine:
    """The ACD as the floor sees it."""

    alive: bool
    beat_at: datetime | None
    switch: str

    @property
    def simulated(self) -> bool:
        """Whether nobody real calls and nothing is heard: a demonstration."""
        return self.switch == SIMULATED


def engine(centre: Centre | int, at: datetime) -> Engine:
    """Whether the ACD lives, and when it was last heard of."""
    row = Leader.objects.filter(centre=centre).first()
    if row is None or row.beat_at is None:
        return Engine(False, None, "")
    speed = clock.speed()  # it beats by the machine's time
    longest = ALIVE * speed.numerator / speed.denominator
    return Engine(at - row.beat_at <= longest, row.beat_at, row.switch)


@dataclass(frozen=True, slots=True)
class Share:
    """A formula's answer, with its name and what it says."""

    code: str
    label: str
    text: str
    over: int
    under: int


@dataclass(frozen=True, slots=True)
class Level:
    """A queue's figures of a day: what they are made of, and each formula's share."""

    queue: Queue
    tally: Tally
    shares: list[Share]


def levels(person: Person, at: datetime) -> list[Level]:
    """The service level of today, a queue at a time, in every formula that is in use."""
    day = clock.local_day(at)
    queues = list(Queue.objects.visible_to(person))
    tallies = tallies_of(queues, clock.wall(day), at)
    found = []
    for queue in queues:
        of = tallies.get(queue.pk, Tally())
        found.append(Level(queue, of, [_share(dated.on(day), of) for dated in SERVICE_LEVEL.values()]))
    return found


def _share(formula: Definition, of: Tally) -> Share:
    code = f"{formula.code}.{formula.version}"
    return Share(code, gettext(formula.label), gettext(formula.text), *formula.reckon(of))


def waiting_in(queue: Queue) -> int:
    """How many callers wait in a queue, on the line or for their call-back."""
    open_ones = Call.objects.filter(centre=queue.centre_id, queue=queue, ended_at__isnull=True)
    on_line = Q(segments__kind=SegmentKind.QUEUE, segments__ended_at__isnull=True)
    return open_ones.filter(on_line | Q(is_callback=True, answered_at__isnull=True)).distinct().count()
