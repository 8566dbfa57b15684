"""The demonstration's telephones: its queues and who serves them, and the switch that plays callers for them."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import QuerySet

from hotline.acd.simulated.exchange import Caller
from hotline.acd.simulated.switch import Simulated
from hotline.config.demo import callers
from hotline.config.demo.live import ASKS, HUMAN_WAITS, PER_DAY
from hotline.config.demo.world import DEVICE, SEED
from hotline.core import clock
from hotline.customers.models import CustomerNumber
from hotline.handover.queries import owed
from hotline.people.models import Centre, Person, Position, SeatSession
from hotline.telephony.logic.menus import StepKind
from hotline.telephony.logic.words import State
from hotline.telephony.models import Call, PhoneState, Queue
from hotline.telephony.services import menus, setup

REASONS = (
    ("meal", "用餐", 45),
    ("break", "小休", 10),
    ("train", "培训", 120),
    ("talk", "谈话", 30),
)
QUEUES = (
    ("city", "城管热线", callers.OURS, 0),
    ("city-12345", "12345转接", callers.HANDED_ON, 5),
    ("direct", "专席来电", callers.DIRECT, 9),
)
# The steps of the menu beyond the two with which every menu begins, and what each of them says and leads to.
MENU_MORE = ((StepKind.QUEUE, "12345转接"), (StepKind.TIMES, "服务时间"), (StepKind.CALLBACK, "夜间留号回拨"))
MENU: dict[str, dict[str, object]] = {
    "s1": {
        "name": "按键选择",
        "text": "您好，欢迎致电云澜城市管理热线。反映城市管理问题请按1，12345转办事项请按2，人工服务请按0。",
        "choices": {"1": "s2", "2": "s3", "0": "s2"}, "silent_to": "s2", "wrong_to": "s2",
    },
    "s2": {"name": "城管热线", "queue": "city"},
    "s3": {"queue": "city-12345"},
    "s4": {"windows": [{"days": "any", "to": "s1", "opens": "08:00", "closes": "22:00"}], "to": "s5"},
    "s5": {"queue": "city"},
}  # fmt: skip
ANSWERS = (Position.OPERATOR,)
DAY = timedelta(days=1)


def open_lines(centre: Centre, by: Person, at: datetime) -> None:
    """Two queues that every operator serves, one for whoever is real, numbers, reasons of taking no calls; once."""
    if Queue.objects.filter(centre=centre).exists():
        return
    for code, name, dialled, priority in QUEUES:
        queue = setup.make_queue(
            centre=centre, code=code, name=name, priority=priority, owner_patience=20, by=by, at=at
        )
        people = Person.objects.filter(centre=centre).holding(*ANSWERS, on=clock.local_day(at))
        if dialled == callers.DIRECT:
            people = people.none()
        setup.set_members(queue_id=queue.pk, persons=[person.pk for person in people], by=by, at=at)
        setup.set_line(centre=centre, dialled=dialled, queue=queue, by=by, at=at)
    for code, name, minutes in REASONS:
        setup.set_reason(centre=centre, code=code, name=name, limit=minutes * 60, by=by, at=at)
    _offer_menu(centre, by, at)


def _offer_menu(centre: Centre, by: Person, at: datetime) -> None:
    """A menu by hours and keys, published and before no number: the hotline itself is answered by people."""
    queues = dict(Queue.objects.filter(centre=centre).values_list("code", "pk"))
    menu = menus.make_menu(centre=centre, name="语音导航（备用）", by=by, at=at)
    for kind, name in MENU_MORE:
        menus.add_step(menu_id=menu.pk, kind=kind, name=name, by=by, at=at)
    for key, values in MENU.items():
        queue = {"queue": queues[str(values["queue"])]} if "queue" in values else {}
        menus.change_step(menu_id=menu.pk, key=key, values={**values, **queue}, by=by, at=at)
    menus.set_start(menu_id=menu.pk, key="s4", by=by, at=at)
    menus.publish(menu_id=menu.pk, by=by, at=at)


def lines_file(centre: Centre, folder: Path) -> Path:
    """Where the simulated exchange keeps its lines."""
    return folder / f"simulated-{centre.code}.json"


def switch(centre: Centre, folder: Path, kept: frozenset[int]) -> Simulated:
    """The exchange of the demonstration; `kept` are the seats that are left to whoever looks at it."""

    given: dict[int, datetime] = {}

    def comes(since: datetime, until: datetime) -> Iterable[Caller]:
        day, last = clock.local_day(since), clock.local_day(until)
        while day <= last:
            for one in callers.of_day(day, per_day=PER_DAY, asks=ASKS).values():
                if since < one.caller.at <= until:
                    yield one.caller
            day += DAY
        yield from _for_the_idle(centre, given, until)

    def by_hand(person: int) -> bool:
        return person in kept or _humans().filter(person=person).exists()

    return Simulated(lines_file(centre, folder), SEED, comes, by_hand)


def _humans() -> QuerySet[SeatSession]:
    """Seats at which somebody sits with a real browser."""
    return SeatSession.objects.filter(ended_at__isnull=True).exclude(device=DEVICE)


def _for_the_idle(centre: Centre, given: dict[int, datetime], at: datetime) -> Iterable[Caller]:
    """Somebody real who has waited long enough is called, if there is one by a citizen whose report he took.

    `given` remembers when that was done, so that one caller is on his way at a time.
    """
    now = clock.now()
    rows = PhoneState.objects.filter(
        centre=centre, span__upper_inf=True, state=State.READY.value, person__in=_humans().values("person"),
        span__startswith__lte=now - HUMAN_WAITS,
    )  # fmt: skip
    for row in rows.select_related("person"):
        if now - given.get(row.person_id, now - DAY) < 2 * HUMAN_WAITS:
            continue
        given[row.person_id] = now
        yield callers.for_somebody_real(_repeat_caller(row.person), at)


def _repeat_caller(person: Person) -> str:
    """The number of a customer whose open case this person took in, and who is not on the line already."""
    busy = Call.objects.filter(centre=person.centre_id, ended_at__isnull=True).values("number")
    waits = owed.open_cases(person).filter(customer__isnull=False, is_secret=False).values("customer")
    found = CustomerNumber.objects.filter(customer__in=waits).exclude(e164__in=busy).order_by("-pk")
    last: str | None = found.values_list("e164", flat=True).first()
    return last or ""
