"""The review desk: what waits, one case at a time, judged by a key."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from hotline.cases.models import Attachment, Case
from hotline.cases.queries.files import files_of
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.quality import forms
from hotline.quality.logic import DECISION_LABELS
from hotline.quality.models import Hint, Review, ReviewStatus
from hotline.quality.queries import decisions, reviews
from hotline.quality.services import appeals, hints, reviewing
from hotline.rulebook.accuracy import CAUSES, Cause


@view("quality.open_desk", methods=["GET"])
def desk(request: Request) -> HttpResponse:
    """What waits, how far each sample is, what was taken and not finished."""
    person = request.user
    context = {
        "progress": reviews.progress(person),
        "taken": reviews.taken(person),
        "page": page_of(request, reviews.waiting(person).select_related("case__category", "handler", "reviewer")),
        "hints": reviews.hints(person)[:5],
        "topic": f"quality:{person.centre_id}",
        "may_draw": may(person, "quality.draw"),
    }
    return draw(request, "quality/desk.html", context, fragment="quality/_desk.html")


@view("quality.open_desk", methods=["POST"])
def take_next(request: Request) -> HttpResponse:
    """The next case to review."""
    return _go_on(request)


def _go_on(request: Request) -> HttpResponse:
    review = reviewing.take_next(by=request.user, at=request.at)
    if review is None:
        messages.success(request, gettext("Nothing waits for your review."))
        return redirect("quality:desk")
    return redirect("quality:review", review.pk)


@view("quality.open_desk", methods=["POST"])
def take(request: Request, pk: int) -> HttpResponse:
    """One that was chosen from the list."""
    review = get_object_or_404(Review.objects.visible_to(request.user), pk=pk)
    reviewing.take(review_id=review.pk, by=request.user, at=request.at)
    return redirect("quality:review", review.pk)


def _review(request: Request, pk: int) -> Review:
    """A review this person may see; anything else is not there."""
    names = ("case__category", "case__condition", "case__customer", "case__department", "case__district")
    rows = reviews.reviews(request.user).select_related(*names, *reviews.SHOWN, "evidence__actor", "appeal__status_by")
    return get_object_or_404(rows, pk=pk)


@view("quality.view_any", methods=["GET"])
def review(request: Request, pk: int) -> HttpResponse:
    """The case, what the handler did, and the finding or the keys to make one."""
    return draw(request, "quality/review.html", _context(request, _review(request, pk)))


def _context(request: Request, row: Review, **more: Any) -> dict[str, Any]:
    person = request.user
    steps = reviews.steps(row)
    judging = row.status == ReviewStatus.WAITING and may(person, "quality.review", row)
    files: list[Attachment] = list(files_of(row.case, person))
    return {
        "review": row,
        "case": row.case,
        "steps": steps,
        "files": files,
        "judging": judging,
        "is_mine": row.reviewer_id == person.pk,
        "decisions": [gettext(DECISION_LABELS[one]) for one in reviews.decisions_of(row)],
        "wrong_form": _wrong_form(row, steps) if judging else None,
        "can_take_back": row.reviewer_id == person.pk
        and row.status in {ReviewStatus.CORRECT, ReviewStatus.WRONG}
        and row.found_at is not None
        and request.at - row.found_at <= reviewing.SECOND_THOUGHTS,
        "appeal": getattr(row, "appeal", None),
        "can_decide": hasattr(row, "appeal")
        and row.status == ReviewStatus.APPEALED
        and may(person, "quality.decide_appeal", row.appeal),
        "appeal_form": forms.AppealForm()
        if may(person, "quality.appeal", row) and row.appeal_until is not None and request.at <= row.appeal_until
        else None,
        **more,
    }


def _wrong_form(row: Review, steps: list[reviews.Step], data: Any = None) -> forms.WrongForm:
    possible = [cause for decision in reviews.decisions_of(row) for cause in CAUSES[decision]]
    return forms.WrongForm(data, causes=list(dict.fromkeys(possible)), steps=steps)


@view("quality.open_desk", methods=["POST"])
def correct(request: Request, pk: int) -> HttpResponse:
    """All was right: one key, and the next case is there."""
    row = _review(request, pk)
    reviewing.find_correct(review_id=row.pk, by=request.user, at=request.at)
    _offer_back(request, row)
    return _go_on(request)


@view("quality.open_desk", methods=["POST"])
def wrong(request: Request, pk: int) -> HttpResponse:
    """Something was wrong: cause, place, words; then the next case."""
    row = _review(request, pk)
    form = _wrong_form(row, reviews.steps(row), request.POST)
    if form.is_valid():
        data = form.cleaned_data
        try:
            reviewing.find_wrong(
                review_id=row.pk,
                cause=Cause(data["cause"]),
                words=data["words"],
                evidence_seq=data["evidence"],
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            put_on(form, error)
        else:
            _offer_back(request, row)
            return _go_on(request)
    return render(request, "quality/review.html", _context(request, row, wrong_form=form), status=422)


def _offer_back(request: Request, row: Review) -> None:
    messages.success(request, gettext("Kept: {number}.").format(number=row.case.number))


@view("quality.open_desk", methods=["POST"])
def put_back(request: Request, pk: int) -> HttpResponse:
    """Leave it to somebody else."""
    row = _review(request, pk)
    reviewing.put_back(review_id=row.pk, by=request.user, at=request.at)
    return redirect("quality:desk")


@view("quality.open_desk", methods=["POST"])
def take_back(request: Request, pk: int) -> HttpResponse:
    """Undo one's own finding within ten minutes."""
    row = _review(request, pk)
    reviewing.take_back(review_id=row.pk, by=request.user, at=request.at)
    return redirect("quality:review", row.pk)


@view("quality.view_own", methods=["POST"])
def appeal(request: Request, pk: int) -> HttpResponse:
    """The handler objects."""
    row = _review(request, pk)
    form = forms.AppealForm(request.POST)
    if form.is_valid():
        try:
            appeals.appeal(review_id=row.pk, words=form.cleaned_data["words"], by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Your appeal is in. Somebody else decides it."))
            return redirect("quality:review", row.pk)
    return render(request, "quality/review.html", _context(request, row, appeal_form=form), status=422)


@view("quality.open_desk", methods=["GET"])
def hint_list(request: Request) -> HttpResponse:
    """Cases that turned out badly later: a second look is suggested."""
    context = {"page": page_of(request, reviews.hints(request.user)), "topic": f"quality:{request.user.centre_id}"}
    return draw(request, "quality/hints.html", context, fragment="quality/_hints.html")


@view("quality.open_desk", methods=["POST"])
def hint_take(request: Request, pk: int) -> HttpResponse:
    """Have it reviewed."""
    hint = get_object_or_404(Hint.objects.visible_to(request.user), pk=pk)
    made = hints.take(hint_id=hint.pk, by=request.user, at=request.at)
    reviewing.take(review_id=made.pk, by=request.user, at=request.at)
    return redirect("quality:review", made.pk)


@view("quality.open_desk", methods=["POST"])
def hint_dismiss(request: Request, pk: int) -> HttpResponse:
    """Let it be."""
    hint = get_object_or_404(Hint.objects.visible_to(request.user), pk=pk)
    hints.dismiss(hint_id=hint.pk, reason=request.POST.get("reason", ""), by=request.user, at=request.at)
    return redirect("quality:hints")


@view("quality.target")
def target(request: Request, number: str) -> HttpResponse:
    """Ask that one case be reviewed, for a named reason."""
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    decided = [one for one in decisions.decided_in(case) if one[0].pk != request.user.pk]
    form = forms.TargetForm(request.POST or None, decided=[(person, kind) for person, kind, _ in decided])
    if request.method == "POST" and form.is_valid():
        key, decision = form.chosen
        try:
            made = reviewing.ask(
                case_id=case.pk,
                handler=Person.objects.get(pk=key),
                decision=decision,
                reason=form.cleaned_data["reason"],
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The case is on the review desk."))
            return redirect("quality:review", made.pk)
    return render(request, "quality/target.html", {"form": form, "case": case, "decided": decided})


@view("quality.view_any", methods=["GET"])
def of_case(request: Request, pk: int) -> HttpResponse:
    """The reviews of a case, beside it: for those who look on, and for the handler once there is a finding."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    rows = reviews.of_case(case, request.user)
    can_ask = may(request.user, "quality.target") and any(
        person.pk != request.user.pk for person, _kind, _event in decisions.decided_in(case)
    )
    if not rows and not can_ask:
        return HttpResponse()
    context = {"reviews": rows, "case": case, "can_ask": can_ask, "url": reverse("quality:of_case", args=[pk])}
    return render(request, "quality/_of_case.html", context)
