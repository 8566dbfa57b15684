"""What people owe the handbook: acknowledgements, reviews of procedures, exam questions to look at."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.handbook import forms, queries
from hotline.handbook.models import ProcedureReview, QuestionFlag
from hotline.handbook.services import editions as services
from hotline.handbook.views import telling
from hotline.handbook.views.telling import told
from hotline.kernel.rules import Refused
from hotline.rulebook.texts.handbook import CHAPTERS


@view("handbook.view_book", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """What one has to acknowledge, and what one has acknowledged."""
    person = request.user
    owed = queries.to_acknowledge(person) if queries.is_bound(person) else []
    rows = [(row, telling.changed(queries.changes(row))) for row in owed]
    context = {
        "tabs": telling.tabs(request, "mine", len(owed)),
        "rows": rows,
        "done": queries.acknowledged(person),
        "topic": f"acknowledgements:{person.pk}",
    }
    return draw(request, "handbook/mine.html", context)


@view("handbook.view_book", methods=["GET"])
def reviews(request: Request) -> HttpResponse:
    """Every procedure with its last review and the day of the next (A7.17)."""
    today = clock.local_day(request.at)
    due = queries.reviews_due(request.user.centre_id, today)
    context = {
        "tabs": telling.tabs(request, "reviews"),
        "rows": [(one, told(one.chapter.title)) for one in due],
        "may_review": may(request.user, "handbook.review"),
    }
    return draw(request, "handbook/reviews.html", context)


@view("handbook.review")
def review(request: Request, chapter: str) -> HttpResponse:
    """Write down that a procedure was looked at."""
    found = next((one for one in CHAPTERS if one.key == chapter and one.is_procedure), None)
    if found is None:
        raise Http404
    form = forms.OutcomeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.review_procedure(chapter=chapter, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The review is on record."))
            return redirect("handbook:reviews")
    centre, today = request.user.centre_id, clock.local_day(request.at)
    past = ProcedureReview.objects.visible_to(request.user).filter(chapter=chapter).select_related("by")
    context = {
        "title": told(found.title),
        "form": form,
        "lines": telling.lines(queries.read(centre, today, found.clauses)),
        "past": list(past[:20]),
    }
    return draw(request, "handbook/review.html", context)


@view("handbook.keep_questions", methods=["GET"])
def questions(request: Request) -> HttpResponse:
    """Clauses that a version changed, whose exam questions are to be looked at."""
    rows = [(flag, forms.clause_title(flag.clause)) for flag in queries.open_flags(request.user)]
    context = {"tabs": telling.tabs(request, "questions"), "rows": rows, "form": forms.NoteForm()}
    return draw(request, "handbook/questions.html", context)


@view("handbook.keep_questions", methods=["POST"])
def settle(request: Request, pk: int) -> HttpResponse:
    """The questions about a clause were looked at."""
    row = get_object_or_404(QuestionFlag.objects.visible_to(request.user), pk=pk)
    services.settle_flag(flag_id=row.pk, note=request.POST.get("note", ""), by=request.user, at=request.at)
    messages.success(request, gettext("The questions are settled."))
    return redirect("handbook:questions")
