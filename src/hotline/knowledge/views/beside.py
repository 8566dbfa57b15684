"""Fragments at the desk: the search box, and the articles for the category in hand."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from hotline.core import clock
from hotline.core.pages import Request, view
from hotline.knowledge import sources
from hotline.knowledge.queries import search


@view("knowledge.read", methods=["GET"])
def of_case(request: Request, pk: int) -> HttpResponse:
    """The search box beside the case in hand; what is opened from it is noted with the case."""
    subject = sources.subject_of_case(request.user, pk)
    if subject is None:
        raise Http404(pk)
    return render(request, "knowledge/_box.html", {"case": subject.case_number})


@view("knowledge.read", methods=["GET"])
def idle(request: Request) -> HttpResponse:
    """The search box on an empty desk."""
    return render(request, "knowledge/_box.html", {"case": ""})


@view("knowledge.read", methods=["GET"])
def of_category(request: Request, pk: int) -> HttpResponse:
    """The articles for a category, the best first; nothing when there are none."""
    subject = sources.subject_of_category(request.user, pk)
    if subject is None:
        raise Http404(pk)
    lines = search.of_category(request.user, subject.code, clock.local_day(request.at))
    if not lines:
        return HttpResponse()
    return render(request, "knowledge/_of_category.html", {"lines": lines, "code": subject.code})
