"""Cases per second from intake to closing: our services beside the bare SQL that writes the same rows.

The peer is what one case writes, and nothing else: the INSERT, UPDATE and DELETE statements of a recorded case,
replayed by psycopg (which prepares them) with fresh keys, one by one, in as many transactions, on the same tables with
the same constraints, triggers and audit. It reads nothing, asks nobody whether he may, and signs the audit once for the
whole session.
"""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection

from bench import house
from bench.replay import Recording, Script
from hotline.cases.models import Case, Task
from hotline.cases.services import closing, desk, dispatching, filing, intake
from hotline.cases.services import field as on_the_spot
from hotline.cases.tests import builders as b

GOAL = 0.40
MINUTE = timedelta(minutes=1)


@dataclass
class Walk:
    """One case after another along the whole path, a minute a step; only the services are on the watch."""

    town: b.Town
    ended: Callable[[], None] = lambda: None  # called after each service: its transaction has ended
    seconds: float = 0.0
    by_step: dict[str, list[float]] = field(default_factory=dict)

    def _timed(self, service: Callable[..., Any], **values: Any) -> Any:
        began = time.perf_counter()
        made = service(**values)
        took = time.perf_counter() - began
        self.seconds += took
        self.by_step.setdefault(f"{service.__module__.rsplit('.', 1)[1]}.{service.__name__}", []).append(took)
        self.ended()
        return made

    def case(self) -> Case:
        """Take one case from intake to closing."""
        town, at = self.town, b.NINE
        case: Case = self._timed(
            intake.register,
            by=town.operator,
            at=at,
            source="phone",
            description="学府路口井盖松动",
            place="学府路口",
            latitude=b.POINT[0],
            longitude=b.POINT[1],
        )
        steps: list[tuple[Callable[..., Any], Any, dict[str, Any]]] = [
            (filing.pre_file, town.operator, {"condition_id": town.condition.pk}),
            (filing.file, town.operator, {}),
            (dispatching.dispatch, town.operator, {"department": town.department}),
            (dispatching.accept, town.clerk, {}),
            (dispatching.feedback, town.clerk, {"result": "已更换井盖"}),
            (desk.take, town.operator, {}),
            (closing.ask_check, town.operator, {}),
            (on_the_spot.reply, town.field, {"confirmed": True, "text": "现场已看"}),
            (desk.take, town.operator, {}),
            (closing.submit_for_closing, town.operator, {"answer": "井盖已修复"}),
            (closing.close, town.leader, {}),
        ]
        version = case.version
        for service, by, values in steps:
            at += MINUTE
            if service is on_the_spot.reply:
                key: dict[str, Any] = {
                    "task_id": Task.objects.values_list("pk", flat=True).get(case=case, status="asked")
                }
            else:
                key = {"case_id": case.pk, "version": version}
            self._timed(service, **key, by=by, at=at, **values)
            version += 1
        return case


# Far apart, so that a number in a recorded statement tells by itself which row it means.
FIRST_IDS = {
    "cases_case": 1_000_003,
    "cases_holding": 20_000_003,
    "cases_stagerun": 40_000_003,
    "cases_task": 60_000_003,
}


def spread_ids() -> None:
    """Let the keys of these tables begin far apart."""
    with connection.cursor() as cursor:
        for table, first in FIRST_IDS.items():
            cursor.execute(f"ALTER TABLE {table} ALTER COLUMN id RESTART WITH {first}")


def record(town: b.Town) -> tuple[Script, int]:
    """What one case writes, as a script of statements with places for keys; and how many round trips it took in all."""
    recording = Recording()
    with recording.listening():
        case = Walk(town, recording.commit).case()
    keys = {"cases_case": [case.pk]}
    with connection.cursor() as cursor:
        for table in ("cases_holding", "cases_stagerun", "cases_task"):
            cursor.execute(f"SELECT id FROM {table} WHERE case_id = %s ORDER BY id", [case.pk])
            keys[table] = [row[0] for row in cursor.fetchall()]
    return recording.script(keys, case.number), recording.trips - 1  # less the walk's own look for the task


def _same_rows(ours: Case, theirs: int) -> None:
    """The peer's case must have left as many rows in every table as ours, or the comparison is worth nothing."""
    tables = ["event", "holding", "stagerun", "task", "casehistory", "holdinghistory", "stagerunhistory", "taskhistory"]
    with connection.cursor() as cursor:
        for table in tables:
            column = "pgh_obj_id" if table == "casehistory" else "case_id"
            name = "cases_caseevent" if table == "event" else f"cases_{table}"
            counts = []
            for key in (ours.pk, theirs):
                cursor.execute(f"SELECT count(*) FROM {name} WHERE {column} = %s", [key])
                counts.append(cursor.fetchone()[0])
            if counts[0] != counts[1] or not counts[0]:
                raise SystemExit(f"the peer does not write what we write: {name} has {counts[1]} rows, not {counts[0]}")


def run(*, quick: bool = False) -> None:
    """Alternate small rounds of both and compare medians."""
    rounds, size = (5, 4) if quick else (40, 5)
    spread_ids()
    town = b.town()
    Walk(town).case()  # both sides warm: caches, the calendar, the word list of the search
    script, trips = record(town)
    case = Walk(town).case()
    ours: list[float] = []
    peers: list[float] = []
    used = {"ours": 0.0, "peer": 0.0}  # processor seconds, of which the machine's other work takes nothing away
    mine = connection.connection.info.backend_pid
    with psycopg.connect(os.environ["DATABASE_URL"]) as peer:
        _sign(peer, town)
        _same_rows(case, script.play(peer)["cases_case"][0])
        for _warm in range(8):
            script.play(peer)
        walk = Walk(town)
        for _round in range(rounds):
            before, spent = walk.seconds, _processor(mine)
            for _one in range(size):
                walk.case()
            ours.append(size / (walk.seconds - before))
            used["ours"] += _processor(mine) - spent
            spent = _processor(peer.info.backend_pid)
            peers.append(size / house.spent(lambda: [script.play(peer) for _one in range(size)]))
            used["peer"] += _processor(peer.info.backend_pid) - spent
    _report(ours, peers, walk, script, trips)
    for name, seconds in used.items():
        house.say(
            f"   {name} used {1000 * seconds / (rounds * size):5.1f} ms of processor a case, Python and PostgreSQL"
        )
    house.say(f"   ratio by processor time {used['peer'] / used['ours']:.0%}")


def _processor(backend: int) -> float:
    """Processor seconds of this process and of a backend of a server on this machine."""
    try:
        words = Path(f"/proc/{backend}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return time.process_time()
    return time.process_time() + (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _sign(peer: psycopg.Connection[Any], town: b.Town) -> None:
    """The peer's history rows carry a signature as ours do, set once for the session."""
    signed = f'{{"by": {town.operator.pk}, "action": "cases.peer"}}'
    peer.execute("SELECT set_config('pghistory.context_metadata', %s, false)", [signed])
    peer.commit()


def _report(ours: list[float], peers: list[float], walk: Walk, script: Script, trips: int) -> None:
    ratio = house.median([mine / theirs for mine, theirs in zip(ours, peers, strict=True)])
    cases = len(walk.by_step["intake.register"])
    house.say(f"   {cases} cases each, {script.commits} transactions a case, {len(ours)} alternating rounds, medians")
    house.say(f"   services  {house.median(ours):7.1f} cases/s  ({trips} round trips a case)")
    house.say(f"   bare SQL  {house.median(peers):7.1f} cases/s  ({script.statements} round trips a case)")
    house.say(f"   ratio     {house.verdict(ratio, at_least=GOAL)}")
    for name, seconds in walk.by_step.items():
        house.say(f"     {name:<30} {1000 * house.median(seconds):6.2f} ms")
