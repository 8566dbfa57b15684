"""The monthly review of each agent (A7.8): given once, kept, read by the person."""

from datetime import date, datetime

from django.db import transaction

from hotline.core.access import authorize
from hotline.core.clock import local_day
from hotline.kernel.rules import Refusal, refuse_if
from hotline.kernel.words import gettext_noop as _
from hotline.people.models import Person
from hotline.people.services import notices
from hotline.quality.models import MonthReview
from hotline.quality.queries import talks
from hotline.rulebook.leave import months_after

CLAUSE = "A7.8"


@transaction.atomic
def give_month_review(*, person: Person, month: date, words: str, by: Person, at: datetime) -> MonthReview:
    """Write down what was said about a month that is over; once, and late too: its page says that it was late."""
    list(Person.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))
    row = MonthReview(
        centre_id=person.centre_id, person=person, month=month, words=words.strip(), given_by=by, given_at=at
    )
    authorize(by, "quality.give_month_review", row)
    found = []
    if local_day(at) < months_after(month, 1):
        found.append(Refusal(CLAUSE, _("That month is not over yet: its review is given from the next one on."), {}))
    if not talks.worked(person, month):
        found.append(Refusal(CLAUSE, _("{name} did not take calls in that month."), {"name": person.name}))
    if not row.words:
        found.append(Refusal(CLAUSE, _("Write what was said: the person reads it."), {"field": "words"}))
    if MonthReview.objects.filter(person=person, month=month).exists():
        found.append(Refusal(CLAUSE, _("The review of that month was given already."), {}))
    refuse_if(found)
    row.save(force_insert=True)
    text = _("The review of your month {month} is there to read.")
    link = f"/quality/mine?month={month.isoformat()}"
    notices.notify(to=person, text=text, params={"month": f"{month:%Y-%m}"}, link=link, by=by, at=at)
    return row
