"""The difficult-issue form (疑难反馈单): to the direct superior, his answer back, the reply in time (A3.5)."""

from datetime import datetime

from django.db import transaction

from hotline.cases.models import Case, Category
from hotline.core import events, live
from hotline.core.access import authorize, may
from hotline.core.states import begin, move
from hotline.customers import logic as numbers
from hotline.customers.models import Customer
from hotline.customers.services import add_number, register
from hotline.kernel.rules import Refusal, Refused, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.knowledge.services import proposals
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.promises import logic
from hotline.promises.events import QuestionGeneralised
from hotline.promises.logic import Channel, Kind
from hotline.promises.models import GeneralQuestion, Question, QuestionStatus, QuestionStep, QuestionStepKind
from hotline.promises.queries import questions, superiors
from hotline.promises.services import ledger, steps

CLAUSE = "A3.5"
Q = QuestionStatus


@transaction.atomic
def ask_superior(
    *,
    call_at: datetime | None,
    content: str,
    contact: str,
    promised_at: datetime | None,
    by: Person,
    at: datetime,
    case: Case | None = None,
    customer: Customer | None = None,
    category: Category | None = None,
) -> Question:
    """Put a hard call or complaint before the direct superior; the customer is promised his reply by the time said.

    A telephone number among the contact is kept with the customer, where it stands behind the mask.
    """
    authorize(by, "promises.ask_superior")
    refuse_if(_missing(call_at, content, contact, promised_at, at))
    assert call_at is not None
    assert promised_at is not None
    if [thing for thing in (case, customer, category) if thing and thing.centre_id != by.centre_id]:
        raise Refused(Refusal(CLAUSE, _("That belongs to another centre.")))
    who = _customer(contact, customer or (case.customer if case else None), by=by, at=at)
    unit = superiors.unit_of(by, at)
    above = superiors.above(unit=unit, person=by, at=at)
    if not above:
        raise Refused(Refusal(CLAUSE, _("Nobody stands above you who could answer.")))
    promise = ledger.open_promise(
        kind=Kind.REPLY, what=content.strip(), due=promised_at, via=Channel.PHONE, holder=by, by=by, at=at,
        customer=who, case=case,
    )  # fmt: skip
    answer_due = logic.answer_due(at, promised_at, steps.terms(at))
    question = Question(
        centre=by.centre, promise=promise, case=case, customer=who, call_at=call_at, content=content.strip(),
        contact=logic.masked(contact.strip())[:120], promised_at=promised_at, unit=unit, asked_by=by, asked_at=at,
        superior=above[0].person, tier=above[0].tier, answer_due_at=answer_due,
        category=category or (case.category if case else None),
    )  # fmt: skip
    begin(question, Q.ASKED, by=by, at=at)
    question.look_at = logic.next_look(answer_due, logic.NOTHING, steps.terms(at))
    question.save(force_insert=True)
    text = _("{name} puts a difficult issue before you: {what}")
    _step(question, QuestionStepKind.ASKED, by=by, at=at, to=question.superior, said=content.strip(), notice=text)
    return question


def _missing(
    call_at: datetime | None, content: str, contact: str, promised_at: datetime | None, at: datetime
) -> list[Refusal]:
    """All four are required (A3.5)."""
    found = []
    if call_at is None:
        found.append(Refusal(CLAUSE, _("Say when the call was."), {"field": "call_at"}))
    elif call_at > at:
        found.append(Refusal(CLAUSE, _("The call cannot lie ahead."), {"field": "call_at"}))
    if not content.strip():
        found.append(Refusal(CLAUSE, _("Say what it is about."), {"field": "content"}))
    if not contact.strip():
        found.append(Refusal(CLAUSE, _("Say how the customer is reached."), {"field": "contact"}))
    if promised_at is None:
        found.append(Refusal(CLAUSE, _("Say until when a reply was promised."), {"field": "promised_at"}))
    elif promised_at <= at:
        found.append(Refusal(CLAUSE, _("Choose a time that is still to come."), {"field": "promised_at"}))
    return found


def _customer(contact: str, customer: Customer | None, *, by: Person, at: datetime) -> Customer | None:
    number = logic.number_in(contact)
    if not number:
        return customer
    try:
        numbers.normalise(number)
    except Refused as error:
        params = {**error.refusals[0].params, "field": "contact"}
        raise Refused(Refusal(error.refusals[0].clause, error.refusals[0].note, params)) from error
    if customer is None:
        return register(by=by, at=at, number=number)
    if may(by, "customers.update", customer):
        add_number(customer_id=customer.pk, number=number, by=by, at=at)
    return customer


@transaction.atomic
def ask_back(*, question_id: int, text: str, by: Person, at: datetime) -> Question:
    """The superior needs to know more before he can answer."""
    question = _begun(question_id, by, "promises.answer")
    text = _said(text, "text")
    move(question, Q.ASKED_BACK, by=by, at=at)
    notice = _("{name} asks back about a difficult issue: {what}")
    _step(question, QuestionStepKind.ASKED_BACK, by=by, at=at, to=question.asked_by, said=text, notice=notice)
    return question


@transaction.atomic
def say_more(*, question_id: int, text: str, by: Person, at: datetime) -> Question:
    """Whoever asked says more; a question that came back goes to the superior again."""
    question = _begun(question_id, by, "promises.say_more")
    text = _said(text, "text")
    if question.status == Q.ANSWERED:
        raise Refused(Refusal(CLAUSE, _("This issue has been answered already.")))
    if question.status == Q.ASKED_BACK:
        move(question, Q.ASKED, by=by, at=at)
    notice = _("{name} says more about a difficult issue: {what}")
    _step(question, QuestionStepKind.TOLD, by=by, at=at, to=question.superior, said=text, notice=notice)
    return question


@transaction.atomic
def pass_up(*, question_id: int, text: str, by: Person, at: datetime) -> Question:
    """The superior cannot settle it and passes it up one level, with the reason."""
    question = _begun(question_id, by, "promises.answer")
    text = _said(text, "text")
    if question.status != Q.ASKED:
        raise Refused(Refusal(CLAUSE, _("It can be passed up while it lies with the superior.")))
    tier = max(question.tier, logic.tier_of(by.standing.positions))
    above = superiors.above(unit=question.unit, person=by, at=at, tier=tier)
    next_up = next((one for one in above if one.person.pk != question.asked_by_id), None)
    if next_up is None:
        raise Refused(Refusal(CLAUSE, _("Nobody stands above you who could answer.")))
    before = question.superior_id
    question.superior, question.tier = next_up.person, next_up.tier
    question.answer_due_at = max(question.answer_due_at, logic.answer_due(at, question.promised_at, steps.terms(at)))
    question.alert = logic.NOTHING
    question.look_at = logic.next_look(question.answer_due_at, logic.NOTHING, steps.terms(at))
    move(question, Q.ASKED, by=by, at=at, note=text, also=("superior", "tier", "answer_due_at", "alert", "look_at"))
    notice = _("{name} passes a difficult issue up to you: {what}")
    _step(question, QuestionStepKind.PASSED_UP, by=by, at=at, to=next_up.person, said=text, notice=notice)
    live.touch(f"inbox:{before}")
    return question


@transaction.atomic
def take_over(*, question_id: int, text: str, by: Person, at: datetime) -> Question:
    """The superior replies to the customer himself: the promise becomes his own (A2.5)."""
    question = _begun(question_id, by, "promises.answer")
    text = _said(text, "text")
    before = question.superior_id
    question.superior, question.tier = by, max(logic.tier_of(by.standing.positions), 0)
    move(question, Q.TAKEN_OVER, by=by, at=at, note=text, also=("superior", "tier"))
    promise = questions.current_promise(question)
    if promise.is_owed and promise.owner_id != by.pk:
        ledger.pass_on(promise_id=promise.pk, to=by, note=text, by=by, at=at)
    notice = _("{name} takes your difficult issue over and replies to the customer: {what}")
    _step(question, QuestionStepKind.TAKEN_OVER, by=by, at=at, to=question.asked_by, said=text, notice=notice)
    live.touch(f"inbox:{before}")
    return question


@transaction.atomic
def answer(*, question_id: int, text: str, by: Person, at: datetime) -> Question:
    """The answer goes back to whoever asked, and to whoever owes the reply by now; he replies to the customer."""
    question = _begun(question_id, by, "promises.answer")
    question.answer, question.answered_by, question.answered_at = _said(text, "text"), by, at
    question.look_at = None
    move(question, Q.ANSWERED, by=by, at=at, also=("answer", "answered_by", "answered_at", "look_at"))
    notice = _("{name} has answered your difficult issue; now reply to the customer: {what}")
    said = question.answer
    _step(question, QuestionStepKind.ANSWERED, by=by, at=at, to=question.asked_by, said=said, notice=notice)
    owner = questions.current_promise(question).owner
    if owner is not None and owner.pk not in {question.asked_by_id, by.pk}:
        _notice(question, owner, notice, by=by, at=at)
    return question


@transaction.atomic
def generalise(
    *, question_id: int, title: str, text: str, by: Person, at: datetime, category: Category | None = None
) -> GeneralQuestion:
    """Put an answered question into general words, as a proposal for the knowledge base (B2.4)."""
    question = _begun(question_id, by, "promises.generalise")
    faults = []
    if question.status != Q.ANSWERED:
        faults.append(Refusal("B2.4", _("Only an answered issue can be generalised.")))
    if not title.strip():
        faults.append(Refusal("B2.4", _("Put the question into general words."), {"field": "title"}))
    if not text.strip():
        faults.append(Refusal("B2.4", _("Put the answer into general words."), {"field": "text"}))
    if logic.number_in(f"{title} {text}"):
        faults.append(Refusal("B2.4", _("Leave telephone numbers out: everybody will read it."), {"field": "text"}))
    if GeneralQuestion.objects.filter(question=question).exists():
        faults.append(Refusal("B2.4", _("This issue has been proposed already.")))
    refuse_if(faults)
    made = GeneralQuestion.objects.create(
        question=question,
        title=title.strip(),
        answer=text.strip(),
        category=category or question.category,
        by=by,
        at=at,
    )
    _step(question, QuestionStepKind.GENERALISED, by=by, at=at, to=None, said=made.title)
    proposals.propose(
        question=made.title,
        answer=made.answer,
        codes=[made.category.code] if made.category else [],
        case_number=question.case.number if question.case else "",
        source=f"promises:{made.pk}",
        by=by,
        at=at,
    )
    events.emit(QuestionGeneralised(made.pk, question.centre_id), at=at)
    return made


def _begun(question_id: int, by: Person, permission: str) -> Question:
    rows = Question.objects.select_for_update(of=("self",)).select_related(
        "superior", "asked_by", "unit", "promise", "case"
    )
    question = rows.get(pk=question_id)
    authorize(by, permission, question)
    return question


def _said(text: str, field: str) -> str:
    if not text.strip():
        raise Refused(Refusal(CLAUSE, _("Write something."), {"field": field}))
    return text.strip()


def _step(
    question: Question,
    kind: QuestionStepKind,
    *,
    by: Person,
    at: datetime,
    to: Person | None,
    said: str,
    notice: str = "",
) -> None:
    QuestionStep.objects.create(question=question, kind=kind, at=at, by=by, to=to, text=said)
    if to is not None and to.pk != by.pk and notice:
        _notice(question, to, notice, by=by, at=at)
    topics = [f"inbox:{question.superior_id}", f"question:{question.pk}", f"promises:{question.asked_by_id}"]
    live.touch(*topics, f"ledger:{question.centre_id}")


def _notice(question: Question, to: Person, text: str, *, by: Person, at: datetime) -> None:
    params = {"name": by.name, "what": question.content[:80]}
    notices.notify(to=to, text=text, params=params, link=f"/promises/questions/{question.pk}", by=by, at=at)
