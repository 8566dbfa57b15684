"""What people type about the assessment: appeals, decisions, exam results, incidents."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MinValueValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.appraisal.models import Absence, AwardKind, MatterKind
from hotline.people.models import Person
from hotline.rulebook.parameters.declaring import FIRST_DAY

MOST_TEXT = 2_000


def _text(label: Any, rows: int = 3) -> forms.CharField:
    return forms.CharField(label=label, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": rows}))


class AppealForm(forms.Form):
    """Why the line is wrong."""

    words = _text(_("Why is it wrong?"))


class KnownForm(forms.Form):
    """By what the centre had decided until a day."""

    known = forms.DateField(
        label=_("As known on"),
        validators=[MinValueValidator(FIRST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class DecideForm(forms.Form):
    """Yes or no, with the reason."""

    verdict = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")])
    note = _text(_("Reason"), rows=2)


class ExamForm(forms.Form):
    """One person's result."""

    person: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    score = forms.DecimalField(
        label=_("Score in percent"), min_value=0, max_value=100, max_digits=5, decimal_places=2, required=False
    )
    absent = forms.ChoiceField(label=_("Or why there is none"), choices=[("", "—"), *Absence.choices], required=False)
    paper = forms.CharField(label=_("Paper"), max_length=200)

    def __init__(self, *args: Any, persons: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].queryset = persons  # type: ignore[attr-defined]


class IncidentForm(forms.Form):
    """What happened, when, and what shows it."""

    person: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    kind = forms.ChoiceField(label=_("Kind of incident"), choices=MatterKind.choices)
    points = forms.IntegerField(label=_("Points"), min_value=0, max_value=10, required=False)
    words = _text(_("What was the matter"))
    evidence = forms.CharField(label=_("What shows it"), max_length=200)

    def __init__(self, *args: Any, persons: Any, fines: Mapping[str, str], **more: Any) -> None:
        """`fines` says by kind how many yuan it takes; a kind that is not there takes none."""
        super().__init__(*args, **more)
        self.fields["person"].queryset = persons  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (key, gettext("{kind}: {yuan} yuan").format(kind=label, yuan=fines[key]) if key in fines else label)
            for key, label in MatterKind.choices
        ]

    @property
    def wish(self) -> dict[str, Any]:
        """As the service takes it."""
        return {**self.cleaned_data, "points": self.cleaned_data["points"] or 0}


class StatementForm(forms.Form):
    """What the person concerned says."""

    statement = _text(_("What I have to say"))


class AwardForm(forms.Form):
    """For whom, what for, of which month or half-year."""

    person: "forms.ModelChoiceField[Person]" = forms.ModelChoiceField(label=_("Person"), queryset=Person.objects.none())
    kind = forms.ChoiceField(label=_("What the reward is for"), choices=AwardKind.choices)
    period = forms.CharField(
        label=_("Month or half-year"),
        max_length=7,
        help_text=_("A month as 2026-10, a half-year as 2026-H2, a year as 2026."),
    )
    grade_number = forms.TypedChoiceField(
        label=_("Grade of the monthly incentive"),
        choices=[("", "—"), (1, _("First grade")), (2, _("Second grade")), (3, _("Third grade"))],
        coerce=int,
        empty_value=None,
        required=False,
    )
    words = _text(_("What for, in words that everybody may read"))
    in_kind = forms.CharField(label=_("What is given in kind"), max_length=100, required=False)

    def __init__(self, *args: Any, persons: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["person"].queryset = persons  # type: ignore[attr-defined]

    @property
    def wish(self) -> dict[str, Any]:
        """As the service takes it."""
        return self.cleaned_data
