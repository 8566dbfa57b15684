"""The months of the demonstration: one in force, announced and confirmed; the next begun, with wishes, bookings."""

import random
from datetime import date, datetime, timedelta

from hotline.config.demo.centre import TURNS, pattern
from hotline.config.demo.world import World
from hotline.core import clock
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Centre, Person, Position
from hotline.rosters.logic.hours import month_days
from hotline.rosters.logic.plans import BookingKind, Origin
from hotline.rosters.models import RosterEntry, RosterPlan
from hotline.rosters.services import bookings, drafts, patterns, publishing, wishes

DAY = timedelta(days=1)
CONFIRM = 0.8  # of all people have confirmed their shifts
WISHES = (
    ("", False, 3, "孩子家长会"),
    ("late", True, 2, "末班车太早"),
    ("early", False, 1, ""),
    ("", False, 2, "体检"),
)
TALKS = (
    (BookingKind.MEETING, "受理组周例会", "二楼会议室", 16, 4),
    (BookingKind.TRAINING, "立案标准更新培训", "培训室", 14, 3),
    (BookingKind.COACHING, "通话复盘辅导", "质检室", 15, 1),
)


def fill(centre: Centre, now: datetime) -> None:
    """One month published at the opening, the next one as a draft; safe to call once."""
    if RosterPlan.objects.filter(centre=centre).exists():
        return
    leaders = Person.objects.filter(centre=centre).holding(Position.SHIFT_LEADER, on=clock.local_day(now))
    planner = leaders.select_related("centre").order_by("pk").first()
    opened = RosterEntry.objects.filter(person__centre=centre).order_by("day").first()
    if planner is None or opened is None:
        return
    chance = random.Random(f"rosters:{centre.code}")
    _publish(centre, planner, _after(opened.day), clock.wall(opened.day, 9), chance)
    draft = _after(_after(opened.day))
    _patterns(centre, planner, draft, now)
    _wish(centre, draft, now, chance)
    _book(centre, planner, now)
    drafts.open_month(centre=centre, first=draft, origin=Origin.PATTERNS, by=planner, at=now)


def _after(day: date) -> date:
    return month_days(day)[-1] + DAY


def _publish(centre: Centre, planner: Person, first: date, at: datetime, chance: random.Random) -> None:
    """What was planned by hand at the opening comes into force as a month; nearly everybody has confirmed it."""
    plan = drafts.open_month(centre=centre, first=first, origin=Origin.EMPTY, by=planner, at=at)
    try:
        publishing.publish(plan_id=plan.pk, reason="中心新开，首份月度班表", by=planner, at=at)
    except Refused:
        return  # a month whose holidays nobody has announced stays a draft
    staff = Person.objects.filter(roster__day__gte=first, centre=centre).distinct().select_related("centre")
    for number, person in enumerate(staff.order_by("pk")):
        if chance.random() < CONFIRM:
            publishing.confirm_month(plan_id=plan.pk, by=person, at=at + timedelta(minutes=7 * number))


def _patterns(centre: Centre, planner: Person, first: date, now: datetime) -> None:
    """The turns of the positions, each person at his place in it; two on, two off for whoever wants to try it."""
    world = World(centre)
    world.learn(now)
    names = {
        Position.OPERATOR: "受理员七天轮转",
        Position.SHIFT_LEADER: "值班长四天轮转",
        Position.DISPATCHER: "派遣员七天轮转",
        Position.FIELD_SUPERVISOR: "监督员做六休一",
    }
    turns = {
        position: patterns.make_pattern(centre=centre, name=names[Position(position)], turn=turn, by=planner, at=now)
        for position, turn in TURNS.items()
    }
    patterns.make_pattern(centre=centre, name="做二休二", turn=list(patterns.TWO_ON_TWO_OFF), by=planner, at=now)
    for key, mine in pattern(world, first).items():
        found = turns.get(world.post[key].position)
        if found is not None:
            patterns.keep_pattern(
                pattern_id=found.pk, people=[key], begins=first, further=_turned(found.turn, mine), by=planner, at=now
            )


def _turned(turn: list[str], mine: list[str]) -> int:
    """How many days somebody is into the turn."""
    return next((n for n in range(len(turn)) if [*turn[n:], *turn[:n]] == mine), 0)


def _wish(centre: Centre, first: date, now: datetime, chance: random.Random) -> None:
    """Every third operator wishes something."""
    operators = Person.objects.filter(centre=centre).holding(Position.OPERATOR, on=clock.local_day(now))
    for number, person in enumerate(operators.select_related("centre").order_by("pk")):
        if number % 3:
            continue
        code, is_against, weight, note = WISHES[number // 3 % len(WISHES)]
        day = chance.choice(month_days(first))
        wishes.wish(
            person=person, day=day, code=code, is_against=is_against, weight=weight, note=note, by=person, at=now
        )


def _book(centre: Centre, planner: Person, now: datetime) -> None:
    """A meeting, a training and a coaching of the next days, inside the shifts of those who take part."""
    today = clock.local_day(now)
    for number, (kind, title, place, hour, count) in enumerate(TALKS, start=1):
        span = Span(clock.wall(today + number * DAY, hour), clock.wall(today + number * DAY, hour + 1))
        there = RosterEntry.objects.filter(
            person__centre=centre, day=today + number * DAY, span__startswith__lte=span.start,
            span__endswith__gte=span.end, shift_type__code__endswith="early",
        ).order_by("pk")  # fmt: skip
        people = [row.person_id for row in there if row.person_id != planner.pk][:count]
        try:
            bookings.book(
                centre=centre, kind=kind, title=title, place=place, span=span, people=people, by=planner, at=now
            )
        except Refused:
            continue  # nobody is there at that time
