"""Turns of shifts, and who keeps which."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext

from hotline.core import clock
from hotline.core.pages import Request, put_on, view
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.rosters import forms
from hotline.rosters.models import Pattern, PatternKeeper
from hotline.rosters.services import patterns as services
from hotline.rosters.views import shown
from hotline.rosters.views.tabs import tabs_of


@view("rosters.plan")
def patterns(request: Request) -> HttpResponse:
    """The turns of the centre and who keeps them; a new turn, and more people on one."""
    centre, today = request.user.centre, clock.local_day(request.at)
    people = Person.objects.filter(centre=centre, is_active=True, is_system=False).order_by("name_key", "pk")
    rows = Pattern.objects.filter(centre=centre, is_active=True)
    making = request.POST.get("form") == "pattern"
    pattern_form = forms.PatternForm(request.POST if making else None)
    keep_form = forms.KeepForm(
        request.POST if request.method == "POST" and not making else None, patterns=rows, people=people
    )
    if request.method == "POST" and (_make(request, pattern_form) if making else _keep(request, keep_form)):
        return redirect("rosters:patterns")
    keepers = PatternKeeper.objects.filter(pattern__in=rows, person__is_active=True).exclude(days__endswith__lte=today)
    by_pattern: dict[int, list[PatternKeeper]] = {}
    for keeper in keepers.select_related("person").order_by("person__name_key", "person"):
        by_pattern.setdefault(keeper.pattern_id, []).append(keeper)
    context = {
        "tabs": tabs_of(request.user, "patterns"),
        "rows": [
            {
                "pattern": row,
                "turn": [shown.shift_words(code) if code else gettext("free") for code in row.turn],
                "keepers": by_pattern.get(row.pk, []),
            }
            for row in rows
        ],
        "pattern_form": pattern_form,
        "keep_form": keep_form,
    }
    return render(request, "rosters/patterns.html", context)


def _make(request: Request, form: forms.PatternForm) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        services.make_pattern(
            centre=request.user.centre, name=data["name"], turn=data["turn"], by=request.user, at=request.at
        )
    except Refused as error:
        put_on(form, error)
        return False
    messages.success(request, gettext("The pattern is kept."))
    return True


def _keep(request: Request, form: forms.KeepForm) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        count = services.keep_pattern(
            pattern_id=data["pattern"].pk,
            people=[person.pk for person in data["people"]],
            begins=data["begins"],
            last=data["last"],
            step=data["step"],
            by=request.user,
            at=request.at,
        )
    except Refused as error:
        put_on(form, error)
        return False
    messages.success(request, ngettext("%(n)s person keeps it.", "%(n)s people keep it.", count) % {"n": count})
    return True


@view("rosters.plan", methods=["POST"])
def end(request: Request, pk: int) -> HttpResponse:
    """Somebody keeps his turn no longer, from today on."""
    row = get_object_or_404(PatternKeeper, pk=pk, pattern__centre=request.user.centre_id)
    services.end_keeping(keeper_id=row.pk, day=clock.local_day(request.at), by=request.user, at=request.at)
    return redirect("rosters:patterns")
