"""The monthly report as a page to print and as a workbook; freezing it, and sending it once more."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, view, xlsx
from hotline.core.templatetags.formats import share
from hotline.departments.logic.figures import SPLIT_LABELS
from hotline.departments.models import ReportMail
from hotline.departments.models.agreements import departments_of
from hotline.departments.queries import months, reports, workbook
from hotline.departments.services import reports as services
from hotline.departments.views import telling
from hotline.departments.views.units import unit_of


def _shown(request: Request, pk: int, month: str) -> dict[str, object]:
    """The frozen report, or the figures as they stand now."""
    department = unit_of(request, pk)
    chosen = months.month_of(month, local_day(request.at))
    kept = reports.frozen(request.user, department, chosen)
    plain = kept.figures if kept else reports.document(request.user, department, chosen, request.at)
    found = reports.view_of(plain)
    return {
        "department": department,
        "month": chosen,
        "kept": kept,
        "report": found,
        "is_whole": kept is None or reports.sha256(kept.figures) == kept.sha256,
    }


@view("departments.view_units", methods=["GET"])
def report(request: Request, pk: int, month: str) -> HttpResponse:
    """A department's month to read, to print and to sign."""
    context = _shown(request, pk, month)
    found = context["report"]
    assert isinstance(found, reports.View)
    context["lines"] = [
        {
            "line": line,
            "name": gettext(line.figure.measure.name),
            "formula": gettext(line.figure.measure.formula),
            "rate": share(line.figure.numerator, line.figure.denominator),
            "before": share(line.before.numerator, line.before.denominator),
            "target": workbook.permille(line.target) if line.target is not None else "",
            "split": [line.figure.of(part) for part in SPLIT_LABELS] if line.figure.measure.split else [],
        }
        for line in found.lines
    ]
    context["may_freeze"] = may(request.user, "departments.freeze_report", context["department"])
    return draw(request, "departments/report.html", context)


@view("departments.view_units", methods=["GET"])
def report_xlsx(request: Request, pk: int, month: str) -> HttpResponse:
    """The same as a workbook."""
    context = _shown(request, pk, month)
    found = context["report"]
    assert isinstance(found, reports.View)
    return xlsx(f"report-{found.month.key}", workbook.heads(), workbook.lines(found))


@view("departments.view_overview", methods=["POST"])
def freeze(request: Request, pk: int, month: str) -> HttpResponse:
    """Freeze a month that is over, and send it."""
    department = unit_of(request, pk)
    chosen = months.month_of(month, local_day(request.at))
    said = gettext("The report is frozen and goes out to both sides.")
    telling.attempt(request, said, services.freeze_report, department=department, month=chosen)
    return redirect(reverse("departments:report", args=[pk, chosen.key]))


@view("departments.view_overview", methods=["POST"])
def mail_again(request: Request, pk: int) -> HttpResponse:
    """Send a report's mail once more."""
    mail = get_object_or_404(
        ReportMail.objects.filter(report__department__in=departments_of(request.user)).select_related("report"), pk=pk
    )
    telling.attempt(request, gettext("It is tried again within a minute."), services.mail_report_again, mail_id=pk)
    return redirect(f"{reverse('departments:unit', args=[mail.report.department_id])}?show=reports")
