"""From a button to the one service behind it, for the case page and the desk alike."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.forms import Form
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from hotline.cases.access import allowed_actions
from hotline.cases.forms.case import ACT_FORMS, Act
from hotline.cases.logic.flow import Action, Status
from hotline.cases.models import Case, FileKind
from hotline.cases.services import closing, desk, dispatching, field, files, filing, merging
from hotline.cases.views.looks import COMMANDS, Command
from hotline.core.pages import Request, words
from hotline.kernel.rules import Refused
from hotline.people.models import Person

Service = Callable[..., Any]
SERVICES: dict[Action, Service] = {
    Action.TAKE: desk.take,
    Action.RELEASE: desk.release,
    Action.ASSIGN: desk.assign,
    Action.NOTE: desk.add_note,
    Action.REMIND: field.remind,
    Action.ASK_VERIFY: filing.ask_verify,
    Action.PRE_FILE: filing.pre_file,
    Action.TO_FILING_GATE: filing.submit_for_filing,
    Action.FILE: filing.file,
    Action.REJECT: filing.reject,
    Action.NOT_ACCEPT: filing.not_accept,
    Action.GATE_RETURN: filing.return_from_gate,
    Action.DISPATCH: dispatching.dispatch,
    Action.ACCEPT: dispatching.accept,
    Action.SEND_BACK: dispatching.send_back,
    Action.POSTPONE: dispatching.postpone,
    Action.PARK: dispatching.park,
    Action.RESUME: dispatching.resume,
    Action.FEEDBACK: dispatching.feedback,
    Action.ASK_CHECK: closing.ask_check,
    Action.TO_CLOSING_GATE: closing.submit_for_closing,
    Action.CLOSE: closing.close,
    Action.REWORK: closing.demand_rework,
    Action.REOPEN: closing.reopen,
    Action.CANCEL: closing.cancel,
    Action.MERGE: merging.merge,
    Action.PART: merging.part,
}
# What the work naturally goes on with, by status; the first that the person may do.
NEXT: dict[Status, tuple[Action, ...]] = {
    Status.REGISTERED: (Action.PRE_FILE,),
    Status.PRE_FILED: (Action.FILE, Action.TO_FILING_GATE),
    Status.FILED: (Action.DISPATCH,),
    Status.RETURNED: (Action.DISPATCH,),
    Status.REOPENED: (Action.DISPATCH,),
    Status.DISPATCHED: (Action.ACCEPT, Action.FEEDBACK),
    Status.HANDLING: (Action.FEEDBACK,),
    Status.REWORK: (Action.ACCEPT, Action.FEEDBACK),
    Status.FEEDBACK: (Action.ASK_CHECK,),
    Status.CLOSE_REVIEW: (Action.CLOSE, Action.TO_CLOSING_GATE),
}
# Buttons that the pages draw elsewhere: facts have their own form, files their own place.
ELSEWHERE = frozenset({Action.AMEND, Action.ATTACH})
MOST_FILES = 20
FROM_ADDRESS = ("into", "into_version")  # what an address may fill in: an offer names the other case
FILE_KINDS = FileKind.choices


@dataclass(frozen=True, slots=True)
class Button:
    """An action offered on a page."""

    action: Action
    command: Command
    url: str
    is_plain: bool  # asks nothing beyond the click
    is_next: bool = False


def action_of(name: str) -> Action:
    """The action an address names; 404 for one that no page offers."""
    if name not in ACT_FORMS:
        raise Http404(name)
    return Action(name)


def next_step(case: Case, allowed: Iterable[Action]) -> Action | None:
    """The natural next step of a case for this person."""
    possible = set(allowed)
    if case.code is Status.CLOSE_REVIEW and not case.closing_answer:
        possible.discard(Action.CLOSE)  # closing needs the answer first
    return next((action for action in NEXT.get(case.code, ()) if action in possible), None)


def buttons(person: Person, case: Case, route: str) -> list[Button]:
    """Every action that the person may do now; the natural next one is marked."""
    allowed = allowed_actions(person, case)
    following = next_step(case, allowed)
    return [
        Button(
            action=action,
            command=COMMANDS[action],
            url=reverse(route, args=[case.number, action.value]),
            is_plain=ACT_FORMS[action] is Act,
            is_next=action is following,
        )
        for action in allowed
        if action not in ELSEWHERE
    ]


def ask(request: Request, action: Action, case: Case, *, posted: bool) -> Act:
    """The form of an action, empty or with what was sent."""
    form = ACT_FORMS[action](request.POST if posted else None, case=case, person=request.user, at=request.at)
    form.initial.update({name: request.GET[name] for name in FROM_ADDRESS if name in request.GET})
    return form


def perform(action: Action, form: Act, *, case: Case, version: int, by: Person, at: datetime) -> Any:
    """Call the service of an action with what its form holds."""
    return SERVICES[action](case_id=case.pk, version=version, **form.values, by=by, at=at)


def keep_files(request: Request, case: Case) -> int:
    """Add the files that came along; how many there were."""
    sent = request.FILES.getlist("photos")[:MOST_FILES]
    kind = request.POST.get("kind", "other")
    for one in sent:
        files.attach(
            case_id=case.pk, kind=kind, name=one.name or "", content=one.read(), by=request.user, at=request.at
        )
    return len(sent)


def show_refusals(error: Refused, *forms: Form) -> None:
    """Say each refusal beside the field it names, in whichever of the forms has it; else above the first form."""
    for refusal in error.refusals:
        named = str(refusal.params.get("field"))
        places = ((one, name) for one in forms for name in (named, f"caller_{named}") if name in one.fields)
        form, name = next(places, (None, ""))
        text = f"{words(refusal)} ({refusal.clause})"
        (form or forms[0]).add_error(name if form else None, text)


def offered(request: Request) -> Case | None:
    """The earlier case into which a new report shall go, when one was chosen."""
    number = request.POST.get("into", "")
    return get_object_or_404(Case.objects.visible_to(request.user), number=number) if number else None


def version_of(request: Request, name: str = "version") -> int:
    """The version that the person saw; none at all is never the present one."""
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else -1
