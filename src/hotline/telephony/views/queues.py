"""Pages of queues and of people at their telephones."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from hotline.core import clock
from hotline.core.access import may
from hotline.core.pages import Request, draw, put_on, view
from hotline.kernel.rules import Refused
from hotline.people.models import Person
from hotline.telephony.forms import MembersForm, QueueForm, SkillsForm
from hotline.telephony.models import Queue
from hotline.telephony.models.setup import ANSWERS
from hotline.telephony.queries import floor
from hotline.telephony.queries import setup as catalogue
from hotline.telephony.services import setup
from hotline.telephony.views.board import tabs


@view("telephony.view_queues", methods=["GET"])
def queues(request: Request) -> HttpResponse:
    """Every queue as it is now, with the service level of today in each formula."""
    person = request.user
    context = {
        "queues": floor.queues_now(person),
        "levels": floor.levels(person, request.at),
        "engine": floor.engine(person.centre_id, request.at),
        "may_set": may(person, "telephony.set_queue"),
        "tabs": tabs(request, "queues"),
        "topic": f"calls:{person.centre_id},phones:{person.centre_id}",
    }
    return draw(request, "telephony/queues.html", context, fragment="telephony/_queues.html")


@view("telephony.view_states", methods=["GET"])
def states(request: Request) -> HttpResponse:
    """A2.3: what everybody at a telephone does, and since when."""
    person = request.user
    context = {
        "seats": floor.seats(person),
        "engine": floor.engine(person.centre_id, request.at),
        "tabs": tabs(request, "states"),
        "topic": f"phones:{person.centre_id}",
    }
    return draw(request, "telephony/states.html", context, fragment="telephony/_states.html")


@view("telephony.view_queues")
def queue(request: Request, pk: int) -> HttpResponse:
    """The rules of a queue and who serves it; changed by those who may."""
    row = get_object_or_404(Queue.objects.visible_to(request.user), pk=pk)
    may_set = may(request.user, "telephony.set_queue")
    people = _people(row, request)
    serving = list(row.members.values_list("person", flat=True))
    posted = request.POST if request.method == "POST" and may_set else None
    form, members = QueueForm(posted, instance=row), MembersForm(posted, people=people, initial={"persons": serving})
    asked = list(row.skills.select_related("skill").order_by("skill__name"))
    skills = SkillsForm(posted, skills=catalogue.skills(request.user), asked={one.skill_id: one for one in asked})
    if request.method == "POST" and not may_set:
        return redirect("telephony:queue", row.pk)
    whole = all([form.is_valid(), members.is_valid(), skills.is_valid()])  # what is wrong is said of all at once
    if posted is not None and whole and _saved(request, row, form, members, skills):
        return redirect("telephony:queues")
    if not may_set:
        for field in (*form.fields.values(), *members.fields.values()):
            field.disabled = True
    context = {
        "row": row,
        "form": form,
        "members": members,
        "may_set": may_set,
        "skills": skills,
        "asked": asked,
    }
    return draw(request, "telephony/queue.html", context)


def _saved(request: Request, row: Queue, form: QueueForm, members: MembersForm, skills: SkillsForm) -> bool:
    try:
        setup.set_up_queue(
            queue_id=row.pk, changes=form.cleaned_data, persons=members.cleaned_data["persons"], skills=skills.values,
            by=request.user, at=request.at,
        )  # fmt: skip
    except Refused as error:
        put_on(form, error)
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    return True


def _people(row: Queue, request: Request) -> list[tuple[int, str]]:
    able = Person.objects.filter(centre=row.centre_id, is_active=True, is_system=False)
    able = able.holding(*ANSWERS, on=clock.local_day(request.at)) | Person.objects.filter(queue_members__queue=row)
    return [(person.pk, str(person)) for person in able.distinct().order_by("name_key", "pk")]
