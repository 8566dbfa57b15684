"""A process beside the ACD that writes the log: the work that this is keeps no caller waiting.

It is forked before the ACD has threads or lines, so that it is there at once, and ends with it. Should it die, the ACD
writes by itself from then on.
"""

import gc
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NoReturn

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections

from hotline.people.models import Centre, Person
from hotline.telephony.logic.journal import Entry
from hotline.telephony.services import journal
from hotline.telephony.services.leading import Deposed

AWAY = (OperationalError, InterfaceError)
BEHIND = 5  # the scheduler lets callers and their talks go first
STALE = 30.0  # seconds: a connection that rested for longer is looked at before it is used


class Ended(Exception):
    """The process is not there any more."""


class NotWritten(Exception):
    """These facts cannot be written, whoever tries."""


@dataclass(slots=True)
class Scribe:
    """The ACD's end of the line to it."""

    line: "Connection[Any, Any]"
    pid: int

    def write(self, *, epoch: int, entries: Sequence[Entry], at: datetime) -> int:
        """As `journal.write`, and raises as it does; `Ended` when there is nobody who could."""
        try:
            self.line.send((epoch, entries, at))
            how, told = self.line.recv()
        except (EOFError, OSError) as error:
            raise Ended(repr(error)) from None
        match how:
            case "away":
                raise OperationalError(told)
            case "deposed":
                raise Deposed
            case "failed":
                raise NotWritten(told)
        return int(told)


def begin(centre: Centre, by: Person) -> Scribe:
    """Fork; only while this process has no thread and no line of its own."""
    connections.close_all()
    ours, theirs = Pipe()
    pid = os.fork()
    if pid == 0:
        ours.close()
        _serve(theirs, centre, by)
    theirs.close()
    return Scribe(ours, pid)


def _serve(line: "Connection[Any, Any]", centre: Centre, by: Person) -> NoReturn:
    """Write what comes until nobody is there any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who interrupts the ACD wants its last facts to be written
    gc.freeze()
    os.nice(BEHIND)
    rested = time.monotonic()
    try:
        while True:
            epoch, entries, at = line.recv()
            if time.monotonic() - rested > STALE:
                close_old_connections()
            line.send(_attempt(centre, by, epoch, entries, at))
            rested = time.monotonic()
    except (EOFError, OSError):
        os._exit(0)
    finally:
        os._exit(1)  # never back into the program that was forked


def _attempt(centre: Centre, by: Person, epoch: int, entries: Sequence[Entry], at: datetime) -> tuple[str, str | int]:
    try:
        return "done", journal.write(centre=centre, epoch=epoch, entries=entries, by=by, at=at)
    except AWAY as error:
        connection.close()
        return "away", str(error)
    except Deposed:
        return "deposed", ""
    except Exception as error:  # whatever it is: the ACD tells of it and goes on
        return "failed", repr(error)
