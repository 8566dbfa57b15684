"""What waits for those who write: approvals, hard questions, searches in vain, what is out of date; synonyms, exams."""

import json

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, refused, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused
from hotline.knowledge import forms, sources
from hotline.knowledge.models import Article, AskStatus, ExamKind, ExamMark, Proposal, Synonyms, Unanswered
from hotline.knowledge.queries import articles as queries
from hotline.knowledge.queries.due import to_review
from hotline.knowledge.services import keeping, proposals, reading


def _tabs(request: Request, here: str) -> list[Tab]:
    """The inboxes beside each other, with how much waits."""
    if not may(request.user, "knowledge.write"):
        return []
    waiting = queries.waiting(request.user, clock.local_day(request.at))
    names = {
        "inbox": (gettext("To approve"), waiting["approve"]),
        "proposals": (gettext("Hard questions"), waiting["proposals"]),
        "unanswered": (gettext("Found nothing"), waiting["unanswered"]),
        "stale": (gettext("Out of date"), waiting["stale"]),
        "synonyms": (gettext("Synonyms"), None),
        "exams": (gettext("Exam material"), None),
    }
    return [Tab(label, reverse(f"knowledge:{key}"), key == here, count) for key, (label, count) in names.items()]


def _state(request: Request) -> str:
    wish = request.GET.get("state", "")
    return wish if wish in AskStatus.values else AskStatus.OPEN.value


@view("knowledge.write", methods=["GET"])
def inbox(request: Request) -> HttpResponse:
    """Versions that wait for a second person."""
    page = page_of(request, queries.inbox(request.user))
    context = {
        "tabs": _tabs(request, "inbox"),
        "page": page,
        "rows": [
            (row, may(request.user, "knowledge.approve", row), may(request.user, "knowledge.publish", row))
            for row in page.rows
        ],
        "topic": f"knowledge:{request.user.centre_id}",
    }
    return draw(request, "knowledge/inbox.html", context, fragment="knowledge/_inbox.html")


@view("knowledge.read", methods=["GET"])
def proposal_list(request: Request) -> HttpResponse:
    """Hard questions that were proposed: all for those who write, one's own for everybody."""
    state = _state(request)
    context = {
        "tabs": _tabs(request, "proposals"),
        "page": page_of(request, queries.proposals(request.user, state)),
        "state": state,
        "states": AskStatus.choices,
        "may_write": may(request.user, "knowledge.write"),
        "known": {code: one.name for code, one in sources.categories(request.user.centre_id).items()},
        "topic": f"knowledge:{request.user.centre_id}",
    }
    return draw(request, "knowledge/proposals.html", context, fragment="knowledge/_proposals.html")


@view("knowledge.propose")
def propose(request: Request) -> HttpResponse:
    """Offer a hard question for the knowledge base (B2.4)."""
    form = forms.ProposeForm(request.POST or None, initial={"case_number": request.GET.get("case", "")[:20]})
    if request.method == "POST" and form.is_valid():
        try:
            proposals.propose(**form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Thank you: your question is in the inbox of those who write."))
            return redirect("knowledge:proposals")
    return render(request, "knowledge/propose.html", {"form": form})


@view("knowledge.write", methods=["POST"])
def take(request: Request, pk: int, act: str) -> HttpResponse:
    """Write a proposal into a new article, merge it into one that is there, or decline it."""
    row = get_object_or_404(Proposal.objects.visible_to(request.user), pk=pk)
    form = forms.IntoForm(request.POST)
    if act not in {"write", "merge", "decline"} or not form.is_valid():
        raise Http404(act)
    try:
        if act == "decline":
            proposals.decline(proposal_id=row.pk, note=form.cleaned_data["note"], by=request.user, at=request.at)
            messages.success(request, gettext("Not taken up; whoever asked is told why."))
            return redirect("knowledge:proposals")
        if act == "write":
            version = proposals.write_article(proposal_id=row.pk, by=request.user, at=request.at)
        else:
            article = get_object_or_404(Article.objects.visible_to(request.user), serial=form.serial)
            version = proposals.merge(proposal_id=row.pk, article_id=article.pk, by=request.user, at=request.at)
    except Refused as error:
        return refused(request, error)
    messages.success(request, gettext("Generalise it now: no names, no numbers of citizens."))
    return redirect("knowledge:edit", version.article.serial)


@view("knowledge.write", methods=["GET"])
def unanswered(request: Request) -> HttpResponse:
    """Searches that found nothing, the most frequent first."""
    state = _state(request)
    context = {
        "tabs": _tabs(request, "unanswered"),
        "page": page_of(request, queries.unanswered(request.user, state)),
        "state": state,
        "states": AskStatus.choices,
        "topic": f"knowledge:{request.user.centre_id}",
    }
    return draw(request, "knowledge/unanswered.html", context, fragment="knowledge/_unanswered.html")


@view("knowledge.write", methods=["POST"])
def settle(request: Request, pk: int) -> HttpResponse:
    """A search in vain is looked after."""
    row = get_object_or_404(Unanswered.objects.visible_to(request.user), pk=pk)
    form = forms.IntoForm(request.POST)
    if not form.is_valid():
        raise Http404(pk)
    serial = form.serial
    article = get_object_or_404(Article.objects.visible_to(request.user), serial=serial) if serial else None
    try:
        reading.settle(row_id=row.pk, article=article, note=form.cleaned_data["note"], by=request.user, at=request.at)
    except Refused as error:
        return refused(request, error)
    return redirect("knowledge:unanswered")


@view("knowledge.read", methods=["GET"])
def stale(request: Request) -> HttpResponse:
    """What is out of date, or soon will be."""
    day = clock.local_day(request.at)
    page = page_of(request, to_review(request.user, day))
    context = {
        "tabs": _tabs(request, "stale"),
        "page": page,
        "rows": [(row, may(request.user, "knowledge.review", row.article)) for row in page.rows],
    }
    return draw(request, "knowledge/stale.html", context)


@view("knowledge.write")
def synonyms(request: Request) -> HttpResponse:
    """Words that mean the same in every search."""
    form = forms.WordsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.keep_synonyms(words=form.kept, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("knowledge:synonyms")
    rows = Synonyms.objects.filter(centre=request.user.centre_id).order_by("-pk")
    context = {"tabs": _tabs(request, "synonyms"), "form": form, "page": page_of(request, rows)}
    return draw(request, "knowledge/synonyms.html", context)


@view("knowledge.write", methods=["POST"])
def drop_synonyms(request: Request, pk: int) -> HttpResponse:
    """These words do not mean the same after all."""
    row = get_object_or_404(Synonyms, pk=pk, centre=request.user.centre_id)
    keeping.drop_synonyms(group_id=row.pk, by=request.user, at=request.at)
    return redirect("knowledge:synonyms")


@view("knowledge.read", methods=["GET"])
def exams(request: Request) -> HttpResponse:
    """What may be asked in exams, and what has changed since it was marked (B3.7)."""
    rows = ExamMark.objects.visible_to(request.user).select_related("marked_by")
    page = page_of(request, rows)
    keys = [row.key for row in page.rows if row.kind == ExamKind.ARTICLE]
    now = queries.stamps(request.user, keys, clock.local_day(request.at))
    context = {
        "tabs": _tabs(request, "exams"),
        "page": page,
        "rows": [(row, row.kind != ExamKind.ARTICLE or now.get(row.key) == row.stamp) for row in page.rows],
        "may_mark": may(request.user, "knowledge.mark_exam"),
    }
    return draw(request, "knowledge/exams.html", context)


@view("knowledge.mark_exam", methods=["POST"])
def mark_condition(request: Request) -> HttpResponse:
    """A condition of the standard is exam material in the edition that is in force."""
    form = forms.ExamForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    keeping.mark_exam(kind=ExamKind.CONDITION, **form.cleaned_data, by=request.user, at=request.at)
    if request.htmx:
        toast = {"toast": {"value": gettext("Marked as exam material."), "tone": "green"}}
        return HttpResponse(status=204, headers={"HX-Trigger": json.dumps(toast)})
    return redirect("knowledge:exams")


@view("knowledge.mark_exam", methods=["POST"])
def unmark(request: Request, pk: int) -> HttpResponse:
    """It is not asked any more."""
    row = get_object_or_404(ExamMark.objects.visible_to(request.user), pk=pk)
    keeping.unmark_exam(mark_id=row.pk, by=request.user, at=request.at)
    return redirect("knowledge:exams")
