"""Versions: the list, a new one, its page, what it changes, what it would have done to last months."""

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from hotline.approvals import queries as approvals
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.handbook import forms, queries
from hotline.handbook.access import SUBJECT
from hotline.handbook.models import Edition, EditionStatus, Opinion
from hotline.handbook.services import editions as services
from hotline.handbook.views import telling
from hotline.handbook.views.tables import table
from hotline.handbook.views.telling import told
from hotline.kernel.rules import Refused
from hotline.rulebook.leave import months_after
from hotline.rulebook.parameters.book import PARAMETERS
from hotline.rulebook.texts.handbook import CHAPTER_OF, CHAPTERS, CLAUSES

S = EditionStatus
MONTHS_BACK = 3
# These decide what becomes a fact of a month in the first place: frozen facts cannot show their effect.
UNSEEN = frozenset(
    {
        "case.limit_s",
        "stage.charged",
        "timeliness.average_of",
        "accuracy.min_n",
        "dismiss.window_months",
        "leave.count",
    }
)


def _found(request: Request, pk: int) -> Edition:
    rows = Edition.objects.visible_to(request.user).select_related("drafted_by", "published_by", "status_by")
    return get_object_or_404(rows, pk=pk)


@view("handbook.view_book", methods=["GET"])
def editions(request: Request) -> HttpResponse:
    """Every version of the handbook, the latest first."""
    context = {
        "tabs": telling.tabs(request, "versions"),
        "rows": queries.editions(request.user),
        "may_draft": may(request.user, "handbook.draft"),
    }
    return draw(request, "handbook/editions.html", context)


@view("handbook.draft")
def propose(request: Request) -> HttpResponse:
    """Begin a version."""
    form = forms.ProposeForm(request.POST or None, today=clock.local_day(request.at))
    if request.method == "POST" and form.is_valid():
        try:
            row = services.propose(**form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("handbook:edition", row.pk)
    return draw(request, "handbook/propose.html", {"form": form})


@view("handbook.view_book", methods=["GET"])
def edition(request: Request, pk: int) -> HttpResponse:
    """One version with everything that belongs to it, and what this reader can do now."""
    row = _found(request, pk)
    person, today = request.user, clock.local_day(request.at)
    drafts, leads = may(person, "handbook.draft", row), may(person, "handbook.lead")
    opinions = list(Opinion.objects.visible_to(person).filter(edition=row).select_related("person", "answered_by"))
    mine = next((one for one in opinions if one.person_id == person.pk), None)
    is_over = queries.is_over(row, today)
    silent = len(queries.silent(row, today)) if drafts and row.status == S.CONSULTING and not is_over else 0
    bound = queries.bound(row.centre_id, today) if row.is_in_force_by_record else []
    missing = queries.not_yet(row, today) if row.is_in_force_by_record and leads else []
    context = {
        "row": row,
        "changes": telling.changed(queries.changes(row)),
        "opinions": opinions,
        "mine": mine,
        "counts": queries.opinion_counts(row),
        "steps": approvals.history(SUBJECT, [row.pk]).get(row.pk, []),
        "leads": leads,
        "is_draft": drafts and row.status == S.DRAFT,
        "may_answer": drafts and row.status == S.CONSULTING,
        "may_close": drafts and row.status == S.CONSULTING and (is_over or not silent),
        "waits_until": row.opinions_until if drafts and row.status == S.CONSULTING and not is_over and silent else None,
        "silent": silent,
        "may_meet": drafts and row.status == S.CONSULTED,
        "may_withdraw": drafts and row.status in {S.DRAFT, S.CONSULTING, S.CONSULTED, S.APPROVED},
        "may_say": not is_over and may(person, "handbook.give_opinion", row),
        "may_decide": row.status == S.DECIDING and may(person, "handbook.decide", row),
        "may_publish": row.status == S.APPROVED and may(person, "handbook.publish", row),
        "may_acknowledge": _owes(request, row),
        "acknowledged": row.acknowledgements.filter(person=person.pk).first(),
        "bound": len(bound),
        "done": len(bound) - len(missing) if leads else row.acknowledgements.count(),
        "missing": missing[:100],
        "opinion_form": forms.OpinionForm(initial={"stance": mine.stance, "words": mine.words} if mine else None),
        "answer_form": forms.AnswerForm(),
        "until_form": forms.UntilForm(initial={"until": _usual_end(row, today)}),
        "record_form": forms.RecordForm(),
        "note_form": forms.NoteForm(),
        "values": _settable() if drafts and row.status == S.DRAFT else [],
        "clauses": forms.clause_choices() if drafts and row.status == S.DRAFT else [],
        "topic": f"edition:{row.pk}",
    }
    return draw(request, "handbook/edition.html", context, fragment="handbook/_edition.html")


def _usual_end(row: Edition, today: date) -> date:
    """A week for opinions, less where the version begins sooner; never a day that is over."""
    return max(today, min(today + timedelta(days=7), row.effective_from - timedelta(days=1)))


def _owes(request: Request, row: Edition) -> bool:
    done = row.acknowledgements.filter(person=request.user.pk).exists()
    return row.status == S.PUBLISHED and not done and may(request.user, "handbook.acknowledge", row)


def _settable() -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be set, by chapter, for a select."""
    found: dict[str, list[tuple[str, str]]] = {}
    for one in PARAMETERS.values():
        if not one.by_release or one.must_decide:
            found.setdefault(CHAPTER_OF[one.clause].key, []).append((one.key, f"{told(one.name)} ({one.clause})"))
    return [(told(chapter.title), found[chapter.key]) for chapter in CHAPTERS if chapter.key in found]


@view("handbook.draft")
def set_value(request: Request, pk: int) -> HttpResponse:
    """Set a value in a draft."""
    row = _found(request, pk)
    parameter = PARAMETERS.get(request.GET.get("key", ""))
    if parameter is None or (parameter.by_release and not parameter.must_decide):
        return redirect("handbook:edition", pk)
    values = queries.values_on(row.centre_id, row.effective_from)
    now = parameter.shown(values.value(parameter.key))
    own = row.values.filter(key=parameter.key).first()
    filled = now if own is None else own.raw  # what the draft sets already is gone on with
    form = forms.value_form(parameter, request.POST if request.method == "POST" else None, now=filled)
    if request.method == "POST" and form.is_valid():
        raw = None if parameter.by_release else form.raw
        try:
            services.set_value(edition_id=pk, key=parameter.key, raw=raw, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("handbook:edition", pk)
    context = {
        "row": row,
        "parameter": parameter,
        "name": told(parameter.name),
        "why": told(parameter.why),
        "now": telling.value_text(parameter, now),
        "table": table(parameter.key, now),
        "own": own,
        "is_undecided": parameter.must_decide and values.origin(parameter.key).source != "centre",
        "form": form,
    }
    return draw(request, "handbook/set_value.html", context)


@view("handbook.draft")
def set_text(request: Request, pk: int) -> HttpResponse:
    """Word a clause anew in a draft."""
    row = _found(request, pk)
    clause = CLAUSES.get(request.GET.get("clause", ""))
    if clause is None:
        return redirect("handbook:edition", pk)
    own = row.texts.filter(clause=clause.id).first()
    [line] = queries.read(row.centre_id, row.effective_from, [clause])
    given = {"zh": own.zh, "en": own.en} if own else {"zh": line.text.zh, "en": line.text.en}
    form = forms.TextForm(request.POST if request.method == "POST" else None, initial=given)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_text(edition_id=pk, clause=clause.id, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            return redirect("handbook:edition", pk)
    return draw(request, "handbook/set_text.html", {"row": row, "title": forms.clause_title(clause.id), "form": form})


@view("handbook.draft", methods=["POST"])
def take_out(request: Request, pk: int) -> HttpResponse:
    """Take a value or a text out of a draft."""
    row = _found(request, pk)
    key, clause = request.POST.get("key", ""), request.POST.get("clause", "")
    services.take_out(edition_id=row.pk, key=key, clause=clause, by=request.user, at=request.at)
    return redirect("handbook:edition", pk)


@view("handbook.lead", methods=["GET"])
def what_if(request: Request, pk: int) -> HttpResponse:
    """Last months under the proposed values: who changes, and by how much."""
    row = _found(request, pk)
    this: date = clock.local_day(request.at).replace(day=1)
    months = [months_after(this, -number) for number in range(1, MONTHS_BACK + 1)]
    found = [telling.month_told(one) for one in queries.what_if(row, months, request.user)]
    context = {
        "row": row,
        "changes": [one for one in telling.changed(queries.changes(row)) if one.key],
        "months": found,
        "is_known": any(one.outcomes for one in found),
        "note": gettext("Nothing is written by this: the same facts, assessed once more."),
        "unseen": [told(PARAMETERS[key].name) for key in row.values.values_list("key", flat=True) if key in UNSEEN],
    }
    return draw(request, "handbook/what_if.html", context)
