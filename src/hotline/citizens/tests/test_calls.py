"""Call-backs: who is called, three tries, what he says, and how what was not good goes back into the flow."""

import pytest
from django.db import IntegrityError, transaction

from hotline.cases.services import closing
from hotline.cases.tests import builders as cases
from hotline.citizens import handlers
from hotline.citizens.logic.terms import TERMS
from hotline.citizens.models import CallBack, Review
from hotline.citizens.queries import calls as queries
from hotline.citizens.services import calls
from hotline.citizens.tests import builders
from hotline.citizens.tests.builders import DAY, HOUR, MINUTE, NINE, OTHER
from hotline.core import clock
from hotline.core.access import NotAllowed
from hotline.core.models import Outbox
from hotline.kernel.rules import Refused
from hotline.people.models import Position
from hotline.people.tests import builders as people

pytestmark = pytest.mark.django_db
TODAY = TERMS.on(clock.local_day(NINE))


@pytest.fixture
def town():
    return builders.town()


@pytest.fixture
def ended(town):
    """A report by telephone that was settled; its caller waits to be called."""
    walk = builders.closed(town, builders.phoned(town))
    builders.settle(walk.at)
    return walk


def dissatisfied(call, town, at, **more):
    said = {"grade": "dissatisfied", "reason": "result_not_solved", "words": "还在响"} | more
    return calls.note_grade(call_id=call.pk, by=town.second, at=at, **said)


@pytest.mark.clause("B3.6")
def test_a_caller_waits_to_be_called_an_hour_after_the_end(town, ended):
    call = builders.call_of(ended.case)
    assert (call.status, call.round, call.ended_at) == ("waiting", 0, ended.case.ended_at)
    assert call.next_at == ended.case.ended_at + TODAY.first_call
    assert calls.take_next(by=town.second, at=ended.at) is None  # not before his hour
    taken = calls.take_next(by=town.second, at=call.next_at)
    assert taken == call
    assert calls.take_next(by=town.second, at=call.next_at) == call  # goes on with the one in hand
    assert calls.take_next(by=town.operator, at=call.next_at) is None  # nobody else gets it


def test_the_end_handled_twice_makes_one_call_back(town, ended):
    event = handlers.CaseEnded(ended.case.pk, "closed")
    handlers.enter_call_back(event, at=ended.at)
    handlers.enter_call_back(event, at=ended.at + DAY)
    assert CallBack.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        CallBack.objects.create(
            centre=town.centre, case=ended.case, round=0, ended_at=ended.at, next_at=ended.at, due_at=ended.at,
            status="waiting", status_at=ended.at, status_by=town.operator,
        )  # fmt: skip


def test_nobody_is_called_without_a_number_or_when_the_matter_was_not_settled(town):
    silent = builders.closed(town, cases.report(town))
    builders.settle(silent.at)
    other = builders.phoned(town, number=OTHER, name="李文")
    from hotline.cases.services import filing  # noqa: PLC0415

    filing.not_accept(case_id=other.pk, version=other.version, reason="非本中心", by=town.operator, at=NINE + HOUR)
    builders.settle(NINE + HOUR)
    assert not CallBack.objects.exists()
    assert len(builders.texts(other)) == 1  # he gets his answer all the same


def test_three_tries_at_other_times_then_it_is_given_up(town, ended):
    at = builders.call_of(ended.case).next_at
    seen = []
    for _ in range(3):
        call = calls.take_next(by=town.second, at=at)
        call = calls.note_unreached(call_id=call.pk, note="无人接听", by=town.second, at=at)
        seen.append(builders.local(at)[3:5])
        at = call.next_at
    assert (call.status, call.tries, call.taken_by) == ("unreached", 3, None)
    assert len(set(seen)) == 3  # three different hours of the day
    assert calls.take_next(by=town.second, at=at + DAY) is None
    assert [one.is_reached for one in call.calls.all()] == [False] * 3


def test_a_call_at_night_waits_for_the_morning(town):
    evening = clock.wall(clock.local_day(NINE), 19, 30)
    walk = builders.closed(town, builders.phoned(town, evening), evening)
    builders.settle(walk.at)
    assert builders.local(builders.call_of(walk.case).next_at) == "10 09:00"


@pytest.mark.clause("B3.6")
def test_whoever_is_content_ends_it(town, ended):
    call = builders.in_hand(town, ended.case, ended.at + HOUR)
    call = calls.note_grade(call_id=call.pk, grade="satisfied", words="谢谢", by=town.second, at=ended.at + HOUR)
    assert (call.status, call.grade, call.tries, call.by_himself) == ("done", "satisfied", 1, False)
    assert cases.fresh(ended.case).status == "closed"
    assert Outbox.objects.filter(kind="citizens.CitizenRated").exists()


@pytest.mark.clause("B3.6")
def test_a_bad_result_opens_the_matter_again_and_its_next_end_is_asked_anew(town, ended):
    call = builders.in_hand(town, ended.case, ended.at + HOUR)
    dissatisfied(call, town, ended.at + HOUR, reopen=True)
    case = cases.fresh(ended.case)
    assert (case.status, case.status_note, case.holding.queue, case.reopen_count) == (
        "reopened", "还在响", "dispatch", 1,
    )  # fmt: skip
    assert not Review.objects.exists()
    calls.make(case_id=case.pk, by=people.system(town.centre), at=ended.at + HOUR)
    assert CallBack.objects.count() == 1  # not while it is open


@pytest.mark.clause("B3.6")
def test_a_bad_service_goes_to_a_shift_leader_who_decides_with_a_reason(town, ended):
    call = builders.in_hand(town, ended.case, ended.at + HOUR)
    dissatisfied(call, town, ended.at + HOUR, reason="service_attitude", reopen=True)
    assert cases.fresh(ended.case).status == "closed"
    review = Review.objects.get()
    at = ended.at + 2 * HOUR
    with pytest.raises(NotAllowed):
        calls.decide(review_id=review.pk, reopen=True, reason="x", by=town.operator, at=at)
    with pytest.raises(Refused):
        calls.decide(review_id=review.pk, reopen=True, reason=" ", by=town.leader, at=at)
    decided = calls.decide(review_id=review.pk, reopen=False, reason="已当面道歉", by=town.leader, at=at)
    assert (decided.status, decided.status_note) == ("kept", "已当面道歉")
    with pytest.raises(Refused):
        calls.decide(review_id=review.pk, reopen=True, reason="x", by=town.leader, at=at)


def test_a_shift_leader_may_open_it_again(town, ended):
    call = builders.in_hand(town, ended.case, ended.at + HOUR)
    dissatisfied(call, town, ended.at + HOUR)
    review = Review.objects.get()
    calls.decide(review_id=review.pk, reopen=True, reason="确未修复", by=town.leader, at=ended.at + 2 * HOUR)
    case = cases.fresh(ended.case)
    assert (case.status, case.status_note) == ("reopened", "确未修复")


def test_whoever_asked_for_a_review_does_not_decide_it(town, ended):
    call = builders.in_hand(town, ended.case, ended.at + HOUR, by=town.leader)
    calls.note_grade(
        call_id=call.pk, grade="dissatisfied", reason="service_other", words="x", by=town.leader, at=ended.at + HOUR
    )
    with pytest.raises(NotAllowed):
        calls.decide(review_id=Review.objects.get().pk, reopen=False, reason="x", by=town.leader, at=ended.at + HOUR)


@pytest.mark.parametrize(
    "said",
    [{"grade": "great"}, {"grade": "dissatisfied"}, {"grade": "dissatisfied", "reason": "result_too_slow"},
     {"grade": "satisfied", "reason": "nonsense"}],
)  # fmt: skip
def test_an_answer_must_make_sense(town, ended, said):
    call = builders.in_hand(town, ended.case, ended.at + HOUR)
    with pytest.raises(Refused):
        calls.note_grade(call_id=call.pk, by=town.second, at=ended.at + HOUR, **said)


def test_a_call_in_hand_is_one_persons(town, ended):
    call = builders.in_hand(town, ended.case, ended.at + HOUR)
    for service in (calls.note_unreached, calls.give_back):
        with pytest.raises(Refused):
            service(call_id=call.pk, by=town.operator, at=ended.at + HOUR)
    with pytest.raises(Refused):
        calls.take(call_id=call.pk, by=town.operator, at=ended.at + HOUR)
    with pytest.raises(NotAllowed):
        calls.take(call_id=call.pk, by=town.clerk, at=ended.at + HOUR)
    assert calls.give_back(call_id=call.pk, by=town.second, at=ended.at + HOUR).status == "waiting"


def test_a_call_that_was_left_goes_back(town, ended):
    call = builders.in_hand(town, ended.case, ended.at + HOUR)
    by = people.system(town.centre)
    assert calls.give_back_forgotten(by=by, at=ended.at + HOUR + TODAY.taken) == 0
    assert calls.give_back_forgotten(by=by, at=ended.at + HOUR + TODAY.taken + MINUTE) == 1
    call.refresh_from_db()
    assert (call.status, call.taken_by) == ("waiting", None)


def test_a_matter_opened_again_is_not_asked_about(town, ended):
    case = cases.fresh(ended.case)
    closing.reopen(case_id=case.pk, version=case.version, reason="复发", by=town.leader, at=ended.at + MINUTE)
    assert calls.take_next(by=town.second, at=ended.at + DAY) is None
    assert builders.call_of(case).status == "cancelled"


def test_a_citizen_rates_by_himself_once_and_it_counts_the_same(town, ended):
    by = builders.web(town)
    said = {"case_id": ended.case.pk, "round_": 0, "by": by, "at": ended.at + MINUTE}
    call = calls.rate_by_himself(grade="dissatisfied", reason="result_poor_work", words="又坏了", **said)
    assert (call.by_himself, call.status, call.tries) == (True, "done", 0)
    assert Review.objects.get().asked_by == by
    with pytest.raises(Refused, match="already"):
        calls.rate_by_himself(grade="satisfied", **said)
    day = clock.local_day(ended.at)
    found = queries.counts(queries.ended_between(town.leader, day, day))
    assert (found["rated"], found["dissatisfied"], found["by_himself"], found["result"]) == (1, 1, 1, 1)


def test_it_is_rated_only_after_the_end_in_its_round_and_in_time(town, ended):
    by = builders.web(town)
    open_ = builders.phoned(town, number=OTHER, name="李文")
    late = ended.case.ended_at + TODAY.rated_within + MINUTE
    for case_id, round_, at in ((open_.pk, 0, ended.at), (ended.case.pk, 1, ended.at), (ended.case.pk, 0, late)):
        with pytest.raises(Refused):
            calls.rate_by_himself(case_id=case_id, round_=round_, grade="satisfied", by=by, at=at)


def test_the_rate_is_satisfied_of_all_who_answered(town, django_assert_num_queries):
    grades = ["satisfied", "satisfied", "partly", "dissatisfied", ""]
    at = NINE
    for place, grade in enumerate(grades):
        walk = builders.closed(town, builders.phoned(town, at, number=f"1380000{place:04}", name=f"王{place}"), at)
        builders.settle(walk.at)
        if grade:
            call = builders.in_hand(town, walk.case, walk.at)
            reason = {"reason": "service_other", "words": "x"} if grade == "dissatisfied" else {}
            calls.note_grade(call_id=call.pk, grade=grade, by=town.second, at=walk.at, **reason)
    day = clock.local_day(NINE)
    rows = queries.ended_between(town.leader, day, day)
    with django_assert_num_queries(1):
        found = queries.counts(rows)
    assert (found["satisfied"], found["rated"], found["open"], found["all"]) == (2, 4, 1, 5)
    for part, count in found.items():
        assert rows.filter(queries.PARTS[part]).count() == count
    assert list(queries.by_department(rows)) == [
        {"name": town.department.name, "department": town.department.pk, "rated": 4, "satisfied": 2}
    ]
    stranger = people.person(people.centre(), position=Position.SHIFT_LEADER)
    assert queries.counts(queries.ended_between(stranger, day, day))["all"] == 0
