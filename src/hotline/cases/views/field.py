"""For field supervisors on a phone: what to look at, the reply with photos, a report of their own."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext

from hotline.cases.forms.field import Position, Reply, Report
from hotline.cases.models import Source, Task, TaskKind, TaskStatus
from hotline.cases.queries import field as queries
from hotline.cases.services import drafts, field, intake
from hotline.cases.views import telling
from hotline.core.pages import Request, draw, put_on, view
from hotline.kernel.rules import Refused

# Which photos a task asks for: how it looks now, and how it looks after handling.
PHOTOS = {TaskKind.VERIFY: ("near", "far"), TaskKind.CHECK: ("after", "far")}
OWN_PHOTOS = ("near", "far")
OWN_DRAFT = "report"


@view("cases.view_tasks", methods=["GET"])
def tasks(request: Request) -> HttpResponse:
    """Open tasks by due time, or by distance once the person has asked his device where he is."""
    here = Position(request.GET).spot
    context = {
        "here": here,
        "rows": queries.to_do(request.user, here),
        "done": queries.done_lately(request.user, request.at),
        "reports": queries.own_reports(request.user),
        "topic": f"tasks:{request.user.pk}",
        "page_url": request.get_full_path(),
    }
    return draw(request, "cases/tasks.html", context, fragment="cases/_tasks.html")


@view("cases.view_tasks")
def task(request: Request, pk: int) -> HttpResponse:
    """One task: what is asked, where it is, and the reply."""
    asked = get_object_or_404(queries.tasks_of(request.user), pk=pk)
    is_open = asked.status == TaskStatus.ASKED
    form = Reply(request.POST if request.method == "POST" else None, task=asked)
    if request.method == "POST" and form.is_valid():
        done = _replied(request, asked, form)
        if done is not None:
            drafts.drop_draft(key=f"task:{pk}", by=request.user, at=request.at)
            messages.success(request, gettext("Your reply is in. Thank you."))
            return redirect("cases:tasks")
    context = {
        "task": asked,
        "case": asked.case,
        "is_open": is_open,
        "is_check": asked.kind == TaskKind.CHECK,
        "form": form,
        "photos": PHOTOS[TaskKind(asked.kind)],
        "files": list(asked.case.files.order_by("at", "pk")),
        "draft": f"task:{asked.pk}",
    }
    return draw(request, "cases/task.html", context)


def _replied(request: Request, asked: Task, form: Reply) -> Task | None:
    """Photos and reply go together or not at all."""
    try:
        with transaction.atomic():
            telling.keep_photos(request, asked.case, PHOTOS[TaskKind(asked.kind)])
            return field.reply(task_id=asked.pk, **form.values, by=request.user, at=request.at)
    except Refused as error:
        put_on(form, error)
        return None


@view("cases.view_tasks")
def report(request: Request) -> HttpResponse:
    """A field supervisor's own report (B3.1)."""
    form = Report(request.POST if request.method == "POST" else None, by=request.user)
    if request.method == "POST" and form.is_valid():
        number = _reported(request, form)
        if number:
            drafts.drop_draft(key=OWN_DRAFT, by=request.user, at=request.at)
            messages.success(request, gettext("Your report is in: {number}.").format(number=number))
            return redirect("cases:tasks")
    return draw(request, "cases/task_report.html", {"form": form, "photos": OWN_PHOTOS, "draft": OWN_DRAFT})


def _reported(request: Request, form: Report) -> str:
    data: dict[str, Any] = form.cleaned_data
    try:
        with transaction.atomic():
            case = intake.register(
                by=request.user,
                at=request.at,
                source=Source.FIELD,
                reporter=request.user,
                description=data["description"],
                place=data["place"],
                latitude=data["latitude"],
                longitude=data["longitude"],
                category=data["category"],
                urgent=data["is_urgent"],
            )
            telling.keep_photos(request, case, OWN_PHOTOS)
            return case.number
    except Refused as error:
        put_on(form, error)
        return ""
