"""Looking things up: the page that answers while one types, an article in a panel, what was opened or not found.

What is typed is sent by POST: it may be a telephone number, which must not stand in an address.
"""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, view
from hotline.knowledge import forms
from hotline.knowledge.logic.markup import html
from hotline.knowledge.models import Version
from hotline.knowledge.queries import articles, search
from hotline.knowledge.services import reading
from hotline.knowledge.views.showing import safe

FEWEST = 1
BESIDE = 6


@view("knowledge.read")
def look_up(request: Request) -> HttpResponse:
    """The best articles for what is typed, with the standard beside them; without a word the most useful."""
    form = forms.SearchForm(request.POST if request.method == "POST" else request.GET)
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {"q": "", "kind": "", "code": ""}
    day, text = clock.local_day(request.at), data["q"].strip()
    answer = search.find(request.user, text, day, kind=data["kind"], code=data["code"])
    context = {
        "form": form,
        "q": text,
        "kind": data["kind"],
        "code": data["code"],
        "answer": answer,
        "elsewhere": search.elsewhere(request.user, text, day) if text and not data["kind"] else [],
        "may_mark": may(request.user, "knowledge.mark_exam"),
        "may_write": may(request.user, "knowledge.write"),
        "may_propose": may(request.user, "knowledge.propose"),
        "case": "",
    }
    return draw(request, "knowledge/search.html", context, fragment="knowledge/_results.html")


@view("knowledge.read", methods=["POST"])
def hits(request: Request) -> HttpResponse:
    """The short list below the box at the desk."""
    form = forms.SearchForm(request.POST)
    text = form.cleaned_data["q"].strip() if form.is_valid() else ""
    day = clock.local_day(request.at)
    answer = search.find(request.user, text, day, limit=BESIDE) if len(text) >= FEWEST else search.Answer()
    context = {
        "q": text,
        "answer": answer,
        "elsewhere": search.elsewhere(request.user, text, day, 3) if text else [],
        "case": request.POST.get("case", "")[:20],
    }
    return render(request, "knowledge/_hits.html", context)


@view("knowledge.read", methods=["GET"])
def panel(request: Request, serial: int) -> HttpResponse:
    """An article in the page's own window, without leaving the case in hand."""
    article = articles.article(request.user, serial)
    version = articles.in_force(articles.versions(request.user, article), clock.local_day(request.at))
    if version is None:
        raise Http404(serial)
    context = {
        "article": article,
        "version": version,
        "body": safe(html(version.body)),
        "vote": articles.vote_of(request.user, version),
        "case": request.GET.get("case", "")[:20],
    }
    return render(request, "knowledge/_panel.html", context)


@view("knowledge.read", methods=["POST"])
def opened(request: Request) -> HttpResponse:
    """An article was opened and shown."""
    form = forms.OpenedForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    version = get_object_or_404(Version.objects.visible_to(request.user), pk=form.cleaned_data["version"])
    reading.opened(version_id=version.pk, case_number=form.cleaned_data["case"], by=request.user, at=request.at)
    return HttpResponse(status=204)


@view("knowledge.read", methods=["POST"])
def missed(request: Request) -> HttpResponse:
    """Somebody has read that nothing was found for what he typed."""
    form = forms.SearchForm(request.POST)
    text = form.cleaned_data["q"] if form.is_valid() else ""
    day = clock.local_day(request.at)
    nothing = text and not search.find(request.user, text, day, limit=1).lines
    if nothing and not search.elsewhere(request.user, text, day, 1):
        reading.found_nothing(text=text, by=request.user, at=request.at)
    return HttpResponse(status=204)
