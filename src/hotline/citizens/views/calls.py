"""Calling back: the desk, the list behind every figure, reviews, and how content people are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from hotline.cases.models import Case
from hotline.citizens import forms
from hotline.citizens.models import CallBack, Reason, Review
from hotline.citizens.models.calls import CallStatus, ReviewStatus
from hotline.citizens.queries import calls as queries
from hotline.citizens.queries import public
from hotline.citizens.services import calls as services
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, page_of, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.customers.queries import shown_name
from hotline.kernel.rules import Refused


@view("citizens.call_back", methods=["GET"])
def desk(request: Request) -> HttpResponse:
    """What is in hand, and how much waits."""
    call = queries.in_hand(request.user)
    if call is not None:
        return redirect("citizens:call", call.pk)
    context = {"queue": queries.queue(request.user, request.at), "topics": f"calls:{request.user.centre_id}"}
    return draw(request, "citizens/calls.html", context, fragment="citizens/_calls.html")


@view("citizens.call_back", methods=["POST"])
def take_next(request: Request) -> HttpResponse:
    """The next citizen to be called."""
    call = services.take_next(by=request.user, at=request.at)
    if call is None:
        messages.info(request, gettext("Nobody waits to be called at present."))
        return redirect("citizens:calls")
    return redirect("citizens:call", call.pk)


def _call(request: Request, pk: int) -> CallBack:
    return get_object_or_404(queries.with_case(CallBack.objects.visible_to(request.user)), pk=pk)


@view("citizens.view_calls", methods=["GET"])
def call(request: Request, pk: int) -> HttpResponse:
    """One call-back: the matter, every try, and what he says."""
    return _show(request, _call(request, pk))


def _show(request: Request, row: CallBack, form: forms.CallForm | None = None) -> HttpResponse:
    mine = row.status == CallStatus.TAKEN and row.taken_by_id == request.user.pk
    case = row.case
    review = Review.objects.select_related("status_by").filter(call=row).first()
    context = {
        "call": row,
        "case": case,
        "root": public.root_of(case),
        "caller": shown_name(case.customer, request.user),
        "tries": list(row.calls.select_related("by")),
        "added": list(case.supplements.all()),
        "mine": mine,
        "form": form or forms.CallForm(),
        "unreached": forms.UnreachedForm(),
        "review": review,
        "reason": dict(Reason.choices).get(row.reason, ""),
        "reveals": case.customer is not None and may(request.user, "customers.reveal", case.customer),
        "takes": row.status == CallStatus.WAITING and may(request.user, "citizens.call_back", row),
    }
    return render(request, "citizens/call.html", context)


@view("citizens.call_back", methods=["POST"])
def take(request: Request, pk: int) -> HttpResponse:
    """Take this one."""
    row = _call(request, pk)
    services.take(call_id=row.pk, by=request.user, at=request.at)
    return redirect("citizens:call", pk)


@view("citizens.call_back", methods=["POST"])
def give_back(request: Request, pk: int) -> HttpResponse:
    """Put it back without having called."""
    row = _call(request, pk)
    services.give_back(call_id=row.pk, by=request.user, at=request.at)
    return redirect("citizens:calls")


@view("citizens.call_back", methods=["POST"])
def unreached(request: Request, pk: int) -> HttpResponse:
    """Nobody answered."""
    row = _call(request, pk)
    note = request.POST.get("note", "")[:300].replace("\x00", "")
    done = services.note_unreached(call_id=row.pk, note=note, by=request.user, at=request.at)
    again = done.status == CallStatus.WAITING
    told = gettext("He is called again later.") if again else gettext("Given up after the last try.")
    messages.success(request, told)
    return redirect("citizens:calls")


@view("citizens.call_back", methods=["POST"])
def grade(request: Request, pk: int) -> HttpResponse:
    """What he said."""
    row = _call(request, pk)
    form = forms.CallForm(request.POST)
    if form.is_valid():
        try:
            services.note_grade(call_id=row.pk, by=request.user, at=request.at, **form.cleaned_data)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The answer is kept."))
            return redirect("citizens:calls")
    return _show(request, row, form)


@view("citizens.view_calls", methods=["GET"])
def call_list(request: Request) -> HttpResponse:
    """Every call-back of a period, or those behind one figure."""
    form = forms.PeriodForm(request.GET or None)
    first, last = form.period(clock.local_day(request.at))
    form = forms.PeriodForm(initial={"first": first.isoformat(), "last": last.isoformat()})
    part = request.GET.get("part", "all")
    part = part if part in queries.PARTS else "all"
    rows = queries.ended_between(request.user, first, last).filter(queries.PARTS[part])
    department = request.GET.get("department", "")
    if department.isascii() and department.isdigit() and len(department) < 16:
        rows = rows.filter(case__department=int(department))
    found = page_of(request, queries.with_case(rows).order_by("-ended_at", "-pk"))
    reasons = dict(Reason.choices)
    lines = [
        {"row": row, "caller": shown_name(row.case.customer, request.user), "reason": reasons.get(row.reason, "")}
        for row in found.rows
    ]
    context = {
        "form": form,
        "page": found,
        "lines": lines,
        "part": part,
        "parts": _parts(),
        "first": first,
        "last": last,
        "calls": may(request.user, "citizens.call_back"),
        "satisfaction": may(request.user, "citizens.view_satisfaction"),
    }
    return draw(request, "citizens/call_list.html", context, fragment="citizens/_call_list.html")


def _parts() -> list[tuple[str, str]]:
    return [
        ("all", gettext("All")),
        ("open", gettext("Still to be called")),
        ("rated", gettext("Has answered")),
        ("satisfied", gettext("Satisfied")),
        ("partly", gettext("Partly satisfied")),
        ("dissatisfied", gettext("Dissatisfied")),
        ("result", gettext("Dissatisfied with the result")),
        ("service", gettext("Dissatisfied with the service")),
        ("by_himself", gettext("Rated by themselves")),
        ("unreached", gettext("Not reached")),
        ("cancelled", gettext("Not needed any more")),
    ]


@view("citizens.view_satisfaction", methods=["GET"])
def satisfaction(request: Request) -> HttpResponse:
    """How content people are with what ended in the period: every figure opens onto its rows."""
    form = forms.PeriodForm(request.GET or None)
    first, last = form.period(clock.local_day(request.at))
    form = forms.PeriodForm(initial={"first": first.isoformat(), "last": last.isoformat()})
    rows = queries.ended_between(request.user, first, last)
    context = {
        "form": form,
        "first": first,
        "last": last,
        "first_iso": first.isoformat(),
        "last_iso": last.isoformat(),
        "counts": queries.counts(rows),
        "departments": queries.by_department(rows),
        "reviews": queries.reviews(request.user, waiting=True).count()
        if may(request.user, "citizens.view_reviews")
        else 0,
    }
    return render(request, "citizens/satisfaction.html", context)


@view("citizens.view_reviews", methods=["GET"])
def reviews(request: Request) -> HttpResponse:
    """Who was not content and waits for a decision, and what was decided."""
    show = "decided" if request.GET.get("show") == "decided" else "waiting"
    found = page_of(request, queries.reviews(request.user, waiting=show == "waiting"))
    reasons = dict(Reason.choices)
    lines = [
        {
            "row": row,
            "caller": shown_name(row.call.case.customer, request.user),
            "reason": reasons.get(row.call.reason, ""),
        }
        for row in found.rows
    ]
    tabs = [
        Tab(gettext("Waits for a decision"), "?show=waiting", show == "waiting"),
        Tab(gettext("Decisions made"), "?show=decided", show == "decided"),
    ]
    context = {"page": found, "lines": lines, "show": show, "tabs": tabs, "topics": f"reviews:{request.user.centre_id}"}
    return draw(request, "citizens/reviews.html", context, fragment="citizens/_reviews.html")


@view("citizens.view_reviews")
def review(request: Request, pk: int) -> HttpResponse:
    """Decide whether the matter is opened again."""
    rows = queries.reviews(request.user, waiting=True) | queries.reviews(request.user, waiting=False)
    row = get_object_or_404(rows.order_by(), pk=pk)
    form = forms.DecideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            services.decide(
                review_id=row.pk,
                reopen=said["decision"] == "reopen",
                reason=said["reason"],
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The decision is kept."))
            return redirect("citizens:reviews")
    case = row.call.case
    context = {
        "review": row,
        "call": row.call,
        "case": case,
        "root": public.root_of(case),
        "caller": shown_name(case.customer, request.user),
        "reason": dict(Reason.choices).get(row.call.reason, ""),
        "form": form,
        "decides": row.status == ReviewStatus.WAITING and may(request.user, "citizens.decide_review", row),
    }
    return render(request, "citizens/review.html", context)


@view("citizens.view_calls", methods=["GET"])
def of_case(request: Request, pk: int) -> HttpResponse:
    """What citizens added to a case and how content they are: a fragment for its page, empty when there is nothing."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    added, asked = queries.about_case(case)
    if not added and not asked:
        return HttpResponse()
    return render(request, "citizens/_of_case.html", {"added": added, "asked": asked})
