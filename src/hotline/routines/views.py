"""Instructions: what I owe, one instruction with its confirmations, the archive, passing one down, the banner."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext

from hotline.cases.logic import filetypes
from hotline.cases.models import Case
from hotline.cases.queries.files import path_of
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view, words, xlsx
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused
from hotline.routines import queries, services
from hotline.routines.forms import ConfirmForm, EndForm, IssueForm, Search
from hotline.routines.models import Duty, Instruction, InstructionFile

OWED, SETTLED = "owed", "settled"


@view("routines.view_own", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """What I have to confirm, and what I have confirmed."""
    show = SETTLED if request.GET.get("show") == SETTLED else OWED
    owed = queries.owed_by(request.user)
    context = {
        "show": show,
        "owed": list(owed[: queries.MOST]),
        "page": page_of(request, queries.settled_by(request.user)) if show == SETTLED else None,
        "tabs": [
            Tab(gettext("To be confirmed"), "?show=owed", show == OWED, owed.count()),
            Tab(gettext("Confirmation given"), "?show=settled", show == SETTLED),
        ],
        "may_issue": may(request.user, "routines.issue"),
        "topic": f"instruction_duties:{request.user.pk}",
        "page_url": f"{reverse('routines:mine')}?show={show}",
    }
    return draw(request, "routines/mine.html", context, fragment="routines/_mine.html")


@view("routines.view_own", methods=["GET"])
def archive(request: Request) -> HttpResponse:
    """Everything one may see, searched and filtered, with how many have confirmed."""
    form = Search(request.GET)
    page = page_of(request, queries.instructions(request.user, form.chosen))
    follows = may(request.user, "routines.follow")
    counts = queries.counts([row.pk for row in page.rows]) if follows else {}
    context = {
        "form": form,
        "page": page,
        "rows": [(row, counts.get(row.pk, (0, 0))) for row in page.rows],
        "follows": follows,
        "may_issue": may(request.user, "routines.issue"),
    }
    return draw(request, "routines/archive.html", context)


def _row(request: Request, pk: int) -> Instruction:
    rows = Instruction.objects.visible_to(request.user).select_related("issued_by", "case", "status_by")
    return get_object_or_404(rows, pk=pk)


@view("routines.view_own", methods=["GET"])
def instruction(request: Request, pk: int) -> HttpResponse:
    """One instruction: its text, my confirmation, and for those who follow it up who has not confirmed."""
    return _draw(request, _row(request, pk))


def _draw(request: Request, row: Instruction, *, form: ConfirmForm | None = None) -> HttpResponse:
    duty = queries.duty_of(row, request.user)
    said = {one.said: one for one in duty.confirmations.all()} if duty else {}
    follows = may(request.user, "routines.follow", row)
    done, whole = queries.counts([row.pk]).get(row.pk, (0, 0)) if follows else (0, 0)
    context = {
        "row": row,
        "files": list(row.files.all()),
        "audience": list(row.audience.select_related("unit", "person")),
        "duty": duty,
        "read": said.get("read"),
        "carried_out": said.get("done"),
        "is_owed": duty is not None and duty.settled_at is None and duty.released_at is None and row.status == "open",
        "form": form or ConfirmForm(initial={"said": "done"}),
        "end": EndForm(auto_id="end_%s"),
        "follows": follows,
        "may_end": row.status == "open" and may(request.user, "routines.issue", row),
        "page": page_of(request, queries.duties(row)) if follows else None,
        "done": done,
        "whole": whole,
        "topic": f"instructions:{row.centre_id}",
    }
    return draw(request, "routines/instruction.html", context, fragment="routines/_instruction.html")


@view("routines.view_own", methods=["POST"])
def confirm(request: Request, pk: int) -> HttpResponse:
    """Confirm for oneself."""
    row = _row(request, pk)
    form = ConfirmForm(request.POST)
    if queries.duty_of(row, request.user) is None:
        raise Http404(pk)
    if not form.is_valid():
        return _draw(request, row, form=form)
    try:
        services.confirm(instruction_id=row.pk, **form.cleaned_data, by=request.user, at=request.at)
    except Refused as error:
        put_on(form, error)
        return _draw(request, row, form=form)
    messages.success(request, gettext("Confirmed."))
    return redirect("routines:instruction", pk)


@view("routines.issue")
def new(request: Request) -> HttpResponse:
    """Pass an instruction down."""
    form = IssueForm(request.POST if request.method == "POST" else None, person=request.user, at=request.at)
    if request.method == "POST" and form.is_valid():
        files = [(one.name or "file", one.read()) for one in request.FILES.getlist("files")[: services.MOST_FILES]]
        try:
            row = services.issue(**form.values, files=files, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Passed down; everybody concerned is told."))
            return redirect("routines:instruction", row.pk)
    return draw(request, "routines/new.html", {"form": form})


@view("routines.follow", methods=["POST"])
def remind(request: Request, pk: int) -> HttpResponse:
    """Remind one person."""
    duty = get_object_or_404(Duty.objects.visible_to(request.user).select_related("person"), pk=pk)
    services.remind(duty_id=duty.pk, by=request.user, at=request.at)
    messages.success(request, gettext("{who} is reminded.").format(who=duty.person.name))
    return redirect("routines:instruction", duty.instruction_id)


@view("routines.issue", methods=["POST"])
def end(request: Request, pk: int, act: str) -> HttpResponse:
    """Archive or withdraw."""
    row = _row(request, pk)
    acts = {"close": services.close, "withdraw": services.withdraw}
    if act not in acts:
        raise Http404(act)
    form = EndForm(request.POST)
    note = form.cleaned_data["words"] if form.is_valid() else ""
    try:
        acts[act](instruction_id=row.pk, note=note, by=request.user, at=request.at)
        messages.success(request, gettext("Archived.") if act == "close" else gettext("Withdrawn."))
    except Refused as error:
        for refusal in error.refusals:
            messages.error(request, f"{words(refusal)} ({refusal.clause})")
    return redirect("routines:instruction", pk)


@view("routines.follow", methods=["GET"])
def export(request: Request, pk: int) -> HttpResponse:
    """Who has confirmed and who has not, as a workbook."""
    row = _row(request, pk)
    return xlsx(f"instruction-{row.pk}", queries.heads(), queries.exported(row))


@view("routines.view_own", methods=["GET"])
def banner(request: Request) -> HttpResponse:
    """What is unconfirmed, where one works; nothing when there is nothing."""
    found = queries.waiting(request.user, request.at)
    if not found.count:
        return HttpResponse()
    return render(request, "routines/_banner.html", {"found": found})


@view("routines.view_own", methods=["GET"])
def banner_beside(request: Request, pk: int) -> HttpResponse:
    """The same beside a case in hand."""
    get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    return banner(request)


@view("routines.view_own", methods=["GET"])
def file(request: Request, key: UUID) -> HttpResponse:
    """A file of an instruction to whoever may see it; never trusted to the browser's guess."""
    rows = InstructionFile.objects.filter(instruction__in=Instruction.objects.visible_to(request.user).values("pk"))
    row = get_object_or_404(rows, pk=key)
    path = path_of(row.sha256)
    if not path.is_file():
        raise Http404
    response = HttpResponse(path.read_bytes(), content_type=row.media_type)
    shown = row.media_type in filetypes.PICTURES
    response.headers["Content-Disposition"] = content_disposition_header(not shown, row.name) or "attachment"
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
