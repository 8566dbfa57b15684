"""The list of cases: filters in its address, sorting, pages, bulk assignment, export."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext, ngettext

from hotline.cases.forms.case import AT_DESK
from hotline.cases.forms.listing import ListFilter
from hotline.cases.models import Case
from hotline.cases.queries import listing as queries
from hotline.cases.services import desk, exports
from hotline.core.access import NotAllowed, may
from hotline.core.pages import MOST_ROWS, Request, draw, ordered, page_of, view, words, xlsx
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop
from hotline.people.models import Person, Position, UnitKind

LIST = "cases.view_list"
SIZES = (50, 100, 200, MOST_ROWS)
ANY = "20260101-0001"  # a number of a case, for the beginning of its address
LEADS = (Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR, Position.TEAM_LEADER)


def _rows(request: Request) -> tuple[ListFilter, Any]:
    form = ListFilter(request.GET, person=request.user)
    found = queries.rows(request.user, form.chosen, request.at)
    within = queries.reached(found, request.GET.get("sort", queries.NEWEST), form.chosen)
    return form, ordered(request, within, queries.COLUMNS, queries.NEWEST)


@view(LIST, methods=["GET"])
def cases(request: Request) -> HttpResponse:
    """One page of the cases one may see."""
    form, rows = _rows(request)
    page = page_of(request, rows, at_once=queries.is_a_search_alone(form.chosen))
    context = {
        "form": form,
        "page": page,
        "sizes": SIZES,
        "filtered": bool(form.chosen),
        "cases_at": reverse("cases:case", args=[ANY]).removesuffix(ANY),  # made once, not once a row
        "may_assign": request.user.standing.is_any(*LEADS),
        "may_register": may(request.user, "cases.open_desk"),
        "export_url": reverse("cases:list_export") if may(request.user, "cases.export") else "",
    }
    return draw(request, "cases/list.html", context, fragment="cases/_case_rows.html")


@view("cases.export", methods=["GET"])
def export(request: Request) -> HttpResponse:
    """The filtered list as a workbook, at most 10,000 rows; who took it out is written down (A3.6)."""
    _form, rows = _rows(request)
    lines = list(queries.exported(rows))
    exports.log_export(what="cases", query=request.GET.urlencode(), rows=len(lines), by=request.user, at=request.at)
    return xlsx(f"cases-{request.at:%Y%m%d-%H%M}", queries.heads(), lines)


@view(LIST, methods=["POST"])
def assign(request: Request) -> HttpResponse:
    """Hand the chosen cases to one person; each is its own command, and each refusal is told by number."""
    where = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(where, allowed_hosts=None):
        where = reverse("cases:list")
    if not request.user.standing.is_any(*LEADS):
        raise NotAllowed("cases.assign")
    to, chosen = _person(request), _chosen(request)
    if to is None or not chosen:
        raise Refused(Refusal("B2.6", gettext_noop("Choose the cases and the person who shall have them.")))
    done = 0
    for case in Case.objects.visible_to(request.user).filter(pk__in=chosen).order_by("pk"):
        seen, reason = chosen[case.pk], request.POST.get("reason", "")
        try:
            desk.assign(case_id=case.pk, version=seen, to=to, reason=reason, by=request.user, at=request.at)
        except Refused as error:
            messages.warning(request, f"{case.number}: {'; '.join(words(refusal) for refusal in error.refusals)}")
        except NotAllowed:
            messages.warning(request, gettext("{number}: nobody at a desk holds it now.").format(number=case.number))
        else:
            done += 1
    if done:
        text = ngettext("{n} case assigned to {name}.", "{n} cases assigned to {name}.", done)
        messages.success(request, text.format(n=done, name=to.name))
    return redirect(where)


def _chosen(request: Request) -> dict[int, int]:
    """The ticked cases, each with the version that the person saw."""
    pairs = [text.partition(":") for text in request.POST.getlist("id")[:MOST_ROWS]]
    return {int(key): int(seen) for key, _colon, seen in pairs if key.isdecimal() and seen.isdecimal()}


def _person(request: Request) -> Person | None:
    key = request.POST.get("to", "")
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        return None
    return Person.objects.filter(pk=int(key), centre=request.user.centre_id, is_active=True).first()


@view(LIST, methods=["GET"])
def pick_operator(request: Request) -> HttpResponse:
    """Who works at a desk, for a picker."""
    found = queries.persons(request.user, request.GET.get("q", "")[:40], AT_DESK, request.at)
    return JsonResponse({"options": [{"value": str(one.pk), "label": one.name, "detail": one.number} for one in found]})


@view(LIST, methods=["GET"])
def pick_department(request: Request) -> HttpResponse:
    """Departments, for a picker."""
    found = queries.units(request.user, request.GET.get("q", "")[:40], UnitKind.DEPARTMENT)
    return JsonResponse({"options": [{"value": str(one.pk), "label": one.name, "detail": one.code} for one in found]})
