"""Requests as everybody may see them: found by what was asked, told in public words without people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_noop

from hotline.cases.logic.flow import ENDED
from hotline.cases.models import Case, CaseEvent, Category
from hotline.cases.queries.imports import categories_by_code
from hotline.core import clock
from hotline.open311.logic import formats, texts, updates
from hotline.open311.logic.asking import BAD, Asked, Fault, Faulty, Span
from hotline.open311.logic.updates import Said
from hotline.open311.logic.wishes import unknown_service
from hotline.open311.models import Update
from hotline.open311.queries import published
from hotline.people.models import Centre

Row = dict[str, Any]
WGS84 = "wgs84"
TOGETHER = (
    "category",
    "condition",
    "department",
    "district",
    "grid",
    "customer",
    "posting__condition",
    "merged_into__department",
    "merged_into__condition",
)
CLOSED_STATUSES = sorted(status.value for status in ENDED if updates.is_closed(status))
MOST_CHANGED = 20_000  # closed in one span of days; beyond it the span must be narrowed


def found(centre: Centre, asked: Asked) -> list[Case]:
    """The cases that are asked for, newest first, one page of them."""
    rows = published.requests(centre).select_related(*TOGETHER).order_by("-arrived_at", "-pk")
    if asked.ids:
        return list(rows.filter(number__in=asked.ids))
    rows = _filtered(rows, centre, asked)
    first = (asked.page - 1) * asked.size
    return list(rows[first : first + asked.size])


def _filtered(rows: QuerySet[Case], centre: Centre, asked: Asked) -> QuerySet[Case]:
    if asked.codes:
        rows = rows.filter(category__in=_categories(centre, asked.codes))
    if asked.status:
        ended = Q(status__in=CLOSED_STATUSES) | Q(merged_into__status__in=CLOSED_STATUSES)
        rows = rows.filter(ended) if asked.status == updates.CLOSED else _open(rows)
    if asked.requested:
        rows = rows.filter(arrived_at__range=(asked.requested.start, asked.requested.end))
    if asked.updated:
        rows = _updated(rows, centre, asked.updated)
    return rows


def _open(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Neither ended nor merged into one that has."""
    return rows.exclude(status__in=CLOSED_STATUSES).exclude(merged_into__status__in=CLOSED_STATUSES)


def _categories(centre: Centre, codes: Sequence[str]) -> list[int]:
    known: dict[str, Category] = categories_by_code(centre)
    if set(codes) - known.keys():
        raise Faulty(*(unknown_service() for code in codes if code not in known))
    return [known[code].pk for code in codes]


def _updated(rows: QuerySet[Case], centre: Centre, span: Span) -> QuerySet[Case]:
    """Whose status changed in a span: the open ones are few, the closed ones are found by their public update."""
    closing = Update.objects.filter(centre=centre, at__range=(span.start, span.end), is_closed=True)
    closed = list(closing.values_list("case_id", flat=True)[: MOST_CHANGED + 1])
    if len(closed) > MOST_CHANGED:
        raise Faulty(Fault(BAD, gettext_noop("Too many requests were updated in that span; ask for a shorter one.")))
    may_be = Q(ended_at__isnull=True) | Q(pk__in=closed)
    changed = Q(status_at__range=(span.start, span.end)) | Q(merged_into__status_at__range=(span.start, span.end))
    return rows.filter(may_be & changed)


def one(centre: Centre, number: str) -> Case | None:
    """The public request of an id."""
    return published.requests(centre).select_related(*TOGETHER).filter(number=number).first()


# ---------------------------------------------------------------- in public words


def told(cases: Sequence[Case], *, extended: bool = False) -> list[Row]:
    """The requests of an answer."""
    notes = notes_of(cases) if extended else {}
    rows = []
    for case in cases:
        row = _row(case, case.merged_into or case)
        if extended:
            row["extended_attributes"] = _extended(case)
            row["attributes"] = _answers(case)
            row["notes"] = notes.get(case.pk, [])
        rows.append(row)
    return rows


def _row(case: Case, goes_on_in: Case) -> Row:
    """One request; a case that was merged stands as the one in which it goes on."""
    category, names = case.category, _names(case)
    assert category is not None
    # Of one that was merged, only the end is told in the words of the other.
    said = updates.said_of((goes_on_in if updates.is_closed(goes_on_in.status) else case).status)
    return {
        "service_request_id": case.number,
        "status": updates.shown(goes_on_in.status),
        "status_notes": words(said, goes_on_in),
        "service_name": texts.plain(category.small_name),
        "service_code": category.code,
        "description": texts.public(case.description, names)[:4_000],
        "agency_responsible": texts.plain(goes_on_in.department.name) if goes_on_in.department else None,
        "service_notice": None,
        "requested_datetime": moment(case.arrived_at),
        "updated_datetime": moment(max(case.status_at, goes_on_in.status_at)),
        "expected_datetime": moment(goes_on_in.due_at),
        "address": address(case, names),
        "address_id": case.grid.code if case.grid else None,
        "zipcode": None,
        "lat": case.latitude if case.datum == WGS84 else None,
        "long": case.longitude if case.datum == WGS84 else None,
        "media_url": None,  # pictures may show people: none leaves the house
    }


def words(said: Said, case: Case) -> str:
    """How it stands; for a closed one also what its standard demands to be done."""
    text = gettext(updates.WORDS[said])
    if said is Said.CLOSED and case.condition is not None:
        return gettext("{text} Closed under: {condition}").format(
            text=text, condition=texts.plain(case.condition.closing_condition)
        )
    return text


def moment(at: datetime | None) -> str | None:
    """A moment on the centre's clock."""
    return formats.moment(at, clock.ZONE)


def address(case: Case, names: Iterable[str] = ()) -> str:
    """Where it is: never empty, because consumers insist on an address."""
    place = texts.public(case.place, names)
    if place:
        return place
    if case.district is not None:
        return texts.plain(case.district.name)
    if case.latitude is not None and case.longitude is not None:
        return f"{case.latitude}, {case.longitude}"
    return gettext("No address was given")


def _names(case: Case) -> tuple[str, ...]:
    """What of the caller must not stand in any text."""
    customer = case.customer
    return (customer.name, customer.address) if customer is not None else ()


def _extended(case: Case) -> Row:
    return {
        "external_status_code": updates.said_of(case.status).value,
        "service_group": texts.plain(case.category.big_name) if case.category else None,
        "district": texts.plain(case.district.name) if case.district else None,
        "filed_datetime": moment(case.filed_at),
        "dispatched_datetime": moment(case.dispatched_at),
        "closed_datetime": moment(case.ended_at),
        "reopened": case.reopen_count,
    }


def _answers(case: Case) -> list[Row]:
    """The filing condition: the one that was chosen here, or until then the one the reporter chose."""
    posting = getattr(case, "posting", None)
    chosen = case.condition or (posting.condition if posting else None)
    if chosen is None:
        return []
    return [{"code": "COND", "value": str(chosen.seq), "name": texts.plain(chosen.filing_condition)}]


def notes_of(cases: Sequence[Case]) -> dict[int, list[Row]]:
    """What happened to each, oldest first; two queries, however many there are."""
    keys = [case.pk for case in cases]
    lines: dict[int, list[tuple[datetime, Row]]] = defaultdict(list)
    happened = CaseEvent.objects.filter(case__in=keys, action__in=list(updates.OF_ACTION))
    for case_id, at, action in happened.values_list("case_id", "at", "action"):
        said = updates.OF_ACTION[action]
        lines[case_id].append((at, note(said, at, gettext(updates.WORDS[said]))))
    for row in Update.objects.filter(case__in=keys, key__isnull=False):
        lines[row.case_id].append((row.at, note(Said.TOLD, row.at, texts.public(row.text))))
    return {key: [line for _at, line in sorted(found, key=lambda pair: pair[0])] for key, found in lines.items()}


def note(said: Said, at: datetime, text: str) -> Row:
    """One line of what happened."""
    return {"type": said.value, "datetime": moment(at), "description": text}
