"""GeoReport Bulk: the requests of a span of days as one CSV file, for keys that may read."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from io import StringIO

from django.http import HttpResponseBase, StreamingHttpResponse

from hotline.cases.models import Case
from hotline.kernel.words import gettext_noop as _
from hotline.open311.logic.asking import Asked, asked_for
from hotline.open311.queries import requests as queries
from hotline.open311.views.answering import Call, endpoint, needs_key

COLUMNS = (
    "service_request_id",
    "requested_datetime",
    "updated_datetime",
    "expected_datetime",
    "closed_date",
    "status_description",
    "status_notes",
    "source",
    "service_name",
    "service_subtype",
    "service_code",
    "description",
    "agency_responsible",
    "address",
    "lat",
    "long",
)
MOST_PAGES = 50  # of a thousand rows
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _bulk(call: Call) -> HttpResponseBase:
    needs_key(call, "may_read", _("This api_key may not read in bulk."))
    asked = replace(asked_for(call.arguments), page=1)
    first = queries.found(call.centre, asked)  # what is wrong is said before the file begins
    response = StreamingHttpResponse(_lines(call, asked, first), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="requests.csv"'
    return response


bulk = endpoint(get=_bulk)


def _lines(call: Call, asked: Asked, first: list[Case]) -> Iterator[str]:
    yield _line(COLUMNS)
    for page in range(1, MOST_PAGES + 1):
        cases = first if page == 1 else queries.found(call.centre, replace(asked, page=page))
        for case, row in zip(cases, queries.told(cases), strict=True):
            yield _line([safe(value) for value in _values(case, row)])
        if asked.ids or len(cases) < asked.size:
            return


def _values(case: Case, row: queries.Row) -> list[object]:
    more = {
        "closed_date": queries.moment(case.ended_at),
        "status_description": row["status"],
        "source": case.source,
        "service_name": case.category.big_name if case.category else "",
        "service_subtype": row["service_name"],
    }
    return [(row | more)[name] for name in COLUMNS]


def safe(value: object) -> str:
    """A cell that no spreadsheet takes for a formula; numbers stay numbers."""
    if value is None:
        return ""
    text = str(value)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(value, Decimal) else text


def _line(values: Iterable[object]) -> str:
    out = StringIO()
    csv.writer(out).writerow(values)
    return out.getvalue()
