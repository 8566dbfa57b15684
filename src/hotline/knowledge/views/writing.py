"""Writing: a new article, a draft with its preview, and the steps from the draft to the withdrawal."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy

from hotline.core import clock
from hotline.core.pages import Request, put_on, refused, view
from hotline.kernel.rules import Refused
from hotline.knowledge import forms
from hotline.knowledge.logic.markup import html
from hotline.knowledge.models import Article, Version, VersionStatus
from hotline.knowledge.queries import articles as queries
from hotline.knowledge.services import articles as services
from hotline.knowledge.views.showing import safe

SAID = {
    "submit": gettext_lazy("It waits for approval by somebody else."),
    "approve": gettext_lazy("Approved; it can be published."),
    "publish": gettext_lazy("Published: everybody finds it now."),
    "back": gettext_lazy("Sent back to the author."),
    "withdraw": gettext_lazy("Withdrawn."),
}


@view("knowledge.write")
def new(request: Request) -> HttpResponse:
    """Begin an article."""
    day = clock.local_day(request.at)
    initial = {"owner": request.user.pk, "title": request.GET.get("title", "")[:120], "kind": "qa"}
    form = forms.ArticleForm(request.POST or None, person=request.user, on=day, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            version = services.draft_article(**form.terms, text=form.text, by=request.user, at=request.at)
            return _after(request, version)
        except Refused as error:
            put_on(form, error)
    return _draw(request, form)


@view("knowledge.write")
def edit(request: Request, serial: int) -> HttpResponse:
    """Change the draft; without one the form begins with what is said now, and saving begins a new version."""
    article, version = _latest(request, serial)
    if version.status in {VersionStatus.SUBMITTED, VersionStatus.APPROVED}:
        messages.info(request, gettext("It waits for approval: send it back to change it."))
        return redirect(f"/knowledge/{article.number}?version={version.seq}")
    begins = version.status != VersionStatus.DRAFT
    shown = version if not begins else Version(article=article, seq=version.seq + 1, codes=version.codes)
    initial = forms.initial_of(version) | ({"change": "", "first": None, "last": None} if begins else {})
    values: dict[str, Any] = {"person": request.user, "on": clock.local_day(request.at), "version": shown}
    form = forms.ArticleForm(request.POST or None, initial=initial, **values)
    if request.method == "POST" and form.is_valid():
        try:
            return _after(request, _saved(request, article, form))
        except Refused as error:
            put_on(form, error)
    return _draw(request, form, article=article, version=version, begins=begins)


def _saved(request: Request, article: Article, form: forms.ArticleForm) -> Version:
    version = services.draft_version(article_id=article.pk, by=request.user, at=request.at)
    services.set_terms(article_id=article.pk, **form.terms, by=request.user, at=request.at)
    return services.save_draft(version_id=version.pk, text=form.text, by=request.user, at=request.at)


def _latest(request: Request, serial: int) -> tuple[Article, Version]:
    article = queries.article(request.user, serial)
    rows = queries.versions(request.user, article)
    if not rows:
        raise Http404(serial)
    rows[0].article = article
    return article, rows[0]


def _after(request: Request, version: Version) -> HttpResponse:
    if request.POST.get("then") == "submit":
        try:
            services.submit(version_id=version.pk, by=request.user, at=request.at)
            messages.success(request, str(SAID["submit"]))
        except Refused as error:
            return refused(request, error)
    else:
        messages.success(request, gettext("The draft is kept."))
    return redirect(f"/knowledge/{version.article.number}?version={version.seq}")


def _draw(request: Request, form: forms.ArticleForm, **more: Any) -> HttpResponse:
    return render(request, "knowledge/edit.html", {"form": form, "article": None, **more})


@view("knowledge.write", methods=["POST"])
def preview(request: Request) -> HttpResponse:
    """What readers will see."""
    text = request.POST.get("body", "")[: forms.MOST_BODY]
    return render(request, "knowledge/_preview.html", {"body": safe(html(text))})


@view("knowledge.write", methods=["POST"])
def step(request: Request, serial: int, act: str) -> HttpResponse:
    """One step of a version on its way."""
    article, _version = _latest(request, serial)
    wish = request.POST.get("version", "")
    rows = queries.versions(request.user, article)
    version = next((row for row in rows if str(row.seq) == wish), None)
    form = forms.NoteForm(request.POST)
    if version is None or act not in SAID or not form.is_valid():
        raise Http404(act)
    try:
        _take(act, version, form.cleaned_data["note"], request)
    except Refused as error:
        return refused(request, error)
    messages.success(request, str(SAID[act]))
    if request.POST.get("next") == "inbox":
        return redirect("knowledge:inbox")
    return redirect(f"/knowledge/{article.number}?version={version.seq}")


def _take(act: str, version: Version, note: str, request: Request) -> None:
    who: dict[str, Any] = {"version_id": version.pk, "by": request.user, "at": request.at}
    match act:
        case "submit":
            services.submit(**who)
        case "approve":
            services.approve(**who)
        case "publish":
            services.publish(**who)
        case "back":
            services.send_back(**who, note=note)
        case "withdraw":
            services.withdraw(**who, note=note)
