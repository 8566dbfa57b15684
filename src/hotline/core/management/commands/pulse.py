"""The ticker and drainer: folds live marks into at most ten NOTIFY a second and turns the outbox into jobs."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection, transaction
from structlog import get_logger

from hotline.core import clock, health, jobs, live

LOCK = 4_021_960_001  # one pulse beats for a database
BEAT = 0.1
log = get_logger()


class Command(BaseCommand):
    """Run until told to stop; a lost database is waited for."""

    help = "Announce live topics and hand events to the worker."
    requires_system_checks = ()  # `./run check` looks through the program, not every start

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Beat ten times a second."""
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        beats = 0
        while not stop.wait(BEAT):
            try:
                if self._leads():
                    self._beat(beats)
                    beats += 1
                else:
                    stop.wait(1)
            except DatabaseError as error:
                log.warning("pulse.database", error=type(error).__name__)
                connection.close()
                stop.wait(1)

    def _leads(self) -> bool:
        """Hold (or take) the lock of the session; it falls with the connection."""
        if connection.connection is None or connection.connection.closed:
            self._held = False
        if not getattr(self, "_held", False):
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
                self._held = bool(cursor.fetchone()[0])
        return self._held

    def _beat(self, count: int) -> None:
        version = live.fold()
        if version is not None:
            live.announce(version)
        while jobs.drain() == jobs.BATCH:
            pass
        if count % 50 == 0:
            with transaction.atomic():
                health.beat("pulse", at=clock.now(), note={"speed": int(clock.speed())})
        if count % 36_000 == 0:
            live.forget()
