"""Objections to a closed month: each is given back once, over those before it."""

from typing import Any

import pytest

from hotline.appraisal.models import Line, Period, Sheet
from hotline.appraisal.queries import frozen, reckoning
from hotline.appraisal.services import assessing, freezing, objecting
from hotline.appraisal.tests.builders import (
    AFTER,
    APRIL,
    DAY,
    MAY,
    MONTH,
    House,
    closed,
    computed,
    deduction,
    exam,
    house,
    sheet_of,
)
from hotline.attendance.services import asking
from hotline.core import clock, jobs
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Notice
from hotline.people.queries import system_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D3.15")]


def closed_with(of: House, **facts: Any) -> Sheet:
    """A closed March of the operator with these facts, and an April that takes corrections."""
    period, program = computed(of), system_person(of.town.centre)
    raw = {"person": of.operator.number, "role": "operator", "month": "2026-03", **facts}
    freezing.write_sheets(period=period, found=[(of.operator, raw)], by=program, at=APRIL)
    Period.objects.filter(pk=period.pk).update(status="closed", status_by=of.hr, confirmed_by=of.supervisor)
    assessing.compute(centre=of.town.centre, month=APRIL.date(), by=program, at=MAY)
    return sheet_of(of.operator)


def granted(of: House, line: Line) -> tuple[int, int]:
    row = objecting.appeal(line_id=line.pk, words="有误", by=of.operator, at=AFTER)
    row = objecting.decide(appeal_id=row.pk, grant=True, note="属实", by=of.supervisor, at=MAY)
    return row.points, row.fen


def costs(sheet: Sheet, part: str = "attendance") -> list[Line]:
    """The deductions of points of a part, each of which names one fact."""
    return list(sheet.lines.filter(part=part, sort="deduction", points__lt=0).order_by("place"))


@pytest.mark.clause("D2.8", "D3.5")
def test_two_objections_to_a_closed_month_never_give_back_more_than_it_took():
    """Sick for 4 and for 3 days: together 7, which take the whole attendance bonus (reading 57)."""
    of = house(late=False)
    spells = [{"kind": "sick", "days": days, "spell": f"spell {n}"} for n, days in enumerate(("4", "3"), start=1)]
    sheet = closed_with(of, leave=spells)
    lost = 40000 - sheet.fen
    assert lost == 20000
    first, second = costs(sheet)
    assert granted(of, first) == (4, 17000)
    assert granted(of, second) == (4, 3000)
    assert sheet_of(of.operator, APRIL.date()).fen - 40000 == lost


def test_objections_under_a_cap_give_back_all_of_it_together():
    """Twelve latenesses would take 24 points, the part has 20: none of two alone is worth its two points."""
    of = house(late=False)
    latenesses = [{"kind": "late", "seconds": 600, "evidence": f"shift {n}"} for n in range(1, 13)]
    sheet = closed_with(of, attendance=latenesses)
    assert sheet.points == 80
    found = [granted(of, line)[0] for line in costs(sheet)]
    assert found == [0, 0, *[2] * 10]
    april = sheet_of(of.operator, APRIL.date())
    assert april.points == 120
    assert frozen.as_known(april, MAY.date()) == (april.points, april.fen)  # what is booked in it is in both


def test_what_if_counts_what_is_booked_in_the_month(client):
    """April takes back 2 points of March and loses 2 for a lateness of its own."""
    of = house(late=False)
    sheet = closed_with(of, attendance=[{"kind": "late", "seconds": 600, "evidence": "shift 1"}])
    granted(of, costs(sheet)[0])
    april = sheet_of(of.operator, APRIL.date())
    raw = april.facts["facts"] | {"attendance": [{"kind": "late", "seconds": 600, "evidence": "shift 2"}]}
    program = system_person(of.town.centre)
    freezing.write_sheets(period=april.period, found=[(of.operator, raw)], by=program, at=MAY)
    assert sheet_of(of.operator, APRIL.date()).points == 100
    line = deduction(of.operator, month=APRIL.date())
    client.force_login(of.operator)
    page = client.get(f"/appraisal/lines/{line.pk}")
    assert page.context["if_points"] == 102
    objecting.appeal(line_id=line.pk, words="有误", by=of.operator, at=MAY)
    client.force_login(of.supervisor)
    [row] = client.get("/appraisal/appeals").context["rows"]
    assert row["points"] == 2


@pytest.mark.clause("D3.7")
def test_a_case_overturned_twice_leaves_the_average_alone():
    of = house(late=False)
    slow = [{"case": "20260309-000001", "seconds": seconds} for seconds in (660, 720)]
    sheet = closed_with(of, holdings={"count": 2, "seconds": 1440}, over_limit=slow)
    [average] = sheet.lines.filter(evidence=["holdings"])
    for line in costs(sheet, "timeliness"):
        if line != average:
            granted(of, line)
    left = reckoning.booked_since([sheet.pk])[sheet.pk]
    assert reckoning.gain(sheet, average, left)[0] == -average.points  # it still takes what it took


def test_a_line_is_given_back_once():
    of = house()
    exam(of, "60")
    closed(of)
    assessing.compute(centre=of.town.centre, month=APRIL.date(), by=of.hr, at=MAY)
    line = deduction(of.operator, "exam")
    granted(of, line)
    with pytest.raises(Refused):
        objecting.appeal(line_id=line.pk, words="再来一次", by=of.operator, at=MAY)
    assert reckoning.gain(line.sheet, line, reckoning.booked_since([line.sheet_id])[line.sheet_id]) == (0, 0)


def test_what_was_said_stays_said_when_the_month_is_computed_anew(client):
    """A running month is computed several times a day: the objection stands at the line that took the old one's place,
    and what waits is not said twice."""
    of = house()
    computed(of)
    old = deduction(of.operator)
    objecting.appeal(line_id=old.pk, words="系统故障", by=of.operator, at=APRIL)
    exam(of, "60")
    computed(of)
    line = deduction(of.operator)
    assert line.pk != old.pk
    with pytest.raises(Refused):
        objecting.appeal(line_id=line.pk, words="系统故障", by=of.operator, at=APRIL)
    client.force_login(of.operator)
    page = client.get(f"/appraisal/?month={MONTH}").context
    said = {row.line.pk: [one.status for one in row.appeals] for group in page["groups"] for row in group.rows}
    assert said[line.pk] == ["asked"]
    assert [one for key, one in said.items() if key != line.pk and one] == []
    shown = client.get(f"/appraisal/lines/{line.pk}").context
    assert [one.words for one in shown["appeals"]] == ["系统故障"]
    assert not shown["may_object"]
    client.force_login(of.supervisor)
    rows = client.get(f"/appraisal/team?month={MONTH}").context["rows"]
    assert {one.person_id: one.asked for one, _yuan, _share in rows}[of.operator.pk] == 1


def test_a_correction_opens_the_line_that_it_corrects(client):
    of = house(late=False)
    sheet = closed_with(of, attendance=[{"kind": "late", "seconds": 600, "evidence": "shift 1"}])
    line = costs(sheet)[0]
    granted(of, line)
    [correction] = sheet_of(of.operator, APRIL.date()).lines.filter(sort="correction")
    client.force_login(of.supervisor)
    [one] = client.get(f"/appraisal/lines/{correction.pk}").context["evidence"]
    assert one["url"] == f"/appraisal/lines/{line.pk}"
    assert client.get(one["url"]).status_code == 200


@pytest.mark.clause("D3.2")
def test_whoever_is_found_otherwise_after_the_end_hears_how_to_have_it_corrected():
    of = house()
    jobs.settle(at=APRIL)
    period = closed(of)
    before = sheet_of(of.operator)
    told = Notice.objects.filter(recipient=of.operator, text=objecting.LATE_FINDING)
    span = Span(clock.wall(DAY, 8, 20), clock.wall(DAY, 9))
    row = asking.ask_excuse(person=of.operator, span=span, kind="outage", words="断网", by=of.operator, at=MAY)
    asking.decide_excuse(excuse_id=row.pk, approve=True, note="", by=of.supervisor, at=MAY)
    jobs.settle(at=MAY)
    assert (told.get().params["month"], told.get().link) == ("2026-03", "/appraisal/?month=2026-03-01")
    assert (Period.objects.get(pk=period.pk).status, sheet_of(of.operator)) == ("closed", before)
    jobs.settle(at=MAY)
    assert told.count() == 1


def test_in_an_open_month_nobody_is_told_what_the_sheet_says_anyway():
    of = house()
    computed(of)
    jobs.settle(at=APRIL)
    assert not Notice.objects.filter(text=objecting.LATE_FINDING).exists()
