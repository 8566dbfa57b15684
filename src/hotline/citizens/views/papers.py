"""Letters and visits: entered one after another without the mouse, and the list of what was entered."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from hotline.cases.logic.filetypes import MOST_BYTES
from hotline.citizens import forms
from hotline.citizens.models import Paper
from hotline.citizens.services import papers as services
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.customers.queries import shown_name
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop

KEPT = ("source", "day")  # of the one just entered, for the next


def _lines(request: Request, rows: Any) -> list[dict[str, object]]:
    return [{"row": row, "sender": shown_name(row.case.customer, request.user)} for row in rows]


@view("citizens.view_papers", methods=["GET"])
def paper_list(request: Request) -> HttpResponse:
    """What was entered, newest first."""
    rows = Paper.objects.visible_to(request.user).select_related("case__customer", "case__category", "entered_by")
    found = page_of(request, rows.order_by("-at", "-pk"))
    context = {
        "page": found,
        "lines": _lines(request, found.rows),
        "enters": may(request.user, "citizens.enter_paper"),
    }
    return draw(request, "citizens/papers.html", context, fragment="citizens/_papers.html")


@view("citizens.enter_paper")
def new(request: Request) -> HttpResponse:
    """Enter one, and stand before the next."""
    today = clock.local_day(request.at)
    kept = {name: request.GET[name] for name in KEPT if name in request.GET}
    form = forms.PaperForm(request.POST or None, initial={"day": today, **kept}, centre=request.user.centre_id)
    if request.method == "POST" and form.is_valid():
        try:
            paper = _enter(request, form)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Entered as {number}.").format(number=paper.case.number))
            response = redirect("citizens:paper_new")
            said = form.cleaned_data
            response.headers["Location"] += f"?source={said['source']}&day={said['day'].isoformat()}"
            return response
    mine = Paper.objects.visible_to(request.user).filter(entered_by=request.user, at__gte=clock.wall(today))
    rows = mine.select_related("case__customer", "case__category", "entered_by").order_by("-at", "-pk")
    context = {"form": form, "lines": _lines(request, rows[:20]), "count": mine.count()}
    return render(request, "citizens/paper_new.html", context)


def _enter(request: Request, form: forms.PaperForm) -> Paper:
    scans = []
    for file in request.FILES.getlist("scans")[:20]:
        if (file.size or 0) > MOST_BYTES:
            note = gettext_noop("The file is larger than {most} MB.")
            raise Refused(Refusal("cases.file", note, {"most": MOST_BYTES // 1_000_000}))
        scans.append((str(file.name or ""), file.read()))
    return services.enter(scans=scans, by=request.user, at=request.at, **form.cleaned_data)
