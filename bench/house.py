"""What every benchmark needs: a database of its own, the machine's state, and figures printed as ratios."""

import os
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg


def _named(address: str, database: str) -> str:
    """The same server, another database."""
    return urlunsplit(urlsplit(address)._replace(path=f"/{database}")).replace("postgresql:/?", "postgresql:///?")


@contextmanager
def database(name: str, *, keep: bool = False) -> Iterator[str]:
    """A migrated database `bench_<name>` of this run, dropped afterwards; Django is set up with it.

    `keep` leaves it (and takes the one that was left), so that a long fill need not be repeated.
    """
    from hotline.config import manage  # noqa: PLC0415 settles which server it is

    manage.connect()
    server = os.environ["DATABASE_URL"]
    made = f"bench_{name}" if keep else f"bench_{name}_{os.getpid()}"
    with psycopg.connect(_named(server, "postgres"), autocommit=True) as admin:
        there = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [made]).fetchone()
        if not there:
            admin.execute(f'CREATE DATABASE "{made}"')
    os.environ["DATABASE_URL"] = _named(server, made)
    try:
        _set_up()
        yield os.environ["DATABASE_URL"]
    finally:
        if not keep:
            with psycopg.connect(_named(server, "postgres"), autocommit=True) as admin:
                admin.execute(f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)')
        os.environ["DATABASE_URL"] = server


def _set_up() -> None:
    import django  # noqa: PLC0415 the address of the database stands only now
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", interactive=False, verbosity=0)


def machine() -> str:
    """On what, and beside what else, the figures were taken."""
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg())
    with Path("/proc/cpuinfo").open() as file:
        model = next((line.split(":", 1)[1].strip() for line in file if line.startswith("model name")), "unknown")
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GB, load {load}, Python {sys.version.split()[0]}"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(len(ordered) * share * 1000) // 1000) - 1))]


def spent(work: Callable[..., object], *words: object) -> float:
    """Seconds that a piece of work takes, with these words."""
    began = time.perf_counter()
    work(*words)
    return time.perf_counter() - began


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def verdict(figure: float, *, at_least: float) -> str:
    """A ratio beside its goal."""
    return f"{figure:.0%} (goal: at least {at_least:.0%}; {'reached' if figure >= at_least else 'MISSED'})"


def say(text: str = "") -> None:
    """One line of output, at once."""
    print(text, flush=True)
