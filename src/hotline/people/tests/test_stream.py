"""Touched topics become versions; a page's stream tells of its own topics only, and ends with the session."""

import asyncio
import json
from time import sleep

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, transaction

from hotline.core import live
from hotline.core.models import LiveMark
from hotline.core.stream import Stream
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db(transaction=True)


def test_folding_gives_each_topic_one_version_that_only_grows():
    live.touch("a", "b", "a")
    first = folded()
    live.touch("a")
    second = folded()
    assert live.versions(["a", "b", "c"]) == {"a": second, "b": first, "c": 0}
    assert first < second
    assert live.fold() is None
    assert not LiveMark.objects.exists()


def test_a_mark_of_a_failed_transaction_never_was():
    with transaction.atomic():
        live.touch("x")
        transaction.set_rollback(True)
    assert live.fold() is None


def signed_in(person):
    """A session as sign-in makes it."""
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[1]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return session


class Page:
    """One open page, as the server sees it."""

    def __init__(self, session, topics):
        self.said: list[str] = []
        self.status = 0
        self.heard = asyncio.Event()
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.session_key if session else 'nobody'}"
        self.scope = {
            "type": "http",
            "path": "/live",
            "query_string": f"topics={topics}".encode(),
            "headers": [(b"cookie", cookie.encode())],
        }

    async def send(self, message):
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.said.append(message["body"].decode())
            self.heard.set()

    async def receive(self):
        await asyncio.sleep(3600)

    async def until(self, text):
        for _ in range(100):
            if any(text in said for said in self.said):
                return
            self.heard.clear()
            await asyncio.wait_for(self.heard.wait(), timeout=10)
        raise AssertionError(f"{text!r} was never said: {self.said}")


def run(story):
    """Run a story beside a stream; what the story does to the database runs in a thread."""

    async def main():
        stream = Stream()
        await stream.open()
        try:
            await asyncio.wait_for(story(stream), timeout=30)
        finally:
            await stream.close()

    asyncio.run(main())


def folded():
    """Fold; a transaction that runs anywhere on the server makes the marks wait until it has ended."""
    for _ in range(200):
        version = live.fold()
        if version is not None:
            return version
        sleep(0.05)
    raise AssertionError("the marks never became safe to read")


def announce(*topics):
    """What the ticker does, in a thread of its own."""
    try:
        live.touch(*topics)
        version = folded()
        live.announce(version)
        return version
    finally:
        connection.close()


def test_a_page_hears_of_its_own_topics_only(monkeypatch):
    monkeypatch.setattr("hotline.core.stream.session_lives", lambda _person, _key: True)
    session = signed_in(people.person())

    async def story(stream):
        page = Page(session, "board:1,case:7")
        task = asyncio.create_task(stream(page.scope, page.receive, page.send))
        await page.until("hello")
        await asyncio.to_thread(announce, "other")
        version = await asyncio.to_thread(announce, "case:7", "other")
        await page.until(f"data: {json.dumps({'case:7': version})}")
        assert not any("other" in said for said in page.said)
        task.cancel()

    run(story)


def test_a_stream_ends_when_the_session_does(monkeypatch):
    person = people.person()
    monkeypatch.setattr("hotline.core.stream.session_lives", lambda _person, _key: True)
    session = signed_in(person)

    def sign_out():
        SessionStore(session.session_key).delete()
        announce(f"session:{person.pk}")

    async def story(stream):
        page = Page(session, "board:1")
        task = asyncio.create_task(stream(page.scope, page.receive, page.send))
        await page.until("hello")
        await asyncio.to_thread(sign_out)
        await page.until("event: bye")
        await asyncio.wait_for(task, timeout=5)

    run(story)


def test_a_stranger_hears_nothing():
    async def story(stream):
        page = Page(None, "board:1")
        await stream(page.scope, page.receive, page.send)
        assert page.status == 401

    run(story)
