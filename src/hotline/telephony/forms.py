"""What people type about calls and queues. Parsing only, no decisions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.people.models import Person, Skill
from hotline.telephony.logic.menus import (
    DAYS_LABELS,
    DIGITS,
    REPEATS_MOST,
    STEP_LABELS,
    TIMES_MOST,
    WAIT_MOST,
    Days,
    Step,
    StepKind,
    Tree,
)
from hotline.telephony.logic.menus import (
    TEXT_MOST as WORDS_MOST,
)
from hotline.telephony.logic.reports import BY_LABELS, By
from hotline.telephony.logic.supervision import TEXT_MOST
from hotline.telephony.logic.words import STATE_LABELS, State
from hotline.telephony.models import CheckKind, CheckStatus, Queue, QueueSkill, RecordingFate
from hotline.telephony.models.calls import ENDS
from hotline.telephony.models.setup import CONTACT, DIALLED, MOST_SECONDS
from hotline.telephony.queries.calls import queue_choices
from hotline.telephony.services.setup import RULES

ANY = ("", _("Any"))


class Filter(forms.Form):
    """What narrows a list."""

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen; what cannot be read narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class FloorFilter(Filter):
    """What narrows figures to a queue or a team."""

    queue = forms.TypedChoiceField(label=_("Queue"), required=False, coerce=int, empty_value=None)
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Mapping[str, Any], *, queues: list[tuple[int, str]], teams: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["queue"].choices = [ANY, *queues]  # type: ignore[attr-defined]
        self.fields["team"].choices = [ANY, *teams]  # type: ignore[attr-defined]


class CallFilter(Filter):
    """Which calls."""

    q = forms.CharField(label=_("Number or name"), max_length=60, required=False)
    queue = forms.TypedChoiceField(label=_("Queue"), required=False, coerce=int, empty_value=None)
    how = forms.ChoiceField(label=_("How it ended"), required=False)
    since = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Mapping[str, Any], *, person: Person) -> None:
        super().__init__(data)
        self.fields["queue"].choices = [ANY, *queue_choices(person)]  # type: ignore[attr-defined]
        self.fields["how"].choices = [ANY, ("open", _("Going on")), *ENDS[1:]]  # type: ignore[attr-defined]


if TYPE_CHECKING:
    QueueModelForm = forms.ModelForm[Queue]
else:
    QueueModelForm = forms.ModelForm


class QueueForm(QueueModelForm):
    """A queue's rules."""

    class Meta:
        model = Queue
        fields = list(RULES)
        widgets = {
            "opens": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Queue.objects.filter(centre=self.instance.centre_id, is_active=True).exclude(pk=self.instance.pk)
        self.fields["overflow_to"].queryset = others  # type: ignore[attr-defined]


class NewQueueForm(QueueForm):
    """A new queue: its code, and its rules."""

    class Meta(QueueForm.Meta):
        fields = ["code", *RULES]
        error_messages = {"code": {"invalid": _("Only Latin letters, digits, - and _: city, heating.")}}
        help_texts = {"code": _("Short, in Latin letters and digits, and never changed: city, heating.")}


class SkillsForm(forms.Form):
    """Which skills a queue asks for: a level and a time for each skill of the centre."""

    def __init__(self, *args: Any, skills: list[Skill], asked: Mapping[int, QueueSkill], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.skills = skills
        levels = [("", _("not asked for")), *((str(n), str(n)) for n in range(1, 6))]
        for skill in skills:
            row = asked.get(skill.pk)
            self.fields[f"level_{skill.pk}"] = forms.TypedChoiceField(
                label=_("Level at least"), choices=levels, required=False, coerce=int, empty_value=None,
                initial=row.level if row else "",
            )  # fmt: skip
            self.fields[f"until_{skill.pk}"] = forms.IntegerField(
                label=_("Until waited (s)"), required=False, min_value=1, max_value=MOST_SECONDS,
                initial=row.until if row else None,
            )  # fmt: skip

    @property
    def rows(self) -> list[tuple[Skill, forms.BoundField, forms.BoundField]]:
        """Each skill with its two fields."""
        return [(skill, self[f"level_{skill.pk}"], self[f"until_{skill.pk}"]) for skill in self.skills]

    def clean(self) -> dict[str, Any]:
        """A time without a level asks for nothing."""
        for skill in self.skills:
            if self.cleaned_data.get(f"until_{skill.pk}") and not self.cleaned_data.get(f"level_{skill.pk}"):
                self.add_error(f"level_{skill.pk}", _("Choose the level too, or empty the time."))
        return self.cleaned_data

    @property
    def values(self) -> list[tuple[int, int, int | None]]:
        """The skills that are asked for, as the service takes them."""
        said = self.cleaned_data
        found = [(skill.pk, said[f"level_{skill.pk}"], said[f"until_{skill.pk}"]) for skill in self.skills]
        return [(skill, level, until) for skill, level, until in found if level is not None]


class LineForm(forms.Form):
    """A number, and the queue to which it leads."""

    dialled = forms.RegexField(
        DIALLED, label=_("Number dialled"), max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        error_messages={"invalid": _("A dialled number has one to twenty digits, * and # among them.")},
        help_text=_("As the carrier sends it. One that is entered already leads elsewhere from now on."),
    )  # fmt: skip
    queue = forms.ModelChoiceField(Queue.objects.none(), label=_("Leads to"), empty_label=_("choose"))

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["queue"].queryset = Queue.objects.visible_to(person).filter(is_active=True)  # type: ignore[attr-defined]


class NewReasonForm(forms.Form):
    """A reason of not being ready, and how long it may last."""

    name = forms.CharField(label=_("Name"), max_length=40, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    minutes = forms.IntegerField(
        label=_("At most (minutes)"), required=False, min_value=1, max_value=MOST_SECONDS // 60,
        help_text=_("Whoever stays longer stands out on the board, and whoever leads him is told. Empty: no limit."),
    )  # fmt: skip

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, with the limit in seconds."""
        minutes = self.cleaned_data["minutes"]
        return {**self.cleaned_data, "limit": minutes * 60 if minutes else None}


class ReasonForm(NewReasonForm):
    """A reason as it is."""

    is_active = forms.BooleanField(label=_("in use"), required=False)


class ContactForm(forms.Form):
    """The fixed address of a telephone that does not sign in itself."""

    contact = forms.RegexField(
        CONTACT, label=_("Fixed address"), max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "sip:1001@10.0.0.7:5060"}),
        error_messages={"invalid": _("Write the address as sip:1001@10.0.0.7:5060.")},
        help_text=_("Of a desk telephone that does not sign in itself"),
    )  # fmt: skip


class MembersForm(forms.Form):
    """Who serves a queue."""

    persons = forms.TypedMultipleChoiceField(
        label=_("Who serves it"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["persons"].choices = people  # type: ignore[attr-defined]


class MenuForm(forms.Form):
    """A new menu."""

    name = forms.CharField(label=_("Name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"}))


class MenuUseForm(forms.Form):
    """Whether a menu is in use, and before which numbers."""

    is_on = forms.BooleanField(
        label=_("In use"), required=False,
        help_text=_("A government hotline is answered by people: switch a menu on only where it was decided."),
    )  # fmt: skip
    lines = forms.MultipleChoiceField(
        label=_("Numbers that begin in it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, lines: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["lines"].choices = lines  # type: ignore[attr-defined]


class NewStepForm(forms.Form):
    """A new step of a menu."""

    kind = forms.ChoiceField(label=_("What it does"), choices=[(kind.value, _(STEP_LABELS[kind])) for kind in StepKind])
    name = forms.CharField(
        label=_("Name of the step"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class PublishForm(forms.Form):
    """From when on a draft counts."""

    effective_from = forms.DateTimeField(
        label=_("In force from"), required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], help_text=_("Empty: at once"),
    )  # fmt: skip


class StepForm(forms.Form):
    """One step of a menu: the fields that count for its kind."""

    name = forms.CharField(
        label=_("Name of the step"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, step: Step, tree: Tree, queues: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.step = step
        targets = [("", _("choose")), *((one.key, one.name or one.key) for one in tree.steps.values())]
        self.fields["name"].initial = step.name
        if step.kind in {StepKind.KEYS, StepKind.SAY, StepKind.END}:
            self._text()
        if step.kind is StepKind.KEYS:
            self._keys(targets)
        elif step.kind is StepKind.SAY:
            self._target("to", _("Then to"), targets, step.to)
        elif step.kind is StepKind.TIMES:
            self._windows(targets)
        elif step.kind in {StepKind.QUEUE, StepKind.CALLBACK}:
            self.fields["queue"] = forms.TypedChoiceField(
                label=_("Queue"), choices=[("", _("choose")), *queues], coerce=int, empty_value=None, required=False,
                initial=step.queue,
            )  # fmt: skip

    def _text(self) -> None:
        self.fields["text"] = forms.CharField(
            label=_("Spoken words"), max_length=WORDS_MOST, required=False, initial=self.step.text,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text=_("Spoken in Mandarin as it is written here, as soon as the version is published."),
        )  # fmt: skip

    def _target(self, name: str, label: Any, targets: list[Any], initial: str) -> None:
        self.fields[name] = forms.ChoiceField(label=label, choices=targets, required=False, initial=initial)

    def _keys(self, targets: list[Any]) -> None:
        chosen = dict(self.step.choices)
        for number, digit in enumerate(DIGITS):
            label = _("Key {digit}").format(digit=digit)
            self._target(f"key_{number}", label, targets, chosen.get(digit, ""))
        self.fields["wait"] = _count(_("Waits for a key (s)"), 1, WAIT_MOST, self.step.wait)
        self.fields["silent_repeats"] = _count(
            _("Repeats when nothing is pressed"), 0, REPEATS_MOST, self.step.silent_repeats
        )
        self._target("silent_to", _("Then, without a key, to"), targets, self.step.silent_to)
        self.fields["wrong_repeats"] = _count(_("Repeats after a wrong key"), 0, REPEATS_MOST, self.step.wrong_repeats)
        self._target("wrong_to", _("Then, after wrong keys, to"), targets, self.step.wrong_to)

    def _windows(self, targets: list[Any]) -> None:
        days = [("", "—"), *((one.value, _(DAYS_LABELS[one])) for one in Days)]
        for n in range(TIMES_MOST):
            window = self.step.windows[n] if n < len(self.step.windows) else None
            self.fields[f"days_{n}"] = forms.ChoiceField(
                label=_("Which days"), choices=days, required=False, initial=window.days if window else ""
            )
            for name, label in (("opens", _("from the time")), ("closes", _("until the time"))):
                self.fields[f"{name}_{n}"] = forms.TimeField(
                    label=label, required=False, initial=getattr(window, name, None),
                    widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                )  # fmt: skip
            self._target(f"to_{n}", _("leads to"), targets, window.to if window else "")
        self._target("to", _("Otherwise to"), targets, self.step.to)

    @property
    def keys(self) -> list[forms.BoundField]:
        """The fields of the keys, in the order of a telephone."""
        return [self[name] for name in self.fields if name.startswith("key_")]

    @property
    def windows(self) -> list[list[forms.BoundField]]:
        """The fields of each window."""
        rows = range(TIMES_MOST) if "days_0" in self.fields else ()
        return [[self[f"{name}_{n}"] for name in ("days", "opens", "closes", "to")] for n in rows]

    @property
    def plain(self) -> list[forms.BoundField]:
        """What stands before keys and windows."""
        return [self[name] for name in ("name", "text", "queue") if name in self.fields]

    @property
    def rest(self) -> list[forms.BoundField]:
        """What stands behind them."""
        names = ("wait", "silent_repeats", "silent_to", "wrong_repeats", "wrong_to", "to")
        return [self[name] for name in names if name in self.fields]

    @property
    def values(self) -> dict[str, Any]:
        """What was typed, as the step keeps it."""
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in self.cleaned_data if "_" not in name}
        said |= {name: value for name, value in self.cleaned_data.items() if name.startswith(("silent_", "wrong_"))}
        if "key_0" in self.fields:
            keys = {digit: self.cleaned_data[f"key_{number}"] for number, digit in enumerate(DIGITS)}
            said["choices"] = {digit: to for digit, to in keys.items() if to}
        if "days_0" in self.fields:
            said["windows"] = [self._window(n) for n in range(TIMES_MOST) if self.cleaned_data[f"days_{n}"]]
        return said

    def _window(self, n: int) -> dict[str, str]:
        opens, closes = (self.cleaned_data[f"{name}_{n}"] for name in ("opens", "closes"))
        return {
            "days": self.cleaned_data[f"days_{n}"], "to": self.cleaned_data[f"to_{n}"],
            "opens": f"{opens:%H:%M}" if opens else "", "closes": f"{closes:%H:%M}" if closes else "",
        }  # fmt: skip


def _count(label: Any, least: int, most: int, initial: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, initial=initial)


class CheckFilter(Filter):
    """Which checks of the line."""

    kind = forms.ChoiceField(label=_("What"), required=False, choices=[ANY, *CheckKind.choices])
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, ("fault", _("Open faults")), *CheckStatus.choices]
    )


class ReportFilter(FloorFilter):
    """Which figures."""

    field_order = ("by", "since", "until", "queue", "team")
    by = forms.ChoiceField(label=_("Told by"), required=False, choices=[(by.value, _(BY_LABELS[by])) for by in By])
    since = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class HoldForm(forms.Form):
    """Why a recording is kept beyond its time."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Held recordings are not erased until somebody releases them."),
    )  # fmt: skip


class RecordingFilter(Filter):
    """Which recordings."""

    fate = forms.ChoiceField(
        label=_("State"), required=False, choices=[ANY, ("held", _("kept beyond its time")), *RecordingFate.choices]
    )
    since = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class FaultForm(forms.Form):
    """What a fault was."""

    note = forms.CharField(
        label=_("What was wrong, and what was done"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )


class ListenForm(forms.Form):
    """Why one listens."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Who listened, when and why is kept for good."),
    )  # fmt: skip


class BoardFilter(FloorFilter):
    """Which part of the board."""


class NumberForm(forms.Form):
    """A number to call."""

    number = forms.CharField(
        label=_("Number to call"), max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        help_text=_("A landline with its area code."),
    )  # fmt: skip


class MessageForm(forms.Form):
    """A word to somebody at his telephone."""

    text = forms.CharField(
        label=_("Message to the person"), max_length=TEXT_MOST, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ForceForm(forms.Form):
    """Which state, and why."""

    to = forms.ChoiceField(
        label=_("State"),
        choices=[(state.value, _(STATE_LABELS[state])) for state in (State.NOT_READY, State.READY, State.OFFLINE)],
    )
    why = forms.CharField(
        label=_("Reason"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The person sees who set the state, and why. A talk is finished first."),
    )  # fmt: skip
