"""The organisation: its chart, the list of persons, one person's page, hiring, posts and skills."""

from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hotline.core import access, clock, pages
from hotline.core.pages import SIGNED_IN, Request, view
from hotline.kernel.rules import Refused
from hotline.people import forms, logic, queries, signin
from hotline.people.models import Person, Post
from hotline.people.services import organisation

COLUMNS = {
    "number": "number",
    "name": "name_key",
    "position": "position_now",
    "unit": "unit_key",
    "joined": "joined_on",
}


@view("people.view_chart", methods=["GET"])
def chart(request: Request) -> HttpResponse:
    """The tree of units, and every team outside its span (A2.7)."""
    today = clock.local_day(request.at)
    context = {
        "branches": queries.chart(request.user.centre, on=today),
        "outside": queries.teams_outside_span(request.user.centre, on=today),
        "span": logic.SPAN_OF_A_TEAM,
        "may_organise": access.may(request.user, "people.organise"),
        "seen": set(Person.objects.visible_to(request.user).values_list("pk", flat=True)),
    }
    return render(request, "people/chart.html", context)


@view("people.organise")
def new_unit(request: Request) -> HttpResponse:
    """Make a unit."""
    form = forms.UnitForm(request.POST or None, centre=request.user.centre)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            form,
            lambda: organisation.make_unit(
                centre=request.user.centre, by=request.user, at=request.at, **form.cleaned_data
            ),
        )
        if done:
            return redirect("people:chart")
    return render(request, "people/form.html", {"form": form, "title": _("New unit"), "verb": _("Save")})


@view("people.list_persons", methods=["GET"])
def persons(request: Request) -> HttpResponse:
    """The persons one may see: filter, sort, search, export."""
    form = forms.PersonFilter(request.GET or None, centre=request.user.centre)
    wanted: dict[str, Any] = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows = queries.persons(request.user, on=clock.local_day(request.at), **wanted)
    rows = pages.ordered(request, rows, COLUMNS, "name")
    if request.GET.get("export") == "xlsx":
        return export(rows)
    page = pages.page_of(request, rows)
    context = {
        "form": form,
        "page": page,
        "rows": [(row, queries.position_word(row.position_now)) for row in page.rows],
        "may_organise": access.may(request.user, "people.organise"),
    }
    return pages.draw(request, "people/persons.html", context)


def export(rows: Any) -> HttpResponse:
    """The list as a workbook."""
    heads = [_("Staff number"), _("Full name"), _("Position"), _("Unit"), _("Phone"), _("Joined on"), _("Left on")]
    lines = (
        [
            row.number,
            row.name,
            queries.position_word(row.position_now),
            row.unit_now or "",
            row.phone,
            row.joined_on,
            row.left_on,
        ]
        for row in rows
    )
    return pages.xlsx("persons", heads, lines)


def seen(request: Request, pk: int) -> Person:
    """The person, or 404 for whom one may not see."""
    one = get_object_or_404(Person.objects.filter(is_system=False).select_related("centre"), pk=pk)
    if not access.may(request.user, "people.view_person", one):
        raise Http404
    return one


@view(SIGNED_IN, methods=["GET"])
def person(request: Request, pk: int) -> HttpResponse:
    """One person: posts, skills, account, work log."""
    return show(request, seen(request, pk))


def show(request: Request, one: Person, *, status: int = 200, **more: Any) -> HttpResponse:
    """Draw a person's page, with forms that carry their own errors."""
    me, today = request.user, clock.local_day(request.at)
    keeps = access.may(me, "people.keep_account", one)
    context: dict[str, Any] = {
        "person": one,
        "posts": queries.posts_of(one),
        "skills": queries.skills_of(one),
        "worklog": queries.worklog_of(one, limit=20),
        "presence": queries.presence_of(one),
        "keeps": keeps,
        "account": queries.account_of(one, at=request.at) if keeps else None,
        "has_mfa": signin.has_mfa(one) if keeps else False,
        "may_organise": access.may(me, "people.organise", one.centre_id),
        "signed": queries.has_signed(one),
        "post_form": forms.PostForm(centre=one.centre, initial={"since": today}),
        "end_form": forms.EndForm(initial={"until": today}),
        "skill_form": forms.SkillForm(initial={"since": today}),
        "today": today,
    }
    return render(request, "people/person.html", context | more, status=status)


@view("people.organise")
def hire(request: Request) -> HttpResponse:
    """Enter a new person."""
    form = forms.HireForm(
        request.POST or None, centre=request.user.centre, initial={"since": clock.local_day(request.at)}
    )
    if request.method == "POST" and form.is_valid():
        made: list[Person] = []
        if attempt(form, lambda: made.append(organisation.hire(by=request.user, at=request.at, **form.cleaned_data))):
            messages.success(request, _("Entered. Invite the person, so that he can set his password."))
            return redirect("people:person", made[0].pk)
    return render(request, "people/form.html", {"form": form, "title": _("New person"), "verb": _("Save")})


@view("people.organise")
def correct(request: Request, pk: int) -> HttpResponse:
    """Correct a name or a phone."""
    one = seen(request, pk)
    form = forms.CorrectForm(request.POST or None, initial={"name": one.name, "phone": one.phone})
    if request.method == "POST" and form.is_valid():
        organisation.change_person(person=one, by=request.user, at=request.at, **form.cleaned_data)
        return redirect("people:person", pk)
    return render(request, "people/form.html", {"form": form, "title": one.name, "verb": _("Save")})


@view("people.organise", methods=["POST"])
def give_post(request: Request, pk: int) -> HttpResponse:
    """Give a position."""
    one = seen(request, pk)
    form = forms.PostForm(request.POST, centre=one.centre)
    if form.is_valid() and attempt(
        form, lambda: organisation.give_post(person=one, by=request.user, at=request.at, **form.cleaned_data)
    ):
        messages.success(request, _("The position is given."))
        return redirect("people:person", pk)
    return show(request, one, status=422, post_form=form)


@view("people.organise", methods=["POST"])
def end_post(request: Request, pk: int, post_id: int) -> HttpResponse:
    """End a position."""
    one = seen(request, pk)
    post = get_object_or_404(Post.objects.visible_to(request.user).filter(person=one), pk=post_id)
    form = forms.EndForm(request.POST)
    if form.is_valid() and attempt(
        form,
        lambda: organisation.end_post(post=post, until=form.cleaned_data["until"], by=request.user, at=request.at),
    ):
        messages.success(request, _("The position is ended."))
        return redirect("people:person", pk)
    return show(request, one, status=422, end_form=form)


@view("people.organise", methods=["POST"])
def give_skill(request: Request, pk: int) -> HttpResponse:
    """Note a skill."""
    one = seen(request, pk)
    form = forms.SkillForm(request.POST)
    if form.is_valid() and attempt(
        form, lambda: organisation.give_skill(person=one, by=request.user, at=request.at, **form.cleaned_data)
    ):
        messages.success(request, _("The skill is noted."))
        return redirect("people:person", pk)
    return show(request, one, status=422, skill_form=form)


def attempt(form: django_forms.Form, act: Any) -> bool:
    """Do it, or show in the form why not."""
    try:
        act()
    except Refused as error:
        pages.put_on(form, error)
        return False
    return True
