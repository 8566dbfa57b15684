"""What the clock starts: each minute the debts that are soon due, due or late."""

from datetime import datetime

from structlog import get_logger

from hotline.core.jobs import job
from hotline.people.queries import system_person
from hotline.promises.models import Promise, Question
from hotline.promises.queries import calls, ledger, questions
from hotline.promises.services import calls as keeping
from hotline.promises.services import clock
from hotline.telephony.models import Call

MOST = 500  # in one minute; the rest comes with the next
log = get_logger()


@job(queue="promises", cron="* * * * *", lock="promises.look")
def look(*, at: datetime) -> None:
    """Keep what a talk has answered, remind, count as missed, tell the level above."""
    look_at_all(at)


def look_at_all(at: datetime) -> None:
    """Everything with which the clock has something to do at this moment; whoever was talked to first of all."""
    for promise, talk in calls.answered():
        _alone(promise, at, talk)
    for promise in ledger.to_look_at(at, MOST):
        _alone(promise, at)
    for question in questions.to_look_at(at, MOST):
        _alone(question, at)


def _alone(row: Promise | Question, at: datetime, talk: Call | None = None) -> None:
    """One row that goes wrong keeps nobody else's customer waiting; the log tells, the next minute tries again."""
    try:
        by = system_person(row.centre)
        if isinstance(row, Promise) and talk is not None:
            keeping.keep_by_talk(promise=row, talk=talk, by=by, at=at)
        elif isinstance(row, Promise):
            clock.look(promise_id=row.pk, by=by, at=at)
        else:
            clock.look_at_question(question_id=row.pk, by=by, at=at)
    except Exception:
        log.exception("promises.look", row=row.pk, table=row._meta.label)
