"""What time does to debts: reminds before they are due, calls them missed, tells one level after another (A2.16)."""

from datetime import datetime

from django.db import transaction

from hotline.core import live
from hotline.core.access import authorize
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.promises import logic
from hotline.promises.logic import Status
from hotline.promises.models import Promise, Question, QuestionStatus, QuestionStep, QuestionStepKind, StepKind
from hotline.promises.queries import superiors
from hotline.promises.services import steps


@transaction.atomic
def look(*, promise_id: int, by: Person, at: datetime) -> Promise:
    """Do what is due with a promise at this moment: remind, count as missed, tell the next level. Safe to run twice."""
    promise = steps.locked(promise_id)
    authorize(by, "promises.run_clock", promise)
    if not promise.is_owed:
        promise.look_at = None
        promise.save(update_fields=["look_at"])
        return promise
    terms = steps.terms(at)
    come = logic.reached(promise.due_at, at, terms)
    for alert in range(promise.alert + 1, come + 1):
        if alert == logic.REMINDED and come == logic.REMINDED:
            _remind(promise, by=by, at=at)
        elif alert == logic.LATE:
            _late(promise, by=by, at=at)
        elif alert > logic.LATE:
            _escalate(promise, logic.level_of(alert), by=by, at=at)
    promise.alert = max(promise.alert, come)
    promise.look_at = logic.next_look(promise.due_at, promise.alert, terms)
    promise.save(update_fields=["alert", "look_at"])
    steps.tell_pages(promise)
    return promise


def _remind(promise: Promise, *, by: Person, at: datetime) -> None:
    to = promise.owner or _nearest(promise, at)
    steps.step(promise, StepKind.REMINDED, by=by, at=at, to=to)
    if to is not None:
        mine = _("Soon due, the customer waits: {what}")
        text = mine if promise.owner else _("Soon due and nobody has it yet: {what}")
        steps.notify(to, text, promise, by=by, at=at)


def _late(promise: Promise, *, by: Person, at: datetime) -> None:
    if promise.status == Status.OPEN:
        steps.miss(promise, by=by, at=at)
    to = promise.owner or _nearest(promise, at)
    if to is not None:
        steps.notify(to, _("The time has passed and the customer still waits: {what}"), promise, by=by, at=at)


def _escalate(promise: Promise, level: int, *, by: Person, at: datetime) -> None:
    """Tell the level above; where a level is missing the next one learns of it, once."""
    above = superiors.above(unit=promise.unit, person=promise.owner, at=at)
    told = set(promise.steps.filter(kind=StepKind.ESCALATED).values_list("to", flat=True))
    to = next((one.person for one in above if one.person.pk not in told), None)
    if to is None or len(told) >= level:
        return
    steps.step(promise, StepKind.ESCALATED, by=by, at=at, to=to)
    who = promise.owner.name if promise.owner else promise.unit.name
    steps.notify(to, _("{who} has not kept a promise yet: {what}"), promise, by=by, at=at, who=who)


def _nearest(promise: Promise, at: datetime) -> Person | None:
    above = superiors.above(unit=promise.unit, person=None, at=at)
    return above[0].person if above else None


@transaction.atomic
def look_at_question(*, question_id: int, by: Person, at: datetime) -> Question:
    """The same for a difficult issue that waits for its superior: remind him, then tell those above him."""
    question = Question.objects.select_for_update(of=("self",)).select_related("superior").get(pk=question_id)
    authorize(by, "promises.run_clock", question)
    if question.status == QuestionStatus.ANSWERED:
        question.look_at = None
        question.save(update_fields=["look_at"])
        return question
    terms = steps.terms(at)
    come = logic.reached(question.answer_due_at, at, terms)
    for alert in range(question.alert + 1, come + 1):
        if alert <= logic.LATE:
            _remind_superior(question, alert, come, by=by, at=at)
        else:
            _tell_above(question, by=by, at=at)
    question.alert = max(question.alert, come)
    question.look_at = logic.next_look(question.answer_due_at, question.alert, terms)
    question.save(update_fields=["alert", "look_at"])
    live.touch(f"inbox:{question.superior_id}", f"question:{question.pk}", f"ledger:{question.centre_id}")
    return question


def _remind_superior(question: Question, alert: int, come: int, *, by: Person, at: datetime) -> None:
    if alert == logic.REMINDED and come > logic.REMINDED:
        return  # the clock stood still meanwhile: what is late needs no reminder
    late = _("A difficult issue is late, the customer was promised a reply: {what}")
    text = late if alert == logic.LATE else _("A difficult issue needs your answer soon: {what}")
    _note(question, QuestionStepKind.REMINDED, question.superior, text, by=by, at=at)


def _tell_above(question: Question, *, by: Person, at: datetime) -> None:
    above = superiors.above(unit=question.unit, person=question.superior, at=at, tier=question.tier)
    told = set(question.steps.filter(kind=QuestionStepKind.ESCALATED).values_list("to", flat=True))
    to = next((one.person for one in above if one.person.pk not in {*told, question.asked_by_id}), None)
    if to is not None:
        text = _("{who} has not answered a difficult issue yet: {what}")
        _note(question, QuestionStepKind.ESCALATED, to, text, by=by, at=at, who=question.superior.name)


def _note(
    question: Question,
    kind: QuestionStepKind,
    to: Person,
    text: str,
    *,
    by: Person,
    at: datetime,
    **more: object,
) -> None:
    QuestionStep.objects.create(question=question, kind=kind, at=at, by=by, to=to)
    params = {"what": question.content[:80], **more}
    link = f"/promises/questions/{question.pk}"
    notices.notify(to=to, text=text, params=params, link=link, by=by, at=at)
