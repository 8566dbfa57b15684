"""The shift leader's board: everything in hand, the queues, who is on duty; handing cases and tasks to others."""

from collections.abc import Collection
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from hotline.cases.access import LEADS
from hotline.cases.forms.board import HandTask, Reassign
from hotline.cases.models import Case, Holding, Task, TaskStatus
from hotline.cases.queries import board as queries
from hotline.cases.services import desk, field
from hotline.cases.views import telling
from hotline.core.clock import local_day
from hotline.core.pages import Request, draw, put_on, view
from hotline.core.templatetags.pieces import Tab
from hotline.kernel.rules import Refused
from hotline.people.models import Person, Position

MOST_SELECTED = 500
BY_PERSON, BY_STAGE = "person", "stage"
# In the hands of the field the case moves with its task.
IN_THE_FIELD = frozenset({"verifying", "checking"})


@view("cases.open_board", methods=["GET"])
def board(request: Request) -> HttpResponse:
    """Every case in hand with its age and countdown, the most overdue first."""
    return _draw(request, Reassign(by=request.user, day=local_day(request.at)))


def _draw(request: Request, form: Reassign, chosen: Collection[int] = ()) -> HttpResponse:
    centre, at = request.user.centre_id, request.at
    by = BY_STAGE if request.GET.get("by") == BY_STAGE else BY_PERSON
    whole = request.GET.get("whole", "")
    rows = queries.held_by_people(centre)
    duty = queries.on_duty(centre, at, rows)
    if by == BY_STAGE:
        groups = queries.by_stage(rows, at, whole)
    else:
        groups = queries.by_person(rows, {one.person.pk: one.state for one in duty}, at, whole)
    waiting = queries.queues(centre)
    context = {
        "by": by,
        "tabs": _tabs(by),
        "groups": groups,
        "in_hand": len(rows),
        "late": sum(group.late for group in groups),
        "queues": waiting,
        "in_queues": sum(queue.count for queue in waiting),
        "duty": duty,
        "ready": sum(one.state == "ready" for one in duty),
        "units": queries.at_units(centre, at),
        "form": form,
        "chosen": chosen,
        "can_hand": request.user.standing.is_any(*LEADS),
        "can_assign": request.user.standing.is_any(*LEADS, Position.TEAM_LEADER),
        "in_the_field": IN_THE_FIELD,
        "topic": f"board:{centre}",
        "page_url": f"{reverse('cases:board')}?{urlencode({'by': by, 'whole': whole})}",
    }
    return draw(request, "cases/board.html", context, fragment="cases/_board.html")


def _tabs(by: str) -> list[Tab]:
    here = reverse("cases:board")
    return [
        Tab(gettext("By person"), f"{here}?by={BY_PERSON}", by == BY_PERSON),
        Tab(gettext("By stage"), f"{here}?by={BY_STAGE}", by == BY_STAGE),
    ]


@view("cases.open_board", methods=["POST"])
def reassign(request: Request) -> HttpResponse:
    """Hand the selected cases to somebody; each one that cannot go says why, the others go."""
    form = Reassign(request.POST, by=request.user, day=local_day(request.at))
    wanted = _selected(request)
    if not form.is_valid():
        return _draw(request, form, wanted)
    cases = {case.pk: case for case in Case.objects.visible_to(request.user).filter(pk__in=wanted)}
    done = sum(
        _hand_over(request, cases[pk], version, form.cleaned_data["to"], form.cleaned_data["reason"])
        for pk, version in wanted.items()
        if pk in cases
    )
    if done:
        text = ngettext("{n} case goes to {name}.", "{n} cases go to {name}.", done)
        messages.success(request, text.format(n=done, name=form.cleaned_data["to"].name))
    return redirect(f"{reverse('cases:board')}?by={request.GET.get('by', BY_PERSON)}")


def _selected(request: Request) -> dict[int, int]:
    """Cases with the version that was seen, from `case:version`."""
    found = {}
    for text in request.POST.getlist("id")[:MOST_SELECTED]:
        case, _colon, version = text.partition(":")
        if case.isdecimal() and version.isdecimal():
            found[int(case)] = int(version)
    return found


def _hand_over(request: Request, case: Case, version: int, to: Person, reason: str) -> bool:
    try:
        desk.assign(case_id=case.pk, version=version, to=to, reason=reason, by=request.user, at=request.at)
    except Refused as error:
        telling.refused(request, error, case.number)
        return False
    return True


@view("cases.work_gate")
def hand_task(request: Request, number: str) -> HttpResponse:
    """Give the open task of a case to a field supervisor: where nobody answers for the place, or instead of another."""
    case = get_object_or_404(Case.objects.visible_to(request.user).select_related("category", "grid"), number=number)
    task = get_object_or_404(Task.objects.select_related("person", "grid"), case=case, status=TaskStatus.ASKED)
    form = HandTask(request.POST if request.method == "POST" else None, by=request.user, day=local_day(request.at))
    if request.method == "POST" and form.is_valid():
        try:
            field.hand_task(task_id=task.pk, **form.cleaned_data, by=request.user, at=request.at)
        except Refused as error:
            put_on(form, error)
        else:
            name = form.cleaned_data["to"].name
            messages.success(request, gettext("{name} was asked to look.").format(name=name))
            return redirect("cases:board")
    context = {"case": case, "task": task, "form": form, "held": Holding.objects.open().filter(case=case).first()}
    return draw(request, "cases/board_hand.html", context)
