"""Parsing of what is typed about rosters."""

from datetime import date, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hotline.people.models import Unit
from hotline.rosters.models import DayKind, ShiftType


class MonthFilter(forms.Form):
    """Which month, and whose."""

    month = forms.DateField(
        label=_("Month"),
        required=False,
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Unit.objects.none(), required=False, empty_label=_("Everybody")
    )

    def __init__(self, *args: Any, teams: QuerySet[Unit], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]

    def first_day(self, today: date) -> date:
        """The first of the month asked for; this month when nothing sensible was."""
        self.full_clean()
        found: date = self.cleaned_data.get("month") or today.replace(day=1)
        return found

    def chosen_team(self) -> Unit | None:
        """The team asked for."""
        team: Unit | None = self.cleaned_data.get("team")
        return team


class PlanForm(forms.Form):
    """A shift for a person on a day; no shift takes it away."""

    shift_type = forms.ChoiceField(label=_("Shift"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(self, *args: Any, shifts: list[ShiftType], is_change: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shifts = {str(shift.pk): shift for shift in shifts}
        labels = [
            (key, f"{_(shift.name)} {shift.starts:%H:%M}–{shift.ends:%H:%M}") for key, shift in self._shifts.items()
        ]
        self.fields["shift_type"].choices = [("", _("Free")), *labels]  # type: ignore[attr-defined]
        if not is_change:
            del self.fields["reason"]
            self.fields["shift_type"].required = True

    @property
    def shift(self) -> ShiftType | None:
        """The shift chosen."""
        return self._shifts.get(self.cleaned_data.get("shift_type", ""))


class Minutes(forms.CharField):
    """Breaks as clock times within a shift: `12:00-14:00, 18:00-18:30`."""

    def to_python(self, value: Any) -> Any:
        """Pairs of local times."""
        text = super().to_python(value) or ""
        pairs = []
        for part in text.replace("，", ",").replace("–", "-").split(","):
            if not part.strip():
                continue
            try:
                since, until = (time.fromisoformat(half.strip()) for half in part.split("-"))
            except ValueError as error:
                raise forms.ValidationError(_("Write breaks like 12:00-14:00.")) from error
            pairs.append((since, until))
        return pairs


class EditionForm(forms.Form):
    """Other hours of a shift from a day on."""

    since = forms.DateField(label=_("In force since"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label=_("Starts"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(
        label=_("Ends"),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("On the next day when not later than the start."),
    )
    breaks = Minutes(label=_("Breaks"), required=False, help_text=_("For example 12:00-13:00, 18:00-18:30"))


class DayForm(forms.Form):
    """A day set by an announcement."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(label=_("What kind of day"), choices=DayKind.choices)
    name = forms.CharField(label=_("Name"), max_length=60, required=False)
    source = forms.CharField(label=_("Announcement"), max_length=60)


class YearForm(forms.Form):
    """A year of the calendar."""

    year = forms.IntegerField(label=_("Year"), min_value=2004, max_value=2099)
