"""While the database is away facts stand in a file, in their order; when it is back they are written once."""

import asyncio

from django.db import OperationalError

from hotline.acd import writing
from hotline.acd.tests.floor import NINE
from hotline.acd.writing import Writer, left_over
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import Fact


def entry(number: int) -> Entry:
    return Entry(f"1:{number}", Fact.CALL_ENDED, NINE, "a", 7, {"how": "talked"})


def test_facts_wait_in_a_file_and_are_written_in_order_when_the_database_is_back(tmp_path, monkeypatch):
    away, written, seen = [True], [], []
    file = tmp_path / "acd.journal"

    def write(*, entries, **_more):
        if away[0]:
            raise OperationalError("the server closed the connection")
        written.extend(entries)

    monkeypatch.setattr(writing.journal, "write", write)
    monkeypatch.setattr(writing, "close_old_connections", lambda: None)
    monkeypatch.setattr(writing.connection, "close", lambda: None)

    async def story():
        writer = Writer(None, None, 1, file, asyncio.get_running_loop(), asyncio.Event())
        writer.start()
        first = writer.put([entry(1)])
        second = writer.put([entry(2), entry(3)])
        while not file.exists() or len(left_over(file)) < 3:
            await asyncio.sleep(0.02)
        seen.extend(left_over(file))
        away[0] = False
        await asyncio.gather(first, second)
        writer.stop()

    asyncio.run(story())
    assert seen == [entry(1), entry(2), entry(3)]
    assert written == seen
    assert left_over(file) == []


def test_what_nobody_waits_for_is_written_with_what_follows(tmp_path, monkeypatch):
    batches = []
    monkeypatch.setattr(writing, "COMPANY", 5.0)
    monkeypatch.setattr(writing.journal, "write", lambda *, entries, **_more: batches.append(list(entries)))
    monkeypatch.setattr(writing, "close_old_connections", lambda: None)
    monkeypatch.setattr(writing.connection, "close", lambda: None)

    async def story():
        loop = asyncio.get_running_loop()
        writer = Writer(None, None, 1, tmp_path / "acd.journal", loop, asyncio.Event())
        writer.start()
        began = loop.time()
        quiet = [writer.put([entry(number)]) for number in (1, 2, 3)]
        await asyncio.sleep(0.05)
        assert batches == []
        await asyncio.gather(*quiet, writer.also(lambda: None))
        assert loop.time() - began < 4
        writer.put([entry(4)])
        await asyncio.to_thread(writer.stop)

    asyncio.run(story())
    assert batches == [[entry(1), entry(2), entry(3)], [entry(4)]]


def test_what_cannot_be_written_costs_nothing_else(tmp_path, monkeypatch):
    written = []

    def write(*, entries, **_more):
        if entry(2) in entries:
            raise KeyError("offer")
        written.extend(entries)

    def fails():
        raise ValueError("no such recording")

    monkeypatch.setattr(writing.journal, "write", write)
    monkeypatch.setattr(writing, "close_old_connections", lambda: None)
    monkeypatch.setattr(writing.connection, "close", lambda: None)

    async def story():
        writer = Writer(None, None, 1, tmp_path / "acd.journal", asyncio.get_running_loop(), asyncio.Event())
        writer.start()
        await asyncio.wait_for(writer.also(fails), 5)
        put = [writer.put([entry(number)]) for number in (1, 2, 3, 4)]
        await asyncio.wait_for(asyncio.gather(*put), 5)
        await asyncio.to_thread(writer.stop)

    asyncio.run(story())
    assert written == [entry(1), entry(3), entry(4)]
