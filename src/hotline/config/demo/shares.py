"""A replay in several processes: each works a share of the rows with a share of the staff; one bar tells of all."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path

from django.core.management import CommandError
from django.db import connection

from hotline.cases.models import Case, ImportRun
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

MOST_SHARES = 4
TELL = 0.5  # seconds between two words of a share


def work_share(file: Path, share: int, of: int, *, in_time: bool) -> None:
    """What a child process does: one JSON line about itself now and then, the last one at the end."""
    hurry()
    centre = Centre.objects.get(code=replay.CODE)
    run = ImportRun.objects.filter(centre=centre, kind=import_reports.KIND).latest("pk")
    floor = Floor(World(centre, seed=f"replay:{share}"), run, share, of, in_time=in_time)
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


def ready(file: Path) -> ImportRun:
    """The run of the file: opened with its centre, or of a replay that was broken off."""
    found = ImportRun.objects.filter(centre__code=replay.CODE, kind=import_reports.KIND).order_by("-pk").first()
    if found is not None:
        if found.sha256 != sha256(file.read_bytes()).hexdigest():
            raise CommandError("Another file has been replayed here. Begin anew: ./run demo --replay FILE --fresh")
        return found
    hurry()
    opening = Bar("opening the centre")
    run = replay.open_centre(file, watch=lambda word: opening.show(0, word))
    opening.end(f"{run.rows} rows")
    return run


def run_all(file: Path, *, in_time: bool = False, stop: threading.Event | None = None) -> Account:
    """Let all shares work, and settle the account; what was done before is kept."""
    begun = time.monotonic()
    hurry()
    run = ready(file)
    of = max(1, min(MOST_SHARES, os.cpu_count() or 1))
    tallies = [Tally() for _ in range(of)]
    bar = Bar("replay")
    children = [_child(file, share, of, in_time=in_time) for share in range(of)]
    listeners = [
        threading.Thread(target=_listen, args=(child, tallies, share, lambda: _draw(bar, run, tallies)), daemon=True)
        for share, child in enumerate(children)
    ]
    for listener in listeners:
        listener.start()
    while any(listener.is_alive() for listener in listeners):
        listeners[0].join(0.2)
        if stop is not None and stop.is_set():
            for child in children:
                child.terminate()
            break
        for listener in listeners[1:]:
            listener.join(0.1)
    codes = [child.wait() for child in children]
    if any(codes):
        raise CommandError("The replay was broken off; started again it goes on from there.")
    bar.end(_words(tallies))
    return _settle(file, run, tallies, round(time.monotonic() - begun))


def _child(file: Path, share: int, of: int, *, in_time: bool) -> "subprocess.Popen[str]":
    words = [sys.executable, "-m", "hotline.config.manage", "demo", "--replay", str(file), "--share", f"{share}/{of}"]
    words += ["--in-time"] if in_time else []
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
    registered = Case.objects.filter(centre=centre).exclude(external_id="").count()
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
