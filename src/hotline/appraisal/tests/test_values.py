"""What the centre decides governs the months from its first day, and no month before it (D3.1)."""

import json
from datetime import date
from decimal import Decimal

import pytest

from hotline.appraisal.models import Sheet
from hotline.appraisal.queries import facts, frozen, reckoning
from hotline.appraisal.services import assessing
from hotline.appraisal.tests import builders as b
from hotline.appraisal.tests.test_forty import shift
from hotline.attendance.models import AttendanceFact, Correction
from hotline.attendance.tests import builders as days
from hotline.cases.models import Holding
from hotline.core import clock
from hotline.handbook import queries as handbook
from hotline.handbook.tests import builders as editions
from hotline.leave.models import Leave
from hotline.leave.services import decisions, papers, requests
from hotline.leave.services.requests import Wish
from hotline.leave.tests.builders import PDF
from hotline.people.models import Person
from hotline.people.queries import system_person
from hotline.rosters.tests import builders as rosters
from hotline.rulebook.assessment.cli import judged
from hotline.rulebook.assessment.month import assess
from hotline.rulebook.leave import Code, Piece

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D3.1")]

OCTOBER, NOVEMBER, DECEMBER = (date(2026, month, 1) for month in (10, 11, 12))
ADOPTED = clock.wall(date(2026, 10, 8), 10)


def computed(of: b.House, month: date, at) -> Sheet:
    """The operator's month, computed by the centre's program."""
    centre = of.town.centre
    assessing.compute(centre=centre, month=month, by=system_person(centre), at=at)
    return b.sheet_of(of.operator, month)


def lost(sheet: Sheet) -> dict[str, int]:
    """What each part takes, in points."""
    rows = sheet.lines.filter(sort="deduction")
    found: dict[str, int] = {}
    for line in rows:
        found[line.part] = found.get(line.part, 0) + line.points
    return found


def on_shift(person: Person, day: date) -> None:
    """The early shift of that day of the week."""
    rosters.on_shift(person, day, "early" if day.weekday() < 5 else "weekend_early")


@pytest.fixture
def of():
    """A house where the exam was passed with 80 % in October and in November."""
    made = b.house(late=False)
    for month in (OCTOBER, NOVEMBER):
        b.exam(made, "80", month, clock.wall(month.replace(day=20), 15))
    return made


@pytest.mark.clause("D3.8", "D3.9")
def test_from_80_to_90_on_1_november_and_october_stays_october(of):
    """The whole way through the office meeting; October recomputed in December, November as known before."""
    first = computed(of, OCTOBER, clock.wall(date(2026, 10, 31), 20))
    assert (first.points, lost(first)) == (100, {})
    editions.decide(of.town.centre, editions.STRICTER, at=ADOPTED)  # published for 1 November

    assert computed(of, OCTOBER, clock.wall(date(2026, 12, 1), 9)) == first  # not even a further run
    later = computed(of, NOVEMBER, clock.wall(date(2026, 12, 1), 9))
    assert lost(later) == {"exam": -8}  # 80 is two steps of five points below 90
    assert later.lines.get(part="exam", sort="deduction").parameters["exam.target"] == "90"

    assert frozen.as_known(later, date(2026, 10, 1))[0] == 100  # nobody knew of it then
    assert frozen.as_known(later, date(2026, 12, 1)) == (later.points, later.fen)
    assert frozen.as_known(first, date(2026, 12, 1))[0] == 100


def test_without_an_act_of_the_centre_the_stricter_standard_does_not_apply(of):
    """Reading 26: the printed text announces it, the centre decides it."""
    sheet = computed(of, NOVEMBER, clock.wall(DECEMBER, 9))
    assert (sheet.points, lost(sheet)) == (100, {})
    assert sheet.facts["facts"]["parameters"] == {"accuracy.target": "97", "exam.target": "80"}


def test_the_kept_facts_carry_the_values_that_they_were_judged_by(of):
    editions.decide(of.town.centre, {"exam.points_per_step": 7, "exam.target": "90"}, at=ADOPTED)
    sheet = computed(of, NOVEMBER, clock.wall(DECEMBER, 9))
    found = judged(json.dumps(sheet.facts["facts"]).encode())
    assert (str(sheet.points), Decimal(sheet.fen) / 100) == (found["points"], Decimal(found["yuan"]))
    assert sheet.points == 86


def test_a_month_that_is_closed_or_objected_to_keeps_what_was_known_then(of):
    """A value decided for a month that is judged already is impossible; what is kept does not look at it anyway."""
    of_then = computed(of, NOVEMBER, clock.wall(DECEMBER, 9))
    before = assess(reckoning.kept_facts(of_then))
    editions.decide(of.town.centre, {"exam.target": "100"}, at=clock.wall(date(2026, 12, 3), 9), since=date(2027, 1, 1))
    assert assess(reckoning.kept_facts(of_then)) == before
    assert computed(of, NOVEMBER, clock.wall(date(2027, 1, 4), 9)) == of_then


@pytest.mark.clause("D3.7")
def test_the_limit_of_a_single_case_and_what_the_average_is_taken_over(of):
    """`case.limit_s` and `timeliness.average_of` of the centre decide what becomes a fact."""
    case = days.cases.report(of.town, clock.wall(days.DAY, 9), by=of.operator)
    days.cases.Walk(of.town, case, clock.wall(days.DAY, 9, 6)).dispatched()
    assert Holding.objects.filter(case=case, person=of.operator).exists()
    before = computed(of, days.MONTH, days.NEXT_MONTH)
    assert "over_limit" in before.facts["facts"]
    since = date(2026, 3, 1)
    values = {"case.limit_s": 1200, "timeliness.average_of": "case"}
    editions.decide(of.town.centre, values, at=clock.wall(date(2026, 2, 9), 9), since=since)
    after = computed(of, days.MONTH, days.NEXT_MONTH)
    assert "over_limit" not in after.facts["facts"]
    assert after.facts["facts"]["holdings"]["count"] == 1
    assert after.number == before.number + 1


@pytest.mark.clause("D3.1")
def test_the_what_if_of_a_proposal_reckons_the_frozen_months(of):
    computed(of, OCTOBER, clock.wall(date(2026, 10, 31), 20))
    staff = {
        position: b.people.person(of.town.centre, position=position)
        for position in (editions.P.CENTRE_SUPERVISOR, editions.P.MANAGER)
    }
    row = editions.draft(staff, at=ADOPTED)
    [month] = handbook.what_if(row, [OCTOBER], staff[editions.P.MANAGER])
    assert len(month.outcomes) > 1
    assert [(one.name, one.points, one.fen) for one in month.changed] == [(of.operator.name, -8, -2000)]
    assert [len(one.outcomes) for one in handbook.what_if(row, [OCTOBER], of.town.second)] == [1]  # his own alone


@pytest.mark.clause("D3.1", "D2.2")
def test_the_what_if_judges_shifts_again_where_the_proposal_is_about_them():
    """20 minutes late, so 2 points: with a dwell of half an hour he would have been in time."""
    made = b.house()
    b.computed(made)
    staff = {
        position: b.people.person(made.town.centre, position=position)
        for position in (editions.P.CENTRE_SUPERVISOR, editions.P.MANAGER)
    }
    row = editions.draft(staff, values={"late.dwell_s": 1800}, at=b.AFTER, since=date(2026, 5, 1))
    [month] = handbook.what_if(row, [b.MONTH], staff[editions.P.MANAGER])
    assert [(one.name, one.points, one.fen) for one in month.changed] == [(made.operator.name, 2, 0)]
    assert (
        b.sheet_of(made.operator).lines.filter(part="attendance", sort="deduction").count() == 1
    )  # nothing is written


# ---------------------------------------------------------------- leave, the year, who joined


def granted(of: b.House, kind: str, first: date, last: date, at) -> Leave:
    """Leave as the leave area has it, with everybody's yes."""
    wish = Wish(kind, Piece(first, last), "急性肠胃炎" if kind == Code.SICK else "家中有事")
    row = requests.ask_leave(person=of.operator, wish=wish, by=of.operator, at=at)
    if kind == Code.SICK:
        papers.hand_in(leave_id=row.pk, content=PDF, by=of.operator, at=at)
    for by in (of.supervisor, of.director):
        row.refresh_from_db()
        if row.status == "asked":
            decisions.decide_leave(leave_id=row.pk, is_yes=True, note="同意", by=by, at=at)
    return row


@pytest.mark.clause("D3.4", "D3.5", "D3.12")
def test_leave_comes_from_its_own_records_by_kind_and_spell(of, client):
    """Three days of sickness in two requests that meet are one spell; a day of personal leave is another."""
    at = clock.wall(date(2026, 9, 30), 9)
    for day in (5, 6, 7, 20):
        on_shift(of.operator, date(2026, 10, day))
    first = granted(of, "sick", date(2026, 10, 5), date(2026, 10, 6), clock.wall(date(2026, 10, 5), 8))
    granted(of, "sick", date(2026, 10, 7), date(2026, 10, 7), clock.wall(date(2026, 10, 7), 8))
    granted(of, "personal", date(2026, 10, 20), date(2026, 10, 20), at)
    sheet = computed(of, OCTOBER, clock.wall(date(2026, 11, 1), 9))
    assert [(one["kind"], one["days"]) for one in sheet.facts["facts"]["leave"]] == [("sick", "3"), ("personal", "1")]
    money = {line.clause: line.fen for line in sheet.lines.filter(sort="deduction", fen__lt=0)}
    assert (money["D3.4"], money["D3.5"]) == (-3000, -3000)
    assert [line.points for line in sheet.lines.filter(clause="D3.12", sort="deduction")] == [-4, -4]
    line = sheet.lines.get(clause="D3.4", sort="deduction")
    client.force_login(of.operator)
    page = client.get(f"/appraisal/lines/{line.pk}").content.decode()
    assert f"/leave/{first.pk}" in page
    assert "/handbook/values/leave.sick_yuan" in page or "leave.sick_yuan" in page
    # in the middle of the month only what has passed is a fact
    early = facts.facts_of(of.town.centre, OCTOBER, clock.wall(date(2026, 10, 6), 20), only=of.operator)
    assert [(one["kind"], one["days"]) for one in early[0][1]["leave"]] == [("sick", "2")]


@pytest.mark.clause("D3.12")
def test_an_exempted_spell_costs_nothing_and_says_why(of):
    on_shift(of.operator, date(2026, 10, 5))
    at = clock.wall(date(2026, 10, 5), 8)
    row = granted(of, "sick", date(2026, 10, 5), date(2026, 10, 5), at)
    requests.exempt(leave_id=row.pk, why="重大疾病", by=of.director, at=at)
    sheet = computed(of, OCTOBER, clock.wall(date(2026, 11, 1), 9))
    assert sheet.points == 100
    assert sheet.lines.filter(sort="none", clause="D3.12").exists()


@pytest.mark.clause("D3.6")
def test_a_year_of_sickness_opens_a_review_with_what_the_law_says(of):
    """More than 30 counted days: people look at it, and the law stands beside it."""
    of.operator.joined_on = date(2020, 5, 1)
    of.operator.save(update_fields=["joined_on"])
    days_off = [date(2026, month, day) for month in (7, 8, 9, 10) for day in range(1, 10)]
    for month in (7, 8, 9, 10):
        for day in range(1, 10):
            on_shift(of.operator, date(2026, month, day))
        granted(of, "sick", date(2026, month, 1), date(2026, month, 9), clock.wall(date(2026, month, 1), 8))
    assert len(days_off) == 36
    sheet = computed(of, OCTOBER, clock.wall(date(2026, 11, 1), 9))
    year = sheet.facts["facts"]["year"]
    assert (year["sick_days"], year["longest_sick_month"], year["medical_period"]) == ("36", "9", True)
    [review] = [one for one in sheet.proposals if one["matter"] == "dismissal_review"]
    assert review["clause"] == "D3.4"
    assert "medical period" in review["stop"]["en"]
    august = computed(of, date(2026, 9, 1), clock.wall(date(2026, 10, 1), 9))
    assert august.facts["facts"]["year"]["sick_days"] == "27"
    assert august.proposals == []  # 27 days open nothing


@pytest.mark.clause("D3.6")
def test_absence_lateness_and_long_sickness_within_the_window_open_a_review(of):
    """The three together, over `dismiss.window_months`; a shorter window that the centre decides leaves them apart."""
    program = system_person(of.town.centre)
    rows = [
        shift(of.operator, date(2026, 8, 20), program, state="absent", source="corrected"),
        shift(of.operator, date(2026, 9, 21), program, state="late", late_s=600),
    ]
    rows[0].correction = Correction.objects.create(
        fact=derived(of, date(2026, 8, 20)), person=of.operator, state="absent", words="查实", asked_by=of.town.leader,
        asked_at=ADOPTED, status="approved", status_at=ADOPTED, status_by=of.supervisor,
    )  # fmt: skip
    AttendanceFact.objects.filter(pk=rows[0].correction.fact_id).update(is_current=False)
    rows[0].number = 2
    AttendanceFact.objects.bulk_create(rows)
    for day in range(1, 8):
        on_shift(of.operator, date(2026, 10, day))
    granted(of, "sick", date(2026, 10, 1), date(2026, 10, 7), clock.wall(date(2026, 10, 1), 8))
    sheet = computed(of, OCTOBER, clock.wall(date(2026, 11, 1), 9))
    year = sheet.facts["facts"]["year"]
    assert (year["absences"], year["latenesses"], year["longest_sick_month"]) == (1, 1, "7")
    [review] = [one for one in sheet.proposals if one["clause"] == "D3.6"]
    assert review["stop"]["en"].startswith(("Check", "The law"))
    values = {"dismiss.window_months": 2}
    editions.decide(of.town.centre, values, at=clock.wall(date(2026, 9, 7), 9), since=OCTOBER)
    again = computed(of, OCTOBER, clock.wall(date(2026, 11, 1), 9))
    assert again.facts["facts"]["year"]["absences"] == 0
    assert [one for one in again.proposals if one["clause"] == "D3.6"] == []


def derived(of: b.House, day: date) -> AttendanceFact:
    """A shift as first found."""
    row = shift(of.operator, day, system_person(of.town.centre), state="unknown")
    row.save()
    return row


@pytest.mark.clause("D3.3")
def test_who_joined_within_the_month_earns_his_rostered_share(of):
    """Five shifts beside a colleague's ten: half of the 400 yuan, all of the points."""
    for number in range(10):
        day = date(2026, 10, 12) + number * (NOVEMBER - date(2026, 10, 31))
        on_shift(of.town.second, day)
        if number >= 5:
            on_shift(of.operator, day)
    of.operator.joined_on = date(2026, 10, 17)
    of.operator.save(update_fields=["joined_on"])
    sheet = computed(of, OCTOBER, clock.wall(date(2026, 11, 1), 9))
    assert sheet.facts["facts"]["employed"] == {"shifts": 5, "of": 10}
    assert (sheet.points, sheet.fen) == (100, 20_000)
