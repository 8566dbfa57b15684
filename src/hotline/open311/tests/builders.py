"""A town with keys, requests and a receiver of webhooks, made through the services."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from hotline.cases.models import Case, Category
from hotline.cases.tests import builders as cases
from hotline.core import clock
from hotline.open311.models import ApiKey, Subscription
from hotline.open311.services import keys, webhooks
from hotline.people.models import Person, Position
from hotline.people.tests import builders as people

AFTERNOON = cases.NINE + 5 * cases.HOUR
V2 = "/open311/v2"
JSON, XML = "json", "xml"


def show_clock(monkeypatch: pytest.MonkeyPatch, at: datetime = AFTERNOON) -> None:
    """Let every clock of this process show the afternoon of the day on which the town works."""
    since = Fraction(time.time_ns(), 1_000_000_000)
    monkeypatch.setattr(clock, "pace", lambda: clock.Pace(at, since, Fraction(1)))


def sysadmin(of: cases.Town) -> Person:
    """Who looks after the system."""
    return people.person(of.centre, position=Position.SYSADMIN)


def key(of: cases.Town, at: datetime = people.AT, **values: Any) -> tuple[ApiKey, str]:
    """A key and its text."""
    wanted: dict[str, Any] = {
        "organisation": "随手拍平台",
        "contact": "运维 周工",
        "may_read": True,
        "may_create": True,
        "may_update": True,
        "per_minute": 1_000,
        **values,
    }
    return keys.make_key(values=wanted, by=people.system(of.centre), at=at)


def category(of: cases.Town) -> Category:
    """The class of the town's standard; two conditions."""
    return of.condition.category


def report(of: cases.Town, at: datetime = cases.NINE, **more: Any) -> Case:
    """A classified report of a citizen."""
    return cases.report(of, at, category=category(of), **more)


def subscription(of: cases.Town, url: str, **more: Any) -> Subscription:
    """A receiver."""
    return webhooks.subscribe(
        values={"name": "市大数据局", "url": url, **more}, by=people.system(of.centre), at=people.AT
    )


def form(text: str, **values: Any) -> dict[str, Any]:
    """What a program posts."""
    return {
        "api_key": text,
        "service_code": "C0101",
        "attribute[COND]": "1",
        "lat": "37.9",
        "long": "112.55",
        "description": "学府路口井盖松动",
        **values,
    }


def get(path: str, **arguments: Any) -> Any:
    """Ask without a session."""
    return Client().get(f"{V2}/{path}", arguments)


def post(path: str, values: dict[str, Any], **headers: str) -> Any:
    """Post as a program does."""
    return Client().post(f"{V2}/{path}", values, headers=headers)


@dataclass
class Receiver:
    """A real server on this machine that keeps what it got."""

    url: str = ""
    port: int = 0
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    got: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What came, read."""
        return [json.loads(body) for _path, _headers, body in self.got]


@contextmanager
def receiver(*answers: tuple[int, dict[str, str], bytes]) -> Iterator[Receiver]:
    """Serve on a free port; each call gets the next of the answers, the last one for ever."""
    made = Receiver(answers=list(answers) or [(200, {}, b"ok")])

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            made.got.append((self.path, dict(self.headers.items()), body))
            code, headers, text = made.answers.pop(0) if len(made.answers) > 1 else made.answers[0]
            self.send_response(code)
            for name, value in {"Content-Length": str(len(text)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_arguments: object) -> None:
            """Nothing is said on the console."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    made.port = server.server_address[1]
    made.url = f"http://127.0.0.1:{made.port}/hook"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
