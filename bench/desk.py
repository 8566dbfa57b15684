"""Forty operators at once against the real server: every page they work with beside its limit, and what it costs."""

import random
import re
import threading
import time
from collections import defaultdict

from django.db import connection
from django.utils import timezone

from bench import fill, house, server
from bench.seat import Seat, session_of
from hotline.cases.services import intake
from hotline.cases.tests import builders as b
from hotline.config import serve
from hotline.core import clock
from hotline.people import queries as people
from hotline.people.models import Person, Position

LIMIT = 0.200
THINK = (3.0, 9.0)  # seconds between two key presses of a person, evenly spread
NUMBER = re.compile(r"/cases/desk/(\d{8}-\d{4,8})/")
VERSION = re.compile(r'name="version" value="(\d+)"')
TEXT = "学府路口井盖松动"


class Floor:
    """What the forty have in common: the town, the figures, the end."""

    def __init__(self, town: b.Town, port: int) -> None:
        self.town, self.port = town, port
        self.seconds: dict[str, list[float]] = defaultdict(list)
        self.until = 0.0
        self.lock = threading.Lock()
        self.cases = 0

    def tell(self, name: str, took: float) -> None:
        """Note how long a page took."""
        with self.lock:
            self.seconds[name].append(took)

    def think(self, chance: random.Random) -> None:
        """A person reads and types; not beyond the end."""
        time.sleep(max(0.0, min(chance.uniform(*THINK), self.until - time.monotonic())))

    @property
    def is_over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() >= self.until


def work(floor: Floor, seat: Seat, chance: random.Random) -> None:
    """One operator: desk, next case, save, pre-file, file, dispatch, and again."""
    time.sleep(chance.uniform(0, THINK[1]))  # nobody presses a key at the same instant as everybody else
    while not floor.is_over:
        text = seat.ask("desk", "/cases/desk")
        if not NUMBER.search(text):
            floor.think(chance)
            text = seat.ask("take next", "/cases/desk/next", {})
        for name, more in _steps(floor):
            floor.think(chance)
            number, version = NUMBER.search(text), VERSION.search(text)
            if floor.is_over or number is None or version is None:
                break
            if seat.moved.is_set():
                seat.moved.clear()
                seat.ask("what is in hand", "/cases/desk/hand")
            path = f"/cases/desk/{number[1]}/{name.split(' ')[0]}"
            text = seat.ask(name.split(" ")[-1], path, {"version": version[1], **more})
        else:
            with floor.lock:
                floor.cases += 1


def _steps(floor: Floor) -> list[tuple[str, dict[str, object]]]:
    town = floor.town
    shown = {"description": TEXT, "place": "学府路口", "category": "", "latitude": b.POINT[0], "longitude": b.POINT[1]}
    facts = {f"shown-{name}": value for name, value in shown.items()} | shown
    chosen = {"category": town.condition.category_id, "description": f"{TEXT}，车辆绕行"}
    return [
        ("save", facts | chosen),
        ("pre_file pre-file", {"condition": town.condition.pk}),
        ("file", {}),
        ("dispatch", {"department": town.department.pk, "note": ""}),
    ]


def reports(town: b.Town, count: int) -> None:
    """Let reports from the web wait in the intake queue."""
    by = people.system_person(town.centre)
    for _one in range(count):
        intake.register(
            by=by,
            at=clock.now(),
            source="web",
            description=TEXT,
            place="学府路口",
            latitude=b.POINT[0],
            longitude=b.POINT[1],
        )


def run(*, quick: bool = False) -> None:
    """Forty people for a minute."""
    town = fill.staff()
    reports(town, 60 if quick else 500)
    operators = list(Person.objects.holding(Position.OPERATOR, on=timezone.localdate()).order_by("pk"))
    sessions = {person.pk: session_of(person) for person in operators}
    port, seconds = server.free_port(), 15 if quick else 60
    floor = Floor(town, port)
    connection.close()
    pulse = serve.manage("pulse")
    with server.running(server.web(port), pulse, ports=(port,)) as groups:
        seats = [Seat(port, sessions[person.pk], floor.tell) for person in operators]
        for seat in seats[:16]:
            seat.ask("warm-up", "/cases/desk")  # both processes have read their templates
        floor.seconds.clear()
        for person, seat in zip(operators, seats, strict=True):
            topics = f"desk:{person.pk},notices:{person.pk}"
            threading.Thread(target=_quietly, args=(seat, topics), daemon=True).start()
        floor.until = time.monotonic() + seconds
        before, began = server.cpu_seconds(*groups), time.monotonic()
        threads = [
            threading.Thread(target=work, args=(floor, seat, random.Random(at)), daemon=True)  # noqa: S311 no secret
            for at, seat in enumerate(seats)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + 60)
        spent, wall = server.cpu_seconds(*groups) - before, time.monotonic() - began
        for seat in seats:
            seat.closed = True
    _report(floor, len(seats), spent, wall)


def _quietly(seat: Seat, topics: str) -> None:
    try:
        seat.listen(topics)
    except OSError:
        if not seat.closed:
            raise


def _report(floor: Floor, people_count: int, spent: float, wall: float) -> None:
    everything = [took for times in floor.seconds.values() for took in times]
    house.say(
        f"   {people_count} operators with their live streams, {THINK[0]:.0f} to {THINK[1]:.0f} s between key presses"
    )
    house.say(f"   {'':18} requests    p50    p95    p99 ms   p95 / limit of {1000 * LIMIT:.0f} ms")
    for name, times in [*sorted(floor.seconds.items()), ("all", everything)]:
        shares = [house.percentile(times, share) for share in (0.50, 0.95, 0.99)]
        figures = " ".join(f"{1000 * share:6.0f}" for share in shares)
        ratio = shares[1] / LIMIT
        house.say(f"   {name:18} {len(times):8} {figures}      {ratio:6.2f} {'MISSED' if ratio >= 1 else ''}")
    used = f"web and pulse used {spent / wall:.2f} processors, {1000 * spent / len(everything):.0f} ms a request"
    house.say(f"   {len(everything) / wall:.1f} requests/s, {floor.cases} cases dispatched in {wall:.0f} s; {used}")
