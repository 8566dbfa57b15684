"""Preparing and leading a campaign: settings, lists, script and form, endings, crew, start and stop."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from hotline.cases.logic.tables import Bad
from hotline.core import clock
from hotline.core.pages import Request, put_on, view, words
from hotline.kernel.rules import Refused
from hotline.outbound.forms import campaigns as forms
from hotline.outbound.models import Campaign, Crew
from hotline.outbound.models.campaigns import CALLS
from hotline.outbound.queries import work
from hotline.outbound.services import campaigns as services
from hotline.outbound.services import lists
from hotline.outbound.views import shown
from hotline.people.models import Person, Post

ACTS = {"start": services.start, "pause": services.pause, "close": services.close}


def _draw(request: Request, row: Campaign, name: str, **more: Any) -> HttpResponse:
    context = {"campaign": row, "tabs": shown.tabs(request, row, name), **more}
    return render(request, f"outbound/{name}.html", context)


@view("outbound.make_campaign")
def new(request: Request) -> HttpResponse:
    """Begin a campaign."""
    form = forms.CampaignForm(request.POST or None, initial={"first_day": clock.local_day(request.at)})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.make(values=form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The campaign is made. Take a list in next."))
            return shown.back_to("take_in", row.pk)
    return render(request, "outbound/new.html", {"form": form})


@view("outbound.make_campaign")
def edit(request: Request, pk: int) -> HttpResponse:
    """Change what is set."""
    row = shown.run_by(request, pk)
    form = forms.CampaignForm(request.POST or None, initial=forms.CampaignForm.initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            services.change(campaign_id=row.pk, values=form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, gettext("The settings are kept."))
            return shown.back_to("campaign", row.pk)
    return _draw(request, row, "edit", form=form)


@view("outbound.make_campaign")
def take_in(request: Request, pk: int) -> HttpResponse:
    """Take in a list; when rows make no sense nothing is taken in and each of them is named."""
    row = shown.run_by(request, pk)
    form = forms.ListForm(request.POST or None, request.FILES or None)
    more: dict[str, Any] = {"faults": []}
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            taken = lists.take_in(
                campaign_id=row.pk, name=file.name or "", content=file.read(), by=request.user, at=request.at
            )
        except Bad as bad:
            form.add_error("file", shown.bad_words(bad))
        except lists.Faulty as error:
            more = shown.faulty(error)
        except Refused as error:
            put_on(form, error)
        else:
            messages.success(request, _taken(taken))
            return shown.back_to("take_in", row.pk)
    batches = row.batches.select_related("by").order_by("-at", "-pk")[:50]
    return _draw(request, row, "take_in", form=form, batches=batches, **more)


def _taken(taken: lists.Taken) -> str:
    if not taken.added:
        return gettext("Nothing changed: all %(rows)s rows were known already or must not be called.") % {
            "rows": taken.rows
        }
    return gettext(
        "%(added)s people were added. Twice in the file: %(again)s, known before: %(known)s, must not be called: "
        "%(barred)s."
    ) % {"added": taken.added, "again": taken.again, "known": taken.known, "barred": taken.barred}


@view("outbound.make_campaign")
def script(request: Request, pk: int) -> HttpResponse:
    """What is said and asked; a change is a new version, and answers keep theirs."""
    row = shown.run_by(request, pk)
    known = work.script_of(row)
    form = forms.TextForm(request.POST or None, initial={"text": known.text if known else ""})
    rows = forms.FieldSet(request.POST or None, prefix="q", initial=forms.fieldset_initial(known))
    if request.method == "POST" and form.is_valid() and rows.is_valid():
        asked = forms.rows_in_order(rows)
        try:
            made = services.write_script(
                campaign_id=row.pk, text=form.cleaned_data["text"], fields=[one.as_field for one in asked],
                by=request.user, at=request.at,
            )  # fmt: skip
        except Refused as error:
            _put_on_rows(form, asked, error)
        else:
            messages.success(request, gettext("Version %(version)s is kept.") % {"version": made.version})
            return shown.back_to("script", row.pk)
    return _draw(request, row, "script", form=form, rows=rows, script=known)


def _put_on_rows(form: forms.TextForm, asked: list[forms.FieldForm], error: Refused) -> None:
    """What is wrong with a question stands at the question."""
    for refusal in error.refusals:
        place = str(refusal.params.get("field", ""))
        if place.isdigit() and int(place) < len(asked):
            asked[int(place)].add_error("label", words(refusal))
        else:
            form.add_error("text" if place == "text" else None, words(refusal))


@view("outbound.make_campaign")
def endings(request: Request, pk: int) -> HttpResponse:
    """In which ways calls may end, each with its key."""
    row = shown.run_by(request, pk)
    there = work.dispositions(row, all_of_them=True)
    rows = forms.EndingSet(request.POST or None, prefix="e", initial=forms.endings_initial(there))
    refused: list[str] = []
    if request.method == "POST" and rows.is_valid():
        asked = [one for one in rows.forms if one.cleaned_data]
        try:
            services.set_dispositions(
                campaign_id=row.pk, endings=[one.ending for one in asked], by=request.user, at=request.at
            )
        except Refused as error:
            refused = [words(refusal) for refusal in error.refusals]
        else:
            messages.success(request, gettext("The ways calls end are kept."))
            return shown.back_to("endings", row.pk)
    return _draw(request, row, "endings", rows=rows, refused=refused)


@view("outbound.make_campaign")
def crew(request: Request, pk: int) -> HttpResponse:
    """Who works in the campaign, each with his own goal for a day."""
    row = shown.run_by(request, pk)
    people = _able(row, request)
    wrong: list[str] = []
    if request.method == "POST":
        members, wrong = forms.crew_typed(request.POST, people)
        if not wrong:
            try:
                services.set_crew(
                    campaign_id=row.pk,
                    among=[one.pk for one in people],
                    members=members,
                    by=request.user,
                    at=request.at,
                )
            except Refused as error:
                wrong = [words(refusal) for refusal in error.refusals]
            else:
                messages.success(request, gettext("Who works in the campaign is kept."))
                return shown.back_to("crew", row.pk)
    there = {member.person_id: member for member in Crew.objects.filter(campaign=row, is_active=True)}
    lines = [
        {
            "person": one,
            "unit": one.unit_name,
            "is_in": bool(request.POST.get(f"in_{one.pk}")) if request.method == "POST" else one.pk in there,
            "goal": request.POST.get(f"goal_{one.pk}", "")
            if request.method == "POST"
            else (there[one.pk].daily_goal or "" if one.pk in there else ""),
        }
        for one in people
    ]
    return _draw(request, row, "crew", lines=lines, wrong=wrong)


def _able(row: Campaign, request: Request) -> list[Any]:
    """Those of the centre who may make calls, by their teams."""
    day = clock.local_day(request.at)
    posts = Post.objects.on(day).filter(
        person__centre=row.centre_id, person__is_active=True, person__is_system=False, position__in=CALLS
    )
    found: dict[int, Person] = {}
    for post in posts.select_related("person", "unit").order_by("unit__name", "person__name_key", "pk"):
        person = found.setdefault(post.person_id, post.person)
        person.unit_name = getattr(person, "unit_name", post.unit.name)  # type: ignore[attr-defined]
    return list(found.values())


@view("outbound.make_campaign")
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """Start, pause, go on, close."""
    row = shown.run_by(request, pk)
    if act not in ACTS:
        raise Http404
    if request.method == "GET":
        return _draw(request, row, "act", act=act, form=forms.NoteForm())
    values: dict[str, Any] = {} if act == "start" else {"note": request.POST.get("note", "")[:500]}
    try:
        ACTS[act](campaign_id=row.pk, **values, by=request.user, at=request.at)
    except Refused as error:
        shown.tell(request, error)
    else:
        messages.success(request, _said(act))
    return shown.back_to("campaign", row.pk)


def _said(act: str) -> str:
    match act:
        case "start":
            return gettext("The campaign is running.")
        case "pause":
            return gettext("The campaign is paused.")
    return gettext("The campaign is closed.")
