"""The record of every import: what the file held, what was new, which rows were refused or need a look."""

import os
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from hotline.cases.logic.tables import Fault, shown
from hotline.cases.models import ImportRow, ImportRun
from hotline.cases.queries.imports import Plan, kept_file
from hotline.core import live
from hotline.core.access import authorize
from hotline.people.models import Person


@transaction.atomic
def record_run(
    *, kind: str, file_name: str, content: bytes, plan: Plan[Any], written: bool, by: Person, at: datetime
) -> ImportRun:
    """Keep what became of a file, with every row that is named. Nothing new or changed is claimed if not `written`."""
    authorize(by, "cases.import")
    run = ImportRun.objects.create(
        centre_id=by.centre_id,
        kind=kind,
        file_name=shown(file_name, 200),
        sha256=sha256(content).hexdigest(),
        at=at,
        by=by,
        rows=plan.rows,
        new=len(plan.new) if written else 0,
        changed=len(plan.changed) if written else 0,
        unchanged=plan.unchanged if written else 0,
        refused=plan.refused,
    )
    name_rows(run=run, faults=plan.faults, by=by, at=at)
    live.touch(f"imports:{by.centre_id}")
    return run


@transaction.atomic
def name_rows(*, run: ImportRun, faults: Iterable[Fault], by: Person, at: datetime) -> int:
    """Add rows to those that a run names; how many. (`at` is the run's own.)"""
    authorize(by, "cases.import")
    rows = [
        ImportRow(
            run=run,
            line=fault.line,
            key=shown(fault.key),
            column=shown(fault.column),
            reason=fault.reason,
            params=dict(fault.params),
            is_refused=fault.is_refused,
        )
        for fault in faults
    ]
    ImportRow.objects.bulk_create(rows, batch_size=1_000)
    return len(rows)


@transaction.atomic
def keep_file(*, content: bytes, by: Person, at: datetime) -> str:
    """Keep a file until its run is done, under the hash of its bytes, which is returned."""
    authorize(by, "cases.import")
    key = sha256(content).hexdigest()
    path = kept_file(key)
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{key}.{os.urandom(6).hex()}")
        fresh.write_bytes(content)
        fresh.replace(path)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return key
