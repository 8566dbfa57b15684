"""A month: computed from frozen facts, shown, confirmed by a named person, closed by another."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from hotline.appraisal.logic import without
from hotline.appraisal.models import Line, Period, PeriodStatus, Sheet
from hotline.appraisal.queries import facts as facts_queries
from hotline.appraisal.queries import pages
from hotline.appraisal.queries.facts import digest
from hotline.core import live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import Words
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Centre, Person
from hotline.people.services import notices
from hotline.rulebook.assessment.contract import facts_of
from hotline.rulebook.assessment.lines import Assessment, yuan
from hotline.rulebook.assessment.month import assess

# The handbook names no time for it; the centre's own, as for findings of accuracy.
APPEAL_WITHIN = timedelta(days=3)
S = PeriodStatus
OPEN = (S.COMPUTED, S.SHOWN)
HERE = "/appraisal/"
CORRECTED = Words("更正 {month} 第 {place} 行（{clause}）", "Correction of {month}, line {place} ({clause})")


@transaction.atomic
def compute(*, centre: Centre, month: date, by: Person, at: datetime) -> Period:
    """Freeze everybody's facts and assess them; the same facts change nothing, other ones make a further run."""
    authorize(by, "appraisal.compute", centre.pk)
    Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if month > facts_queries.running(at) or month.day != 1:
        raise Refused(Refusal("D3.2", _("That month has not begun.")))
    period = Period.objects.select_for_update(of=("self",)).filter(centre=centre, month=month).first()
    if period is None:
        period = Period(centre=centre, month=month)
        begin(period, S.COMPUTED, by=by, at=at)
        period.save(force_insert=True)
    _must_be_open(period)
    for person, raw in facts_queries.facts_of(centre, month, at):
        write_sheet(period=period, person=person, raw=raw, by=by, at=at)
    live.touch(f"appraisal:{centre.pk}")
    return period


def _must_be_open(period: Period) -> None:
    if period.status not in OPEN:
        note = _("The month is {status}: it takes no other figures. Later corrections go into the next one.")
        raise Refused(Refusal("D3.2", note, {"status": period.get_status_display()}))


@transaction.atomic
def write_sheet(*, period: Period, person: Person, raw: dict[str, Any], by: Person, at: datetime) -> Sheet:
    """One person's month, from facts as `./run assess` takes them, without what was overturned."""
    authorize(by, "appraisal.compute", period.centre_id)
    granted = pages.overturned(person, period.month)
    booked = pages.corrections(period, person)
    kept = {
        "facts": raw,
        "overturned": [{"part": one.part, "evidence": list(one.evidence)} for one in granted],
        "corrections": [[row.pk, row.points, row.fen] for row in booked],
    }
    total = digest(kept)
    old = Sheet.objects.select_for_update().filter(period=period, person=person, is_current=True).first()
    if old is not None and old.digest == total:
        return old
    facts = without(facts_of(raw), granted)
    found = assess(facts)
    if old is not None:
        old.is_current = False
        old.save(update_fields=["is_current"])
    sheet = Sheet.objects.create(
        period=period,
        person=person,
        role=facts.role,
        number=old.number + 1 if old else 1,
        facts=kept,
        digest=total,
        points=found.points + sum(row.points for row in booked),
        fen=found.fen + sum(row.fen for row in booked),
        uncollected_fen=found.uncollected_fen,
        proposals=_proposals(found),
        made_at=at,
        made_by=by,
    )
    _write_lines(sheet, found, booked)
    live.touch(f"my_month:{person.pk}")
    return sheet


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


def _write_lines(sheet: Sheet, found: Assessment, booked: list[Any]) -> None:
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
    Line.objects.bulk_create(rows)


# ---------------------------------------------------------------- to the end


def _locked(period_id: int) -> Period:
    return Period.objects.select_for_update(of=("self",)).select_related("centre").get(pk=period_id)


@transaction.atomic
def show(*, period_id: int, by: Person, at: datetime) -> Period:
    """Show everybody his month; from now on he may object to a line for three days."""
    period = _locked(period_id)
    authorize(by, "appraisal.compute", period.centre_id)
    if period.month >= facts_queries.running(at):
        raise Refused(Refusal("D3.2", _("The month is not over yet.")))
    period.appeal_until = at + APPEAL_WITHIN
    move(period, S.SHOWN, by=by, at=at, also=("appeal_until",))
    text = _("Your assessment of {month} is there: {points} points, {yuan} yuan. Object to a line until {day}.")
    for sheet in period.sheets.filter(is_current=True).select_related("person"):
        params = {
            "month": f"{period.month:%Y-%m}",
            "points": sheet.points,
            "yuan": yuan(sheet.fen),
            "day": period.appeal_until.date().isoformat(),
        }
        notices.notify(to=sheet.person, text=text, params=params, link=HERE, by=by, at=at)
    live.touch(f"appraisal:{period.centre_id}")
    return period


@transaction.atomic
def confirm(*, period_id: int, by: Person, at: datetime) -> Period:
    """A named person answers for the month (D3.2), when nobody can object any more and everything is decided."""
    period = _locked(period_id)
    authorize(by, "appraisal.confirm", period)
    if period.appeal_until is None or at < period.appeal_until:
        raise Refused(Refusal("D3.2", _("Everybody may still object: wait for the end of that time.")))
    waiting = pages.appeals_open_in(period)
    if waiting:
        raise Refused(Refusal("D3.2", _("{n} appeals wait to be decided first."), {"n": waiting}))
    undecided = pages.undecided(period)
    if undecided:
        raise Refused(Refusal("D3.13", _("{n} incidents wait to be decided first."), {"n": undecided}))
    compute(centre=period.centre, month=period.month, by=by, at=at)
    period.confirmed_by = by
    move(period, S.CONFIRMED, by=by, at=at, also=("confirmed_by",))
    live.touch(f"appraisal:{period.centre_id}")
    return period


@transaction.atomic
def close(*, period_id: int, by: Person, at: datetime) -> Period:
    """A second person closes the month: from now on the database itself refuses every write to it."""
    period = _locked(period_id)
    authorize(by, "appraisal.close", period)
    period.digest = digest([list(row) for row in pages.export_rows(period)])
    move(period, S.CLOSED, by=by, at=at, also=("digest",))
    live.touch(f"appraisal:{period.centre_id}")
    return period
