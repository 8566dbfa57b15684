"""Three hundred rows of the real afternoon go through a centre: the burst, the impossible, the nowhere, the open."""

import csv
import io
from datetime import timedelta

import pytest

from hotline.cases.logic.nyc311 import RefusedRow, ReportRow, read_nyc311
from hotline.cases.models import Case, CaseEvent, ImportRow
from hotline.config import env
from hotline.config.demo import account, replay
from hotline.config.demo.replay import Floor
from hotline.config.demo.world import World
from hotline.people.models import Centre

FILE = env.PROJECT.parent / "shared" / "data" / "nyc311" / "nyc311_2023-02-28_1131-2345.csv"
BURST = "02/28/2023 12:00:"
ROWS = 300


def a_slice() -> bytes:
    """The minute of 114, the rows that cannot be, forty without a position, and others up to three hundred."""
    if not FILE.exists():
        pytest.skip("needs nyc311 of the shared data folder beside the project")
    content = FILE.read_bytes()
    head, *lines = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    column = {name: place for place, name in enumerate(head)}
    refused = {answer.fault.key for answer in read_nyc311(content) if isinstance(answer, RefusedRow)}
    wanted = [line for line in lines if line[column["Unique Key"]] in refused]
    wanted += [line for line in lines if line[column["Created Date"]].startswith(BURST) and line not in wanted]
    wanted += [line for line in lines if not line[column["Latitude"]] and line not in wanted][:40]
    wanted += [line for line in lines[::31] if line not in wanted][: ROWS - len(wanted)]
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *wanted])
    return out.getvalue().encode()


@pytest.mark.slow
@pytest.mark.django_db
def test_every_row_of_a_slice_is_accounted_for(tmp_path, settings):
    settings.MEDIA_ROOT = settings.VAR = tmp_path
    content = a_slice()
    file = tmp_path / "slice.csv"
    file.write_bytes(content)
    run = replay.open_centre(file, watch=lambda _word: None)
    centre = Centre.objects.get(code=replay.CODE)
    floor = Floor(World(centre, seed="test"), run)
    floor.prepare(content)
    tally = floor.work(lambda _tally: None)
    told = account.settle(centre, run, content, acts=tally.acts)

    assert told.faults == []
    assert told.rows == run.rows == ROWS
    assert told.registered + told.refused == ROWS
    assert told.registered == told.filed + told.merged + told.returned + told.ended_otherwise
    assert told.filed == told.closed + told.open
    assert min(told.refused, told.returned, told.merged, told.closed, told.open, told.named_without_position) > 0
    assert told.busiest_minute >= 112

    # the burst makes a queue, and the queue is worked off
    assert tally.longest_queue > 20
    assert tally.drained_at > tally.longest_at
    assert not floor.engine.waiting

    rows = {row.key: row for row in read_nyc311(content) if isinstance(row, ReportRow)}
    for case in Case.objects.filter(centre=centre).prefetch_related("holdings"):
        row = rows[case.external_id]
        assert case.arrived_at == row.arrived_at
        if case.ended_at is not None:
            held = sum((one.span.upper - one.span.lower for one in case.holdings.all()), timedelta())
            assert held == case.ended_at - case.arrived_at
        if case.feedback_at is not None:
            assert row.closed_at is not None
            assert case.feedback_at >= row.closed_at
    known = read_refusals(run.pk)
    assert "Closed Date" in known
    assert CaseEvent.objects.filter(case__centre=centre, action="register").count() == told.registered

    # what is done stays done: a second start finds nothing to do
    again = Floor(World(centre, seed="test"), run)
    again.prepare(content)
    assert again.work(lambda _tally: None).acts == 0
    assert again.tally.registered == told.registered


def read_refusals(run_id: int) -> set[str]:
    """The columns for which rows were refused."""
    return set(ImportRow.objects.filter(run=run_id, is_refused=True).values_list("column", flat=True))
