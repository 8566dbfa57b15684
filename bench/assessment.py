"""A month of a thousand operators and a million cases: the month's own job, beside one aggregate over the same rows and
beside pandas.

Timed is `assessing.compute` as the clock calls it, committed: it gathers everybody's facts from the database, judges
them by the rulebook, freezes sheets and lines with their history and constraints. The aggregate is one statement over
every case of the month and its holdings. pandas is told the same tables and computes the same points and money, which
must agree person by person; it freezes nothing and writes no line.
"""

import json
import os
import resource
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection

from bench import house
from hotline.appraisal.models import Line, Sheet
from hotline.appraisal.queries import facts
from hotline.appraisal.services import assessing
from hotline.cases.models import Case
from hotline.core import clock
from hotline.people.models import Centre
from hotline.people.queries import system_person
from hotline.people.tests import builders as people
from hotline.rosters.services import shifts

MONTH, LAST = date(2026, 10, 1), date(2026, 10, 31)
AT = clock.wall(date(2026, 11, 2), 7)
GOAL, MOST_MB = 5.0, 1024
# What the month does not read is left out of the bench's own tables while they are filled.
SPARED = """
    SELECT format('DROP INDEX %%I', i.indexrelid::regclass::text) FROM pg_index i
    JOIN pg_class t ON t.oid = i.indrelid
    WHERE t.relname IN ('cases_case', 'cases_holding') AND NOT i.indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
SCAN = """
    SELECT h.person_id, count(*), sum(upper(h.span) - lower(h.span)), max(c.arrived_at),
           count(*) FILTER (WHERE upper(h.span) - lower(h.span) > interval '5 minutes')
    FROM cases_case c JOIN cases_holding h ON h.case_id = c.id
    WHERE NOT upper_inf(h.span) AND lower(h.span) >= %s AND lower(h.span) < %s
    GROUP BY h.person_id
"""
WRITTEN = ("line", "linehistory", "sheet", "sheethistory", "period", "periodhistory")


def run(*, quick: bool = False) -> None:
    """Fill once; then the aggregate, the month, and at the end pandas."""
    people_count, cases, rounds = (50, 20_000, 2) if quick else (1_000, 1_000_000, 3)
    if not Case.objects.exists():
        _fill(people_count, cases)
    centre = Centre.objects.get()
    by = system_person(centre)
    scans, gathered, months = [], [], []
    for _round in range(rounds):
        _forget()
        scans.append(house.spent(_scan))
        gathered.append(house.spent(lambda: facts.facts_of(centre, MONTH, AT)))
        months.append(house.spent(lambda: assessing.compute(centre=centre, month=MONTH, by=by, at=AT)))
    again = house.spent(lambda: assessing.compute(centre=centre, month=MONTH, by=by, at=AT))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    scan, month = house.median(scans), house.median(months)
    lines = Line.objects.count()
    house.say(f"   {Sheet.objects.count():,} sheets, {lines:,} lines, {Case.objects.count():,} cases")
    house.say(f"   one aggregate over the same rows {scan:7.2f} s   ({_told(scans)})")
    house.say(f"   the month, computed and frozen   {month:7.2f} s   ({_told(months)})")
    house.say(f"      of it gathering the facts     {house.median(gathered):7.2f} s")
    house.say(f"   computed again, nothing changed  {again:7.2f} s")
    ratio = month / scan
    house.say(f"   ratio {ratio:.2f} (goal: at most {GOAL:g}; {'reached' if ratio <= GOAL else 'MISSED'})")
    house.say(f"   peak memory {memory} MB (goal: below {MOST_MB}; {'reached' if memory < MOST_MB else 'MISSED'})")
    _beside(month)


def _told(values: list[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def _scan() -> None:
    with connection.cursor() as cursor:
        cursor.execute(SCAN, [clock.wall(MONTH), clock.wall(LAST + timedelta(days=1))])
        cursor.fetchall()


def _forget() -> None:
    """What an earlier round wrote; the triggers that keep it for ever rest meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"TRUNCATE {', '.join(f'appraisal_{name}' for name in WRITTEN)} CASCADE")
        cursor.execute("SET session_replication_role = origin")


def _beside(month: float) -> None:
    """The peer in a process of its own, so that its memory is its own."""
    totals = {row.person_id: (row.points, row.fen) for row in Sheet.objects.filter(is_current=True)}
    words = [sys.executable, "-m", "bench.assessment_peer", str(MONTH), str(LAST)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path.cwd()), os.environ.get("PYTHONPATH", "")])}
    ended = subprocess.run(words, capture_output=True, text=True, check=False, env=environment)
    if ended.returncode:
        raise SystemExit(f"pandas broke off: {ended.stderr.strip()[-2000:]}")
    told = json.loads(ended.stdout)
    theirs = {int(key): tuple(value) for key, value in told["totals"].items()}
    apart = [key for key in totals if theirs.get(key) != totals[key]]
    house.say(f"   {told['version']}: {told['read']:.2f} s to read, {told['computed']:.2f} s to compute")
    house.say(
        f"      peak memory {told['memory']} MB; ours takes {month / (told['read'] + told['computed']):.2f} of it"
    )
    house.say(f"      the same points and money for {len(totals) - len(apart)} of {len(totals)} people")
    for key in apart[:3]:
        house.say(f"      person {key}: ours {totals[key]}, pandas {theirs.get(key)}")


# ---------------------------------------------------------------- the month


def _fill(size: int, cases: int) -> None:
    centre = people.centre("bench")
    shifts.install_shift_types(centre=centre, by=people.system(centre), at=people.AT)
    values: dict[str, Any] = {
        "centre": centre.pk, "root": people.root(centre).pk, "program": people.system(centre).pk, "people": size,
        "cases": cases, "month": MONTH, "last": LAST,
    }  # fmt: skip
    texts = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8").split("-- part: ")[1:]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SET work_mem = '128MB'")
        cursor.execute("SELECT setseed(0.42)")
        cursor.execute("ALTER TABLE cases_holding DROP CONSTRAINT cases_holding_no_overlap")
        cursor.execute(SPARED, [])
        for (statement,) in cursor.fetchall():
            cursor.execute(statement)
        for text in texts:
            name, _line, sql = text.partition("\n")
            house.say(f"   filled {name:<12} in {house.spent(cursor.execute, sql, values):6.1f} s")
        cursor.execute("CREATE INDEX cases_holding_person ON cases_holding (person_id, id DESC)")
        cursor.execute("CREATE INDEX cases_holding_began ON cases_holding USING brin (lower(span))")
        cursor.execute("SET session_replication_role = origin")
    with connection.cursor() as cursor:
        house.say(f"   analyzed            in {house.spent(lambda: cursor.execute('VACUUM ANALYZE')):6.1f} s")
