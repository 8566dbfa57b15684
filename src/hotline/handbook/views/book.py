"""The handbook to read: chapters, search, a clause with its history, the values with their dates."""

from django.http import Http404, HttpResponse

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, view
from hotline.handbook import queries
from hotline.handbook.forms import DatesForm, said
from hotline.handbook.models import Edition, TextChange
from hotline.handbook.views import telling
from hotline.handbook.views.tables import table
from hotline.handbook.views.telling import told
from hotline.kernel.rules import BOOK, Rule
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.parameters.telling import may_be
from hotline.rulebook.parameters.values import NotKnown
from hotline.rulebook.texts.handbook import CHAPTER_OF, CHAPTERS, CLAUSES
from hotline.rulebook.texts.kinds import Chapter
from hotline.rulebook.texts.rules import in_chinese


def _tree(active: str) -> list[tuple[str, str, int, bool]]:
    return [(one.key, told(one.title), len(one.clauses), one.key == active) for one in CHAPTERS]


def _page(request: Request, chapter: Chapter | None, wanted: str) -> HttpResponse:
    centre, today = request.user.centre_id, clock.local_day(request.at)
    if wanted:
        found = queries.search(centre, today, wanted)
    else:
        chapter = chapter or CHAPTERS[0]
        found = queries.read(centre, today, chapter.clauses)
    context = {
        "tabs": telling.tabs(request, "book"),
        "tree": _tree(chapter.key if chapter and not wanted else ""),
        "title": "" if wanted else told(chapter.title) if chapter else "",
        "wanted": wanted,
        "lines": telling.lines(found, queries.undecided(centre, today)),
        "edition": queries.published_on(centre, today),
        "to_do": queries.to_acknowledge(request.user) if queries.is_bound(request.user) else [],
    }
    return draw(request, "handbook/book.html", context)


@view("handbook.view_book", methods=["GET"])
def book(request: Request) -> HttpResponse:
    """The first chapter, or what a search finds."""
    return _page(request, None, request.GET.get("q", "").strip()[:100])


@view("handbook.view_book", methods=["GET"])
def chapter(request: Request, chapter: str) -> HttpResponse:
    """One chapter as it reads today."""
    found = next((one for one in CHAPTERS if one.key == chapter), None)
    if found is None:
        raise Http404
    return _page(request, found, "")


@view("handbook.view_book", methods=["GET"])
def clause(request: Request, clause: str) -> HttpResponse:
    """One clause: its text, its values, the rules that carry it out, and every wording it has had."""
    if clause not in CLAUSES:
        raise Http404
    centre, today = request.user.centre_id, clock.local_day(request.at)
    [line] = telling.lines(queries.read(centre, today, [CLAUSES[clause]]), queries.undecided(centre, today))
    shown = {one.parameter.key: one for one in queries.parameters(centre, today)}
    wordings = TextChange.objects.filter(edition__in=Edition.objects.decided(centre), clause=clause)
    chapter = CHAPTER_OF[clause]
    context = {
        "line": line,
        "chapter": (chapter.key, told(chapter.title)),
        "values": [
            (key, name, telling.value_text(PARAMETERS[key], shown[key].now), table(key, shown[key].now), decide)
            for key, name, decide in line.parameters
        ],
        "rules": sorted({_rule(one) for one in BOOK.values() if one.clause == clause}),
        "wordings": [(row.edition, row.zh, row.en) for row in wordings.select_related("edition").order_by("-edition")],
        "shipped": CLAUSES[clause].text,
        "checks": list(queries.checks(request.user, clause=clause)[:5]),
        "may_plan": may(request.user, "handbook.plan_check"),
    }
    return draw(request, "handbook/clause.html", context)


def _rule(rule: Rule[..., object]) -> tuple[str, str]:
    """What a rule does, and in which language that is."""
    chinese = in_chinese(rule) if said().startswith("zh") else ""
    return (chinese, "") if chinese else (rule.doc.split("\n")[0].split(": ", 1)[-1], "en")


@view("handbook.view_book", methods=["GET"])
def parameters(request: Request) -> HttpResponse:
    """Every value with what applies and what is decided; those for the centre to decide can be shown alone."""
    centre, today = request.user.centre_id, clock.local_day(request.at)
    only = request.GET.get("show", "")
    undecided = queries.undecided(centre, today)
    rows = []
    for one in queries.parameters(centre, today):
        if only == "decide" and one.parameter.key not in undecided:
            continue
        if only == "own" and one.origin.source != "centre":
            continue
        later = (one.later.effective_from, telling.value_text(one.parameter, one.later.shown)) if one.later else None
        text = telling.value_text(one.parameter, one.now)
        rows.append((one.parameter, told(one.parameter.name), text, one.origin, later))
    order = {clause.id: number for number, clause in enumerate(CLAUSES.values())}
    rows.sort(key=lambda row: order[row[0].clause])
    context = {
        "tabs": telling.tabs(request, "values"),
        "rows": rows,
        "show": only,
        "undecided": undecided,
    }
    return draw(request, "handbook/parameters.html", context)


@view("handbook.view_book", methods=["GET"])
def parameter(request: Request, key: str) -> HttpResponse:
    """One value: what it may be, its reading and why, its history, and what applied on a day as known on a day."""
    found = PARAMETERS.get(key)
    if found is None:
        raise Http404
    centre = request.user.centre_id
    form = DatesForm(request.GET or None)
    day, known = form.days(clock.local_day(request.at))
    try:
        origin = queries.values_on(centre, day, known).origin(key)
        shown = found.shown(origin.value)
        answer, rows = telling.value_text(found, shown), table(key, shown)
    except NotKnown:
        origin, answer, rows = None, "", None
    context = {
        "parameter": found,
        "name": told(found.name),
        "is_undecided": key in queries.undecided(centre, clock.local_day(request.at)),
        "why": told(found.why),
        "why_not": told(found.why_not),
        "expected": told(may_be(found.kind)),
        "clause": telling.lines(queries.read(centre, day, [CLAUSES[found.clause]]))[0],
        "history": [(row, telling.value_text(found, row.shown)) for row in queries.history(centre, found)],
        "form": form,
        "day": day,
        "known": known,
        "origin": origin,
        "answer": answer,
        "table": rows,
    }
    return draw(request, "handbook/parameter.html", context)
