"""A version's way, and what the database keeps: dates, records, order, once (D0.1, D0.2, D3.1, A3.9)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from hotline.core import clock
from hotline.core.access import NotAllowed, may
from hotline.core.pages import words
from hotline.handbook import jobs, queries
from hotline.handbook.logic import facts as frozen
from hotline.handbook.models import Acknowledgement, Edition, EditionStatus, QuestionFlag, Stance, ValueChange
from hotline.handbook.services import editions as services
from hotline.handbook.tests import builders as b
from hotline.kernel.rules import Refused
from hotline.people.models import Notice, Position
from hotline.people.tests import builders as people
from hotline.rulebook.assessment.contract import facts_of
from hotline.rulebook.leave import months_after
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.tests.assessing import month

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D0.2")]
AT, P, S = b.AT, Position, EditionStatus


@pytest.fixture(autouse=True)
def now(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AT)


@pytest.fixture
def centre():
    return people.centre()


@pytest.fixture
def staff(centre):
    return people.everybody(centre)


def refused(pattern, call, **about):
    with pytest.raises(Refused, match=pattern), transaction.atomic():
        call(**about, at=AT)


# ---------------------------------------------------------------- what the centre must decide


@pytest.mark.clause("D0.2")
@pytest.mark.parametrize("key", ["timeliness.combine", "shift.types"])
def test_what_the_centre_must_decide_is_settled_by_keeping_it(centre, staff, key):
    parameter = PARAMETERS[key]
    assert parameter.must_decide
    before = queries.undecided(centre.pk, b.NOVEMBER)
    assert key in before
    now = parameter.shown(queries.values_on(centre.pk, b.NOVEMBER).value(key))
    b.published(staff, values={key: now})
    assert queries.undecided(centre.pk, b.NOVEMBER) == before - {key}
    origin = queries.values_on(centre.pk, b.NOVEMBER).origin(key)
    assert (origin.source, parameter.shown(origin.value)) == ("centre", now)
    row = b.draft(staff, values={}, since=b.DECEMBER)
    refused("nothing would change", services.set_value, edition_id=row.pk, key=key, raw=now, by=staff[P.SHIFT_LEADER])


def test_a_table_that_another_release_changes_is_to_be_decided_anew(monkeypatch, centre, staff):
    b.published(staff, values={"shift.types": None})
    assert "shift.types" not in queries.undecided(centre.pk, b.NOVEMBER)
    shipped = PARAMETERS["shift.types"]
    other = replace(shipped.values[0], raw=[["Early shift", "08:00–17:00"]])
    monkeypatch.setitem(PARAMETERS, "shift.types", replace(shipped, values=(other,)))
    assert "shift.types" in queries.undecided(centre.pk, b.NOVEMBER)
    assert queries.values_on(centre.pk, b.NOVEMBER).value("shift.types") == other.raw


def test_a_value_that_cannot_be_is_refused_in_the_reader_s_own_language(staff):
    row = b.draft(staff)
    with pytest.raises(Refused) as fault:
        services.set_value(edition_id=row.pk, key="late.points", raw="99", by=staff[P.SHIFT_LEADER], at=AT)
    [refusal] = fault.value.refusals
    with translation.override("zh-hans"):
        assert words(refusal) == "应为：0 到 20 的整数"
    with translation.override("en"):
        assert words(refusal) == "Expected: a whole number from 0 to 20"


# ---------------------------------------------------------------- the whole way


@pytest.mark.clause("D3.1", "D3.8", "D3.9", "A1.1", "A3.9", "D0.1")
def test_from_97_to_99_on_1_november_and_october_stays_october(centre, staff):
    """Proposal, consultation, approval, publication, acknowledgement; and both dates afterwards."""
    before = facts_of(month(month="2026-10", accuracy={"total": 100, "wrong": 3}, exam={"score": "80"}))
    row = b.draft(staff)
    assert b.target(centre, b.NOVEMBER) == 97  # a draft changes nothing
    b.consulted(staff, row, AT + timedelta(days=2))
    b.approved(staff, row, AT + timedelta(days=7))
    assert b.target(centre, b.NOVEMBER) == 97  # nor does a decision that nobody has published
    row = services.publish(edition_id=row.pk, by=staff[P.DIRECTOR], at=AT + timedelta(days=8))
    assert (row.number, row.decided_on, row.published_on) == (1, date(2026, 10, 15), date(2026, 10, 16))

    assert [b.target(centre, day) for day in (b.OCTOBER, b.NOVEMBER, b.DECEMBER)] == [97, 99, 99]
    assert b.target(centre, b.NOVEMBER, known_on=date(2026, 10, 14)) == 97
    assert b.target(centre, b.NOVEMBER, known_on=date(2026, 10, 15)) == 99

    values = queries.values_on(centre.pk, b.OCTOBER)  # recomputed in December
    assert assessed(before, values) == (100, 40_000)
    late = facts_of(month(month="2026-11", accuracy={"total": 100, "wrong": 3}, exam={"score": "80"}))
    assert assessed(late, queries.values_on(centre.pk, b.NOVEMBER)) == (84, 36_000)
    assert assessed(late, queries.values_on(centre.pk, b.NOVEMBER, date(2026, 10, 1))) == (100, 40_000)

    operator = staff[P.OPERATOR]
    assert queries.to_acknowledge(operator) == [row]
    services.acknowledge(edition_id=row.pk, by=operator, at=AT + timedelta(days=9))
    assert queries.to_acknowledge(operator) == []
    assert operator not in queries.not_yet(row, b.NOVEMBER)
    assert set(QuestionFlag.objects.values_list("clause", flat=True)) == {"D3.8", "D3.9"}


def assessed(facts, values):
    from hotline.rulebook.assessment.month import assess_with  # noqa: PLC0415

    found = assess_with(facts, values)
    return found.points, found.fen


def test_a_later_version_supersedes_from_its_day_and_the_earlier_value_stays_for_its_dates(centre, staff):
    first = b.published(staff)
    second = b.published(staff, values={"accuracy.target": "98"}, since=b.DECEMBER)
    assert [b.target(centre, day) for day in (b.OCTOBER, b.NOVEMBER, b.DECEMBER)] == [97, 99, 98]
    assert b.move_on(centre, clock.wall(b.NOVEMBER)) == 0
    assert b.move_on(centre, clock.wall(b.DECEMBER)) == 1
    assert b.move_on(centre, clock.wall(b.DECEMBER)) == 0
    first.refresh_from_db()
    assert (first.status, second.number) == (S.SUPERSEDED, 2)
    assert b.target(centre, b.NOVEMBER) == 99
    assert queries.to_acknowledge(staff[P.AGENT]) == [second]


def test_of_two_versions_of_one_day_the_later_one_counts(centre, staff):
    b.published(staff, values={"accuracy.target": "98"})
    b.published(staff, values={"accuracy.target": "99"})
    assert b.target(centre, b.NOVEMBER) == 99


def test_the_first_version_adopts_the_handbook_as_it_is_shipped(centre, staff):
    row = b.adopt(centre, staff, at=AT, since=b.NOVEMBER)
    assert (row.number, queries.changes(row)) == (1, [])
    again = b.draft(staff, values={}, since=b.DECEMBER)
    by = staff[P.CENTRE_SUPERVISOR]
    refused("changes nothing yet", services.consult, edition_id=again.pk, until=b.NOVEMBER, by=by)


def test_one_centre_never_reads_anothers_values(centre, staff):
    b.published(staff)
    assert b.target(people.centre(), b.NOVEMBER) == 97


# ---------------------------------------------------------------- who, when, in which order


def test_only_supervisor_and_shift_leaders_propose(centre, staff):
    allowed = {position for position, person in staff.items() if may(person, "handbook.draft")}
    assert allowed == {P.CENTRE_SUPERVISOR, P.SHIFT_LEADER}
    with pytest.raises(NotAllowed):
        services.propose(title="x", reason="y", effective_from=b.NOVEMBER, by=staff[P.OPERATOR], at=AT)


@pytest.mark.parametrize("day", [date(2026, 11, 2), date(2026, 10, 1), date(2026, 10, 31)])
def test_a_version_begins_on_a_first_that_is_to_come(staff, day):
    by = staff[P.SHIFT_LEADER]
    refused("first of a month", services.propose, title="x", reason="y", effective_from=day, by=by)


def test_nothing_skips_consultation_or_approval(staff):
    row = b.draft(staff)
    by = staff[P.CENTRE_SUPERVISOR]
    refused("cannot go", services.put_before_meeting, edition_id=row.pk, by=by)
    refused("gone on", services.publish, edition_id=row.pk, by=by)
    b.consulted(staff, row)
    refused("gone on", services.publish, edition_id=row.pk, by=by)
    with pytest.raises(NotAllowed):
        services.decide(edition_id=row.pk, is_yes=True, by=staff[P.DIRECTOR], at=AT)


def test_the_office_meeting_is_two_others_and_its_no_ends_it(staff):
    row = b.draft(staff)
    b.consulted(staff, row)
    services.put_before_meeting(edition_id=row.pk, by=staff[P.CENTRE_SUPERVISOR], at=AT)
    for person in (staff[P.CENTRE_SUPERVISOR], staff[P.DIRECTOR], staff[P.OPERATOR]):
        with pytest.raises(NotAllowed):
            services.decide(edition_id=row.pk, is_yes=True, by=person, at=AT)
    services.decide(edition_id=row.pk, is_yes=True, by=staff[P.MANAGER], at=AT)
    row = services.decide(edition_id=row.pk, is_yes=False, note="先试行", by=staff[P.DIRECTOR], at=AT)
    assert (row.status, row.status_note, row.decided_on) == (S.REFUSED, "先试行", None)


def test_a_version_whose_day_is_over_is_not_published(staff):
    row = b.draft(staff)
    b.consulted(staff, row)
    b.approved(staff, row)
    with pytest.raises(Refused, match="is over"):
        services.publish(edition_id=row.pk, by=staff[P.DIRECTOR], at=clock.wall(date(2026, 11, 2), 9))


@pytest.mark.clause("D3.1")
def test_a_value_is_checked_by_the_rulebook(staff):
    row = b.draft(staff, values={})
    by = staff[P.CENTRE_SUPERVISOR]
    for key, raw, why in (
        ("accuracy.target", "101", "Expected"),
        ("late.dwell_s", 300, "applies already"),
        ("role.map", [], "cannot be set here"),
        ("leave.chain", [], "Expected"),
        ("nothing", 1, "cannot be set here"),
        ("step.counts", "half", "Expected"),
    ):
        refused(why, services.set_value, edition_id=row.pk, key=key, raw=raw, by=by)
    services.set_value(edition_id=row.pk, key="late.points", raw="3", by=by, at=AT)
    services.set_value(edition_id=row.pk, key="late.points", raw=4, by=by, at=AT)
    assert [(one.key, one.raw) for one in row.values.all()] == [("late.points", 4)]
    services.take_out(edition_id=row.pk, key="late.points", by=by, at=AT)
    assert not row.values.exists()


def test_a_clause_is_worded_anew_in_both_languages(centre, staff):
    row = b.draft(staff, values={})
    by = staff[P.CENTRE_SUPERVISOR]
    refused("both languages", services.set_text, edition_id=row.pk, clause="D1", zh="每天打扫", en=" ", by=by)
    refused("no such clause", services.set_text, edition_id=row.pk, clause="D9", zh="每天打扫", en="x", by=by)
    services.set_text(edition_id=row.pk, clause="D1", zh="早晚各打扫一次", en="Cleaned twice a day", by=by, at=AT)
    [change] = queries.changes(row)
    assert (change.clause, change.after.zh) == ("D1", "早晚各打扫一次")
    b.consulted(staff, row)
    b.approved(staff, row)
    services.publish(edition_id=row.pk, by=by, at=AT)
    clause = queries.CLAUSES["D1"]
    assert queries.read(centre.pk, b.OCTOBER, [clause])[0].text == clause.text
    assert queries.read(centre.pk, b.NOVEMBER, [clause])[0].text.en == "Cleaned twice a day"
    assert [line.clause.id for line in queries.search(centre.pk, b.NOVEMBER, "cleaned twice")] == ["D1"]


# ---------------------------------------------------------------- consultation


@pytest.mark.clause("D3.1")
def test_everybody_bound_is_asked_and_concerns_are_answered_before_it_goes_on(centre, staff):
    row = b.draft(staff)
    by, operator = staff[P.CENTRE_SUPERVISOR], staff[P.OPERATOR]
    services.consult(edition_id=row.pk, until=b.NOVEMBER, by=by, at=AT)
    told = set(Notice.objects.filter(text__contains="opinion is asked").values_list("recipient", flat=True))
    assert told == {person.pk for person in queries.bound(centre.pk, b.OCTOBER)} - {by.pk}
    assert staff[P.DEPARTMENT_CLERK].pk not in told
    with pytest.raises(NotAllowed):
        services.give_opinion(edition_id=row.pk, stance="agree", by=staff[P.DEPARTMENT_CLERK], at=AT)
    refused("what your concern is", services.give_opinion, edition_id=row.pk, stance="object", by=operator)
    said = services.give_opinion(edition_id=row.pk, stance=Stance.OBJECT, words="太严", by=operator, at=AT)
    refused("no answer yet", services.close_consultation, edition_id=row.pk, record="已征求", by=by)
    services.answer_opinion(opinion_id=said.pk, answer="先辅导一个月", by=by, at=AT)
    refused("how the staff were consulted", services.close_consultation, edition_id=row.pk, record=" ", by=by)
    for person in queries.silent(row, AT.date()):
        services.give_opinion(edition_id=row.pk, stance=Stance.AGREE, by=person, at=AT)
    services.close_consultation(edition_id=row.pk, record="已征求，意见已答复", by=by, at=AT)
    with pytest.raises(NotAllowed):
        services.give_opinion(edition_id=row.pk, stance="agree", by=operator, at=AT)


@pytest.mark.clause("D0.1")
def test_the_staff_have_the_time_they_were_told_and_none_after_it(staff):
    row = b.draft(staff)
    by, operator, last = staff[P.CENTRE_SUPERVISOR], staff[P.OPERATOR], date(2026, 10, 10)
    services.consult(edition_id=row.pk, until=last, by=by, at=AT)
    services.give_opinion(edition_id=row.pk, stance=Stance.AGREE, by=operator, at=clock.wall(last, 23, 59))
    late = clock.wall(last, 23, 59)
    with pytest.raises(Refused) as error:
        services.close_consultation(edition_id=row.pk, record="已征求", by=by, at=late)
    assert error.value.refusals[0].params["day"] == "2026-10-10"
    assert error.value.refusals[0].params["count"] == len(queries.silent(row, last))
    after = clock.wall(last + timedelta(days=1))
    with pytest.raises(Refused, match="until 2026-10-10"):
        services.give_opinion(edition_id=row.pk, stance=Stance.AGREE, by=staff[P.TRAINER], at=after)
    closed = services.close_consultation(edition_id=row.pk, record="已征求", by=by, at=after)
    assert (closed.status, closed.consulted_on) == (S.CONSULTED, date(2026, 10, 11))


# ---------------------------------------------------------------- what the database keeps


def sql(text, *values):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(text, values)


def test_nobody_changes_a_decided_value_by_whatever_hand(staff):
    row = b.published(staff)
    value = row.values.all()[0]
    sql("UPDATE handbook_valuechange SET raw = '\"50\"' WHERE id = %s", value.pk)
    sql("DELETE FROM handbook_valuechange WHERE id = %s", value.pk)
    sql("INSERT INTO handbook_valuechange (edition_id, key, raw) VALUES (%s, 'late.points', '1')", row.pk)
    sql("UPDATE handbook_edition SET effective_from = '2026-10-01' WHERE id = %s", row.pk)
    sql("UPDATE handbook_edition SET decided_on = '2026-01-01' WHERE id = %s", row.pk)
    assert ValueChange.objects.get(pk=value.pk).raw == value.raw


def test_the_records_are_there_before_it_is_published(staff):
    row = b.draft(staff)
    sql("UPDATE handbook_edition SET status = 'published', number = 1 WHERE id = %s", row.pk)
    sql("UPDATE handbook_edition SET effective_from = '2026-11-02' WHERE id = %s", row.pk)
    assert Edition.objects.get(pk=row.pk).status == S.DRAFT


@pytest.mark.clause("A3.9")
def test_an_acknowledgement_is_given_once_and_stays(staff):
    row = b.published(staff)
    operator = staff[P.OPERATOR]
    one = services.acknowledge(edition_id=row.pk, by=operator, at=AT)
    assert services.acknowledge(edition_id=row.pk, by=operator, at=AT + timedelta(days=1)) == one
    sql("DELETE FROM handbook_acknowledgement WHERE id = %s", one.pk)
    assert Acknowledgement.objects.count() == 1
    with pytest.raises(NotAllowed):
        services.acknowledge(edition_id=row.pk, by=staff[P.FIELD_SUPERVISOR], at=AT)
    assert services.remind(edition_id=row.pk, by=staff[P.SHIFT_LEADER], at=AT) == len(queries.not_yet(row, b.OCTOBER))


# ---------------------------------------------------------------- questions, procedures, what if


@pytest.mark.clause("D0.1", "D2.17")
def test_exam_questions_of_changed_clauses_are_looked_at(staff):
    b.published(staff, values={"late.points": 3})
    trainer = staff[P.TRAINER]
    [flag] = queries.open_flags(trainer)
    refused("what was done", services.settle_flag, flag_id=flag.pk, note=" ", by=trainer)
    services.settle_flag(flag_id=flag.pk, note="第 12 题答案改为 3 分", by=trainer, at=AT)
    assert queries.open_flags(trainer) == []
    assert not may(staff[P.OPERATOR], "handbook.keep_questions")


@pytest.mark.clause("A7.17")
def test_every_procedure_is_due_six_months_after_its_last_review(centre, staff):
    by = staff[P.CENTRE_SUPERVISOR]
    b.adopt(centre, staff, at=AT, since=b.NOVEMBER)
    due = queries.reviews_due(centre.pk, date(2027, 5, 2))
    assert {(one.next_on, one.is_over) for one in due} == {(date(2027, 5, 1), True)}
    services.review_procedure(chapter="leave", outcome="不变", by=by, at=clock.wall(date(2027, 5, 2), 10))
    found = {one.chapter.key: one for one in queries.reviews_due(centre.pk, date(2027, 5, 2))}
    assert (found["leave"].next_on, found["leave"].is_over) == (date(2027, 11, 2), False)
    refused("no such procedure", services.review_procedure, chapter="manager", outcome="x", by=by)
    with pytest.raises(NotAllowed):
        services.review_procedure(chapter="leave", outcome="x", by=staff[P.OPERATOR], at=AT)


@pytest.mark.clause("A7.17", "A1.6")
def test_without_a_version_reviews_count_from_the_centre_s_beginning_and_are_told_once(centre, staff):
    begun = queries.beginning(centre.pk, b.OCTOBER)
    due = months_after(begun, 6)
    for today in (begun, due):  # the same day, whenever one asks
        assert {one.next_on for one in queries.reviews_due(centre.pk, today)} == {due}
    jobs.tell_reviews(at=clock.wall(due - timedelta(days=1), 1))
    told = Notice.objects.filter(text=services.REVIEW_DUE)
    assert not told.exists()
    for days in range(3):
        jobs.tell_reviews(at=clock.wall(due + timedelta(days=days), 1))
    assert {notice.recipient for notice in told.all()} == {
        staff[position] for position in (P.CENTRE_SUPERVISOR, P.SHIFT_LEADER, P.MANAGER)
    }
    assert told.all().count() == 3


@pytest.mark.clause("D3.1")
def test_what_if_says_who_changes_and_by_how_much(centre, staff):
    row = b.draft(staff)
    facts = {
        "甲": facts_of(month(month="2026-09")),
        "乙": facts_of(month(month="2026-09", accuracy={"total": 100, "wrong": 3})),
        "丙": facts_of(month(month="2026-09", exam={"score": "80"}, accuracy={"total": 100, "wrong": 2})),
    }

    def provider(centre_id, day, reader, then):
        assert (reader, then.reading().whole("exam.target")) == (staff[P.MANAGER], 90)
        here = (centre_id, day) == (centre.pk, date(2026, 9, 1))
        return [(name, one, one) for name, one in facts.items()] if here else []

    frozen.enter(provider)
    try:
        found = queries.what_if(row, [date(2026, 9, 1), date(2026, 8, 1)], staff[P.MANAGER])
    finally:
        frozen.leave(provider)
    assert [(one.name, one.points, one.fen) for one in found[0].changed] == [("丙", -12, -3000), ("乙", -8, -2000)]
    assert (found[0].fen, found[1].outcomes) == (-5000, ())
    assert b.target(centre, b.NOVEMBER) == 97
