"""What may be the same matter, offered at the desk, in the gate and beside a case; and who else is owed the answer."""

from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from hotline.cases.models import Case
from hotline.cases.queries import desk as categories
from hotline.cases.queries import duplicates, merged
from hotline.cases.queries.duplicates import Similar
from hotline.core.access import may
from hotline.core.pages import SIGNED_IN, Request, view
from hotline.customers.models import Customer
from hotline.customers.queries import Card, card


@view("cases.open_desk", methods=["GET"])
def similar(request: Request) -> HttpResponse:
    """Cases that may be the same matter, offered while the report is taken in."""
    case = _case(request)
    found = duplicates.similar(
        request.user,
        category=categories.category_by_key(request.user, request.GET.get("category", "")),
        point=_point(request),
        address=request.GET.get("place", "")[:200],
        customer_id=_whole(request.GET.get("customer", "")),
        apart_from=case.pk if case else None,
        at=request.at,
    )
    return _offers(request, case, found, at_desk=True)


def _case(request: Request) -> Case | None:
    key = _whole(request.GET.get("apart_from", ""))
    return Case.objects.visible_to(request.user).filter(pk=key).first() if key else None


def _offers(request: Request, case: Case | None, found: list[Similar], *, at_desk: bool) -> HttpResponse:
    new = case is None and at_desk and may(request.user, "cases.register")
    context = {
        "similar": found,
        "case": case,
        "at_desk": at_desk,
        "is_new": new,
        "may_merge": case is not None and may(request.user, "cases.merge", case),
    }
    return render(request, "cases/_similar.html", context)


@view("cases.view_duplicates", methods=["GET"])
def similar_to(request: Request, pk: int) -> HttpResponse:
    """The same beside a case that is there: on its page and in the gate. Nothing found: nothing shown."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("category"), pk=pk)
    found = duplicates.similar_to(request.user, case, request.at)
    likely = [one for one in found if one.likeness is not None]
    return _offers(request, case, likely, at_desk=False) if likely else HttpResponse()


@view(SIGNED_IN, methods=["GET"])
def goes_on(request: Request, pk: int) -> HttpResponse:
    """Above the page of a merged case: in which case it goes on, and how far that is."""
    rows = Case.objects.visible_to(request.user).select_related("merged_into__category", "merged_into__department")
    case = get_object_or_404(rows, pk=pk)
    return render(request, "cases/_goes_on.html", {"case": case}) if case.merged_into else HttpResponse()


@view(SIGNED_IN, methods=["GET"])
def reporters(request: Request, pk: int) -> HttpResponse:
    """Beside a case: everybody who is owed its answer, once others than its own reporter are."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    found = merged.reporters_of(case)
    if len(found) < 2:
        return HttpResponse()
    names = _named(request, found)
    lines = [
        (one, names.get(one.case.pk), one.is_merged and may(request.user, "cases.part", one.case)) for one in found
    ]
    return render(request, "cases/_reporters.html", {"case": case, "lines": lines})


def _named(request: Request, found: list[merged.Reporter]) -> dict[int, Card]:
    """Who reported, behind the mask, for those who serve customers; a secret one is not named. Two queries for all."""
    open_ones = [(one.case.pk, one.customer.pk) for one in found if one.customer and not one.is_secret]
    if not open_ones or not may(request.user, "customers.view_list"):
        return {}
    seen = (
        Customer.objects.visible_to(request.user)
        .filter(pk__in={key for _case, key in open_ones})
        .prefetch_related("numbers")
    )
    cards = {row.pk: card(row, request.user) for row in seen}
    return {case: cards[key] for case, key in open_ones if key in cards}


def _whole(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def _point(request: Request) -> tuple[Decimal, Decimal] | None:
    try:
        point = Decimal(request.GET.get("latitude", "")), Decimal(request.GET.get("longitude", ""))
    except InvalidOperation:
        return None
    fits = point[0].is_finite() and point[1].is_finite() and abs(point[0]) <= 90 and abs(point[1]) <= 180
    return point if fits else None
