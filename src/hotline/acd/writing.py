"""What the ACD writes: one thread, in order, whatever the database does.

While the database is away everything goes into a file that is flushed to the disk, and into the tables as soon as it
is back; a new ACD reads the file of a dead one first.
"""

import asyncio
import json
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import close_old_connections, connection
from structlog import get_logger

from hotline.acd.scribe import AWAY, STALE, Ended, Scribe
from hotline.core import clock
from hotline.people.models import Centre, Person
from hotline.telephony.logic.journal import Entry
from hotline.telephony.logic.words import Fact
from hotline.telephony.services import journal
from hotline.telephony.services.leading import Deposed

log = get_logger()
PAUSE, LONGEST = 0.2, 2.0  # seconds between two attempts
MOST_AT_ONCE = 200
COMPANY, MOST_COMPANY = 0.03, 0.25  # seconds that facts wait for others, so that one transaction does for all
REST = 3  # times as long as the last facts took to write: under load fewer transactions do for more calls


@dataclass(slots=True)
class Job:
    """Facts to be written, or other work for the same thread; `done` hears of its end."""

    entries: Sequence[Entry] = ()
    work: Callable[[], Any] | None = None
    done: "asyncio.Future[Any] | None" = None

    @property
    def urgent(self) -> bool:
        """Somebody waits for other work; facts wait a moment for company."""
        return self.work is not None


@dataclass(slots=True)
class Writer:
    """The thread that writes."""

    centre: Centre
    by: Person
    epoch: int
    file: Path
    loop: asyncio.AbstractEventLoop
    deposed: asyncio.Event
    scribe: Scribe | None = None
    jobs: "deque[Job]" = field(default_factory=deque)
    wake: threading.Condition = field(default_factory=threading.Condition)
    ending: bool = False
    thread: threading.Thread | None = None
    away_since: float | None = None
    last_used: float = 0.0
    took: float = 0.0  # seconds that the last facts took to write

    def start(self) -> None:
        """Begin."""
        self.thread = threading.Thread(target=self._run, name="writer", daemon=True)
        self.thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """Write what is left, then end."""
        with self.wake:
            self.ending = True
            self.wake.notify()
        if self.thread is not None:
            self.thread.join(patience)

    def put(self, entries: Sequence[Entry]) -> "asyncio.Future[Any]":
        """Write facts, a moment later and with what follows; the future ends when they stand in the tables."""
        return self._add(Job(entries=entries, done=self.loop.create_future()))

    def also(self, work: Callable[[], Any]) -> "asyncio.Future[Any]":
        """Let other work be done in its turn."""
        return self._add(Job(work=work, done=self.loop.create_future()))

    def _add(self, job: Job) -> "asyncio.Future[Any]":
        assert job.done is not None
        with self.wake:
            self.jobs.append(job)
            self.wake.notify()
        return job.done

    # ------------------------------------------------------------ the thread

    def _run(self) -> None:
        while True:
            batch = self._next()
            if batch is None:
                break
            pause = PAUSE
            while not self._attempt(batch):
                if self.deposed.is_set() or self.ending:
                    self._keep_aside(batch)
                    return
                self._keep_aside(batch)
                time.sleep(pause)
                pause = min(pause * 2, LONGEST)
        connection.close()

    def _next(self) -> list[Job] | None:
        """The next work: other work alone, facts together with the facts that wait right behind them."""
        with self.wake:
            while not self.jobs:
                if self.ending:
                    return None
                self.wake.wait()
            until = time.monotonic() + max(COMPANY, min(MOST_COMPANY, REST * self.took))
            while not self.ending and not any(job.urgent for job in self.jobs):
                left = until - time.monotonic()
                if left <= 0 or not self.wake.wait(left):
                    break
            batch = [self.jobs.popleft()]
            while batch[0].work is None and self.jobs and self.jobs[0].work is None and len(batch) < MOST_AT_ONCE:
                batch.append(self.jobs.popleft())
            return batch

    def _attempt(self, batch: list[Job]) -> bool:
        """Do it; False when the database is away."""
        try:
            if time.monotonic() - self.last_used > STALE:
                close_old_connections()
            self.last_used = time.monotonic()
            if batch[0].work is not None:
                result = batch[0].work()
            else:
                result = self._write([entry for job in batch for entry in job.entries])
                self.took = time.monotonic() - self.last_used
        except AWAY as error:
            connection.close()
            if self.away_since is None:
                self.away_since = time.monotonic()
                log.warning("acd.database_away", error=str(error).splitlines()[0])
            return False
        except Deposed:
            self.loop.call_soon_threadsafe(self.deposed.set)
            self._tell(batch, None)
            return True
        except Exception as error:  # whatever it is: the next facts are written all the same
            return self._go_on_without(batch, error)
        if self.away_since is not None:
            log.info("acd.database_back", seconds=round(time.monotonic() - self.away_since, 1))
            self.away_since = None
            self.file.unlink(missing_ok=True)
        self._tell(batch, result)
        return True

    def _write(self, entries: Sequence[Entry]) -> int:
        """By the process beside us, or by ourselves when there is none."""
        if self.scribe is not None:
            try:
                return self.scribe.write(epoch=self.epoch, entries=entries, at=clock.now())
            except Ended as error:  # what it has written of this stands under its keys, and is left out
                log.error("acd.scribe_ended", error=str(error))
                self.scribe = None
        return journal.write(centre=self.centre, epoch=self.epoch, entries=entries, by=self.by, at=clock.now())

    def _go_on_without(self, batch: list[Job], error: Exception) -> bool:
        """Something cannot be written. Of several, each is tried alone, so that one fact costs no other."""
        if len(batch) > 1:
            return all(self._attempt([job]) for job in batch)
        log.error("acd.not_written", error=repr(error), facts=[entry.key for entry in batch[0].entries])
        self._tell(batch, None)
        return True

    def _tell(self, batch: list[Job], result: Any) -> None:
        for job in batch:
            if job.done is not None:
                self.loop.call_soon_threadsafe(_settle, job.done, result)

    def _keep_aside(self, batch: list[Job]) -> None:
        """Everything that is not written yet stands in the file, safe from a power cut."""
        with self.wake:
            entries = [entry for job in [*batch, *self.jobs] for entry in job.entries]
        self.file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as out:
            out.writelines(json.dumps(_plain(entry), ensure_ascii=False) + "\n" for entry in entries)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(self.file)


def _settle(done: "asyncio.Future[Any]", result: Any) -> None:
    if not done.done():
        done.set_result(result)


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "key": entry.key, "fact": entry.fact.value, "at": entry.at.isoformat(), "call": entry.call,
        "person": entry.person, "data": dict(entry.data),
    }  # fmt: skip


def left_over(file: Path) -> list[Entry]:
    """What a dead ACD could not write any more."""
    if not file.exists():
        return []
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [
        Entry(row["key"], Fact(row["fact"]), datetime.fromisoformat(row["at"]), row["call"], row["person"], row["data"])
        for row in rows
    ]
