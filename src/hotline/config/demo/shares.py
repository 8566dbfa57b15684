"""A replay in several processes: each works a share of the rows with a share of the staff; one bar tells of all."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from django.core.management import CommandError
from django.db import connection

from hotline.cases.models import ImportRun
from hotline.cases.services import import_reports
from hotline.config import env
from hotline.config.demo import account as accounts
from hotline.config.demo import replay
from hotline.config.demo.account import Account
from hotline.config.demo.progress import Bar
from hotline.config.demo.replay import Floor, Tally
from hotline.config.demo.world import World
from hotline.core import jobs
from hotline.people import queries as people
from hotline.people.models import Centre

TELL = 0.5  # seconds between two words of a share


def work_share(file: Path, share: int, of: int) -> None:
    """What a child process does: one JSON line about itself now and then, the last one at the end."""
    hurry()
    centre = Centre.objects.get(code=replay.CODE)
    run = ImportRun.objects.filter(centre=centre, kind=import_reports.KIND).latest("pk")
    floor = Floor(World(centre, seed=f"replay:{share}"), run, share, of)
    floor.prepare(file.read_bytes())
    last = [0.0]

    def tell(tally: Tally) -> None:
        if time.monotonic() - last[0] >= TELL:
            last[0] = time.monotonic()
            sys.stdout.write(json.dumps(asdict(tally)) + "\n")
            sys.stdout.flush()

    sys.stdout.write(json.dumps(asdict(floor.work(tell))) + "\n")
    sys.stdout.flush()


def hurry() -> None:
    """A replay that a power cut breaks off is begun anew, so that its commits need not wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")


def run_all(file: Path, stop: threading.Event | None = None) -> Account:
    """Open the centre, let all shares work, and settle the account."""
    begun = time.monotonic()
    hurry()
    opening = Bar("opening the centre")
    run = replay.open_centre(file, watch=lambda word: opening.show(0, word))
    opening.end(f"{run.rows} rows")
    of = max(1, min(4, os.cpu_count() or 1))
    tallies = [Tally() for _ in range(of)]
    bar = Bar("replay")
    children = [_child(file, share, of) for share in range(of)]
    listeners = [
        threading.Thread(target=_listen, args=(child, tallies, share, lambda: _draw(bar, run, tallies)), daemon=True)
        for share, child in enumerate(children)
    ]
    for listener in listeners:
        listener.start()
    try:
        for listener in listeners:
            while listener.is_alive():
                listener.join(0.5)
                if stop is not None and stop.is_set():
                    raise CommandError("the replay was broken off")
    finally:
        for child in children:
            child.kill() if child.poll() is None and stop is not None and stop.is_set() else child.wait()
    if any(child.returncode for child in children):
        raise CommandError("a share of the replay failed; its words stand above")
    bar.end(_words(tallies))
    return _settle(file, run, tallies, round(time.monotonic() - begun))


def _child(file: Path, share: int, of: int) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "hotline.config.manage", "demo", "--replay", str(file), "--share", f"{share}/{of}"]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True)


def _listen(child: "subprocess.Popen[str]", tallies: list[Tally], share: int, draw: Callable[[], None]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        tallies[share] = Tally(**json.loads(line))
        draw()


def _draw(bar: Bar, run: ImportRun, tallies: list[Tally]) -> None:
    registered = sum(tally.registered for tally in tallies)
    ended = sum(tally.ended for tally in tallies)
    bar.show((registered + ended) / (2 * max(1, run.rows - run.refused)), _words(tallies))


def _words(tallies: list[Tally]) -> str:
    registered = sum(tally.registered for tally in tallies)
    ended = sum(tally.ended for tally in tallies)
    return f"{registered} registered, {ended} ended, {sum(tally.acts for tally in tallies)} acts"


def _settle(file: Path, run: ImportRun, tallies: list[Tally], seconds: int) -> Account:
    centre = Centre.objects.get(code=replay.CODE)
    at = Floor.end_of(centre)
    registered = sum(tally.registered for tally in tallies)
    import_reports.count_new(run_id=run.pk, new=registered, by=people.system_person(centre), at=at)
    jobs.settle(at=at, same=lambda name, payload: (name, payload.get("centre_id"), payload.get("state")))
    longest = max(tallies, key=lambda tally: tally.longest_queue)
    account = accounts.settle(
        centre,
        run,
        file.read_bytes(),
        seconds=seconds,
        acts=sum(tally.acts for tally in tallies),
        longest_queue=sum(tally.longest_queue for tally in tallies),
        longest_at=longest.longest_at,
        drained_at=max(tally.drained_at for tally in tallies),
    )
    accounts.keep(account, env.var())
    return account
