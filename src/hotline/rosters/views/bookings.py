"""Meetings, coaching and training inside shifts (A2.18)."""

from datetime import timedelta

from django.contrib import messages
from django.db.models import Count, Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, page_of, put_on, refused, view
from hotline.kernel.rules import Refused
from hotline.kernel.spans import Span
from hotline.people.models import Person
from hotline.rosters import forms
from hotline.rosters.models import Booking, BookingSeat
from hotline.rosters.services import bookings as services
from hotline.rosters.views.tabs import tabs_of


@view("rosters.view_today")
def bookings(request: Request) -> HttpResponse:
    """What is booked from today on; those who lead, coach and train book more."""
    may_book = may(request.user, "rosters.book_time", request.user.centre)
    people = Person.objects.filter(centre=request.user.centre_id, is_active=True, is_system=False)
    tomorrow = clock.local_day(request.at) + timedelta(days=1)
    form = forms.BookingForm(request.POST or None, people=people.order_by("name_key", "pk"), initial={"day": tomorrow})
    if request.method == "POST" and form.is_valid() and _book(request, form):
        return redirect("rosters:bookings")
    today = clock.wall(clock.local_day(request.at))
    seats = Prefetch("seats", BookingSeat.objects.select_related("person").order_by("person__name_key"))
    rows = (
        Booking.objects.visible_to(request.user)
        .filter(span__endswith__gt=today)
        .select_related("made_by")
        .prefetch_related(seats)
        .annotate(people=Count("seats"))
        .order_by("span", "pk")
    )
    context = {
        "tabs": tabs_of(request.user, "bookings"),
        "rows": page_of(request, rows),
        "form": form,
        "may_book": may_book,
    }
    return render(request, "rosters/bookings.html", context)


def _book(request: Request, form: forms.BookingForm) -> bool:
    data = form.cleaned_data
    span = Span(clock.wall(data["day"], data["starts"].hour, data["starts"].minute),
                clock.wall(data["day"], data["ends"].hour, data["ends"].minute))  # fmt: skip
    try:
        services.book(
            centre=request.user.centre,
            kind=data["kind"],
            title=data["title"],
            place=data["place"],
            span=span,
            people=[person.pk for person in data["people"]],
            by=request.user,
            at=request.at,
        )
    except Refused as error:
        put_on(form, error)
        return False
    messages.success(request, gettext("It is booked; everybody has been told."))
    return True


@view("rosters.book_time")
def cancel(request: Request, pk: int) -> HttpResponse:
    """Take a booking away, for a reason."""
    row = get_object_or_404(Booking.objects.visible_to(request.user), pk=pk)
    if request.method == "GET":
        return render(request, "rosters/_cancel_booking.html", {"booking": row, "form": forms.ReasonForm()})
    try:
        services.cancel_booking(
            booking_id=row.pk, reason=request.POST.get("reason", ""), by=request.user, at=request.at
        )
    except Refused as error:
        if not getattr(request, "htmx", False):
            return refused(request, error)
        form = forms.ReasonForm(request.POST)
        form.is_valid()
        put_on(form, error)
        return render(request, "rosters/_cancel_booking.html", {"booking": row, "form": form})
    messages.success(request, gettext("It is cancelled; everybody has been told."))
    response = HttpResponse(status=204)
    response.headers["HX-Refresh"] = "true"
    return response
