"""One article: what it says, its versions and what changed between them, votes; and the list of all."""

from typing import Any

from django.contrib import messages
from django.db.models import F, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, gettext_lazy

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import COUNT_UP_TO, Request, draw, ordered, page_of, refused, view, whole, xlsx
from hotline.kernel.rules import Refused
from hotline.knowledge import forms, sources
from hotline.knowledge.logic.markup import html
from hotline.knowledge.models import Article, ExamKind, Kind, Version, VersionStatus
from hotline.knowledge.queries import articles as queries
from hotline.knowledge.services import articles as services
from hotline.knowledge.services import keeping, reading
from hotline.knowledge.views.showing import safe
from hotline.people.models import Unit

PARTS = {
    "title": gettext_lazy("Question or title"),
    "body": gettext_lazy("The answer"),
    "keywords": gettext_lazy("Keywords"),
    "codes": gettext_lazy("Categories"),
    "departments": gettext_lazy("Departments"),
    "links": gettext_lazy("Links"),
}
COLUMNS = {
    "number": "article__serial",
    "title": "title",
    "useful": "found_by__useful",
    "opened": "found_by__opened",
    "review": "article__review_on",
    "since": "status_at",
}
# Which step stands open in which status, and whose it is.
STEPS = {
    VersionStatus.DRAFT: (("submit", "knowledge.write"), ("withdraw", "knowledge.withdraw")),
    VersionStatus.SUBMITTED: (("approve", "knowledge.approve"), ("back", "knowledge.publish")),
    VersionStatus.APPROVED: (("publish", "knowledge.publish"), ("back", "knowledge.publish")),
    VersionStatus.PUBLISHED: (("withdraw", "knowledge.withdraw"),),
    VersionStatus.REPLACED: (),
    VersionStatus.WITHDRAWN: (),
}


@view("knowledge.read", methods=["GET"])
def article(request: Request, serial: int) -> HttpResponse:
    """What an article says now, or said in the version that is asked for."""
    found = queries.article(request.user, serial)
    rows = queries.versions(request.user, found)
    wish = request.GET.get("version", "")
    seq = int(wish) if wish.isascii() and wish.isdigit() and len(wish) < 6 else None
    version = queries.shown(rows, seq, clock.local_day(request.at))
    if version is None:
        raise Http404(serial)
    return render(request, "knowledge/article.html", _page(request, found, rows, version))


def _page(request: Request, found: Article, rows: list[Version], version: Version) -> dict[str, Any]:
    person, day = request.user, clock.local_day(request.at)
    version.article = found
    writes = may(person, "knowledge.write", found)
    steps = [
        step
        for step, permission in STEPS[version.code]
        if (may(person, permission, found) if permission == "knowledge.write" else may(person, permission, version))
    ]
    units = Unit.objects.filter(centre=found.centre_id, code__in=version.departments)
    current = queries.in_force(rows, day)
    open_one = next((row for row in rows if row.status in {"draft", "submitted", "approved"}), None)
    return {
        "article": found,
        "version": version,
        "versions": rows,
        "body": safe(html(version.body)),
        "is_current": current is not None and current.pk == version.pk,
        "current": current,
        "categories": sources.names(version.codes, sources.categories(found.centre_id)),
        "departments": [unit.name for unit in units],
        "vote": queries.vote_of(person, version) if current == version else None,
        "complaints": queries.complaints(person, version) if writes or found.owner_id == person.pk else [],
        "openings": queries.openings_of(version) if writes else [],
        "steps": steps,
        "waits_for_other": version.status == VersionStatus.SUBMITTED and "approve" not in steps and "back" in steps,
        "may_write": writes,
        "open_one": open_one,
        "may_review": current == version and may(person, "knowledge.review", found),
        "may_mark": current == version and may(person, "knowledge.mark_exam"),
        "exam": queries.exam_mark(found.centre_id, ExamKind.ARTICLE, found.number),
        "stamp": str(version.seq),
        "case": "",
    }


@view("knowledge.read", methods=["GET"])
def differences(request: Request, serial: int) -> HttpResponse:
    """What changed from one version to another: from the one before without a wish."""
    found = queries.article(request.user, serial)
    rows = queries.versions(request.user, found)
    if not rows:
        raise Http404(serial)
    to = whole(request.GET.get("to"), rows[0].seq, COUNT_UP_TO)
    after = next((row for row in rows if row.seq == to), rows[0])
    older = [row for row in rows if row.seq < after.seq]
    since = whole(request.GET.get("from"), older[0].seq if older else 1, COUNT_UP_TO)
    before = next((row for row in rows if row.seq == since), older[0] if older else None)
    changes = [(PARTS[one.name], one.lines) for one in queries.changes(before, after)] if before else []
    context = {"article": found, "versions": rows, "before": before, "after": after, "changes": changes}
    return draw(request, "knowledge/diff.html", context)


@view("knowledge.read", methods=["POST"])
def vote(request: Request, serial: int) -> HttpResponse:
    """It helped, or it did not and why."""
    found = queries.article(request.user, serial)
    rows = queries.versions(request.user, found)
    version = queries.in_force(rows, clock.local_day(request.at))
    form = forms.VoteForm(request.POST)
    if version is None or not form.is_valid():
        raise Http404(serial)
    try:
        reading.vote(
            version_id=version.pk,
            is_useful=form.cleaned_data["useful"] == "yes",
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=request.at,
        )
    except Refused as error:
        return refused(request, error)
    if request.htmx:
        context = {"article": found, "version": version, "vote": queries.vote_of(request.user, version)}
        return render(request, "knowledge/_vote.html", context)
    messages.success(request, gettext("Thank you; your vote counts."))
    return redirect("knowledge:article", serial)


@view("knowledge.read", methods=["POST"])
def exam(request: Request, serial: int) -> HttpResponse:
    """The article is exam material as it stands, or is not any more."""
    found = queries.article(request.user, serial)
    version = queries.in_force(queries.versions(request.user, found), clock.local_day(request.at))
    if version is None or not may(request.user, "knowledge.mark_exam"):
        raise Http404(serial)
    mark = queries.exam_mark(found.centre_id, ExamKind.ARTICLE, found.number)
    if mark is not None and mark.stamp == str(version.seq):
        keeping.unmark_exam(mark_id=mark.pk, by=request.user, at=request.at)
    else:
        said = {"kind": ExamKind.ARTICLE, "key": found.number, "title": version.title, "stamp": str(version.seq)}
        keeping.mark_exam(**said, by=request.user, at=request.at)
    return redirect("knowledge:article", serial)


@view("knowledge.read", methods=["POST"])
def confirm(request: Request, serial: int) -> HttpResponse:
    """Whoever answers for it has looked: it is still right."""
    found = queries.article(request.user, serial)
    if not may(request.user, "knowledge.review", found):
        raise Http404(serial)
    services.confirm(article_id=found.pk, by=request.user, at=request.at)
    messages.success(request, gettext("Noted: it is still right."))
    if request.POST.get("next") == "stale":
        return redirect("knowledge:stale")
    return redirect("knowledge:article", serial)


# ---------------------------------------------------------------- the list


def _listed(request: Request, form: forms.ListFilter) -> "QuerySet[Version]":
    data = form.cleaned_data if form.is_valid() else {}
    rows = queries.listed(request.user, clock.local_day(request.at), data.get("state") or "in_force")
    if data.get("kind"):
        rows = rows.filter(article__kind=data["kind"])
    if data.get("owner"):
        rows = rows.filter(article__owner=data["owner"])
    for word in (data.get("q") or "").split():
        rows = rows.filter(Q(title__icontains=word) | Q(keywords__icontains=word))
    return ordered(request, rows.annotate(kind=F("article__kind")), COLUMNS, "number")


@view("knowledge.read", methods=["GET"])
def listing(request: Request) -> HttpResponse:
    """All articles by where they stand."""
    form = forms.ListFilter(request.GET, person=request.user)
    context = {
        "form": form,
        "page": page_of(request, _listed(request, form)),
        "may_write": may(request.user, "knowledge.write"),
        "kinds": dict(Kind.choices),
    }
    return draw(request, "knowledge/list.html", context, fragment="knowledge/_list.html")


def _counts(row: Version) -> tuple[int, int, int]:
    """Useful, not useful, opened; a version that search does not find is not counted."""
    found = getattr(row, "found_by", None)
    return (found.useful, found.useless, found.opened) if found else (0, 0, 0)


@view("knowledge.write", methods=["GET"])
def export(request: Request) -> HttpResponse:
    """The list as a workbook."""
    form = forms.ListFilter(request.GET, person=request.user)
    known = sources.categories(request.user.centre_id)
    heads = [
        *(
            gettext("Article no."),
            gettext("Version"),
            gettext("Kind"),
            gettext("Question or title"),
            gettext("The answer"),
        ),
        *(gettext("Keywords"), gettext("Categories"), gettext("Owner"), gettext("State"), gettext("In force from")),
        *(gettext("Review due"), gettext("Useful"), gettext("Not useful"), gettext("Opened")),
    ]
    lines = (
        (
            *(row.article.number, row.seq, row.article.get_kind_display(), row.title, row.body),
            "，".join(row.keywords),
            "，".join(name for _code, name in sources.names(row.codes, known)),
            *(row.article.owner.name, row.get_status_display(), row.days.lower, row.article.review_on),
            *(
                (row.found_by.useful, row.found_by.useless, row.found_by.opened)
                if hasattr(row, "found_by")
                else (0, 0, 0)
            ),
        )
        for row in _listed(request, form)[:COUNT_UP_TO]
    )
    return xlsx(f"knowledge-{clock.local_day(request.at):%Y%m%d}", heads, lines)


@view("knowledge.write", methods=["GET"])
def body_of(request: Request, pk: int) -> HttpResponse:
    """What one version says, to be read at the inbox."""
    version = get_object_or_404(Version.objects.visible_to(request.user).select_related("article"), pk=pk)
    return render(request, "knowledge/_body.html", {"version": version, "body": safe(html(version.body))})
