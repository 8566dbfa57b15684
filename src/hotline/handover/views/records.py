"""Records of hand-overs: the list with its filters and export, and one record to be printed and signed."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.services import exports
from hotline.core.access import may
from hotline.core.pages import Request, draw, ordered, page_of, view, xlsx
from hotline.handover import forms
from hotline.handover.models import Handover, HandoverItem
from hotline.handover.queries import records


@view("handover.view_records", methods=["GET"])
def listing(request: Request) -> HttpResponse:
    """Records one may see, the newest first."""
    form = forms.ListFilter(request.GET)
    rows = ordered(request, records.listed(request.user, form.chosen), records.COLUMNS, "-day")
    context = {
        "form": form,
        "page": page_of(request, rows),
        "filtered": bool(form.chosen),
        "export_url": reverse("handover:export") if may(request.user, "handover.export") else "",
    }
    return draw(request, "handover/list.html", context, fragment="handover/_list.html")


@view("handover.export", methods=["GET"])
def export(request: Request) -> HttpResponse:
    """The filtered list as a workbook; who took it out is written down (A3.6)."""
    form = forms.ListFilter(request.GET)
    found = ordered(request, records.listed(request.user, form.chosen), records.COLUMNS, "-day")
    lines = [_line(row) for row in found[: records.MOST_EXPORTED]]
    exports.log_export(what="handover", query=request.GET.urlencode(), rows=len(lines), by=request.user, at=request.at)
    return xlsx(f"handover-{request.at:%Y%m%d-%H%M}", _heads(), lines)


def _heads() -> list[str]:
    return [
        gettext("Day"),
        gettext("Person"),
        gettext("Shift"),
        gettext("Status"),
        gettext("Status since"),
        gettext("Items"),
        gettext("Accepted"),
        gettext("Staying"),
        gettext("Results told"),
        gettext("How the shift went"),
    ]


def _line(row: Handover) -> list[object]:
    counted = (getattr(row, name) for name in ("n_items", "n_accepted", "n_kept", "n_told"))
    shift = gettext(row.entry.shift_type.name)
    return [row.day, row.person.name, shift, row.get_status_display(), row.status_at, *counted, row.note]


@view("handover.view_records", methods=["GET"])
def record(request: Request, pk: int) -> HttpResponse:
    """One record: what was handed over to whom, how it was handled, what came of it."""
    rows = Handover.objects.visible_to(request.user).select_related(
        "person", "entry__shift_type", "centre", "status_by"
    )
    found = get_object_or_404(rows, pk=pk)
    items = records.items_of(found)
    context = {
        "record": found,
        "items": items,
        "told": sum(item.result_at is not None for item in items),
        "mine": found.person_id == request.user.pk,
        "tells": {item.pk for item in items if _tells(request, item)},
        "topic": f"handover:record:{found.pk}",
    }
    return draw(request, "handover/record.html", context, fragment="handover/_record.html")


def _tells(request: Request, item: HandoverItem) -> bool:
    return item.status == "accepted" and may(request.user, "handover.tell_result", item)
