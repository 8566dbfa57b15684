"""All departments side by side, one department in five views, and the list behind each of its numbers."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.logic.indicators import PART_LABELS, Part
from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, page_of, view
from hotline.core.templatetags.formats import share
from hotline.core.templatetags.pieces import Tab
from hotline.departments.logic.figures import BY_KEY, SPLIT_LABELS
from hotline.departments.models import Contact
from hotline.departments.models.agreements import departments_of
from hotline.departments.queries import hops, months, objections, reports, work
from hotline.departments.queries.months import Month
from hotline.departments.queries.workbook import permille
from hotline.people.models import Unit

FIGURES, AGREEMENTS, OBJECTIONS, DELIVERY, REPORTS = "figures", "agreements", "objections", "delivery", "reports"


def month_of(request: Request) -> Month:
    """The month that ?month= asks for."""
    return months.month_of(request.GET.get("month", ""), local_day(request.at))


def unit_of(request: Request, pk: int) -> Unit:
    """A department whose matters one may see."""
    return get_object_or_404(departments_of(request.user).select_related("centre"), pk=pk)


@view("departments.view_overview", methods=["GET"])
def overview(request: Request) -> HttpResponse:
    """Every department with its light, its month, its open objections and what could not be delivered."""
    month = month_of(request)
    rows = months.overview(request.user, month, request.at)
    context = {
        "month": month,
        "rows": [(row, share(row.phase.numerator, row.phase.denominator), permille(row.target)) for row in rows],
        "topic": f"departments:{request.user.centre_id} objections:{request.user.centre_id}",
        "page_url": f"{reverse('departments:overview')}?month={month.key}",
        "is_present": month.first == local_day(request.at).replace(day=1),
        "unsigned": [row.unit for row in rows if row.agreement is None],
    }
    return draw(request, "departments/overview.html", context, fragment="departments/_overview.html")


@view("departments.view_own", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """A clerk's own department."""
    own = departments_of(request.user).select_related("centre").order_by("name_key", "pk").first()
    if own is None:
        raise Http404
    return _draw_unit(request, own, reverse("departments:mine"))


@view("departments.view_units", methods=["GET"])
def unit(request: Request, pk: int) -> HttpResponse:
    """One department: figures, agreement, objections, delivery, reports."""
    return _draw_unit(request, unit_of(request, pk), reverse("departments:unit", args=[pk]))


def _draw_unit(request: Request, department: Unit, url: str) -> HttpResponse:
    asked = request.GET.get("show", FIGURES)
    show = asked if asked in PARTS else FIGURES
    labels = {
        FIGURES: gettext("Figures of the month"),
        AGREEMENTS: gettext("Agreements"),
        OBJECTIONS: gettext("Objections"),
        DELIVERY: gettext("Delivery"),
        REPORTS: gettext("Monthly reports"),
    }
    context = {
        "department": department,
        "show": show,
        "tabs": [Tab(label, f"?show={key}", show == key) for key, label in labels.items()],
        "contact": Contact.objects.filter(department=department).first(),
        "may_contact": may(request.user, "departments.keep_contact", department),
        "may_draft": may(request.user, "departments.draft_agreement", department),
        "agreed": work.general([department.pk], local_day(request.at)).get(department.pk),
        "topic": f"department:{department.pk}",
        "page_url": f"{url}?{request.GET.urlencode()}",
        "is_own": may(request.user, "departments.view_own"),
        **PARTS[show](request, department),
    }
    return draw(request, "departments/unit.html", context, fragment="departments/_unit.html")


def _figures(request: Request, department: Unit) -> dict[str, Any]:
    month = month_of(request)
    found = reports.view_of(reports.document(request.user, department, month, request.at))
    lines = [
        {
            "line": line,
            "name": gettext(line.figure.measure.name),
            "formula": gettext(line.figure.measure.formula),
            "rate": share(line.figure.numerator, line.figure.denominator),
            "before": share(line.before.numerator, line.before.denominator),
            "target": permille(line.target) if line.target is not None else "",
            "split": [(part.value, line.figure.of(part)) for part in SPLIT_LABELS] if line.figure.measure.split else [],
        }
        for line in found.lines
    ]
    return {"month": month, "report": found, "lines": lines}


def _agreements(request: Request, department: Unit) -> dict[str, Any]:
    names = dict(work.choices(department.centre_id))
    rows = work.agreements(request.user, department)[:100]
    holding = {row.pk for row in work.in_force(department.pk, local_day(request.at))}
    return {"agreements": [(row, names.get(row.work, row.work), row.pk in holding) for row in rows]}


def _objections(request: Request, department: Unit) -> dict[str, Any]:
    rows = objections.objections(request.user).filter(hop__department=department).order_by("-raised_at", "-pk")
    return {"page": page_of(request, rows)}


def _delivery(request: Request, department: Unit) -> dict[str, Any]:
    chosen = {"hop__department": department}
    return {
        "trouble": list(hops.trouble(request.user).filter(**chosen)[: hops.MOST]),
        "waiting": list(hops.waiting(request.user).filter(**chosen)[:100]),
        "may_mend": may(request.user, "departments.mend_delivery"),
    }


def _reports(request: Request, department: Unit) -> dict[str, Any]:
    last = Month(local_day(request.at).replace(day=1)).before
    rows = reports.frozen_all(request.user, department)
    missing = last if last.first not in {row.month for row in rows} else None
    return {
        "reports": [(row, Month(row.month).key) for row in rows],
        "missing": missing,
        "may_freeze": may(request.user, "departments.freeze_report", department),
    }


PARTS = {
    FIGURES: _figures,
    AGREEMENTS: _agreements,
    OBJECTIONS: _objections,
    DELIVERY: _delivery,
    REPORTS: _reports,
}


@view("departments.view_units", methods=["GET"])
def behind(request: Request, pk: int, key: str, part: str) -> HttpResponse:
    """The hand-outs that a number counts, paged."""
    department, measure = unit_of(request, pk), BY_KEY.get(key)
    if measure is None or part not in list(Part):
        raise Http404(key)
    month, chosen = month_of(request), Part(part)
    parts = list(Part) if measure.split else [Part.NUMERATOR, Part.DENOMINATOR]
    labels = {**PART_LABELS, **SPLIT_LABELS}
    url = reverse("departments:unit", args=[pk])
    context = {
        "department": department,
        "name": gettext(measure.name),
        "formula": gettext(measure.formula),
        "month": month,
        "tabs": [
            Tab(gettext(labels[one]), f"{url}/{key}/{one.value}?month={month.key}", one is chosen) for one in parts
        ],
        "page": page_of(request, months.rows_behind(request.user, department, month, measure, chosen, request.at)),
    }
    return draw(request, "departments/behind.html", context)
