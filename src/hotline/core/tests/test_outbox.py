"""Events commit with their facts, none is skipped, none runs without its facts, and handlers run once in effect."""

from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from time import sleep

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from hotline.core import events, jobs
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


def drained(rows):
    """Drain until so many rows were taken; a transaction anywhere on the server makes newer rows wait for it."""
    taken = 0
    for _ in range(200):
        taken += jobs.drain()
        if taken >= rows:
            return taken
        sleep(0.05)
    raise AssertionError(f"{taken} of {rows} rows became safe to read")


def waiting():
    return list(ProcrastinateJob.objects.filter(task_name="core.handle", status="todo").order_by("id"))


def test_an_event_becomes_one_job_a_handler(heard):
    events.emit(Rang(7), at=AT)
    assert drained(1) == 1
    [job] = waiting()
    assert job.args["payload"] == {"number": 7}
    assert not Outbox.objects.exists()


def test_an_event_of_a_failed_transaction_never_was(heard):
    with transaction.atomic():
        events.emit(Rang(8), at=AT)
        transaction.set_rollback(True)
    assert jobs.drain() == 0


def test_an_older_transaction_that_commits_late_is_not_skipped(heard):
    """Ids are not commit-ordered: a reader that goes by the last id would lose the slow one."""
    written, go_on = Event(), Event()

    def slow():
        try:
            with transaction.atomic():
                events.emit(Rang(1), at=AT)
                written.set()
                go_on.wait(timeout=20)
        finally:
            connection.close()

    thread = Thread(target=slow)
    thread.start()
    assert written.wait(timeout=20)
    events.emit(Rang(2), at=AT)
    first = jobs.drain()
    go_on.set()
    thread.join(timeout=20)
    assert drained(2) == 2
    assert sorted(job.args["payload"]["number"] for job in waiting()) == [1, 2]
    assert first == 0  # nothing newer than an unfinished transaction is read


def test_a_handler_that_runs_five_times_has_one_effect(heard):
    for _ in range(5):
        [name] = events.HANDLERS
        events.run_handler(name, {"number": 3}, AT)
    assert heard == [3]
    assert Effect.objects.count() == 1
