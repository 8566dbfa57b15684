"""What is typed about instructions."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case
from hotline.core import clock
from hotline.people.models import Person, Position, Unit
from hotline.routines.models import InstructionStatus, Kind

MOST_TEXT = 10_000
POSITIONS = [(value, label) for value, label in Position.choices if value != Position.SYSTEM]


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ByName(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Rows by their names."""

    def label_from_instance(self, obj: Any) -> str:
        """Name, and number where there is one."""
        return f"{obj.name} {obj.number}" if isinstance(obj, Person) else str(obj.name)


class IssueForm(forms.Form):
    """An instruction: from whom, what, until when, for whom."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices, initial=Kind.NOTICE)
    source = forms.CharField(label=_("From (superior department)"), max_length=100)
    reference = forms.CharField(label=_("Reference number"), max_length=60, required=False)
    title = forms.CharField(label=_("Title"), max_length=120)
    body = forms.CharField(label=_("Text"), max_length=MOST_TEXT, widget=_area(8))
    case = forms.CharField(
        label=_("Number of the case passed down"), max_length=20, required=False, help_text=_("Only for a case.")
    )
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)
    needs_report = forms.BooleanField(label=_("Each one reports that it is carried out"), required=False)
    due = forms.DateTimeField(
        label=_("To be confirmed by"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
    )
    for_all = forms.BooleanField(label=_("Everybody in the centre"), required=False)
    positions = forms.MultipleChoiceField(
        label=_("Positions"), choices=POSITIONS, required=False, widget=forms.CheckboxSelectMultiple
    )
    units = ByName(label=_("Units, with all below them"), queryset=Unit.objects.none(), required=False)
    persons = ByName(label=_("Persons"), queryset=Person.objects.none(), required=False)

    def __init__(self, *args: Any, person: Person, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        units = Unit.objects.filter(centre=person.centre_id, is_active=True)
        persons = Person.objects.filter(centre=person.centre_id, is_active=True, is_system=False)
        self.fields["units"].queryset = units  # type: ignore[attr-defined]
        self.fields["persons"].queryset = persons  # type: ignore[attr-defined]
        self.fields["due"].initial = clock.local(at + timedelta(days=1)).replace(second=0, microsecond=0, tzinfo=None)

    def clean_case(self) -> Case | None:
        """The case of that number, as far as the person may see it."""
        number = self.cleaned_data["case"].strip()
        if not number:
            return None
        found = Case.objects.visible_to(self.person).filter(number=number).first()
        if found is None:
            raise forms.ValidationError(_("There is no such case."))
        return found

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        names = ("kind", "source", "reference", "title", "body", "is_urgent", "needs_report")
        return {
            "facts": {**{name: data[name] for name in names}, "due_at": data["due"]},
            "for_all": data["for_all"],
            "positions": data["positions"],
            "units": list(data["units"]),
            "persons": list(data["persons"]),
            "case": data["case"],
        }


class ConfirmForm(forms.Form):
    """That it was read, or carried out with what was done."""

    said = forms.ChoiceField(choices=[("read", "read"), ("done", "done")], widget=forms.HiddenInput)
    report = forms.CharField(label=_("What was done"), max_length=MOST_TEXT, required=False, widget=_area(3))


class EndForm(forms.Form):
    """Why it is archived before all have confirmed, or withdrawn."""

    words = forms.CharField(label=_("Reason"), max_length=1000, required=False, widget=_area(2))


class Search(forms.Form):
    """The archive's filters."""

    q = forms.CharField(label=_("Words to look for"), max_length=60, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Kind.choices], required=False)
    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *InstructionStatus.choices], required=False)
    since = forms.DateField(
        label=_("Passed down since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that are set and make sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
