"""What the clock starts: each minute the debts that are soon due, due or late."""

from datetime import datetime

from hotline.core.jobs import job
from hotline.people.queries import system_person
from hotline.promises.queries import ledger, questions
from hotline.promises.services import clock

MOST = 500  # in one minute; the rest comes with the next


@job(queue="promises", cron="* * * * *", lock="promises.look")
def look(*, at: datetime) -> None:
    """Remind, count as missed, tell the level above."""
    look_at_all(at)


def look_at_all(at: datetime) -> None:
    """Everything with which the clock has something to do at this moment."""
    for promise in ledger.to_look_at(at, MOST):
        clock.look(promise_id=promise.pk, by=system_person(promise.centre), at=at)
    for question in questions.to_look_at(at, MOST):
        clock.look_at_question(question_id=question.pk, by=system_person(question.centre), at=at)
