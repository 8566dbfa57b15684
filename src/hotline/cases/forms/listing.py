"""The filters of the list of cases, as they stand in its address."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hotline.cases.logic.flow import STAGE_LABELS, STATUS_LABELS, Stage, Status
from hotline.cases.models import Category, District, Source
from hotline.core import clock
from hotline.people.models import Person, Unit

ANY = [("", _("Any"))]
OPEN = "open"


def picker(url: str, label: str = "") -> forms.TextInput:
    """A field that asks the server for choices."""
    return forms.TextInput(attrs={"data-picker-url": url, "data-picker-label": label})


class ListFilter(forms.Form):
    """Every field may be left out; nonsense in an address filters nothing."""

    q = forms.CharField(label=_("Search"), max_length=60, required=False)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[*ANY, (OPEN, _("All open")), *((status.value, _(STATUS_LABELS[status])) for status in Status)],
    )
    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[*ANY, *((stage.value, _(STAGE_LABELS[stage])) for stage in Stage)]
    )
    source = forms.ChoiceField(label=_("Source"), required=False, choices=[*ANY, *Source.choices])
    category = forms.ModelChoiceField(label=_("Category"), required=False, queryset=Category.objects.none())
    district = forms.ModelChoiceField(
        label=_("District"), required=False, queryset=District.objects.none(), empty_label=_("Any")
    )
    department = forms.ModelChoiceField(label=_("Department"), required=False, queryset=Unit.objects.none())
    operator = forms.ModelChoiceField(label=_("Operator"), required=False, queryset=Person.objects.none())
    since = forms.DateField(label=_("Arrived from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Arrived until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    overdue = forms.BooleanField(label=_("Overdue only"), required=False)
    urgent = forms.BooleanField(label=_("Urgent only"), required=False)
    secret = forms.BooleanField(label=_("Secret only"), required=False)

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        centre = person.centre_id
        scopes = {
            "category": Category.objects.filter(centre=centre),
            "district": District.objects.filter(centre=centre, is_active=True),
            "department": Unit.objects.filter(centre=centre),
            "operator": Person.objects.filter(centre=centre),
        }
        for name, rows in scopes.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]
        said = self._clean_all()
        self._chosen = {name: value for name, value in said.items() if value not in (None, "", False)}
        for name in ("category", "department", "operator"):
            chosen = self._chosen.get(name)
            label = str(getattr(chosen, "name", chosen)) if chosen else ""
            self.fields[name].widget = picker(reverse(f"cases:pick_{name}"), label)

    def _clean_all(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters in force, by name; a day becomes the moment it begins or ends."""
        found = dict(self._chosen)
        for name in ("since", "until"):
            if name in found:
                edge = time.min if name == "since" else time.max
                found[name] = datetime.combine(found[name], edge, tzinfo=clock.ZONE)
        return found
