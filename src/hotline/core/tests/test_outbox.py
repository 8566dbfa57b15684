"""Events commit with their facts, none is skipped, none runs without its facts, and handlers run once in effect."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from hotline.core import events, jobs, live
from hotline.core.models import Effect, Outbox

AT = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True, slots=True)
class Rang:
    """Something happened."""

    number: int


@pytest.fixture
def heard(monkeypatch):
    """A handler of its own, known for one test."""
    monkeypatch.setattr(events, "LISTENERS", {})
    monkeypatch.setattr(events, "HANDLERS", {})
    with connection.cursor() as cursor:  # procrastinate's tables are not emptied between tests
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    seen: list[int] = []

    @events.handles(Rang)
    def hear(event, *, at):
        if events.once(f"rang:{event.number}", at=at):
            seen.append(event.number)

    return seen


@contextmanager
def slow(write):
    """Another transaction, which has written and commits only at the end."""
    written, go_on = Event(), Event()

    def work():
        try:
            with transaction.atomic():
                write()
                written.set()
                go_on.wait(timeout=20)
        finally:
            connection.close()

    thread = Thread(target=work)
    thread.start()
    assert written.wait(timeout=20)
    try:
        yield
    finally:
        go_on.set()
        thread.join(timeout=20)


def waiting():
    return list(ProcrastinateJob.objects.filter(task_name="core.handle", status="todo").order_by("id"))


def test_an_event_becomes_one_job_a_handler(heard):
    events.emit(Rang(7), at=AT)
    assert jobs.drain() == 1
    [job] = waiting()
    assert job.args["payload"] == {"number": 7}
    assert not Outbox.objects.exists()


def test_an_event_of_a_failed_transaction_never_was(heard):
    with transaction.atomic():
        events.emit(Rang(8), at=AT)
        transaction.set_rollback(True)
    assert jobs.drain() == 0


def test_a_transaction_that_commits_late_is_neither_skipped_nor_waited_for(heard):
    """Ids are not commit-ordered: a reader that goes by the last id would lose the slow one."""
    with slow(lambda: events.emit(Rang(1), at=AT)):
        events.emit(Rang(2), at=AT)
        assert jobs.drain() == 1
        assert [job.args["payload"]["number"] for job in waiting()] == [2]
    assert jobs.drain() == 1
    assert [job.args["payload"]["number"] for job in waiting()] == [2, 1]


def test_what_a_slow_transaction_touched_is_told_when_it_is_there():
    with slow(lambda: live.touch("case:1")):
        live.touch("case:2")
        first = live.fold()
        assert live.versions(["case:1", "case:2"]) == {"case:1": 0, "case:2": first}
        drawn = live.newest()  # a page read now does not hold what the slow one is writing
    second = live.fold()
    assert live.versions(["case:1"]) == {"case:1": second}
    assert second > drawn == first


def test_a_handler_that_runs_five_times_has_one_effect(heard):
    for _ in range(5):
        [name] = events.HANDLERS
        events.run_handler(name, {"number": 3}, AT)
    assert heard == [3]
    assert Effect.objects.count() == 1


def test_a_told_history_keeps_an_event_until_its_handlers_are_through_each_by_itself(heard):
    """A lock that one handler took does not wait for the next: two that tell at once never wait for each other."""

    @events.handles(Rang)
    def look(event, *, at):
        assert not connection.in_atomic_block
        if event.number == 9 and 0 not in heard:
            raise RuntimeError

    for number in (7, 9):
        events.emit(Rang(number), at=AT)
    with pytest.raises(RuntimeError):
        jobs.settle(at=AT)
    assert Outbox.objects.count() == 2
    heard.append(0)
    assert jobs.settle(at=AT) == 2
    assert heard == [7, 9, 0]
    assert not Outbox.objects.exists()


def test_a_past_that_is_told_beside_the_present_handles_its_own_events_alone(heard):
    @events.handles(Rang)
    def look(event, *, at):
        pass

    events.emit(Rang(1), at=AT - timedelta(days=2))
    events.emit(Rang(2), at=AT - timedelta(days=2))
    events.emit(Rang(3), at=AT)
    chosen = jobs.settle(
        at=AT, before=AT, same=lambda _name, payload: payload["number"] if payload["number"] != 2 else None
    )
    assert chosen == 2
    assert [row.payload["number"] for row in Outbox.objects.all()] == [3]
