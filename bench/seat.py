"""A seat at which somebody works: a browser's requests over one kept connection, and its live stream."""

import http.client
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from hotline.people.models import Person

FORM = "b" * 32  # the form's token stands in its cookie and in its header, as a browser sends it


def session_of(person: Person) -> str:
    """A signed-in session, as signing in would have made it."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(person)
    return str(browser.cookies[settings.SESSION_COOKIE_NAME].value)


class Seat:
    """Requests of one person; every answer's time is told under the name of its page."""

    def __init__(self, port: int, session: str, tell: Callable[[str, float], None]) -> None:
        self.port, self.tell = port, tell
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={FORM}",
            "X-CSRFToken": FORM,
            "Accept-Encoding": "identity",
        }
        self.moved = threading.Event()
        self.closed = False

    def ask(self, name: str, path: str, form: Mapping[str, object] | None = None) -> str:
        """Fetch a page, or post a form as htmx does; the text of the answer."""
        headers = {**self.headers, "HX-Request": "true"} if form is not None or path.endswith("/hand") else self.headers
        body = urlencode(form) if form is not None else None
        if body is not None:
            headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        began = time.perf_counter()
        self.line.request("POST" if body is not None else "GET", path, body, headers)
        answer = self.line.getresponse()
        text = answer.read().decode()
        self.tell(name if answer.status == 200 else f"{name} ({answer.status})", time.perf_counter() - began)
        return text

    def listen(self, topics: str) -> None:
        """Hold the live stream open until the seat is closed; `moved` is set when the server says so."""
        stream = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        stream.request("GET", f"/live?topics={topics}", headers=self.headers)
        answer = stream.getresponse()
        while not self.closed:
            line = answer.readline()
            if not line:
                return
            if line.startswith(b"data: {"):
                self.moved.set()
