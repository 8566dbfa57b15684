"""A campaign's data as rows of a workbook: what came with the list, what came of the calls, and every answer."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext

from hotline.customers.logic import mask, written
from hotline.outbound.logic import scripts
from hotline.outbound.logic.words import STANDING_LABELS, Standing
from hotline.outbound.models import Answers, Attempt, Campaign, Record, Script

AT_ONCE = 2000


def questions(campaign: Campaign) -> list[scripts.Field]:
    """Every question that any version of the form asked, once each, the newest words of it."""
    found: dict[str, scripts.Field] = {}
    for script in Script.objects.filter(campaign=campaign.pk).order_by("version"):
        for one in script.form:
            found[one.key] = one
    return list(found.values())


def heads(campaign: Campaign, asked: Sequence[scripts.Field]) -> list[str]:
    """The words of the header."""
    return [
        gettext("Telephone number"),
        gettext("Name of the person"),
        *campaign.columns,
        gettext("Status"),
        gettext("Tries"),
        gettext("Last outcome"),
        gettext("Person who called"),
        gettext("Last call"),
        gettext("Appointment"),
        gettext("Note"),
        gettext("Form version"),
        *(one.label for one in asked),
    ]


def rows(campaign: Campaign, asked: Sequence[scripts.Field], *, whole: bool) -> Iterator[list[object]]:
    """A row for everybody on its lists; the last answers of each. `whole` numbers, or masked ones."""
    last = 0
    while True:
        people = list(
            Record.objects.filter(campaign=campaign.pk, pk__gt=last).select_related("last").order_by("pk")[:AT_ONCE]
        )
        if not people:
            return
        last = people[-1].pk
        answered = {
            row.record_id: row
            for row in Answers.objects.filter(record__in=people).select_related("script").order_by("pk")
        }
        called = {attempt.record_id: attempt for attempt in _attempts(people)}
        for person in people:
            yield _row(campaign, person, answered.get(person.pk), called.get(person.pk), asked, whole=whole)


def _attempts(people: Sequence[Record]) -> Iterator[Attempt]:
    found = Attempt.objects.filter(record__in=people, ended_at__isnull=False, is_void=False).select_related("by")
    return iter(found.order_by("number"))


def _row(
    campaign: Campaign,
    person: Record,
    answers: Answers | None,
    attempt: Attempt | None,
    asked: Sequence[scripts.Field],
    *,
    whole: bool,
) -> list[object]:
    values = answers.values if answers else {}
    return [
        written(person.e164) if whole else mask(person.e164),
        person.name,
        *(person.data.get(column, "") for column in campaign.columns),
        gettext(STANDING_LABELS[Standing(person.status)]),
        person.tries,
        person.last.name if person.last else "",
        attempt.by.name if attempt else "",
        attempt.ended_at if attempt else None,
        person.appointment_at,
        attempt.note if attempt else "",
        answers.script.version if answers else None,
        *(_shown(values.get(one.key)) for one in asked),
    ]


def _shown(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = scripts.shown(value)
    return gettext(text) if isinstance(value, bool) else text
