"""What those who run campaigns type: what is set, the script and its form, endings, crew, lists, exports."""

from collections.abc import Mapping, Sequence
from datetime import time
from typing import TYPE_CHECKING, Any

from django import forms
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.logic.tables import MOST_BYTES
from hotline.outbound.logic import scripts
from hotline.outbound.logic.line import LINE_LABELS, NOT_REACHED
from hotline.outbound.logic.words import (
    KIND_LABELS,
    MODE_LABELS,
    OUTCOME_LABELS,
    SOURCE_LABELS,
    STANDING_LABELS,
    Kind,
    Mode,
    Outcome,
    Source,
    Standing,
)
from hotline.outbound.models import Campaign, Disposition, Script
from hotline.outbound.models.campaigns import MOST_PAUSE
from hotline.outbound.services.campaigns import SET, Ending
from hotline.people.models import Person

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_TEXT = 8000
BLANK_ROWS = 3
ANY = [("", _("Any"))]


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _clock() -> forms.TimeInput:
    return forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class CampaignForm(forms.Form):
    """What a campaign is."""

    name = forms.CharField(label=_("Name"), max_length=80)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    mode = forms.ChoiceField(
        label=_("Way of dialling"),
        choices=[(mode.value, _(MODE_LABELS[mode])) for mode in Mode],
        widget=forms.RadioSelect,
        initial=Mode.PREVIEW.value,
    )
    first_day = forms.DateField(label=_("First day"), widget=_day())
    last_day = forms.DateField(label=_("Last day"), required=False, widget=_day())
    opens = forms.TimeField(label=_("Calls from"), widget=_clock(), initial=time(9))
    closes = forms.TimeField(label=_("Calls until"), widget=_clock(), initial=time(20))
    on_rest_days = forms.BooleanField(
        label=_("Also on days of rest"), required=False, help_text=_("On public holidays nobody is ever called.")
    )
    most_tries = forms.IntegerField(label=_("Most tries of one person"), min_value=1, max_value=50, initial=3)
    cap = forms.IntegerField(
        label=_("Most abandoned in a thousand answered calls"),
        min_value=0,
        max_value=1000,
        initial=30,
        help_text=_("Counted over 24 hours; above it the campaign says so."),
    )
    pause_seconds = forms.IntegerField(
        label=_("Pause between two calls (seconds)"), min_value=0, max_value=MOST_PAUSE, initial=15,
        help_text=_("When numbers are dialled by themselves: from the end of one to the next."),
    )  # fmt: skip
    goal = forms.IntegerField(
        label=_("Goal of the campaign"), min_value=1, max_value=10_000_000, required=False,
        help_text=_("Completed calls altogether."),
    )  # fmt: skip
    daily_goal = forms.IntegerField(
        label=_("Goal of one person"), min_value=1, max_value=5_000, required=False,
        help_text=_("Completed calls a day."),
    )  # fmt: skip

    @classmethod
    def initial_of(cls, campaign: Campaign) -> dict[str, Any]:
        """What is set now."""
        return {name: getattr(campaign, name) for name in SET}


class TextForm(forms.Form):
    """What is said."""

    text = forms.CharField(
        label=_("What is said"), max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("It stands beside the form while the person talks."),
    )  # fmt: skip


class FieldForm(forms.Form):
    """One question of the form."""

    key = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    place = forms.IntegerField(label=_("Order of the question"), required=False, min_value=1, max_value=999)
    label = forms.CharField(label=_("Question"), required=False, max_length=scripts.LONGEST_LABEL)
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=[(kind.value, _(KIND_LABELS[kind])) for kind in Kind])
    required = forms.BooleanField(label=_("Must be answered"), required=False)
    options = forms.CharField(
        label=_("Answers to choose from"), required=False, max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("One a line."),
    )  # fmt: skip
    help = forms.CharField(label=_("Hint for the person who asks"), required=False, max_length=200)
    least = forms.IntegerField(label=_("Smallest number"), required=False)
    most = forms.IntegerField(label=_("Largest number"), required=False)

    @property
    def as_field(self) -> scripts.Field:
        """The question as it will be kept."""
        said = self.cleaned_data
        kind = Kind(said["kind"])
        options = tuple(line.strip() for line in said["options"].splitlines() if line.strip())
        is_number = kind is Kind.NUMBER
        return scripts.Field(
            key=said["key"],
            label=said["label"],
            kind=kind,
            required=said["required"],
            options=options if kind in {Kind.CHOICE, Kind.CHOICES} else (),
            help=said["help"],
            least=said["least"] if is_number else None,
            most=said["most"] if is_number else None,
        )


FieldSet = formset_factory(FieldForm, extra=BLANK_ROWS, max_num=scripts.MOST_FIELDS, absolute_max=100)


def fieldset_initial(script: Script | None) -> list[dict[str, Any]]:
    """The questions as the page shows them."""
    if script is None:
        return []
    return [
        {
            "key": one.key, "place": place, "label": one.label, "kind": one.kind.value, "required": one.required,
            "options": "\n".join(one.options), "help": one.help, "least": one.least, "most": one.most,
        }
        for place, one in enumerate(script.form, start=1)
    ]  # fmt: skip


def rows_in_order(rows: "BaseFormSet[FieldForm]") -> list[FieldForm]:
    """The rows that ask something, by their places; a row without a question is no question."""
    asked = [row for row in rows.forms if row.cleaned_data.get("label", "").strip()]
    return sorted(asked, key=lambda row: row.cleaned_data.get("place") or 1000)


class EndingForm(forms.Form):
    """One way in which calls may end."""

    pk = forms.IntegerField(required=False, widget=forms.HiddenInput)
    place = forms.IntegerField(label=_("Key to press"), min_value=1, max_value=9)
    name = forms.CharField(label=_("Name"), max_length=40)
    outcome = forms.ChoiceField(
        label=_("What it comes to"), choices=[(one.value, _(OUTCOME_LABELS[one])) for one in Outcome]
    )
    retry_after = forms.IntegerField(label=_("Again after (minutes)"), min_value=0, max_value=60 * 24 * 30)
    most = forms.IntegerField(label=_("Most tries in this way"), min_value=1, max_value=50, required=False)
    line = forms.ChoiceField(
        label=_("Proposed when"), required=False,
        choices=[("", _("never")), *((one.value, _(LINE_LABELS[one])) for one in NOT_REACHED)],
    )  # fmt: skip
    is_active = forms.BooleanField(label=_("In use"), required=False)

    @property
    def ending(self) -> Ending:
        """As the service takes it."""
        said = self.cleaned_data
        return Ending(
            said["place"], said["name"], Outcome(said["outcome"]), said["retry_after"], said["most"],
            said["is_active"], said["pk"], said["line"],
        )  # fmt: skip


EndingSet = formset_factory(EndingForm, extra=1, max_num=30, absolute_max=60)


def endings_initial(rows: Sequence[Disposition]) -> list[dict[str, Any]]:
    """The endings as the page shows them, those in use first."""
    ordered = sorted(rows, key=lambda row: (not row.is_active, row.place, row.pk))
    names = ("pk", "place", "name", "outcome", "retry_after", "most", "line", "is_active")
    return [{name: getattr(row, name) for name in names} for row in ordered]


def crew_typed(data: Mapping[str, Any], people: Sequence[Person]) -> tuple[dict[int, int | None], list[str]]:
    """Who is ticked, with his own goal where there is one; and what is wrong."""
    members: dict[int, int | None] = {}
    wrong = []
    for person in people:
        if data.get(f"in_{person.pk}"):
            text = str(data.get(f"goal_{person.pk}", "")).strip()
            if text and not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= 5000):
                wrong.append(gettext("The goal of %(name)s is not a number from 1 to 5000.") % {"name": person.name})
            members[person.pk] = int(text) if text.isascii() and text.isdigit() else None
    return members, wrong


def _small_enough(file: "UploadedFile[bytes]") -> "UploadedFile[bytes]":
    if (file.size or 0) > MOST_BYTES:
        raise forms.ValidationError(_("The file is larger than %(most)s MB."), params={"most": MOST_BYTES // 1_000_000})
    return file


class ListForm(forms.Form):
    """A list of people to call."""

    file = forms.FileField(
        label=_("List to take in"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("CSV or xlsx with a header. A column number (or 电话), if known name (or 姓名); others are kept."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """A file that can be read at once."""
        return _small_enough(self.cleaned_data["file"])


SOURCES = [(one.value, _(SOURCE_LABELS[one])) for one in Source]


class BarForm(forms.Form):
    """A number that must not be called."""

    number = forms.CharField(label=_("Telephone number"), max_length=40)
    source = forms.ChoiceField(label=_("Who said so"), choices=SOURCES)
    reason = forms.CharField(label=_("Reason"), max_length=200)
    until = forms.DateField(
        label=_("Until"), required=False, widget=_day(), help_text=_("That day included. Nothing: for good.")
    )
    is_total = forms.BooleanField(label=_("No call at all, not even about a report of his own"), required=False)


class BarListForm(forms.Form):
    """A list of numbers that must not be called."""

    file = forms.FileField(
        label=_("List to take in"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("Columns: number (电话), reason (原因) and, if it ends, until (截止)."),
    )
    source = forms.ChoiceField(label=_("Who said so"), choices=SOURCES, initial=Source.AUTHORITY.value)

    def clean_file(self) -> "UploadedFile[bytes]":
        """A file that can be read at once."""
        return _small_enough(self.cleaned_data["file"])


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class NoteForm(forms.Form):
    """What is to be said about a pause or an end."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class ExportForm(forms.Form):
    """What is taken along."""

    with_numbers = forms.BooleanField(label=_("With whole numbers"), required=False)
    reason = forms.CharField(
        label=_("Reason"), max_length=200, required=False, help_text=_("Needed for whole numbers; it is kept.")
    )


class PeopleFilter(forms.Form):
    """Which of a campaign's people."""

    q = forms.CharField(label=_("Name or end of the number"), max_length=40, required=False)
    status = forms.ChoiceField(
        label=_("Status"), required=False, choices=[*ANY, *((one.value, _(STANDING_LABELS[one])) for one in Standing)]
    )


class BarredFilter(forms.Form):
    """Which of the numbers that must not be called."""

    q = forms.CharField(label=_("Number or its end"), max_length=40, required=False)
    source = forms.ChoiceField(label=_("Who said so"), required=False, choices=[*ANY, *SOURCES])
    past = forms.BooleanField(label=_("Also those that have ended"), required=False)
