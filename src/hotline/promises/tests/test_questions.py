"""Difficult-issue forms on PostgreSQL: to whom, back and forth, up, over, answered, late, generalised."""

import pytest
from django.db import IntegrityError, transaction

from hotline.cases.tests import builders as cases
from hotline.core.access import NotAllowed
from hotline.customers.models import CustomerNumber
from hotline.kernel.rules import Refused
from hotline.knowledge.models import Proposal
from hotline.people.models import Position
from hotline.people.tests import builders as people
from hotline.promises.logic import Status
from hotline.promises.models import Question, QuestionStatus
from hotline.promises.queries import questions as lists
from hotline.promises.queries import superiors
from hotline.promises.services import ledger, questions
from hotline.promises.tests import builders as b

pytestmark = [pytest.mark.django_db, pytest.mark.clause("A3.5")]
REQUIRED = ("call_at", "content", "contact", "promised_at")


@pytest.fixture
def of():
    return b.house()


def say(service, question, by, text="依据条例第五条", at=b.NINE + b.MINUTE):
    return service(question_id=question.pk, text=text, by=by, at=at)


@pytest.mark.parametrize("missing", REQUIRED)
def test_all_four_are_required(of, missing):
    with pytest.raises(Refused) as said:
        b.question(of, **{missing: None if missing.endswith("_at") else " "})
    assert [refusal.params["field"] for refusal in said.value.refusals] == [missing]


def test_the_database_itself_keeps_the_form_whole(of):
    question = b.question(of)
    with pytest.raises(IntegrityError, match="promises_question_whole"), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(contact="")
    with pytest.raises(IntegrityError, match="promises_question_not_oneself"), transaction.atomic():
        Question.objects.filter(pk=question.pk).update(superior=of.operator)


def test_it_opens_a_promise_to_the_customer_and_lies_before_the_team_leader(of):
    question = b.question(of)
    promise = question.promise
    assert (promise.owner, promise.due_at, promise.customer) == (of.operator, b.NINE + 4 * b.HOUR, of.customer)
    assert (question.superior, question.tier, question.answer_due_at) == (of.head, 0, b.NINE + 2 * b.HOUR)
    assert lists.inbox(of.head) == [question]
    assert b.notices(of.head) == ["{name} puts a difficult issue before you: {what}"]


@pytest.mark.clause("A3.6")
def test_a_number_among_the_contact_goes_behind_the_mask(of):
    question = b.question(of, customer=None, contact="李女士 13811112222")
    assert question.contact == "李女士 138****2222"
    assert CustomerNumber.objects.filter(customer=question.customer, e164="+8613811112222").exists()
    more = b.question(of, contact="另一个手机 13711112222")
    assert more.customer == of.customer
    assert of.customer.numbers.filter(e164="+8613711112222").exists()
    with pytest.raises(Refused) as said:
        b.question(of, contact="9999999999999999999")
    assert said.value.refusals[0].params["field"] == "contact"


@pytest.mark.clause("A2.5")
def test_asked_back_said_more_answered_and_the_customer_told_in_time(of):
    question = b.question(of)
    say(questions.ask_back, question, of.head, "哪个小区?")
    assert b.notices(of.operator) == ["{name} asks back about a difficult issue: {what}"]
    say(questions.say_more, question, of.operator, "学府小区")
    assert b.fresh(question).status == QuestionStatus.ASKED
    say(questions.answer, question, of.head)
    answered = b.fresh(question)
    assert (answered.answer, answered.answered_by, answered.look_at) == ("依据条例第五条", of.head, None)
    assert b.notices(of.operator)[-1] == "{name} has answered your difficult issue; now reply to the customer: {what}"
    assert b.fresh(question.promise).is_owed
    b.kept(b.fresh(question.promise), b.NINE + b.HOUR)
    assert b.fresh(question.promise).status == Status.KEPT
    with pytest.raises(NotAllowed):
        say(questions.answer, question, of.head)
    with pytest.raises(Refused, match="answered already"):
        say(questions.say_more, question, of.operator)


@pytest.mark.clause("A2.5")
@pytest.mark.clause("B3.6")
def test_passed_up_a_level_with_the_reason_until_nobody_stands_above(of):
    question = b.question(of)
    with pytest.raises(Refused, match="Write something"):
        say(questions.pass_up, question, of.head, " ")
    say(questions.pass_up, question, of.head, "涉及执法口径")
    assert (b.fresh(question).superior, b.fresh(question).tier) == (of.leader, 1)
    with pytest.raises(NotAllowed):
        say(questions.answer, question, of.head)
    say(questions.pass_up, question, of.leader, "涉及多部门")
    assert b.fresh(question).superior == of.supervisor
    with pytest.raises(Refused, match="Nobody stands above"):
        say(questions.pass_up, question, of.supervisor, "无法决定")
    say(questions.answer, question, of.supervisor)
    assert b.fresh(question).status == QuestionStatus.ANSWERED


@pytest.mark.clause("A2.5")
def test_taken_over_the_superior_owes_the_reply_himself(of):
    question = b.question(of)
    say(questions.take_over, question, of.head, "我来回复")
    promise = lists.current_promise(question)
    assert (promise.owner, promise.follows, promise.due_at) == (of.head, question.promise, question.promised_at)
    assert b.fresh(question.promise).status == Status.MOVED
    b.kept(promise, b.NINE + b.HOUR)
    say(questions.answer, question, of.head, at=b.NINE + 2 * b.HOUR)
    assert b.fresh(question).status == QuestionStatus.ANSWERED


@pytest.mark.clause("A2.5")
def test_a_late_answer_reminds_the_superior_then_tells_those_above(of):
    question = b.question(of)
    due = question.answer_due_at
    b.tick(due - 10 * b.MINUTE)
    assert b.notices(of.head)[1:] == ["A difficult issue needs your answer soon: {what}"]
    b.tick(due + b.SECOND)
    assert b.notices(of.head)[2:] == ["A difficult issue is late, the customer was promised a reply: {what}"]
    b.tick(due + 31 * b.MINUTE)
    b.tick(due + 32 * b.MINUTE)
    assert b.notices(of.leader) == ["{who} has not answered a difficult issue yet: {what}"]
    b.tick(due + 61 * b.MINUTE)
    assert b.notices(of.supervisor) == ["{who} has not answered a difficult issue yet: {what}"]


def test_who_stands_above(of):
    def over(person, unit, at=b.NINE):
        return [one.person for one in superiors.above(unit=unit, person=person, at=at)]

    root = people.root(of.centre)
    assert over(of.operator, of.team) == [of.head, of.leader, of.supervisor]
    assert over(of.head, of.team) == [of.leader, of.supervisor]
    assert over(of.leader, root) == [of.supervisor]
    assert over(of.supervisor, root) == []
    director = people.person(of.centre, position=Position.DIRECTOR)
    assert over(of.supervisor, root) == [director]
    assert over(of.operator, of.team, b.wall(b.DAY, 23)) == [of.head, of.supervisor, director]
    b.on_shift(of.head, b.wall(b.DAY, 20), 2)
    assert over(of.operator, of.team) == [of.leader, of.supervisor, director]
    assert over(of.operator, of.team, b.wall(b.DAY, 21)) == [of.head, of.supervisor, director]


@pytest.mark.clause("B3.6")
def test_whoever_has_nobody_above_learns_it_and_nothing_is_written(of):
    alone = cases.town()
    for person in (alone.leader,):
        person.is_active = False
        person.save(update_fields=["is_active"])
    values = {"call_at": b.NINE, "content": "投诉", "contact": "本人", "promised_at": b.NINE + b.HOUR}
    with pytest.raises(Refused, match="Nobody stands above"):
        questions.ask_superior(**values, by=alone.operator, at=b.NINE)
    assert not Question.objects.filter(centre=alone.centre).exists()


def test_who_may_answer(of):
    question = b.question(of)
    for person in (of.operator, of.second, of.town.clerk, b.house().head):
        with pytest.raises(NotAllowed):
            say(questions.answer, question, person)
    say(questions.answer, question, of.leader)  # who stands above the team leader steps in
    own = b.question(of, by=of.leader)
    assert own.superior == of.supervisor


@pytest.mark.clause("B2.4")
def test_an_answered_issue_becomes_a_proposal_once_and_without_numbers(of):
    case = cases.report(of.town, customer=of.customer)
    question = b.question(of, case=case)
    values = {"question_id": question.pk, "title": "夜间施工由谁查处?", "text": "由城管查处。", "at": b.NINE + b.HOUR}
    with pytest.raises(Refused, match="Only an answered"):
        questions.generalise(**values, by=of.leader)
    say(questions.answer, question, of.head)
    with pytest.raises(Refused, match="numbers out"):
        questions.generalise(**{**values, "text": "致电 13900001234"}, by=of.head)
    category = of.town.condition.category
    made = questions.generalise(**values, category=category, by=of.head)
    proposal = Proposal.objects.get(source=f"promises:{made.pk}")
    assert (proposal.question, proposal.codes, proposal.case_number) == (made.title, [category.code], case.number)
    with pytest.raises(Refused, match="proposed already"):
        questions.generalise(**values, by=of.head)
    with pytest.raises(NotAllowed):
        questions.generalise(**values, by=of.operator)


def test_whoever_owes_the_reply_by_now_sees_the_answer_and_learns_of_it(of):
    question = b.question(of)
    ledger.pass_on(promise_id=question.promise_id, to=of.second, note="换班", by=of.operator, at=b.NINE + b.MINUTE)
    assert Question.objects.visible_to(of.second).filter(pk=question.pk).exists()
    say(questions.say_more, question, of.second, "客户又来电催", at=b.NINE + 2 * b.MINUTE)
    say(questions.answer, question, of.head, at=b.NINE + 3 * b.MINUTE)
    assert b.notices(of.second)[-1].startswith("{name} has answered")
