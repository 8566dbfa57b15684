"""Difficult issues as lists: the inbox of a superior, what one asked oneself, what waits for the clock."""

from datetime import datetime

from django.db.models import QuerySet

from hotline.people.models import Person
from hotline.promises.models import GeneralQuestion, Promise, Question, QuestionStatus

SHOWN = ("asked_by", "superior", "customer", "case", "category", "promise__owner", "unit")
MOST = 200


def shown(rows: QuerySet[Question]) -> QuerySet[Question]:
    """With all that a line of a list tells."""
    return rows.select_related(*SHOWN)


def open_ones(rows: QuerySet[Question]) -> QuerySet[Question]:
    """Those without an answer yet."""
    return rows.exclude(status=QuestionStatus.ANSWERED)


def inbox(person: Person) -> list[Question]:
    """What lies before a superior, the soonest due first."""
    return list(open_ones(shown(Question.objects.filter(superior=person.pk))).order_by("answer_due_at", "pk")[:MOST])


def others(person: Person) -> list[Question]:
    """What lies before others of those one may see: a superior steps in where somebody is missing."""
    rows = shown(Question.objects.visible_to(person)).exclude(superior=person.pk)
    return list(open_ones(rows).order_by("answer_due_at", "pk")[:MOST])


def asked_by(person: Person) -> list[Question]:
    """One's own, the latest first."""
    return list(shown(Question.objects.filter(asked_by=person.pk)).order_by("-pk")[:50])


def answered(person: Person) -> QuerySet[Question]:
    """Answered ones one may see, the latest first."""
    rows = shown(Question.objects.visible_to(person)).filter(status=QuestionStatus.ANSWERED)
    return rows.order_by("-pk")


def to_look_at(at: datetime, most: int) -> list[Question]:
    """Those with which the clock has something to do."""
    rows = Question.objects.filter(look_at__lt=at).select_related("centre")
    return list(rows.order_by("look_at", "pk")[:most])


def general(question: Question) -> GeneralQuestion | None:
    """What was generalised from a question."""
    return GeneralQuestion.objects.filter(question=question).select_related("by", "category").first()


def current_promise(question: Question) -> Promise:
    """The promise to the customer as it stands now: the last of its chain."""
    last = question.promise.chain.order_by("-pk").select_related("owner").first()
    return last or question.promise
