"""Jobs: work that a clock starts or that takes longer than a page may; kept in PostgreSQL by procrastinate.

The only module that knows procrastinate. Each area's `jobs.py` uses `job`; its `handlers.py` uses `events.handles`.
"""

from collections.abc import Callable
from datetime import datetime
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.apps import apps
from django.db import close_old_connections, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from hotline.core import audit, clock, events
from hotline.core.models import Outbox

Job = Callable[..., None]
RETRY = RetryStrategy(max_attempts=8, exponential_wait=2)
BATCH = 500


def job(
    *, queue: str, cron: str | None = None, lock: str | None = None, name: str | None = None
) -> Callable[[Job], Any]:
    """Make a function `(*, at: datetime, **ids)` a job; with `cron` (local time) the clock starts it.

    `lock` lets one run at a time; a failed run is tried again with growing pauses, eight times.
    """

    def enter(function: Job) -> Any:
        title = name or f"{function.__module__.removeprefix('hotline.')}.{function.__name__}"

        def run(**ids: Any) -> None:
            ids.pop("timestamp", None)
            close_old_connections()  # a server that was restarted meanwhile is found again
            audit.set_request(f"job:{title}")
            function(at=clock.now(), **ids)

        task = app.task(queue=queue, name=title, retry=RETRY, lock=lock, queueing_lock=lock)(run)
        if cron:
            app.periodic(cron=cron, periodic_id=title)(task)  # type: ignore[arg-type]
        return task

    return enter


@app.task(queue="events", name="core.handle", retry=RETRY)
def handle(*, handler: str, payload: dict[str, Any], outbox: int) -> None:
    """Run one handler for one event, at the moment at which it runs."""
    close_old_connections()
    audit.set_request(f"event:{outbox}")
    events.run_handler(handler, payload, clock.now())


@app.periodic(cron="* * * * *", periodic_id="core.retry_stalled")
@app.task(queue="events", name="core.retry_stalled", queueing_lock="core.retry_stalled", pass_context=True)
async def retry_stalled(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 procrastinate passes it
    """Try again what a worker began and, being killed, never ended. Handlers and jobs are safe to run twice."""
    manager = context.app.job_manager
    for stalled in await manager.get_stalled_jobs():
        await manager.retry_job(stalled)


@transaction.atomic
def drain() -> int:
    """Turn rows of the outbox into jobs, one a handler, in one batch; the number of rows taken.

    A row that is visible is taken and deleted: what is committed later is taken later, whatever its id, and a long
    transaction holds nobody's events back. What follows from an event already seen cannot be seen before it.
    """
    rows = list(
        Outbox.objects.raw(
            """
            DELETE FROM core_outbox WHERE id IN (
                SELECT id FROM core_outbox ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
            ) RETURNING *
            """,
            [BATCH],
        )
    )
    calls = [
        {"handler": name, "payload": row.payload, "outbox": row.id}
        for row in sorted(rows, key=lambda row: row.id)
        for name in events.LISTENERS.get(row.kind, ())
    ]
    if calls:
        # By name: the task may have been made before procrastinate's own application stood.
        app.configure_task("core.handle").batch_defer(*calls)
    return len(rows)


def settle(
    *,
    at: datetime,
    same: Callable[[str, dict[str, Any]], object] | None = None,
    before: datetime | None = None,
) -> int:
    """Handle every announced event here and now, or those of before a moment; how many.

    For a history that is told in another time than the machine's: no worker could handle its events at their moment.
    Of calls for which `same` gives the same answer the last one is made, and none for which it gives None. Each call is
    a transaction of its own, as a worker makes it: what one has locked does not wait for the others. An event goes when
    all its handlers are through.
    """
    rows = list(Outbox.objects.filter(**({} if before is None else {"at__lt": before})).order_by("id"))
    calls = [(name, row.payload) for row in rows for name in events.LISTENERS.get(row.kind, ())]
    if same is not None:
        kept = {key: call for call in calls if (key := same(*call)) is not None}
        calls = list(kept.values())
    for name, payload in calls:
        events.run_handler(name, payload, at)
    Outbox.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def collect() -> None:
    """Import every area's jobs and handlers, so that the worker knows them."""
    for config in apps.get_app_configs():
        if config.name.startswith("hotline."):
            for room in ("jobs", "handlers"):
                if find_spec(f"{config.name}.{room}"):
                    import_module(f"{config.name}.{room}")
