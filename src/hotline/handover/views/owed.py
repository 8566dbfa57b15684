"""First-asked responsibility (D2.6): all that I owe, customers to be told, callers who asked again; the fragments."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext

from hotline.cases.logic.flow import ACTION_LABELS, Action
from hotline.cases.models import Case
from hotline.cases.queries.case import holder_name
from hotline.core.access import may
from hotline.core.pages import Request, draw, ordered, page_of, put_on, view, words
from hotline.core.templatetags.pieces import Tab
from hotline.customers.models import Customer
from hotline.customers.queries import shown_name
from hotline.handover import forms
from hotline.handover.models import AskedAgain
from hotline.handover.queries import owed, records
from hotline.handover.services import following
from hotline.kernel.rules import Refused

OPEN, UNTOLD, ASKED = "open", "untold", "asked"
COLUMNS = {"number": "number", "arrived": "arrived_at", "due": "due_at", "news": "unread", "status": "status"}


@view("handover.follow", methods=["GET"])
def all_i_owe(request: Request) -> HttpResponse:
    """Every open case that I took in first; those that ended and whose customer does not know; who asked again."""
    person, at = request.user, request.at
    untold, asked = owed.untold(person, at), owed.messages_for(person)
    wanted = request.GET.get("show", OPEN)
    show = wanted if wanted in {OPEN, UNTOLD, ASKED} else OPEN
    context: dict[str, Any] = {
        "show": show,
        "tabs": [
            Tab(gettext("Still open"), "?show=open", show == OPEN),
            Tab(gettext("Customer to be told"), "?show=untold", show == UNTOLD, untold.order_by()[:100].count()),
            Tab(gettext("Asked again"), "?show=asked", show == ASKED, len(asked)),
        ],
        "topic": f"owed:{person.pk}",
        "asked": asked,
        "page_url": f"?show={show}",
    }
    if show == OPEN:
        rows = ordered(request, owed.open_cases(person).select_related("category", "department"), COLUMNS, "-news")
        context["page"] = page_of(request, rows)
        context["lines"] = [_line(one) for one in owed.listed(context["page"].rows)]
    elif show == UNTOLD:
        context["page"] = page_of(request, untold)
        context["ended"] = [(case, shown_name(case.customer, person)) for case in context["page"].rows]
    return draw(request, "handover/owed.html", context, fragment="handover/_owed.html")


def _line(one: owed.Owed) -> dict[str, Any]:
    return {
        "case": one.case,
        "unread": one.unread,
        "where": gettext(holder_name(one.holding)) if one.holding else "",
        "since": one.holding.span.lower if one.holding else None,
        "due": one.holding.due_at if one.holding and one.holding.due_at else one.case.due_at,
        "news": [(gettext(ACTION_LABELS[Action(event.action)]), event) for event in one.news],
        "promises": one.promises,
    }


@view("handover.follow", methods=["POST"])
def all_seen(request: Request) -> HttpResponse:
    """I have looked at everything."""
    count = following.mark_all_seen(by=request.user, at=request.at)
    if count:
        text = ngettext("{n} case is marked as seen.", "{n} cases are marked as seen.", count)
        messages.success(request, text.format(n=count))
    return redirect("handover:owed")


@view("handover.follow", methods=["POST"])
def seen(request: Request, number: str) -> HttpResponse:
    """I go and look at one case; what happened up to now is no news any more."""
    case = get_object_or_404(Case.objects.visible_to(request.user), number=number)
    following.mark_seen(case_id=case.pk, by=request.user, at=request.at)
    return redirect("cases:case", case.number)


@view("handover.follow")
def told(request: Request, number: str) -> HttpResponse:
    """The customer knows how his case ended."""
    rows = Case.objects.visible_to(request.user).select_related("customer", "category", "first_owner", "merged_into")
    case = get_object_or_404(rows, number=number)
    form = forms.Told(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            following.tell_customer(case_id=case.pk, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("{number}: the customer knows.").format(number=case.number))
            return redirect("handover:owed")
    context = {"form": form, "case": case, "customer": shown_name(case.customer, request.user)}
    response = draw(request, "handover/told.html", context)
    response.status_code = 422 if form.is_bound else 200
    return response


@view("handover.follow", methods=["POST"])
def ask(request: Request, number: str) -> HttpResponse:
    """Send a customer who asks again to the first owner of his case, or take a message for him."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("first_owner"), number=number)
    form = forms.AskAgain(request.POST)
    if form.is_valid():
        try:
            asked = following.ask_first_owner(
                case_id=case.pk,
                text=form.cleaned_data["text"],
                is_transfer=form.cleaned_data["transfer"],
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            _say(request, error)
        else:
            done = gettext("{name} is told that the customer waits.")
            done = done if asked.is_transfer else gettext("{name} has the message.")
            messages.success(request, done.format(name=asked.to.name))
    else:
        messages.error(request, gettext("Say what the customer asks."))
    return redirect("cases:case", case.number)


@view("handover.follow", methods=["POST"])
def answer(request: Request, pk: int) -> HttpResponse:
    """I have spoken to the customer who asked again."""
    asked = get_object_or_404(AskedAgain.objects.visible_to(request.user), pk=pk)
    form = forms.Answer(request.POST)
    if form.is_valid():
        try:
            following.answer_asked_again(asked_id=asked.pk, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            _say(request, error)
        else:
            messages.success(request, gettext("It is answered."))
    else:
        messages.error(request, gettext("Say what came of it."))
    return redirect("handover:owed")


def _say(request: Request, error: Refused) -> None:
    for refusal in error.refusals:
        messages.error(request, f"{words(refusal)} ({refusal.clause})")


# ---------------------------------------------------------------- fragments


@view("handover.follow", methods=["GET"])
def of_case(request: Request, pk: int) -> HttpResponse:
    """Beside a case: its first owner and how to reach him, how it was handed over, whether the customer knows."""
    rows = Case.objects.visible_to(request.user).select_related("first_owner", "customer", "merged_into")
    case = get_object_or_404(rows, pk=pk)
    owner = owed.of_case(case, request.at)
    passed = records.passed_with(case.pk)
    others = owed.first_owners(case.customer_id, request.at, but=case.pk) if case.customer_id else []
    others = [one for one in others if one.person.pk != request.user.pk]
    if owner is None and not passed and not others:
        return HttpResponse()
    context = {
        "case": case,
        "owner": owner,
        "mine": owner is not None and owner.person.pk == request.user.pk,
        "may_ask": case.ended_at is None and may(request.user, "handover.ask_first_owner", case),
        "may_tell": case.ended_at is not None and may(request.user, "handover.tell_customer", case),
        "told": owed.told(case),
        "asked": owed.asked_about(case),
        "passed": passed,
        "others": others,
    }
    return render(request, "handover/_of_case.html", context)


@view("handover.follow", methods=["GET"])
def of_customer(request: Request, pk: int) -> HttpResponse:
    """On a customer's page: to whom he is sent when he asks again about an open case."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    found = [] if customer.is_secret else owed.first_owners(customer, request.at)
    if not found:
        return HttpResponse()
    return render(request, "handover/_of_customer.html", {"owners": found, "me": request.user})
