"""Listening to calls week by week (A7.9), and the monthly review of each agent (A7.8)."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.clock import local_day
from hotline.core.pages import Request, asked_month, draw, month_tabs, part_of, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.quality.forms import TalkForm
from hotline.quality.models import MonthReview
from hotline.quality.queries import listening
from hotline.quality.queries import talks as queries
from hotline.quality.services import talking
from hotline.rulebook.leave import months_after

MONTHS = 6


def tabs(active: str) -> list[Tab]:
    """The pages of listening."""
    return [
        Tab(gettext("Listening by week"), reverse("quality:listening"), active=active == "listening"),
        Tab(gettext("Monthly reviews"), reverse("quality:talks"), active=active == "talks"),
        Tab(gettext("Scored calls"), reverse("quality:calls"), active=active == "calls"),
    ]


@view("quality.score_call", methods=["GET"])
def weeks(request: Request) -> HttpResponse:
    """How many calls of each agent were listened to in a week, against the centre's number."""
    this = listening.monday(local_day(request.at))
    try:
        first = min(listening.monday(date.fromisoformat(request.GET.get("week", ""))), this)
    except (ValueError, OverflowError):
        first = this
    found = listening.week(request.user, first, request.at)
    context = {
        "tabs": tabs("listening"),
        "week": found,
        "last": first + listening.WEEK - timedelta(days=1),
        "page": part_of(request, found.lines),
        "before": first - listening.WEEK,
        "after": first + listening.WEEK if first < this else None,
    }
    return draw(request, "quality/listening.html", context)


def _known(request: Request) -> list[date]:
    """The months that are over, the newest first."""
    this = local_day(request.at).replace(day=1)
    return [months_after(this, -number) for number in range(1, MONTHS + 1)]


@view("quality.score_call", methods=["GET"])
def talks(request: Request) -> HttpResponse:
    """Whose month was talked about, and whose is still to be, until when."""
    known = _known(request)
    month = asked_month(request, known)
    found = queries.month(request.user, month, request.at)
    context = {
        "tabs": tabs("talks"),
        "months": month_tabs(known, month),
        "found": found,
        "page": part_of(request, found.lines),
        "may_give": may(request.user, "quality.give_month_review") and month in known,
    }
    return draw(request, "quality/talks.html", context)


@view("quality.give_month_review", methods=["GET", "POST"])
def talk(request: Request, pk: int) -> HttpResponse:
    """Write down what was said about somebody's month."""
    person = get_object_or_404(Person, pk=pk, centre=request.user.centre_id, is_system=False)
    month = asked_month(request, _known(request))
    if not may(
        request.user, "quality.give_month_review", MonthReview(centre_id=person.centre_id, person=person, month=month)
    ):
        raise Http404
    form = TalkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            talking.give_month_review(
                person=person, month=month, words=form.cleaned_data["words"], by=request.user, at=request.at
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("Kept: {name} reads it.").format(name=person.name))
            return redirect(f"{reverse('quality:talks')}?month={month.isoformat()}")
    context = {"form": form, "person": person, "month": month, "earlier": _earlier(request, person)}
    return draw(request, "quality/talk.html", context)


def _earlier(request: Request, person: Person) -> list[MonthReview]:
    rows = MonthReview.objects.visible_to(request.user).filter(person=person).select_related("given_by")
    return list(rows.order_by("-month")[:MONTHS])
