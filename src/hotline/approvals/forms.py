"""What is typed about approvals: who stands in, from when to when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.approvals.queries import could_stand_in
from hotline.people.models import Person


class ByName(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Persons by name and number."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and number."""
        return f"{obj.name} {obj.number}"


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class StandInForm(forms.Form):
    """Who stands in for whom."""

    giver = ByName(label=_("Who is absent"), queryset=Person.objects.none())
    to = ByName(label=_("Who stands in"), queryset=Person.objects.none())
    first = forms.DateField(label=_("First day"), widget=_day())
    last = forms.DateField(label=_("Last day"), widget=_day())

    def __init__(self, *args: Any, person: Person, arranges: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Person.objects.filter(pk__in=[one.pk for one in could_stand_in(person)])
        mine = Person.objects.filter(pk=person.pk)
        self.fields["to"].queryset = (others | mine) if arranges else others  # type: ignore[attr-defined]
        self.fields["giver"].queryset = (others | mine) if arranges else mine  # type: ignore[attr-defined]
        self.fields["giver"].initial = person.pk
        for name in ("giver", "to"):
            self.fields[name].widget.attrs["data-picker"] = ""
        if not arranges:
            self.fields["giver"].widget = forms.HiddenInput()
