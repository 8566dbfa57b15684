"""Samples that stay, reviews by somebody else, appeals decided by a third."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from hotline.cases.services import dispatching
from hotline.cases.tests import builders as cases
from hotline.core.access import NotAllowed
from hotline.kernel.rules import Refused
from hotline.people.models import Notice, Position
from hotline.people.queries import system_person
from hotline.people.tests import builders as people
from hotline.quality.logic import SizeBy
from hotline.quality.models import Appeal, Hint, HintKind, Plan, Review, ReviewStatus, Stratum, Way
from hotline.quality.queries import decisions, reviews
from hotline.quality.services import appeals, hints, reviewing, sampling
from hotline.quality.tests.builders import DAY, FEW, HOUR, MINUTE, NEXT_DAY, NINE, drawn, house, reviewed, wrong
from hotline.rulebook.accuracy import Cause, Decision

pytestmark = [pytest.mark.django_db, pytest.mark.clause("D3.8")]


def test_a_sample_is_drawn_from_all_decisions_by_person_and_kind() -> None:
    of = house(filed=3, rejected=2)
    plan = drawn(of)
    assert (plan.population, plan.drawn) == (5, 4)
    kept = {(row.decision, row.population, row.drawn) for row in Stratum.objects.filter(plan=plan)}
    assert kept == {("filed", 3, 2), ("rejected", 2, 2)}
    assert set(Review.objects.filter(plan=plan).values_list("handler", flat=True)) == {of.operator.pk}
    assert reviews.is_as_drawn(plan)


def test_what_happens_after_the_draw_does_not_change_the_sample() -> None:
    of = house(filed=4)
    plan = drawn(of)
    before = list(plan.reviews.order_by("place").values_list("case", flat=True))
    cases.roster(of.town, DAY + timedelta(days=1))
    cases.Walk(of.town, cases.report(of.town, NEXT_DAY), NEXT_DAY).dispatched()
    assert list(plan.reviews.order_by("place").values_list("case", flat=True)) == before
    assert reviews.is_as_drawn(plan)


def test_a_period_is_never_drawn_again() -> None:
    of = house()
    drawn(of)
    with pytest.raises(Refused, match="never drawn again"):
        drawn(of)


def test_a_plan_and_its_strata_cannot_be_changed_or_taken_away() -> None:
    plan = drawn(house())
    for change in (
        lambda: Plan.objects.filter(pk=plan.pk).update(seed="another"),
        lambda: Stratum.objects.filter(plan=plan).update(population=1),
        lambda: Stratum.objects.filter(plan=plan).delete(),
    ):
        with pytest.raises(Exception, match="append_only"), transaction.atomic():
            change()


@pytest.mark.parametrize(
    ("days", "said"),
    [((0, 1), "not over"), ((-40, 0), "one month"), ((5, 0), "one month")],
)
def test_a_period_lies_within_one_month_and_is_over(days: tuple[int, int], said: str) -> None:
    of = house()
    first, last = (DAY + timedelta(days=n) for n in days)
    with pytest.raises(Refused, match=said):
        sampling.draw(first=first, last=last, size_by=SizeBy.COUNT, sizes=FEW, by=of.inspector, at=NEXT_DAY)


def test_nothing_to_draw_is_refused() -> None:
    of = house(filed=0, rejected=0)
    with pytest.raises(Refused, match="Nobody decided"):
        drawn(of)
    with pytest.raises(Refused, match="how many"):
        drawn(of, sizes={Decision.FILED: 0})


def test_only_inspectors_and_supervisors_draw() -> None:
    of = house()
    with pytest.raises(NotAllowed):
        drawn(of, by=of.operator)


def test_decisions_of_programs_are_nobodys() -> None:
    of = house(filed=1, rejected=0)
    case = cases.report(of.town, NINE + HOUR)
    machine = system_person(of.town.centre)
    found = {one.person for one in decisions.decisions(of.town.centre.pk, DAY, DAY)}
    assert found == {of.operator.pk}
    assert machine.pk not in found
    assert case.first_owner_id == of.operator.pk


def test_what_passes_the_gate_is_the_decision_of_whoever_pre_filed() -> None:
    of = house(filed=0, rejected=0)
    from hotline.cases.services import filing  # noqa: PLC0415 only this test walks through the gate

    walk = cases.Walk(of.town, cases.report(of.town)).pre_filed(of.town.gated)
    case = filing.submit_for_filing(case_id=walk.case.pk, version=walk.case.version, by=of.operator, at=NINE + HOUR)
    filing.file(case_id=case.pk, version=case.version, by=of.town.leader, at=NINE + HOUR + MINUTE)
    [one] = decisions.decisions(of.town.centre.pk, DAY, DAY)
    assert (one.person, one.decision) == (of.operator.pk, Decision.FILED)
    [(person, decision, _event)] = decisions.decided_in(case)
    assert (person, decision) == (of.operator, Decision.FILED)
    assert decisions.handled(of.operator, DAY.replace(day=1)) == 1
    assert decisions.handled(of.town.leader, DAY.replace(day=1)) == 0


def test_the_desk_hands_out_targeted_reviews_first_and_samples_in_their_order() -> None:
    of = house(filed=3, rejected=0)
    plan = drawn(of)
    chosen = reviewed(of)
    first = reviewing.take_next(by=of.inspector, at=NEXT_DAY)
    assert first == chosen
    wrong(of, chosen)
    second = reviewing.take_next(by=of.inspector, at=NEXT_DAY)
    assert second is not None
    assert (second.plan, second.place) == (plan, 0)


def test_two_reviewers_never_get_the_same_case() -> None:
    of = house(filed=2, rejected=0)
    drawn(of)
    one = reviewing.take_next(by=of.inspector, at=NEXT_DAY)
    other = reviewing.take_next(by=of.supervisor, at=NEXT_DAY)
    assert one is not None
    assert other is not None
    assert one != other
    assert reviewing.take_next(by=of.inspector, at=NEXT_DAY) == one
    with pytest.raises(Refused, match="looking at it"):
        reviewing.find_correct(review_id=one.pk, by=of.supervisor, at=NEXT_DAY)
    with pytest.raises(Refused, match="looking at it"):
        reviewing.take(review_id=one.pk, by=of.supervisor, at=NEXT_DAY)
    # what lies before somebody for half an hour is given to the next
    assert reviewing.take(review_id=one.pk, by=of.supervisor, at=NEXT_DAY + HOUR).reviewer == of.supervisor


def test_what_was_put_back_is_handed_to_the_next() -> None:
    of = house(filed=1, rejected=0)
    drawn(of)
    one = reviewing.take_next(by=of.inspector, at=NEXT_DAY)
    assert one is not None
    assert reviewing.take_next(by=of.supervisor, at=NEXT_DAY) is None
    reviewing.put_back(review_id=one.pk, by=of.inspector, at=NEXT_DAY)
    assert reviewing.take_next(by=of.supervisor, at=NEXT_DAY) == one


def test_nobody_reviews_his_own_decision() -> None:
    of = house(filed=0, rejected=0)
    town = of.town
    case = cases.report(town)
    from hotline.cases.services import desk, filing  # noqa: PLC0415 only this test lets the leader decide

    case = desk.assign(case_id=case.pk, version=1, to=town.leader, reason="代班", by=town.leader, at=NINE)
    filing.reject(case_id=case.pk, version=case.version, reason="不属受理范围", by=town.leader, at=NINE + MINUTE)
    plan = drawn(of)
    [row] = plan.reviews.all()
    assert row.handler == town.leader
    assert reviewing.take_next(by=town.leader, at=NEXT_DAY) is None
    with pytest.raises(NotAllowed):
        reviewing.find_correct(review_id=row.pk, by=town.leader, at=NEXT_DAY)
    with pytest.raises(IntegrityError, match="quality_review_by_another"), transaction.atomic():
        Review.objects.filter(pk=row.pk).update(reviewer=town.leader)


def test_correct_needs_nothing_but_a_key_and_counts_once() -> None:
    of = house()
    drawn(of)
    row = reviewing.take_next(by=of.inspector, at=NEXT_DAY)
    assert row is not None
    found = reviewing.find_correct(review_id=row.pk, by=of.inspector, at=NEXT_DAY)
    assert (found.status, found.cause, found.reviewer) == (ReviewStatus.CORRECT, "", of.inspector)
    with pytest.raises(Refused, match="already"):
        reviewing.find_correct(review_id=row.pk, by=of.supervisor, at=NEXT_DAY)


def test_wrong_names_cause_event_and_words_and_tells_the_handler_at_once() -> None:
    of = house()
    row = wrong(of)
    row.refresh_from_db()
    assert (row.status, row.cause, row.words) == (ReviewStatus.WRONG, "wrong_category", "应为雨水井盖")
    assert row.evidence == row.event
    assert row.appeal_until == NEXT_DAY + timedelta(days=7)
    notice = Notice.objects.get(recipient=of.operator, link=f"/quality/reviews/{row.pk}")
    assert notice.params["number"] == row.case.number


def test_a_cause_fits_the_decision_and_words_are_asked_for() -> None:
    of = house()
    row = reviewed(of)
    ask = {"review_id": row.pk, "by": of.inspector, "at": NEXT_DAY, "evidence_seq": 1}
    with pytest.raises(Refused, match="no fault"):
        reviewing.find_wrong(cause=Cause.WRONG_REJECTION, words="错", **ask)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="in words"):
        reviewing.find_wrong(cause=Cause.WRONG_FILING, words=" ", **ask)  # type: ignore[arg-type]
    with pytest.raises(Refused, match="Point to the event"):
        reviewing.find_wrong(cause=Cause.WRONG_FILING, words="错", **{**ask, "evidence_seq": 99})  # type: ignore[arg-type]


def test_who_filed_and_dispatched_may_have_dispatched_wrongly() -> None:
    of = house()
    row = reviewed(of)
    assert reviews.decisions_of(row) == (Decision.FILED, Decision.DISPATCHED)
    found = reviewing.find_wrong(
        review_id=row.pk, cause=Cause.WRONG_DISPATCH, words="应派园林", evidence_seq=4, by=of.inspector, at=NEXT_DAY
    )
    assert found.cause == Cause.WRONG_DISPATCH


def test_the_database_keeps_a_wrong_finding_from_being_wordless() -> None:
    row = wrong(house())
    for broken in ({"words": ""}, {"cause": ""}, {"cause": "bad luck"}, {"found_at": None}, {"status": "nonsense"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Review.objects.filter(pk=row.pk).update(**broken)


def test_a_targeted_review_needs_a_reason_and_happens_once() -> None:
    of = house()
    row = reviewed(of)
    assert (row.way, row.plan) == (Way.TARGETED, None)
    with pytest.raises(Refused, match="already"):
        reviewing.ask(
            case_id=row.case_id, handler=of.operator, decision=Decision.DISPATCHED, reason="再查", by=of.supervisor,
            at=NEXT_DAY,
        )  # fmt: skip
    with pytest.raises(Refused, match="Say why"):
        reviewing.ask(
            case_id=of.filed[1].pk, handler=of.operator, decision=Decision.FILED, reason=" ", by=of.inspector,
            at=NEXT_DAY,
        )  # fmt: skip
    with pytest.raises(Refused, match="decided nothing"):
        reviewing.ask(
            case_id=of.filed[1].pk, handler=of.operator, decision=Decision.REJECTED, reason="查", by=of.inspector,
            at=NEXT_DAY,
        )  # fmt: skip


def test_a_slip_of_the_finger_is_taken_back_within_ten_minutes_by_the_reviewer_alone() -> None:
    of = house()
    row = wrong(of)
    with pytest.raises(Refused, match="ten minutes"):
        reviewing.take_back(review_id=row.pk, by=of.supervisor, at=NEXT_DAY)
    with pytest.raises(Refused, match="ten minutes"):
        reviewing.take_back(review_id=row.pk, by=of.inspector, at=NEXT_DAY + 11 * MINUTE)
    back = reviewing.take_back(review_id=row.pk, by=of.inspector, at=NEXT_DAY + MINUTE)
    assert (back.status, back.cause, back.evidence) == (ReviewStatus.WAITING, "", None)


def test_an_appeal_is_decided_by_somebody_who_neither_handled_nor_reviewed() -> None:
    of = house()
    row = wrong(of)
    asked = appeals.appeal(review_id=row.pk, words="来电人说的就是上水", by=of.operator, at=NEXT_DAY + HOUR)
    row.refresh_from_db()
    assert row.status == ReviewStatus.APPEALED
    for person in (of.operator, of.inspector):
        with pytest.raises(NotAllowed):
            appeals.decide(appeal_id=asked.pk, grant=True, reason="对", by=person, at=NEXT_DAY + HOUR)
        with pytest.raises(IntegrityError, match="second_person"), transaction.atomic():
            Appeal.objects.filter(pk=asked.pk).update(status="granted", status_note="x", status_by=person)
    with pytest.raises(Refused, match="reason"):
        appeals.decide(appeal_id=asked.pk, grant=True, reason="", by=of.supervisor, at=NEXT_DAY + HOUR)
    appeals.decide(appeal_id=asked.pk, grant=True, reason="录音为证", by=of.supervisor, at=NEXT_DAY + HOUR)
    row.refresh_from_db()
    assert row.status == ReviewStatus.OVERTURNED
    told = Notice.objects.filter(text__contains="granted").values_list("recipient", flat=True)
    assert set(told) == {of.operator.pk, of.inspector.pk}
    with pytest.raises(Refused):
        appeals.decide(appeal_id=asked.pk, grant=False, reason="再想", by=of.supervisor, at=NEXT_DAY + HOUR)


def test_an_appeal_comes_from_the_handler_within_its_time() -> None:
    of = house()
    row = wrong(of)
    with pytest.raises(NotAllowed):
        appeals.appeal(review_id=row.pk, words="不对", by=of.town.second, at=NEXT_DAY)
    with pytest.raises(Refused, match="over"):
        appeals.appeal(review_id=row.pk, words="不对", by=of.operator, at=NEXT_DAY + timedelta(days=7, seconds=1))
    assert appeals.appeal(review_id=row.pk, words="不对", by=of.operator, at=NEXT_DAY + timedelta(days=7)).pk


def test_what_turns_out_badly_is_suggested_and_never_judged() -> None:
    of = house(filed=2, rejected=0)
    case = of.filed[0]
    dispatching.send_back(
        case_id=case.pk, version=case.version, reason="不归我局", by=of.town.clerk, at=NINE + 2 * HOUR
    )
    machine = system_person(of.town.centre)
    assert hints.read_events(by=machine, at=NEXT_DAY) > 0
    [hint] = Hint.objects.all()
    assert (hint.kind, hint.decision, hint.handler, hint.because) == (
        HintKind.SENT_BACK, Decision.DISPATCHED, of.operator, "不归我局",
    )  # fmt: skip
    assert not Review.objects.exists()
    assert hints.read_events(by=machine, at=NEXT_DAY) == 0
    hints.suggest(case_id=case.pk, kind=HintKind.SENT_BACK, by=machine, at=NEXT_DAY)
    assert Hint.objects.count() == 1


def test_a_return_by_the_gate_is_suggested_before_the_case_is_filed() -> None:
    from hotline.cases.services import filing  # noqa: PLC0415 only this test walks through the gate

    of = house(filed=0, rejected=0)
    walk = cases.Walk(of.town, cases.report(of.town)).pre_filed(of.town.gated)
    case = filing.submit_for_filing(case_id=walk.case.pk, version=walk.case.version, by=of.operator, at=NINE + HOUR)
    filing.return_from_gate(
        case_id=case.pk, version=case.version, reason="地址不清", by=of.town.leader, at=NINE + 2 * HOUR
    )
    hints.read_events(by=system_person(of.town.centre), at=NEXT_DAY)
    [hint] = Hint.objects.all()
    assert (hint.kind, hint.handler) == (HintKind.GATE_RETURN, of.operator)


def test_a_hint_becomes_a_targeted_review_or_is_dismissed_with_a_reason() -> None:
    of = house(filed=2, rejected=0)
    made = [
        hints.suggest(case_id=case.pk, kind=HintKind.OBJECTION, because="职责不符", by=of.supervisor, at=NEXT_DAY)[0]
        for case in of.filed
    ]
    asked = hints.take(hint_id=made[0].pk, by=of.inspector, at=NEXT_DAY)
    assert asked.way == Way.TARGETED
    assert "职责不符" in asked.reason
    with pytest.raises(Refused):
        hints.dismiss(hint_id=made[1].pk, reason="", by=of.inspector, at=NEXT_DAY)
    assert (
        hints.dismiss(hint_id=made[1].pk, reason="部门后来自己收回", by=of.inspector, at=NEXT_DAY).status == "dismissed"
    )
    stranger = people.person(people.centre(), position=Position.QUALITY)
    with pytest.raises(NotAllowed):
        hints.dismiss(hint_id=made[0].pk, reason="外人", by=stranger, at=NEXT_DAY)
