"""Sheets of a month, frozen: many people at once, so that a thousand of them take seconds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from hotline.appraisal.logic import without
from hotline.appraisal.models import Appeal, Line, Period, Sheet
from hotline.appraisal.queries import pages
from hotline.attendance.queries.records import digest
from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.words import Words
from hotline.people.models import Person
from hotline.rulebook.assessment.contract import facts_of
from hotline.rulebook.assessment.facts import Facts
from hotline.rulebook.assessment.lines import Assessment
from hotline.rulebook.assessment.month import assess_with
from hotline.rulebook.parameters.values import Values, in_force

CORRECTED = Words("更正 {month} 第 {place} 行（{clause}）", "Correction of {month}, line {place} ({clause})")
AT_ONCE = 2_000  # lines in one statement

Drawn = tuple[Sheet, list[Line]]


@transaction.atomic
def write_sheets(
    *, period: Period, found: Sequence[tuple[Person, dict[str, Any]]], by: Person, at: datetime
) -> list[Sheet]:
    """People's months, from facts as `./run assess` takes them, without what was overturned; the current sheets.

    Facts that have not changed since the current sheet write nothing.
    """
    authorize(by, "appraisal.compute", period.centre_id)
    keys = [person.pk for person, _raw in found]
    granted, booked = pages.overturned(period, keys), pages.corrections(period, keys)
    rows = Sheet.objects.select_for_update(of=("self",)).filter(period=period, person__in=keys, is_current=True)
    current = {row.person_id: row for row in rows}
    shared: dict[str, Values] = {}
    kept: list[Sheet] = []
    drawn: list[Drawn] = []
    for person, raw in found:
        mine, more = granted.get(person.pk, []), booked.get(person.pk, [])
        facts = {
            "facts": raw,
            "overturned": [{"part": one.part, "evidence": list(one.evidence)} for one in mine],
            "corrections": [[row.pk, row.points, row.fen] for row in more],
        }
        total, old = digest(facts), current.get(person.pk)
        if old is not None and old.digest == total:
            kept.append(old)
            continue
        month = without(facts_of(raw), mine)
        sheet = Sheet(
            period=period, person=person, role=month.role, number=old.number + 1 if old else 1, facts=facts,
            digest=total, made_at=at, made_by=by,
        )  # fmt: skip
        drawn.append(_drawn(sheet, assess_with(month, _values(month, shared)), more))
    _save(drawn, [current[sheet.person_id].pk for sheet, _lines in drawn if sheet.person_id in current])
    if drawn:
        live.touch(*(f"my_month:{sheet.person_id}" for sheet, _lines in drawn))
    return [*kept, *(sheet for sheet, _lines in drawn)]


def _values(facts: Facts, shared: dict[str, Values]) -> Values:
    """What the facts are judged by: read once for all whose facts name the same."""
    key = repr((facts.month, facts.known_on, sorted(facts.overrides.items())))
    if key not in shared:
        shared[key] = in_force(facts.month, known_on=facts.known_on, overrides=facts.overrides)
    return shared[key]


def _drawn(sheet: Sheet, found: Assessment, booked: Sequence[Appeal]) -> Drawn:
    sheet.points = found.points + sum(row.points for row in booked)
    sheet.fen = found.fen + sum(row.fen for row in booked)
    sheet.uncollected_fen = found.uncollected_fen
    sheet.proposals = _proposals(found)
    return sheet, _lines(sheet, found, booked)


def _save(drawn: Sequence[Drawn], replaced: Sequence[int]) -> None:
    if replaced:
        Sheet.objects.filter(pk__in=replaced).update(is_current=False)
    Sheet.objects.bulk_create([sheet for sheet, _lines in drawn])
    lines = [line for _sheet, lines in drawn for line in lines]
    for line in lines:
        line.sheet_id = line.sheet.pk
    Line.objects.bulk_create(lines, batch_size=AT_ONCE)


def _proposals(found: Assessment) -> list[dict[str, Any]]:
    return [
        {
            "matter": one.matter.value,
            "clause": one.clause,
            "zh": one.reason.zh,
            "en": one.reason.en,
            "stop": {"zh": one.stop.zh, "en": one.stop.en} if one.stop else None,
        }
        for one in found.proposals
    ]


def _lines(sheet: Sheet, found: Assessment, booked: Sequence[Appeal]) -> list[Line]:
    rows = [
        Line(
            sheet=sheet, place=place, part=line.part.value, sort=line.sort.value, clause=line.clause,
            points=line.points, fen=line.fen, zh=line.reason.zh, en=line.reason.en, evidence=list(line.evidence),
            parameters=dict(line.parameters),
        )
        for place, line in enumerate(found.lines, start=1)
    ]  # fmt: skip
    for place, row in enumerate(booked, start=len(rows) + 1):
        line = row.line
        words = CORRECTED(month=f"{line.sheet.period.month:%Y-%m}", place=line.place, clause=line.clause)
        rows.append(
            Line(
                sheet=sheet, place=place, part=line.part, sort="correction", clause="D3.15", points=row.points,
                fen=row.fen, zh=words.zh, en=words.en, evidence=[f"appeal {row.pk}"], corrects=line,
            )
        )  # fmt: skip
    return rows
