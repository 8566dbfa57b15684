"""One request: its days, papers and steps; deciding, handing in, taking back, coming back; its printed form."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from hotline.approvals import queries as approvals
from hotline.approvals.models import Step
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view, words
from hotline.kernel.rules import Refused
from hotline.leave.forms import BackForm, NoteForm, WhyForm
from hotline.leave.models import Certificate, Leave, LeaveStatus
from hotline.leave.models.requests import SUBJECT
from hotline.leave.queries import requests as queries
from hotline.leave.queries.kinds import Kinds
from hotline.leave.services import decisions, papers
from hotline.leave.services import requests as services
from hotline.leave.views import shown
from hotline.rulebook.leave import in_days


def _row(request: Request, pk: int) -> Leave:
    rows = Leave.objects.visible_to(request.user).select_related("person__centre", "spell", "asked_by", "extends")
    return get_object_or_404(rows, pk=pk)


@view("leave.ask", methods=["GET"])
def leave(request: Request, pk: int) -> HttpResponse:
    """A request as its owner, its deciders and those who lead see it."""
    return _draw(request, _row(request, pk))


def _draw(request: Request, row: Leave, **forms: Any) -> HttpResponse:
    person, today = request.user, shown.today(request)
    may_decide = may(person, "leave.decide", row)
    history = approvals.history(SUBJECT, [row.pk]).get(row.pk, [])
    tab = "mine" if row.person_id == person.pk else "deciding" if may_decide else "overview"
    live = row.status in {LeaveStatus.ASKED, LeaveStatus.GRANTED}
    begun = live and row.first <= today
    reads = row.person_id == person.pk or may_decide or _reads(person, row)
    context = {
        "tabs": shown.tabs_of(person, tab),
        "one": shown.named(row),
        "row": row,
        "kind": queries.kind_of(row),
        "reason": queries.reason_of(row) if reads else "",
        "hides_reason": not reads and queries.kind_of(row).is_restricted,
        "days": [(day, in_days(day.half_days)) for day in row.days.all()],
        "impacts": queries.impacts([row])[row.pk] if may_decide else [],
        "steps": _steps(history),
        "items": shown.timeline(history),
        "waits_for": _waits_for(history, request),
        "missing": queries.papers_missing(row, Kinds(row.person.centre_id)) if live else 0,
        "papers": _papers(request, row),
        "spell_days": in_days(sum(piece.half_days for piece in row.spell.pieces.all())) if row.spell else "",
        "pieces": row.spell.pieces.exclude(pk=row.pk).order_by("first") if row.spell else [],
        "may_decide": may_decide,
        "may_hand_in": live and may(person, "leave.hand_in", row),
        "may_take_back": may(person, "leave.take_back", row)
        and (row.status == LeaveStatus.ASKED or (row.status == LeaveStatus.GRANTED and row.first > today)),
        "may_return": begun and row.spell and not row.spell.ended_on and may(person, "leave.see_returning", row),
        "may_exempt": live and row.spell and not row.spell.is_exempt and may(person, "leave.exempt", row),
        "decide": NoteForm(),
        "back": BackForm(initial={"on": today}),
        "why": WhyForm(),
        "topic": f"{SUBJECT}:{row.pk}",
    } | forms  # fmt: skip
    return draw(request, "leave/leave.html", context, fragment="leave/_leave.html")


def _reads(person: Any, row: Leave) -> bool:
    return may(person, "leave.read_paper", Certificate(leave=row))


def _steps(history: list[Step]) -> list[tuple[Step, str]]:
    last = max((step.chain_id for step in history), default=0)
    return [(step, shown.position_label(step.positions)) for step in history if step.chain_id == last]


def _waits_for(history: list[Step], request: Request) -> str:
    turn = next((step for step in history if step.is_turn), None)
    if turn is None:
        return ""
    return gettext(", ").join(person.name for person in approvals.deciders(turn, on=shown.today(request))[:6])


def _papers(request: Request, row: Leave) -> list[tuple[Certificate, bool]]:
    found = row.certificates.select_related("by").prefetch_related("looks__person")
    return [(one, one.deleted_at is None and may(request.user, "leave.read_paper", one)) for one in found]


@view("leave.view_deciding", methods=["POST"])
def decide(request: Request, pk: int, verdict: str) -> HttpResponse:
    """Say yes or no; the next one is told, or it is over."""
    row = _row(request, pk)
    if verdict not in {"yes", "no"}:
        raise Http404(verdict)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            row = decisions.decide_leave(
                leave_id=row.pk, is_yes=verdict == "yes", note=form.cleaned_data["note"], by=request.user, at=request.at
            )
        except Refused as error:
            put_on(form, error)
        else:
            said = {
                LeaveStatus.ASKED: gettext("You have agreed. The next one decides now."),
                LeaveStatus.GRANTED: gettext("Granted. The roster shows it."),
            }.get(LeaveStatus(row.status), gettext("Not granted."))
            messages.success(request, gettext("{who}: {said}").format(who=row.person.name, said=said))
            return redirect("leave:deciding")
    return _draw(request, _row(request, pk), decide=form)


@view("leave.ask", methods=["POST"])
def act(request: Request, pk: int, action: str) -> HttpResponse:
    """Take it back, come back, exempt its spell, hand a certificate in."""
    row = _row(request, pk)
    if action == "take-back":
        shown.attempt(request, gettext("Taken back."), services.take_back, leave_id=row.pk)
    elif action == "back":
        form = BackForm(request.POST)
        if not form.is_valid():
            return _draw(request, row, back=form)
        said = gettext("Welcome back. What lay after it is given back.")
        shown.attempt(request, said, services.come_back, leave_id=row.pk, on=form.cleaned_data["on"])
    elif action == "exempt":
        why = request.POST.get("why", "")[:200]
        shown.attempt(request, gettext("Exempted."), services.exempt, leave_id=row.pk, why=why)
    elif action == "hand-in":
        files = request.FILES.getlist("papers")
        if not files:
            messages.error(request, gettext("Choose a photo or a PDF file first."))
        for file in files:
            shown.attempt(request, gettext("Handed in."), papers.hand_in, leave_id=row.pk, content=file.read())
    else:
        raise Http404(action)
    return redirect("leave:leave", pk)


@view("leave.ask", methods=["POST"])
def paper(request: Request, pk: int) -> HttpResponse:
    """A certificate's content; others than its owner say why, and the look is logged."""
    rows = Leave.objects.visible_to(request.user)
    certificate = get_object_or_404(Certificate, pk=pk, leave__in=rows)
    try:
        media_type, content = papers.look(
            certificate_id=certificate.pk, reason=request.POST.get("reason", ""), by=request.user, at=request.at
        )
    except Refused as error:
        for refusal in error.refusals:
            messages.error(request, f"{words(refusal)} ({gettext(refusal.clause)})")
        return redirect("leave:leave", certificate.leave_id)
    response = HttpResponse(content, content_type=media_type)
    ending = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}[media_type]
    response.headers["Content-Disposition"] = f'attachment; filename="paper-{certificate.pk}.{ending}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@view("leave.ask", methods=["GET"])
def form(request: Request, pk: int) -> HttpResponse:
    """The leave form on paper (D2.8): what was asked, counted and decided, with room for signatures."""
    row = _row(request, pk)
    history = approvals.history(SUBJECT, [row.pk]).get(row.pk, [])
    reads = row.person_id == request.user.pk or _reads(request.user, row)
    context = {
        "one": shown.named(row),
        "row": row,
        "clause": queries.kind_of(row).clause,
        "reason": queries.reason_of(row) if reads else "",
        "steps": _steps(history),
        "due": queries.papers_missing(row, Kinds(row.person.centre_id)),
        "papers": row.certificates.count(),
    }
    return draw(request, "leave/form.html", context)
