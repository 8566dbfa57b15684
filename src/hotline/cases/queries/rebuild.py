"""Folding cases from their events and comparing with the tables: the differences, which must be none."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

from hotline.cases.logic.projection import Happened, Held, Ran, Shape, fold
from hotline.cases.models import Case, CaseEvent, Holding, StageRun
from hotline.cases.queries.plain import held_plain, plain, ran_plain

BATCH = 500


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a table says something else than the events."""

    case: str
    what: str
    stored: object
    told: object


def differences(case_ids: Sequence[int]) -> list[Difference]:
    """Differences of some cases: four queries, however many."""
    events = _events(case_ids)
    holdings: dict[int, list[Held]] = defaultdict(list)
    for holding in Holding.objects.filter(case__in=case_ids).order_by("began_seq"):
        holdings[holding.case_id].append(held_plain(holding))
    stages: dict[int, list[Ran]] = defaultdict(list)
    for stage in StageRun.objects.filter(case__in=case_ids).order_by("began_seq"):
        stages[stage.case_id].append(ran_plain(stage))
    found: list[Difference] = []
    for case in Case.objects.filter(pk__in=case_ids):
        found += _compare(case, fold(events[case.pk]), holdings[case.pk], stages[case.pk])
    return found


def _events(case_ids: Sequence[int]) -> dict[int, list[Happened]]:
    found: dict[int, list[Happened]] = defaultdict(list)
    rows = CaseEvent.objects.filter(case__in=case_ids).order_by("case", "seq")
    for row in rows.iterator(chunk_size=5_000):
        found[row.case_id].append(Happened(row.seq, row.at, row.action, row.actor_id, row.data))
    return found


def _compare(case: Case, shape: Shape, holdings: list[Held], stages: list[Ran]) -> Iterator[Difference]:
    if case.version != shape.version:
        yield Difference(case.number, "version", case.version, shape.version)
    for column, told in shape.columns.items():
        stored = plain(getattr(case, column))
        if stored != told:
            yield Difference(case.number, column, stored, told)
    wanted = [*shape.holdings, *([shape.open_holding] if shape.open_holding else [])]
    if holdings != wanted:
        yield Difference(case.number, "holdings", _short(holdings), _short(wanted))
    ran = [*shape.stages, *([shape.open_stage] if shape.open_stage else [])]
    if stages != ran:
        yield Difference(case.number, "stages", _short(stages), _short(ran))
    yield from _sums(case, holdings, shape.away)


def _sums(case: Case, holdings: list[Held], away: timedelta) -> Iterator[Difference]:
    """Holdings follow each other without a gap and, once the case has ended, sum to closing minus arrival.

    A case has a gap for each time it lay closed before it was reopened, or merged before it was parted; only those may
    be there, and only their time is missing from the sum.
    """
    gaps = sum(1 for one, next_ in pairwise(holdings) if one.ended_at != next_.began_at)
    most = case.reopen_count + case.part_count
    if gaps > most:
        yield Difference(case.number, "gaps", gaps, most)
    if case.ended_at is None:
        return
    held = sum((row.ended_at - row.began_at for row in holdings if row.ended_at), timedelta())
    if held != case.ended_at - case.arrived_at - away:
        yield Difference(case.number, "sum", held, case.ended_at - case.arrived_at - away)


def _short(rows: Sequence[Any]) -> str:
    return "; ".join(str(row) for row in rows)


def batches(centre_id: int | None = None) -> Iterator[list[int]]:
    """Keys of all cases in batches."""
    last = 0
    rows = Case.objects.order_by("pk").values_list("pk", flat=True)
    if centre_id is not None:
        rows = rows.filter(centre=centre_id)
    while keys := list(rows.filter(pk__gt=last)[:BATCH]):
        yield keys
        last = keys[-1]
