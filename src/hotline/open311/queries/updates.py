"""Updates of requests as mySociety's extension lists them."""

from hotline.open311.logic import texts, updates
from hotline.open311.logic.asking import MOST_PAGES, MOST_ROWS, WINDOW, Arguments, Span
from hotline.open311.logic.updates import Said
from hotline.open311.models import Update
from hotline.open311.queries import published
from hotline.open311.queries.requests import Row, moment, words
from hotline.people.models import Centre


def found(centre: Centre, arguments: Arguments) -> list[Row]:
    """The updates of a span of days (the last ninety without one), oldest first, of public requests alone."""
    span = arguments.span("start_date", "end_date") or Span(arguments.at - WINDOW, arguments.at)
    size = arguments.whole("page_size", MOST_ROWS, MOST_ROWS)
    first = (arguments.whole("page", 1, MOST_PAGES) - 1) * size
    ids = arguments.words("service_request_id")
    arguments.refuse()
    rows = Update.objects.filter(centre=centre, at__range=(span.start, span.end))
    rows = rows.filter(case__is_secret=False, case__category__isnull=False).exclude(case__customer__is_secret=True)
    if ids:
        rows = rows.filter(case__number__in=ids)
    rows = rows.select_related("case__condition", "case__customer").order_by("at", "pk")
    return [told(row) for row in rows[first : first + size]]


def told(row: Update) -> Row:
    """One update in public words."""
    case, said = row.case, Said(row.said)
    names = (case.customer.name, case.customer.address) if case.customer else ()
    return {
        "update_id": str(row.pk),
        "service_request_id": case.number,
        "status": updates.CLOSED if row.is_closed else updates.OPEN,
        "updated_datetime": moment(row.at),
        "description": texts.public(row.text, names) if said is Said.TOLD else words(said, case),
        "media_url": None,
        "external_status_code": texts.plain(row.foreign_code) or said.value,
        "customer_reference": None,
    }


def is_public(row: Update) -> bool:
    """Whether everybody may know of it still."""
    return published.requests(row.centre).filter(pk=row.case_id).exists()


def of_case(case_id: int) -> list[Update]:
    """What programs told of a case, newest first."""
    rows = Update.objects.filter(case=case_id, key__isnull=False).select_related("key")
    return list(rows.order_by("-at", "-pk")[:20])
