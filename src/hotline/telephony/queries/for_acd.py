"""What an ACD reads when it starts and when something was set: plain rows."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Prefetch

from hotline.kernel.workclock import DayKind
from hotline.people.models import Centre, PersonSkill
from hotline.telephony.logic.supervision import limits
from hotline.telephony.logic.words import Fact
from hotline.telephony.models import (
    Call,
    CallEvent,
    Line,
    Member,
    MenuStatus,
    MenuVersion,
    Offer,
    Phone,
    PhoneState,
    Queue,
    Recording,
    RecordingFate,
    RestReason,
    Segment,
    SegmentKind,
)
from hotline.telephony.queries import days


@dataclass(frozen=True, slots=True)
class Setup:
    """Everything that is set."""

    queues: list[Queue]
    members: dict[int, set[int]]  # person -> queues; whoever has a telephone is among them
    skills: dict[int, set[tuple[int, int]]]  # person -> (skill, level)
    lines: dict[str, int]  # dialled number -> queue
    limits: dict[str, timedelta]  # reason of not being ready -> longest
    phones: list[Phone]
    menu_lines: dict[str, int] = field(default_factory=dict)  # dialled number -> menu that is on
    menus: list[MenuVersion] = field(default_factory=list)  # published, of menus that are on
    days: dict[date, DayKind] = field(default_factory=dict)


def setup(centre: Centre, day: date) -> Setup:
    """The centre's queues, people, numbers, reasons and telephones on a day: nine queries."""
    members: dict[int, set[int]] = {}
    rows = Member.objects.filter(queue__centre=centre, queue__is_active=True, person__is_active=True)
    for person, queue in rows.values_list("person", "queue"):
        members.setdefault(person, set()).add(queue)
    telephones = list(Phone.objects.filter(person__centre=centre, person__is_active=True).order_by("pk"))
    for phone in telephones:  # who leads the floor has a telephone and serves no queue
        members.setdefault(phone.person_id, set())
    skills: dict[int, set[tuple[int, int]]] = {}
    held = PersonSkill.objects.filter(person__in=list(members), days__contains=day)
    for person, skill, level in held.values_list("person", "skill", "level"):
        skills.setdefault(person, set()).add((skill, level))
    lines = Line.objects.filter(centre=centre, queue__is_active=True)
    published = MenuVersion.objects.filter(menu__centre=centre, menu__is_on=True, status=MenuStatus.PUBLISHED)
    menus = list(published.order_by("effective_from", "number"))
    return Setup(
        queues=list(Queue.objects.filter(centre=centre, is_active=True).prefetch_related("skills")),
        members=members,
        skills=skills,
        lines=dict(lines.values_list("dialled", "queue")),
        limits=limits(dict(RestReason.objects.filter(centre=centre).values_list("code", "limit")), day),
        phones=telephones,
        menu_lines=dict(lines.filter(menu__is_on=True).values_list("dialled", "menu")) if menus else {},
        menus=menus,
        days=days.announced(day) if menus else {},
    )


def own_number(centre: Centre) -> str:
    """The number that the centre shows to whom it calls: the first that was entered and leads to a queue in use."""
    lines = Line.objects.filter(centre=centre, queue__is_active=True).order_by("pk")
    return lines.values_list("dialled", flat=True).first() or ""


def states_now(centre: Centre) -> list[PhoneState]:
    """What everybody is doing."""
    return list(PhoneState.objects.filter(centre=centre, span__upper_inf=True).order_by("person"))


def open_calls(centre: Centre) -> list[Call]:
    """Calls that have not ended, with what is open of them."""
    return list(
        Call.objects.filter(centre=centre, ended_at__isnull=True)
        .prefetch_related(
            Prefetch("segments", Segment.objects.filter(ended_at__isnull=True), to_attr="open_segments"),
            Prefetch("segments", Segment.objects.filter(kind=SegmentKind.THIRD), to_attr="third_segments"),
            Prefetch(
                "segments", Segment.objects.filter(kind=SegmentKind.QUEUE).order_by("pk"), to_attr="queue_segments"
            ),
            Prefetch("offers", Offer.objects.order_by("pk"), to_attr="all_offers"),
        )
        .order_by("came_at", "pk")
    )


def running_recordings(centre: Centre) -> list[Recording]:
    """Recordings whose talk was going on when they were last heard of."""
    return list(Recording.objects.filter(call__centre=centre, fate=RecordingFate.RUNNING).order_by("pk"))


def told_of(centre: Centre, refs: Sequence[str]) -> dict[tuple[str, Fact], dict[str, Any]]:
    """How each of these calls came in, and into its queue last: what the log says, by call and fact; one query."""
    facts = (Fact.CALL_ARRIVED, Fact.QUEUE_ENTERED)
    rows = CallEvent.objects.filter(centre=centre, call_ref__in=refs, fact__in=[fact.value for fact in facts])
    return {(ref, Fact(fact)): data for ref, fact, data in rows.order_by("id").values_list("call_ref", "fact", "data")}


def newest_moment(centre: Centre) -> datetime | None:
    """The moment of the last fact that was written."""
    return CallEvent.objects.filter(centre=centre).order_by("-id").values_list("at", flat=True).first()


def last_menu_step(centre: Centre, ref: str) -> CallEvent | None:
    """Where in its menu a call was last heard of."""
    steps = CallEvent.objects.filter(centre=centre, call_ref=ref, fact=Fact.MENU_STEP.value)
    return steps.order_by("-id").first()


def menu_of(centre: Centre, ref: str) -> MenuVersion | None:
    """The version of the menu that a call came into."""
    entered = CallEvent.objects.filter(centre=centre, call_ref=ref, fact=Fact.MENU_ENTERED.value).first()
    if entered is None:
        return None
    return MenuVersion.objects.filter(menu__centre=centre, pk=entered.data.get("version")).first()
