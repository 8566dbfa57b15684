"""What people type about the handbook."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.handbook.models import Stance
from hotline.people.models import Person
from hotline.rulebook.leave import months_after
from hotline.rulebook.parameters.declaring import UNITS, Parameter
from hotline.rulebook.parameters.grids import Ladders, Picks
from hotline.rulebook.parameters.kinds import Choice, Choices, Flag, Weights
from hotline.rulebook.parameters.telling import may_be
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


class ValueForm(forms.Form):
    """A field that fits what a parameter may be; none where the centre can only keep what there is."""

    def __init__(self, parameter: Parameter, data: Any = None, *, now: object = None) -> None:
        super().__init__(data)
        self.parameter = parameter
        if not parameter.by_release:
            self.add(now)

    def add(self, now: object) -> None:
        """Put the fields in, filled with what applies."""
        self.fields["raw"] = _field(self.parameter, now)

    @property
    def raw(self) -> object:
        """The value typed, as the rulebook takes it; what cannot be is left for the rulebook to refuse."""
        typed = self.cleaned_data.get("raw")
        if isinstance(self.parameter.kind, Flag):
            return typed == "true"
        return typed.strip() if isinstance(typed, str) else typed


class WeightsForm(ValueForm):
    """A percentage for each part."""

    def add(self, now: object) -> None:
        """One field a part."""
        kind = self.parameter.kind
        assert isinstance(kind, Weights)
        for part, words in kind.parts.items():
            value = now.get(part) if isinstance(now, Mapping) else None
            self.fields[f"raw_{part}"] = forms.CharField(
                label=f"{words.told(said())} (%)", initial=value, max_length=12
            )

    @property
    def raw(self) -> object:
        """An object by part."""
        assert isinstance(self.parameter.kind, Weights)
        return {part: self.cleaned_data[f"raw_{part}"].strip() for part in self.parameter.kind.parts}


class PicksForm(ValueForm):
    """A choice for each row; where the law leaves nothing to choose, the reason stands beside."""

    def add(self, now: object) -> None:
        """One select a row."""
        kind = self.parameter.kind
        assert isinstance(kind, Picks)
        for row, words in kind.rows.items():
            names = [(name, kind.options[name].told(said())) for name in kind.open_to(row)]
            why = kind.only[row].why.told(said()) if row in kind.only else ""
            value = now.get(row) if isinstance(now, Mapping) else None
            self.fields[f"raw_{row}"] = forms.ChoiceField(
                label=words.told(said()), choices=names, initial=value, help_text=why
            )

    @property
    def raw(self) -> object:
        """An object by row."""
        assert isinstance(self.parameter.kind, Picks)
        return {row: self.cleaned_data[f"raw_{row}"] for row in self.parameter.kind.rows}


@dataclass(frozen=True, slots=True)
class Line:
    """One step of a row as the form shows it: its days, none for the last, and who decides in order."""

    days: forms.BoundField | None
    who: list[forms.BoundField]
    is_used: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A row of a table with its lines; those that stand empty may be folded."""

    name: str
    lines: list[Line]
    spare: list[Line]
    last: Line


class LaddersForm(ValueForm):
    """For each row its steps: shorter than so many days, who; any longer, who."""

    def add(self, now: object) -> None:
        """Every step that may be, filled with those that apply."""
        kind = self.parameter.kind
        assert isinstance(kind, Ladders)
        known = now if isinstance(now, Mapping) else {}
        for row in kind.rows:
            steps = list(known.get(row, ())) or [{}]
            shorter = [*steps[:-1], *[{}] * (kind.most_steps - len(steps))]
            for number, step in enumerate([*shorter, steps[-1]]):
                self._step(kind, row, number, step)

    def _step(self, kind: Ladders, row: str, number: int, step: Mapping[str, Any]) -> None:
        is_last, roles = number == kind.most_steps - 1, list(step.get("roles", ()))
        if not is_last:
            self.fields[f"below_{row}_{number}"] = forms.CharField(
                label=gettext("Shorter than (days)"), initial=step.get("below", ""), required=False, max_length=6,
                widget=forms.NumberInput(attrs={"min": "0.5", "max": kind.high, "step": "0.5"}),
            )  # fmt: skip
        names = [("", "—"), *((name, words.told(said())) for name, words in kind.options.items())]
        for place in range(kind.most_names):
            self.fields[f"who_{row}_{number}_{place}"] = forms.ChoiceField(
                label=gettext("and then") if place else gettext("Approved by"), choices=names, required=False,
                initial=roles[place] if place < len(roles) else "",
            )  # fmt: skip

    @property
    def raw(self) -> object:
        """An object by row; a step with nothing in it is none."""
        kind = self.parameter.kind
        assert isinstance(kind, Ladders)
        return {row: self._steps(kind, row) for row in kind.rows}

    def _steps(self, kind: Ladders, row: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for number in range(kind.most_steps):
            who = [self.cleaned_data.get(f"who_{row}_{number}_{place}", "") for place in range(kind.most_names)]
            step: dict[str, object] = {"roles": [name for name in who if name]}
            below = self.cleaned_data.get(f"below_{row}_{number}", "").strip()
            if number == kind.most_steps - 1:
                found.append(step)
            elif below or step["roles"]:
                found.append({"below": below, **step})
        return found

    @property
    def groups(self) -> list[Group]:
        """The rows for the page."""
        kind = self.parameter.kind
        assert isinstance(kind, Ladders)
        found = []
        for row, words in kind.rows.items():
            lines = [self._line(kind, row, number) for number in range(kind.most_steps)]
            used, spare = [one for one in lines[:-1] if one.is_used], [one for one in lines[:-1] if not one.is_used]
            found.append(Group(words.told(said()), used, spare, lines[-1]))
        return found

    def _line(self, kind: Ladders, row: str, number: int) -> Line:
        name = f"below_{row}_{number}"
        days = self[name] if name in self.fields else None
        who = [self[f"who_{row}_{number}_{place}"] for place in range(kind.most_names)]
        return Line(days, who, any(one.value() for one in ([days] if days else []) + who))


FORMS: Mapping[type, type[ValueForm]] = {Weights: WeightsForm, Picks: PicksForm, Ladders: LaddersForm}


def value_form(parameter: Parameter, data: Any = None, *, now: object = None) -> ValueForm:
    """The form that fits what the parameter may be."""
    return FORMS.get(type(parameter.kind), ValueForm)(parameter, data, now=now)


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
    return forms.CharField(label=label, initial=now, max_length=200, help_text=may_be(kind).told(said()))


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
