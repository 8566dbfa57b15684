"""A month from its draft to the day on which everybody has confirmed it."""

import pytest
from django.db import transaction

from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.core.jobs import settle
from hotline.handbook.tests.builders import decide
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Notice
from hotline.people.tests import builders as people
from hotline.rosters.logic import check
from hotline.rosters.logic.plans import Consent, Origin, Status
from hotline.rosters.logic.problem import Scheme
from hotline.rosters.models import (
    ChangeConsent,
    DraftEntry,
    Outcome,
    PlanSeen,
    RosterBreak,
    RosterEntry,
    RosterPlan,
    SolveRun,
)
from hotline.rosters.queries import duty, planning, plans
from hotline.rosters.queries.plans import Change
from hotline.rosters.services import (
    absences,
    changes,
    drafts,
    entries,
    patterns,
    publishing,
    solving,
    wishes,
)
from hotline.rosters.tests import month_builders as months
from hotline.rosters.tests.month_builders import FIRST, NOW, days, house

pytestmark = pytest.mark.django_db
REASON = "人手不足"


def given(plan):
    """What a plan says: day of the month by person, the code there."""
    rows = DraftEntry.objects.filter(plan=plan, shift_type__isnull=False).select_related("shift_type")
    return {(row.person_id, row.day.day): row.shift_type.code for row in rows}


def put(place, person, day, key, reason=""):
    return drafts.place(
        plan_id=place.plan.pk, changes=[Change(person.pk, day, key)], by=place.boss, at=NOW, reason=reason
    )


def refused(error):
    return [one.clause for one in error.value.refusals]


# ---------------------------------------------------------------- opening


@pytest.mark.clause("B2.2")
def test_a_draft_begins_with_patterns_and_leaves_out_who_is_away():
    centre, boss, staff = months.staffed(2)
    turn = patterns.make_pattern(centre=centre, name="做二休二", turn=["early", "late", "", ""], by=boss, at=NOW)
    ids = [one.pk for one in staff]
    assert patterns.keep_pattern(pattern_id=turn.pk, people=ids, begins=FIRST, step=2, by=boss, at=NOW) == 2
    away = Span(clock.wall(days(6)[0]), clock.wall(days(7)[0]))
    absences.book(person=staff[0], span=away, kind="annual", ref=1, by=people.system(centre), at=NOW)
    plan = drafts.open_month(centre=centre, first=FIRST, origin=Origin.PATTERNS, by=boss, at=NOW)
    found = given(plan)
    first, second = staff[0].pk, staff[1].pk
    # 1 May 2026 is a Friday; 2 May a Saturday, on which the weekend form is worked.
    assert [found.get((first, day)) for day in (1, 2, 3, 4, 5, 6)] == [
        "early",
        "weekend_late",
        None,
        None,
        "early",
        None,
    ]
    assert [found.get((second, day)) for day in (1, 2, 3, 4)] == [None, None, "weekend_early", "late"]


@pytest.mark.clause("D4.5")
def test_half_a_day_of_leave_leaves_the_shift_and_takes_only_its_half():
    """Reading 55: away from noon on he keeps the shift, is no fault of the roster, and counts for no head then."""
    place = house(1)
    [person] = place.staff
    second, third = days(4)[0], days(5)[0]
    half = Span(clock.wall(second, 12), clock.wall(third))
    absences.book(person=person, span=half, kind="personal", ref=1, by=people.system(place.centre), at=NOW)
    night = Span(clock.wall(days(6)[0]), clock.wall(days(7)[0], 1))  # to the end of a shift that runs past midnight
    absences.book(person=person, span=night, kind="annual", ref=2, by=people.system(place.centre), at=NOW)
    put(place, person, second, "early")
    facts = place.facts
    assert (set(facts.absences), set(facts.partly)) == ({(person.pk, days(6)[0])}, {(person.pk, second)})
    assert not [one for one in facts.violations if one.rule == "away"]
    heads = {slot.slot: slot.there for slot in facts.cover[3].heads}
    assert (heads[18], heads[24], heads[30]) == (1, 0, 0)
    assert facts.to_solve().absences == {(person.pk, 5)}
    with pytest.raises(Refused):
        put(place, person, days(6)[0], "early")
    put(place, person, days(7)[0], "early")


@pytest.mark.clause("A7.5")
def test_the_month_is_planned_by_the_centre_s_own_scheme_of_hours_and_rest():
    place = house(1)
    assert (place.facts.desk.rest_minimum, place.facts.desk.hours.scheme) == (660, Scheme.STANDARD)
    decide(place.centre, {"hours.scheme": "averaged", "rest.minimum": "10.5"}, at=NOW, since=FIRST)
    assert (place.facts.desk.rest_minimum, place.facts.desk.hours.scheme) == (630, Scheme.AVERAGED)


@pytest.mark.clause("B2.2")
def test_a_draft_begins_with_last_month_by_weekday_and_keeps_what_stands():
    centre, boss, staff = months.staffed(2)
    system = people.system(centre)
    choice = duty.Choice(centre)
    early, late = choice.of("early", FIRST), choice.of("late", FIRST)
    entries.plan(person=staff[0], shift_type=early, day=FIRST - drafts.FOUR_WEEKS, by=system, at=NOW)
    entries.plan(person=staff[1], shift_type=late, day=FIRST, by=system, at=NOW)
    plan = drafts.open_month(centre=centre, first=FIRST, origin=Origin.LAST_MONTH, by=boss, at=NOW)
    found = given(plan)
    assert {key: code for key, code in found.items() if key[0] == staff[0].pk} == {
        (staff[0].pk, 1): "early",
        (staff[0].pk, 29): "early",
    }
    assert DraftEntry.objects.get(plan=plan, person=staff[1], day=FIRST).is_fixed


@pytest.mark.clause("B2.2")
def test_a_month_is_opened_once_in_time_by_those_who_plan():
    place = house(1)
    for first in (FIRST, NOW.date().replace(day=1), FIRST.replace(day=2)):
        with pytest.raises(Refused):
            drafts.open_month(centre=place.centre, first=first, origin=Origin.EMPTY, by=place.boss, at=NOW)
    with pytest.raises(NotAllowed):
        drafts.open_month(
            centre=place.centre, first=FIRST.replace(month=6), origin=Origin.EMPTY, by=place.staff[0], at=NOW
        )
    drafts.discard_month(plan_id=place.plan.pk, by=place.boss, at=NOW)
    assert not RosterPlan.objects.exists()


# ---------------------------------------------------------------- by hand


@pytest.mark.clause("A7.7", "D2.1")
def test_a_hand_is_warned_at_once_and_needs_a_reason_for_what_breaks_a_rule():
    place = house()
    one = place.staff[0]
    # 11 May 2026 is a Monday
    monday, tuesday = days(11, 12)
    told = put(place, one, monday, "late")
    assert not [each for each in told.worse if each.hard]
    assert {each.rule for each in told.better} == {"cover.demand", "cover.least"}
    with pytest.raises(Refused) as error:
        put(place, one, tuesday, "early")
    assert [(one.clause, one.note) for one in error.value.refusals] == [("A7.5", "Minimum rest between shifts")]
    assert (one.pk, 12) not in given(place.plan)
    put(place, one, tuesday, "early", reason=REASON)
    row = DraftEntry.objects.get(plan=place.plan, person=one, day=tuesday)
    assert (row.is_fixed, row.reason, row.reason_by) == (True, REASON, place.boss)
    assert "rest.minimum" not in {each.rule for each in plans.hard_left(place.facts)}
    assert RosterPlan.objects.get().edits == 2


@pytest.mark.clause("A7.7")
def test_two_people_exchange_their_shifts_by_one_drag():
    place = house()
    one, two = place.staff[:2]
    monday = days(11)[0]
    put(place, one, monday, "early")
    put(place, two, monday, "late")
    moved = plans.moved(place.facts, (one.pk, monday), (two.pk, monday))
    drafts.place(plan_id=place.plan.pk, changes=moved, by=place.boss, at=NOW)
    found = given(place.plan)
    assert (found[one.pk, 11], found[two.pk, 11]) == ("late", "early")
    # dragged to a Saturday the shift takes its weekend form
    saturday = days(16)[0]
    moved = plans.moved(place.facts, (one.pk, monday), (one.pk, saturday))
    assert moved == [Change(one.pk, monday, None), Change(one.pk, saturday, "weekend_late")]
    assert plans.moved(place.facts, (one.pk, days(20)[0]), (two.pk, monday)) == []


def test_a_place_is_let_go_and_places_outside_are_refused():
    place = house()
    one, monday = place.staff[0], days(11)[0]
    put(place, one, monday, "early")
    drafts.release(plan_id=place.plan.pk, person_id=one.pk, day=monday, by=place.boss, at=NOW)
    assert not DraftEntry.objects.get(plan=place.plan).is_fixed
    put(place, one, monday, None, reason=REASON)  # it leaves nobody there (A2.1)
    assert given(place.plan) == {}
    for change in (Change(people.person().pk, monday, "early"), Change(one.pk, FIRST.replace(month=6), "early")):
        with pytest.raises(Refused):
            drafts.place(plan_id=place.plan.pk, changes=[change], by=place.boss, at=NOW)
    with pytest.raises(Refused):
        put(place, one, monday, "no such shift")
    with pytest.raises(NotAllowed):
        drafts.place(plan_id=place.plan.pk, changes=[Change(one.pk, monday, "early")], by=one, at=NOW)


@pytest.mark.clause("B2.2")
def test_who_can_take_a_shift_is_ranked_with_reasons():
    place = house(4)
    one, two = place.staff[:2]
    monday, tuesday = days(11, 12)
    put(place, one, monday, "late")
    ranked = plans.who_can(place.facts, tuesday, "early")
    assert ranked[-1].person == one.pk
    assert [each.rule for each in ranked[-1].worse if each.hard] == ["rest.minimum"]
    assert ranked[0].may
    assert place.boss.pk not in {each.person for each in ranked}  # his shifts are others
    assert two.pk in {each.person for each in ranked if each.may}


# ---------------------------------------------------------------- the solver


@pytest.mark.clause("B2.2", "A2.1", "D2.1")
def test_the_solver_keeps_what_hands_have_set_and_every_hard_rule():
    place = house(8, heads=1)
    one, monday = place.staff[0], days(11)[0]
    put(place, one, monday, "late")
    put(place, place.staff[1], monday, None)
    wishes.wish(person=place.staff[2], day=days(15)[0], code="", is_against=False, weight=3, by=place.staff[2], at=NOW)
    run = solving.ask_solve(plan_id=place.plan.pk, seconds=15, by=place.boss, at=NOW)
    assert RosterPlan.objects.get().status == Status.SOLVING
    with pytest.raises(Refused):
        put(place, one, monday, "early")
    settle(at=NOW)
    run.refresh_from_db()
    assert run.outcome in {Outcome.OPTIMAL, Outcome.FEASIBLE}, run.told
    assert run.bound <= run.objective
    assert RosterPlan.objects.get().status == Status.PROPOSED
    facts = place.facts
    assert check.is_lawful(facts.to_solve(), facts.roster)
    found = given(place.plan)
    assert found[one.pk, 11] == "late"
    assert (place.staff[1].pk, 11) not in found
    # 12:00 to 13:00 everybody rests, as the handbook prints the breaks
    assert [one.slot for one in facts.cover[10].heads if one.under] == [24, 25]
    # twice changes nothing
    count = DraftEntry.objects.count()
    solving.keep_result(run_id=run.pk, result=solving.Result(Outcome.FAILED), by=people.system(place.centre), at=NOW)
    assert (DraftEntry.objects.count(), SolveRun.objects.get().outcome) == (count, run.outcome)


@pytest.mark.clause("B2.2")
def test_the_solver_says_in_words_which_rules_cannot_hold_together():
    place = house(1, heads=1)
    solving.ask_solve(plan_id=place.plan.pk, seconds=5, by=place.boss, at=NOW)
    settle(at=NOW)
    run = SolveRun.objects.get()
    assert run.outcome == Outcome.INFEASIBLE
    assert "A2.1" in {clash["clause"] for clash in run.told}
    assert RosterPlan.objects.get().status == Status.DRAFT


def test_a_run_that_nobody_took_up_is_stopped_at_once_and_a_break_down_frees_the_month(monkeypatch):
    place = house(2)
    solving.ask_solve(plan_id=place.plan.pk, seconds=5, by=place.boss, at=NOW)
    solving.ask_stop(plan_id=place.plan.pk, by=place.boss, at=NOW)
    assert (SolveRun.objects.get().outcome, RosterPlan.objects.get().status) == (Outcome.NOTHING, Status.DRAFT)
    settle(at=NOW)  # the worker finds that it has ended
    solving.ask_solve(plan_id=place.plan.pk, seconds=5, by=place.boss, at=NOW)

    def breaks(_self):
        raise RuntimeError("out of memory")

    monkeypatch.setattr("hotline.rosters.handlers._Run.result", breaks)
    settle(at=NOW)
    assert SolveRun.objects.first().outcome == Outcome.FAILED
    assert RosterPlan.objects.get().status == Status.DRAFT
    with pytest.raises(Refused):
        solving.ask_solve(plan_id=place.plan.pk, seconds=4, by=place.boss, at=NOW)


# ---------------------------------------------------------------- in force


def published(place, *, at=NOW, reason=REASON):
    put(place, place.staff[0], days(11)[0], "early")
    put(place, place.staff[1], days(11)[0], "late")
    return publishing.publish(plan_id=place.plan.pk, reason=reason, by=place.boss, at=at)


@pytest.mark.clause("A7.7")
def test_a_month_comes_into_force_is_told_and_confirmed():
    place = house(3)
    with pytest.raises(Refused) as error:
        publishing.publish(plan_id=place.plan.pk, reason="", by=place.boss, at=NOW)
    assert "B2.2" in refused(error)
    plan = published(place)
    assert (plan.status, plan.days_late, plan.published_by) == (Status.PUBLISHED, 0, place.boss)
    assert plan.hard_left > 0  # one early shift leaves the window empty most of the month
    assert {row.shift_type.code for row in RosterEntry.objects.all()} == {"early", "late"}
    assert RosterBreak.objects.count() == 2
    assert Notice.objects.filter(text__contains="published").count() == 2
    publishing.confirm_month(plan_id=plan.pk, by=place.staff[0], at=NOW)
    publishing.confirm_month(plan_id=plan.pk, by=place.staff[0], at=NOW)
    assert PlanSeen.objects.count() == 1
    with pytest.raises(Refused):
        put(place, place.staff[0], days(12)[0], "early")


@pytest.mark.clause("A7.7")
@pytest.mark.parametrize(("ahead", "late"), [(28, 0), (27, 1), (5, 23)])
def test_a_late_publication_needs_a_reason_and_shows_it(ahead, late):
    place = house(3)
    at = clock.wall(FIRST, 10) - ahead * duty.hours.ONE_DAY
    if late:
        with pytest.raises(Refused) as error:
            published(place, at=at, reason=" ")
        assert "A7.7" in refused(error)
    plan = published(place, at=at)
    assert (plan.days_late, plan.publish_reason) == (late, REASON)


@pytest.mark.clause("A7.7")
def test_how_long_ahead_a_month_is_published_is_the_centre_s_own_to_set():
    place = house(3)
    decide(place.centre, {"roster.notice_days": 14}, at=NOW, since=NOW.date().replace(month=4, day=1))
    plan = published(place, at=clock.wall(FIRST, 10) - 15 * duty.hours.ONE_DAY)
    assert plan.days_late == 0


def test_publication_replaces_what_stood_there_and_keeps_what_it_says():
    centre, boss, staff = months.staffed(2)
    system, choice = people.system(centre), duty.Choice(centre)
    monday, tuesday = days(11, 12)
    stays = entries.plan(person=staff[0], shift_type=choice.of("early", monday), day=monday, by=system, at=NOW)
    goes = entries.plan(person=staff[0], shift_type=choice.of("early", tuesday), day=tuesday, by=system, at=NOW)
    plan = drafts.open_month(centre=centre, first=FIRST, origin=Origin.EMPTY, by=boss, at=NOW)
    drafts.place(plan_id=plan.pk, changes=[Change(staff[0].pk, tuesday, "late")], by=boss, at=NOW)
    publishing.publish(plan_id=plan.pk, reason=REASON, by=boss, at=NOW)
    assert RosterEntry.objects.get(day=monday).pk == stays.pk
    assert RosterEntry.objects.get(day=tuesday).pk != goes.pk
    assert RosterEntry.objects.get(day=tuesday).shift_type.code == "late"


def test_estimated_holidays_are_not_published_on():
    centre, boss, staff = months.staffed(1)
    duty.CalendarDay.objects.create(day=days(20)[0], kind="rest", source="holidays", is_announced=False)
    plan = drafts.open_month(centre=centre, first=FIRST, origin=Origin.EMPTY, by=boss, at=NOW)
    drafts.place(plan_id=plan.pk, changes=[Change(staff[0].pk, days(11)[0], "early")], by=boss, at=NOW)
    with pytest.raises(Refused) as error:
        publishing.publish(plan_id=plan.pk, reason=REASON, by=boss, at=NOW)
    assert refused(error) == ["D4.5"]


# ---------------------------------------------------------------- changes afterwards


@pytest.fixture(name="asked")
def _asked():
    place = house(3)
    published(place)
    late = duty.Choice(place.centre).of("late", days(11)[0])
    at = clock.wall(days(4)[0], 10)
    row = changes.ask_change(person=place.staff[0], day=days(11)[0], after=late, reason=REASON, by=place.boss, at=at)
    return place, row, at


@pytest.mark.clause("A7.7", "C3")
def test_a_change_waits_for_consent_and_is_made_when_it_comes(asked):
    place, row, at = asked
    one = place.staff[0]
    assert row.days_late == 21
    assert RosterEntry.objects.get(person=one).shift_type.code == "early"
    assert Notice.objects.filter(recipient=one, text__contains="may be changed").exists()
    with pytest.raises(NotAllowed):
        changes.answer_change(change_id=row.pk, agrees=True, by=place.boss, at=at)
    with pytest.raises(Refused):
        changes.ask_change(person=one, day=row.day, after=None, reason=REASON, by=place.boss, at=at)
    changes.answer_change(change_id=row.pk, agrees=True, by=one, at=at)
    assert RosterEntry.objects.get(person=one).shift_type.code == "late"
    with pytest.raises(Refused):
        changes.answer_change(change_id=row.pk, agrees=False, by=one, at=at)


@pytest.mark.clause("A7.7")
def test_without_consent_the_shift_stays_or_is_ordered_for_a_reason(asked):
    place, row, at = asked
    one = place.staff[0]
    changes.answer_change(change_id=row.pk, agrees=False, by=one, at=at, note="家里有事")
    assert RosterEntry.objects.get(person=one).shift_type.code == "early"
    with pytest.raises(Refused) as error:
        changes.order_change(person=one, day=row.day, after=None, reason=" ", by=place.boss, at=at)
    assert refused(error) == ["C3"]
    ordered = changes.order_change(person=one, day=row.day, after=None, reason=REASON, by=place.boss, at=at)
    assert (ordered.status, ordered.days_late) == (Consent.ORDERED, 21)
    assert not RosterEntry.objects.filter(person=one).exists()
    fresh = changes.order_change(person=one, day=row.day, after=row.after, reason=REASON, by=place.boss, at=at)
    assert fresh.before is None
    assert RosterEntry.objects.get(person=one).shift_type == row.after


def test_a_question_is_withdrawn_and_one_that_is_out_of_date_is_not_applied(asked):
    place, row, at = asked
    one = place.staff[0]
    entry = RosterEntry.objects.get(person=one)
    mid = duty.Choice(place.centre).of("mid", row.day)
    entries.replan(entry_id=entry.pk, shift_type=mid, day=row.day, reason=REASON, by=place.boss, at=at)
    with pytest.raises(Refused), transaction.atomic():
        changes.answer_change(change_id=row.pk, agrees=True, by=one, at=at)
    changes.withdraw_change(change_id=row.pk, by=place.boss, at=at)
    assert ChangeConsent.objects.get().status == Consent.WITHDRAWN


@pytest.mark.clause("B2.2")
def test_a_hundred_people_are_read_in_a_handful_of_queries(django_assert_max_num_queries):
    place = house(12)
    with django_assert_max_num_queries(15):
        facts = planning.facts(place.plan)
        assert len(facts.staff.people) == 13
        assert facts.violations
