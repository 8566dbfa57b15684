"""A second pair of hands while the history is told: what does not depend on cases is filled in at the same time."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context

from django.core.management import CommandError
from django.db import connection


@contextmanager
def at_the_same_time(work: Callable[[], None]) -> Iterator[None]:
    """Let a child of this process do the work with a connection of its own; leaving waits for it.

    A child that fails has told why; what it left undone is begun anew with the whole.
    """
    connection.close()  # two processes never speak through one connection
    child = get_context("fork").Process(target=_run, args=(work,), daemon=True)
    child.start()
    hurry()
    try:
        yield
    except BaseException:
        child.terminate()
        raise
    finally:
        child.join()
    if child.exitcode:
        raise CommandError("What is filled in beside the history was broken off; the reason stands above.")


def in_the_background(work: Callable[[], None]) -> None:
    """Let a child of this process do the work while this one goes on; it yields to everything else on the machine."""
    connection.close()
    get_context("fork").Process(target=_run_quietly, args=(work,), daemon=True).start()


def _run_quietly(work: Callable[[], None]) -> None:
    for number in (signal.SIGTERM, signal.SIGINT):  # it has nothing to put in order: what is half done is rolled back
        signal.signal(number, signal.SIG_DFL)
    os.nice(10)
    _run(work)


def _run(work: Callable[[], None]) -> None:
    hurry()
    work()
    connection.close()


def hurry() -> None:
    """What a power cut takes is built again, so that commits need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
