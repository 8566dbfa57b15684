"""My shifts: the next one, the month, what waits for my answer, my wishes, my calendar feed."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, override

from hotline.core import clock
from hotline.core.pages import PUBLIC, Request, draw, put_on, view
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.rosters import forms
from hotline.rosters.logic import feed as logic
from hotline.rosters.models import ChangeConsent, RosterPlan, ShiftType, Wish
from hotline.rosters.queries import mine as queries
from hotline.rosters.services import changes, feeds, publishing, wishes
from hotline.rosters.views import shown
from hotline.rosters.views.tabs import tabs_of


@view("rosters.view_month", methods=["GET"])
def mine(request: Request) -> HttpResponse:
    """My page, made for a phone."""
    return _draw(request, forms.WishForm(codes=_codes(request.user, request.at), initial=_initial(request)))


def _initial(request: Request) -> dict[str, Any]:
    return {"day": clock.local_day(request.at) + timedelta(days=40), "sense": forms.WishForm.FREE}


def _draw(request: Request, form: forms.WishForm, feed_url: str = "") -> HttpResponse:
    first = _first(request)
    found = queries.mine(request.user, first, request.at)
    context = {
        "tabs": tabs_of(request.user, "mine"),
        "mine": found,
        "first": first,
        "today": clock.local_day(request.at),
        "before": f"{first - timedelta(days=1):%Y-%m}",
        "after": f"{found.days[-1].day + timedelta(days=1):%Y-%m}",
        "wishes": [(wish, shown.wish_words(wish)) for wish in found.wishes],
        "form": form,
        "feed_url": feed_url,
    }
    return draw(request, "rosters/mine.html", context, fragment="rosters/_mine.html")


def _first(request: Request) -> date:
    """The first of the month asked for; this one when nothing sensible was."""
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return clock.local_day(request.at).replace(day=1)


def _codes(person: Person, at: datetime) -> list[tuple[str, str]]:
    """The shifts one may wish for: those of one's own positions, each once."""
    today = clock.local_day(at)
    rows = ShiftType.objects.filter(
        centre=person.centre_id, since__lte=today, positions__overlap=[str(one) for one in person.standing.positions]
    )
    names = {row.code: f"{gettext(row.name)} {row.starts:%H:%M}–{row.ends:%H:%M}" for row in rows.order_by("starts")}
    return [(code, name) for code, name in names.items() if not code.startswith("weekend_")]


@view("rosters.wish", methods=["POST"])
def wish(request: Request) -> HttpResponse:
    """Wish for a day of a month that is not published."""
    form = forms.WishForm(request.POST, codes=_codes(request.user, request.at))
    if form.is_valid():
        data = form.cleaned_data
        try:
            wishes.wish(
                person=request.user,
                day=data["day"],
                code=form.code,
                is_against=data["sense"] == form.NOT,
                weight=data["weight"],
                note=data["note"],
                by=request.user,
                at=request.at,
            )
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The wish is written down."))
            return redirect("rosters:mine")
    return _draw(request, form)


@view("rosters.wish", methods=["POST"])
def unwish(request: Request, pk: int) -> HttpResponse:
    """Take a wish back."""
    row = get_object_or_404(Wish.objects.visible_to(request.user), pk=pk)
    wishes.drop_wish(wish_id=row.pk, by=request.user, at=request.at)
    return redirect("rosters:mine")


@view("rosters.confirm_month", methods=["POST"])
def confirm(request: Request, pk: int) -> HttpResponse:
    """I know my shifts of this month."""
    plan = get_object_or_404(RosterPlan, pk=pk, centre=request.user.centre_id, status="published")
    publishing.confirm_month(plan_id=plan.pk, by=request.user, at=request.at)
    messages.success(request, gettext("Thank you: your shift leader sees that you know your shifts."))
    return redirect(f"{reverse('rosters:mine')}?month={plan.first:%Y-%m}")


@view("rosters.view_month", methods=["POST"])
def answer(request: Request, pk: int) -> HttpResponse:
    """Yes or no to another shift."""
    row = get_object_or_404(ChangeConsent.objects.visible_to(request.user), pk=pk, person=request.user)
    agrees = request.POST.get("answer") == "yes"
    changes.answer_change(
        change_id=row.pk, agrees=agrees, note=request.POST.get("note", ""), by=request.user, at=request.at
    )
    messages.success(request, gettext("Your answer is given."))
    return redirect(f"{reverse('rosters:mine')}?month={row.day:%Y-%m}")


@view("rosters.keep_feed", methods=["POST"])
def make_feed(request: Request) -> HttpResponse:
    """A new secret address for my calendar; it is shown this once."""
    token = feeds.make_feed(by=request.user, at=request.at)
    url = request.build_absolute_uri(reverse("rosters:feed", args=[token]))
    return _draw(request, forms.WishForm(codes=_codes(request.user, request.at), initial=_initial(request)), url)


@view("rosters.keep_feed", methods=["POST"])
def end_feed(request: Request) -> HttpResponse:
    """The address stops working."""
    feeds.end_feed(by=request.user, at=request.at)
    messages.success(request, gettext("The address does not work any more."))
    return redirect("rosters:mine")


@view(PUBLIC, methods=["GET"])
def feed(request: Request, token: str) -> HttpResponse:
    """The calendar itself: whoever has the secret address reads one person's shifts, and nothing else."""
    person = queries.of_token(token)
    if person is None:
        raise Http404
    with override(person.language or "zh-hans"):
        found = queries.feed_rows(person, request.at)
        items = [
            logic.Item(
                uid=f"shift-{row.pk}@hotline",
                title=gettext(row.shift_type.name),
                start=row.span.lower.astimezone(UTC),
                end=row.span.upper.astimezone(UTC),
                text=row.note,
            )
            for row in found.entries
        ]
        items += [
            logic.Item(
                uid=f"booking-{row.pk}@hotline",
                title=row.booking.title,
                start=row.span.lower.astimezone(UTC),
                end=row.span.upper.astimezone(UTC),
                text=row.booking.get_kind_display(),
                place=row.booking.place,
            )
            for row in found.seats
        ]
        name = gettext("Shifts of %(name)s") % {"name": person.name}
    response = HttpResponse(logic.calendar(name, items, request.at), content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="shifts.ics"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
