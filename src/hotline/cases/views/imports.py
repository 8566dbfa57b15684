"""Imports: what became of every file, a file to look at first, and the named rows of a run as a list and a workbook."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hotline.cases.forms.imports import KINDS, ConfirmForm, ImportForm
from hotline.cases.logic.tables import Fault
from hotline.cases.models import ImportRow, ImportRun
from hotline.cases.queries import imports as queries
from hotline.cases.services.import_districts import import_districts
from hotline.cases.services.import_reports import begin_reports
from hotline.cases.services.import_standard import import_standard
from hotline.cases.services.imports import keep_file
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, view, xlsx

SHOWN = 200
Told = dict[str, object]


@view("cases.view_imports", methods=["GET"])
def runs(request: Request) -> HttpResponse:
    """Every run, newest first."""
    page = page_of(request, queries.runs(request.user))
    context = {
        "page": page,
        "rows": [(run, KINDS.get(run.kind, run.kind), queries.outcome(run)) for run in page.rows],
        "may_import": may(request.user, "cases.import"),
    }
    return draw(request, "cases/imports.html", context, fragment="cases/_imports.html")


@view("cases.view_imports", methods=["GET"])
def run(request: Request, pk: int) -> HttpResponse:
    """One run: its sums, how far it is, and every row that it names."""
    found = get_object_or_404(queries.runs(request.user), pk=pk)
    named = queries.named_rows(found)
    which = request.GET.get("which", "")
    shown = named.filter(is_refused=which == "refused") if which in {"refused", "look"} else named
    page = page_of(request, shown)
    context = {
        "run": found,
        "kind": KINDS.get(found.kind, found.kind),
        "outcome": queries.outcome(found),
        "page": page,
        "rows": told(page.rows),
        "which": which,
        "refused": named.filter(is_refused=True).count(),
        "look": named.filter(is_refused=False).count(),
    }
    return draw(request, "cases/import.html", context, fragment="cases/_import.html")


@view("cases.view_imports", methods=["GET"])
def rows(request: Request, pk: int) -> HttpResponse:
    """The named rows of a run as a workbook."""
    found = get_object_or_404(queries.runs(request.user), pk=pk)
    heads = [_("Line"), _("Key"), _("Column"), _("Reason"), _("Not taken")]
    lines = (
        (row["line"], row["key"], row["column"], row["reason"], _("Yes") if row["is_refused"] else _("No"))
        for row in told(queries.named_rows(found))
    )
    return xlsx(f"import-{found.pk}", heads, lines)


def told(named: Iterable[ImportRow | Fault]) -> list[Told]:
    """Named rows with their reasons in the reader's language."""
    return [
        {
            "line": row.line,
            "key": row.key,
            "column": row.column,
            "reason": _(row.reason).format(**row.params),
            "is_refused": row.is_refused,
        }
        for row in named
    ]


@view("cases.import")
def new(request: Request) -> HttpResponse:
    """Choose a file; then see what it would change before anything is written."""
    if request.method != "POST":
        return render(request, "cases/import_new.html", {"form": ImportForm(person=request.user)})
    form = ImportForm(request.POST, request.FILES, person=request.user)
    if not form.is_valid():
        return render(request, "cases/import_new.html", {"form": form}, status=422)
    said = form.cleaned_data
    content = said["file"].read()
    plan = _plan(request, said, content)
    sha256 = keep_file(content=content, by=request.user, at=request.at)
    context = {
        "said": said,
        "kind": KINDS[said["kind"]],
        "name": said["file"].name,
        "sha256": sha256,
        "plan": plan,
        "rows": told(plan.faults[:SHOWN]),
        "more": max(0, len(plan.faults) - SHOWN),
        "all_or_nothing": said["kind"] != "reports",
        "possible": plan.rows > plan.refused if said["kind"] == "reports" else not plan.refused,
    }
    return render(request, "cases/import_preview.html", context)


def _plan(request: Request, said: dict[str, Any], content: bytes) -> queries.Plan[Any]:
    """What the file would change; nothing is written."""
    centre, complete = request.user.centre, said["complete"]
    if said["kind"] == "standard":
        return queries.standard_plan(centre, content, complete=complete)
    if said["kind"] == "districts":
        return queries.districts_plan(centre, content, complete=complete)
    return queries.reports_plan(centre, content, queries.named_map(said["map_name"] or queries.MAPS[0]))


@view("cases.import", methods=["POST"])
def do(request: Request) -> HttpResponse:
    """Import the file that was looked at. Reports go on in the background; their page tells how far they are."""
    form = ConfirmForm(request.POST)
    if not form.is_valid() or not queries.kept_file(form.cleaned_data["sha256"]).is_file():
        messages.warning(request, _("The file is not there any more. Choose it again."))
        return redirect("cases:import_new")
    made = _import(request, form.cleaned_data)
    if made.refused and made.kind != "reports":
        messages.warning(request, _("Nothing was written: the file holds rows that must be mended."))
    return redirect("cases:import", pk=made.pk)


def _import(request: Request, said: dict[str, Any]) -> ImportRun:
    content = queries.kept_file(said["sha256"]).read_bytes()
    what: dict[str, Any] = {"file_name": said["name"], "content": content, "by": request.user, "at": request.at}
    if said["kind"] == "standard":
        return import_standard(**what, since=said["since"], complete=said["complete"])
    if said["kind"] == "districts":
        return import_districts(**what, complete=said["complete"])
    return begin_reports(**what, map_name=said["map_name"] or queries.MAPS[0], in_background=True)
