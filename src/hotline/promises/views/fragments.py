"""What promises show on pages of other areas: beside a case, for a customer, at the idle desk, on the board."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from hotline.cases.models import Case
from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, view
from hotline.customers.models import Customer
from hotline.people.models import Person
from hotline.promises.queries import ledger as lists
from hotline.promises.views.shown import line

NEXT = 5
DAY = timedelta(days=1)


def _buttons(person: Person, query: str) -> dict[str, str]:
    ask = f"{reverse('promises:question_new')}?{query}" if may(person, "promises.ask_superior") else ""
    return {"new_url": f"{reverse('promises:new')}?{query}" if may(person, "promises.open") else "", "ask_url": ask}


@view("promises.view_fragments", methods=["GET"])
def of_case(request: Request, pk: int) -> HttpResponse:
    """What the callers of a case, and of those merged into it, were promised; and the ways to promise and to ask."""
    case = get_object_or_404(Case.objects.visible_to(request.user), pk=pk)
    context = {
        "lines": [line(row, request.user) for row in lists.of_case(request.user, case)],
        "case": case,
        "topic": f"promises:case:{case.pk}",
        "url": reverse("promises:of_case", args=[case.pk]),
        **_buttons(request.user, f"case={case.pk}"),
    }
    return render(request, "promises/_of_case.html", context)


@view("promises.view_fragments", methods=["GET"])
def of_customer(request: Request, pk: int) -> HttpResponse:
    """What a customer is owed; of one who is kept secret nothing is told here."""
    customer = get_object_or_404(Customer.objects.visible_to(request.user), pk=pk)
    rows = [] if customer.is_secret else lists.of_customer(request.user, customer)
    context = {
        "lines": [line(row, request.user) for row in rows if not (row.case and row.case.is_secret)],
        "topic": f"promises:customer:{customer.pk}",
        "url": reverse("promises:of_customer", args=[customer.pk]),
        **_buttons(request.user, f"customer={customer.pk}"),
    }
    return render(request, "promises/_of_case.html", context)


@view("promises.view_list", methods=["GET"])
def idle(request: Request) -> HttpResponse:
    """At the desk with nothing in hand: what I owe next, and what waits in my team."""
    person = request.user
    context = {
        "lines": [line(row, person) for row in lists.owed_by(person)[:NEXT]],
        "waiting": lists.waiting_in(person.standing.units)[: lists.MOST].count(),
        "topics": " ".join([f"promises:{person.pk}", *(f"promises:unit:{pk}" for pk in sorted(person.standing.units))]),
        **_buttons(person, ""),
    }
    return render(request, "promises/_idle.html", context)


@view("promises.view_ledger", methods=["GET"])
def on_board(request: Request) -> HttpResponse:
    """Above the leader's board: what is late; nothing when nothing is."""
    late = lists.late(request.user, request.at)
    rows = list(late[:NEXT])
    context = {
        "lines": [line(row, request.user) for row in rows],
        "more": late[NEXT : NEXT + lists.MOST].count() if len(rows) == NEXT else 0,
        "topic": f"ledger:{request.user.centre_id}",
    }
    return render(request, "promises/_on_board.html", context)


@view("promises.view_ledger", methods=["GET"])
def on_tomorrow(request: Request) -> HttpResponse:
    """Below tomorrow's plan: what is owed until the end of tomorrow, late ones first (A2.20)."""
    end = clock.wall(clock.local_day(request.at) + 2 * DAY)
    owed = lists.owed_until(request.user, end)
    rows = list(owed[:NEXT])
    context = {
        "lines": [line(row, request.user) for row in rows],
        "more": owed[NEXT : NEXT + lists.MOST].count() if len(rows) == NEXT else 0,
        "topic": f"ledger:{request.user.centre_id}",
    }
    return render(request, "promises/_on_tomorrow.html", context)
