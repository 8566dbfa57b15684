"""The period and the narrowing of figures, from an address."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.queries.indicators import Wanted

MOST_DAYS = 366


class Period(forms.Form):
    """From which day to which, both included; of which district, department and operator."""

    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    district = forms.TypedChoiceField(label=_("District"), required=False, coerce=int, empty_value=None)
    department = forms.TypedChoiceField(label=_("Department"), required=False, coerce=int, empty_value=None)
    operator = forms.TypedChoiceField(label=_("Operator"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Any, *, choices: dict[str, list[tuple[int, str]]], today: date) -> None:
        asked = {name: value for name, value in data.items() if name in self.base_fields}
        super().__init__({"first": today.replace(day=1).isoformat(), "last": today.isoformat()} | asked)
        self.today = today
        for name, rows in choices.items():
            self.fields[name].choices = [("", gettext("All")), *rows]  # type: ignore[attr-defined]
        for name in ("department", "operator"):
            self.fields[name].widget.attrs |= {"data-picker": "", "placeholder": gettext("All")}

    def clean(self) -> dict[str, Any]:
        """The first day comes first, and a period has an end."""
        found: dict[str, Any] = super().clean() or {}
        first, last = found.get("first"), found.get("last")
        if first and last and first > last:
            self.add_error("last", gettext("The period ends before it begins."))
        elif first and last and last - first > timedelta(days=MOST_DAYS):
            self.add_error("last", gettext("A year at most."))
        return found

    @property
    def wanted(self) -> Wanted:
        """What is asked for; this month where the address makes no sense."""
        if self.is_valid():
            return Wanted(**self.cleaned_data)
        return Wanted(self.today.replace(day=1), self.today)
