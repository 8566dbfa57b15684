"""Ways of serving pages: granian under ASGI with Django in a pool of threads (ours) beside granian under WSGI.

Both run at once on ports of their own; only one is asked at a time, in turn. One thread asks for what one person's
browser would wait for; eight ask together for what the machine can do.
"""

import threading
import time

from django.db import connection
from django.utils import timezone

from bench import fill, house, server
from bench.desk import reports
from bench.seat import Seat, session_of
from hotline.people.models import Person, Position


def run(*, quick: bool = False) -> None:
    """Alternate rounds of both ways, alone and crowded."""
    town = fill.staff()
    reports(town, 20)
    operators = list(Person.objects.holding(Position.OPERATOR, on=timezone.localdate()).order_by("pk")[:8])
    sessions = [session_of(person) for person in operators]
    connection.close()
    ports = {"ASGI, pages in threads": server.free_port(), "WSGI": server.free_port()}
    commands = [server.web(port, wsgi=name == "WSGI") for name, port in ports.items()]
    rounds, length = (2, 2.0) if quick else (8, 4.0)
    with server.running(*commands, ports=tuple(ports.values())) as groups:
        of = dict(zip(ports, groups, strict=True))
        for port in ports.values():
            _crowd(port, sessions, length)
        for crowd in (1, 8):
            found: dict[str, list[tuple[float, float, float]]] = {name: [] for name in ports}
            for _round in range(rounds):
                for name, port in ports.items():
                    before = server.cpu_seconds(of[name])
                    times = _crowd(port, sessions[:crowd], length)
                    spent = server.cpu_seconds(of[name]) - before
                    found[name].append((len(times) / length, house.percentile(times, 0.95), spent / len(times)))
            _report(crowd, found)


def _crowd(port: int, sessions: list[str], length: float) -> list[float]:
    """Everybody asks for his desk again and again; how long each answer took."""
    times: list[float] = []
    until = time.monotonic() + length

    def one(session: str) -> None:
        seat = Seat(port, session, lambda _name, took: times.append(took))
        while time.monotonic() < until:
            seat.ask("desk", "/cases/desk")

    threads = [threading.Thread(target=one, args=(session,)) for session in sessions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def _report(crowd: int, found: dict[str, list[tuple[float, float, float]]]) -> None:
    first, second = found.values()
    house.say(f"   {crowd} asking at once, {len(first)} alternating rounds, medians")
    for name, rounds in found.items():
        rate, tail, spent = (house.median(column) for column in zip(*rounds, strict=True))
        house.say(
            f"   {name:24} {rate:6.1f} pages/s   p95 {1000 * tail:5.0f} ms   {1000 * spent:5.1f} ms of processor a page"
        )
    ratio = house.median([mine[0] / theirs[0] for mine, theirs in zip(first, second, strict=True)])
    cost = house.median([mine[2] / theirs[2] for mine, theirs in zip(first, second, strict=True)])
    house.say(f"   ours / WSGI: {ratio:.2f} of the pages a second, {cost:.2f} of the processor time a page")
