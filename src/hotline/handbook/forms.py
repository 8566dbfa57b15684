"""What people type about the handbook."""

import json
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.handbook.models import Stance
from hotline.people.models import Person
from hotline.rulebook.leave import months_after
from hotline.rulebook.parameters.declaring import UNITS, Parameter
from hotline.rulebook.parameters.kinds import Choice, Choices, Flag, Weights
from hotline.rulebook.texts.handbook import CHAPTERS, CLAUSES

MONTHS_AHEAD = 12


def said() -> str:
    """The reader's language."""
    return get_language() or "zh-hans"


class Day(forms.DateInput):
    """A day as the browser's own field takes it, whatever the reader's language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ProposeForm(forms.Form):
    """A new version."""

    title = forms.CharField(label=_("Title"), max_length=80)
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)
    effective_from = forms.TypedChoiceField(label=_("In force from"), coerce=date.fromisoformat)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = today if today.day == 1 else months_after(today.replace(day=1), 1)
        days = [months_after(first, number) for number in range(MONTHS_AHEAD)]
        self.fields["effective_from"].choices = [(day.isoformat(), day.isoformat()) for day in days]  # type: ignore[attr-defined]


class TextForm(forms.Form):
    """A clause worded anew."""

    zh = forms.CharField(label=_("Text in Chinese"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)
    en = forms.CharField(label=_("Text in English"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4000)


class UntilForm(forms.Form):
    """The last day for opinions."""

    until = forms.DateField(label=_("Opinions until"), widget=Day)


class OpinionForm(forms.Form):
    """What somebody thinks of a version."""

    stance = forms.ChoiceField(label=_("My opinion"), choices=Stance.choices)
    words = forms.CharField(
        label=_("In words"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )


class AnswerForm(forms.Form):
    """An answer to an opinion."""

    answer = forms.CharField(
        label=pgettext_lazy("opinion", "Answer"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000
    )


class RecordForm(forms.Form):
    """The record of a consultation."""

    record = forms.CharField(
        label=_("Record of the consultation"), widget=forms.Textarea(attrs={"rows": 4}), max_length=8000
    )


class NoteForm(forms.Form):
    """A reason or a remark."""

    note = forms.CharField(label=_("Remark"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, required=False)


class OutcomeForm(forms.Form):
    """What came of a review."""

    outcome = forms.CharField(label=_("Outcome"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


class PlanCheckForm(forms.Form):
    """A look at whether a clause is carried out."""

    clause = forms.ChoiceField(label=_("Clause"))
    sample = forms.CharField(
        label=_("What is looked at"), max_length=200, help_text=_("For example: 10 cases of last week, 3 early shifts.")
    )
    due_on = forms.DateField(label=_("To be checked by"), widget=Day)
    checker: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Who checks"), queryset=Person.objects.none()
    )

    def __init__(self, *args: Any, persons: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["checker"].queryset = persons  # type: ignore[attr-defined]
        self.fields["clause"].choices = clause_choices()  # type: ignore[attr-defined]


class FoundForm(forms.Form):
    """What a check found."""

    looked_at = forms.IntegerField(label=_("Looked at"), min_value=1, max_value=100_000)
    broken = forms.IntegerField(label=_("Not as written"), min_value=0, max_value=100_000)
    finding = forms.CharField(
        label=_("What the check found"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, required=False
    )
    owner: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(
        label=_("Who puts it right"), queryset=Person.objects.none(), required=False
    )
    correction = forms.CharField(
        label=_("What has to be put right"), widget=forms.Textarea(attrs={"rows": 2}), max_length=4000, required=False
    )
    correct_by = forms.DateField(label=_("Put right until"), widget=Day, required=False)

    def __init__(self, *args: Any, persons: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["owner"].queryset = persons  # type: ignore[attr-defined]


class DoneForm(forms.Form):
    """What was done."""

    done = forms.CharField(label=_("How it was put right"), widget=forms.Textarea(attrs={"rows": 3}), max_length=4000)


class SeenForm(forms.Form):
    """What was seen when it was looked at again."""

    note = forms.CharField(label=_("What I saw"), widget=forms.Textarea(attrs={"rows": 2}), max_length=2000)


class DatesForm(forms.Form):
    """On which day, as known on which day."""

    on = forms.DateField(label=_("In force on"), required=False, widget=Day)
    known = forms.DateField(label=_("As known on"), required=False, widget=Day)

    def days(self, today: date) -> tuple[date, date | None]:
        """Both days; today, and everything that is known, where nothing is said."""
        found = self.cleaned_data if self.is_valid() else {}
        return found.get("on") or today, found.get("known")


def value_form(parameter: Parameter, data: Any = None, *, now: object = None) -> forms.Form:
    """A form with the one field that fits what the parameter may be; `raw()` gives its value as JSON."""
    form = forms.Form(data)
    if parameter.by_release:
        return form  # kept as it is, or not decided
    form.fields["raw"] = _field(parameter, now)
    if isinstance(parameter.kind, Weights) and isinstance(now, dict):
        form.fields["raw"].initial = json.dumps(now)
    return form


def _field(parameter: Parameter, now: object) -> forms.Field:
    kind, unit = parameter.kind, UNITS[parameter.unit].told(said())
    label = gettext("New value") + (f" ({unit})" if unit else "")
    if isinstance(kind, Choice):
        names = [(name, words.told(said())) for name, words in kind.options.items()]
        return forms.ChoiceField(label=label, choices=names, initial=now)
    if isinstance(kind, Flag):
        names = [("true", gettext("yes")), ("false", gettext("no"))]
        return forms.ChoiceField(label=label, choices=names, initial="true" if now else "false")
    if isinstance(kind, Choices):
        names = [(name, words.told(said())) for name, words in kind.options.items()]
        return forms.MultipleChoiceField(
            label=label, choices=names, initial=now, required=False, widget=forms.CheckboxSelectMultiple
        )
    return forms.CharField(label=label, initial=now, max_length=200, help_text=kind.expected.told(said()))


def raw_of(parameter: Parameter, form: forms.Form) -> object:
    """The value typed, as the rulebook takes it; what cannot be is left for the rulebook to refuse."""
    typed = form.cleaned_data["raw"]
    if isinstance(parameter.kind, Flag):
        return typed == "true"
    if isinstance(parameter.kind, Weights):
        try:
            return json.loads(typed, parse_float=str)
        except ValueError:
            return typed
    return typed.strip() if isinstance(typed, str) else typed


def clause_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every clause under its chapter, for a select."""
    return [
        (chapter.title.told(said()), [(one.id, f"{one.id} {one.title.told(said())}") for one in chapter.clauses])
        for chapter in CHAPTERS
    ]


def clause_title(clause: str) -> str:
    """A clause's id and title."""
    found = CLAUSES.get(clause)
    return f"{clause} {found.title.told(said())}" if found else clause
