"""A promise as pages show it: the customer as far as he may be known, where it leads, what one may do."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from hotline.core.access import may
from hotline.core.templatetags.pieces import TimelineItem
from hotline.people.models import Person
from hotline.promises.models import Promise, PromiseStep, Question, QuestionStep
from hotline.promises.queries import calls, figures
from hotline.promises.views.looks import PROMISE_COMMANDS, QUESTION_STEPS, STEPS, Command


@dataclass(frozen=True, slots=True)
class Line:
    """One promise in a list."""

    row: Promise
    who: str
    commands: tuple[Command, ...]

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("promises:promise", args=[self.row.pk])

    @property
    def tells(self) -> str:
        """The case that answers: the one with which its own was merged, else its own."""
        case = self.row.merged_into or self.row.case
        return case.number if case else ""


def commands_for(person: Person, promise: Promise) -> tuple[Command, ...]:
    """What this person may do with a promise that is still owed."""
    if not promise.is_owed:
        return ()
    return tuple(one for one in PROMISE_COMMANDS if _fits(one, person, promise))


def _fits(command: Command, person: Person, promise: Promise) -> bool:
    owner = promise.owner_id
    match command.name:
        case "dial":
            called = calls.call_of(promise) is not None
            return called and may(person, command.permission, promise) and may(person, "telephony.call_out", person)
        case "take":
            return owner is None and may(person, command.permission, promise)
        case "mine":
            return owner not in {None, person.pk} and may(person, "promises.pass_on", promise, person)
        case "release":
            return owner is not None and may(person, command.permission, promise)
    return may(person, command.permission, promise)


def line(promise: Promise, person: Person) -> Line:
    """One promise as this person sees it."""
    return Line(promise, figures.who(promise, person), commands_for(person, promise))


def items(steps: list[PromiseStep]) -> list[TimelineItem]:
    """The history of a promise."""
    return [
        TimelineItem(
            at=step.at,
            title=step.get_kind_display(),
            actor=step.by.name if not step.by.is_system else "",
            text=_text(step.note, step.to),
            icon=STEPS[step.kind][0],
            tone=STEPS[step.kind][1],
        )
        for step in steps
    ]


def question_items(steps: list[QuestionStep]) -> list[TimelineItem]:
    """The history of a difficult issue."""
    return [
        TimelineItem(
            at=step.at,
            title=step.get_kind_display(),
            actor=step.by.name if not step.by.is_system else "",
            text=_text(step.text, step.to),
            icon=QUESTION_STEPS[step.kind][0],
            tone=QUESTION_STEPS[step.kind][1],
        )
        for step in steps
    ]


def _text(note: str, to: Person | None) -> str:
    told = gettext("To: {name}").format(name=to.name) if to else ""
    return "\n".join(part for part in (note, told) if part)


def question_of(promise: Promise) -> Question | None:
    """The difficult-issue form of a promise's chain."""
    return Question.objects.filter(promise=promise.first_id or promise.pk).first()
