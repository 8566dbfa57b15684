"""Parsing of what is typed about rosters."""

from datetime import date, time
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from hotline.people.models import Person, Unit
from hotline.rosters.logic.plans import BOOKING_LABELS, ORIGIN_LABELS, BookingKind, Origin
from hotline.rosters.models import DayKind, Pattern, ShiftType, Weight

USUAL_SECONDS = 60


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

    ASK, ORDER = "ask", "order"

    shift_type = forms.ChoiceField(label=_("Shift"), required=False)
    how = forms.ChoiceField(
        label=_("In which way"),
        choices=[(ASK, _("Ask for consent first")), (ORDER, _("Order it, for a reason"))],
        widget=forms.RadioSelect,
        initial=ASK,
    )
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)

    def __init__(
        self, *args: Any, shifts: list[ShiftType], is_change: bool, is_late: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._shifts = {str(shift.pk): shift for shift in shifts}
        labels = [
            (key, f"{_(shift.name)} {shift.starts:%H:%M}–{shift.ends:%H:%M}") for key, shift in self._shifts.items()
        ]
        self.fields["shift_type"].choices = [("", _("Free")), *labels]  # type: ignore[attr-defined]
        if not is_late:
            del self.fields["how"]
        if not is_change:
            self.fields["shift_type"].required = True
        if not is_change and not is_late:
            del self.fields["reason"]

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


def _month_field() -> forms.DateField:
    return forms.DateField(
        label=_("Month"),
        input_formats=["%Y-%m"],
        widget=forms.DateInput(attrs={"type": "month"}, format="%Y-%m"),
    )


class OpenForm(forms.Form):
    """Which month, and what it begins with."""

    month = _month_field()
    origin = forms.ChoiceField(
        label=_("Begin with"), choices=[(key.value, _(word)) for key, word in ORIGIN_LABELS.items()]
    )

    def clean_origin(self) -> Origin:
        """As the services take it."""
        return Origin(self.cleaned_data["origin"])


class SolveForm(forms.Form):
    """How long the solver may take."""

    seconds = forms.ChoiceField(
        label=_("Time"),
        choices=[("20", _("20 seconds")), ("60", _("1 minute")), ("180", _("3 minutes")), ("600", _("10 minutes"))],
        initial=f"{USUAL_SECONDS}",
    )


class ReasonForm(forms.Form):
    """A reason, where one is needed."""

    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class WishForm(forms.Form):
    """A wish for a day."""

    FREE, WANT, NOT = "free", "want", "not"

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    sense = forms.ChoiceField(
        label=_("I would like"),
        choices=[(FREE, _("a free day")), (WANT, _("this shift")), (NOT, _("rather not this shift"))],
    )
    shift = forms.ChoiceField(label=_("Shift"), required=False)
    weight = forms.TypedChoiceField(label=_("How much"), choices=Weight.choices, coerce=int, initial=Weight.PLAIN)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def __init__(self, *args: Any, codes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shift"].choices = [("", "—"), *codes]  # type: ignore[attr-defined]

    @property
    def code(self) -> str:
        """The shift that is meant; none for a free day."""
        return "" if self.cleaned_data["sense"] == self.FREE else self.cleaned_data["shift"]


class People(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People by name and number."""

    def label_from_instance(self, obj: Person) -> str:
        """Name and number."""
        return f"{obj.name} {obj.number}"


class BookingForm(forms.Form):
    """A meeting, a coaching, a training."""

    kind = forms.ChoiceField(
        label=_("What kind"), choices=[(key.value, _(word)) for key, word in BOOKING_LABELS.items()]
    )
    title = forms.CharField(label=_("Subject"), max_length=100)
    place = forms.CharField(label=_("Place"), max_length=60, required=False)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    starts = forms.TimeField(label=_("Starts"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    ends = forms.TimeField(label=_("Ends"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    people = People(
        label=_("Who takes part"),
        queryset=Person.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Hold Ctrl to choose several."),
    )

    def __init__(self, *args: Any, people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["people"].queryset = people  # type: ignore[attr-defined]

    def clean_kind(self) -> BookingKind:
        """As the services take it."""
        return BookingKind(self.cleaned_data["kind"])

    def clean(self) -> dict[str, Any] | None:
        """It ends after it starts."""
        data = super().clean()
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("It ends before it begins."))
        return data


class PatternForm(forms.Form):
    """A turn of shifts."""

    name = forms.CharField(label=_("Name"), max_length=60)
    turn = forms.CharField(
        label=_("Turn"),
        max_length=400,
        help_text=_("A word a day: early, mid, late, or - for a free day. For example: early late - -"),
    )

    def clean_turn(self) -> list[str]:
        """Codes, one a day; an empty one is a free day."""
        words = self.cleaned_data["turn"].replace(",", " ").replace("，", " ").replace("、", " ").split()
        return ["" if word in {"-", "—", "休", "off"} else _CODES.get(word, word) for word in words]


_CODES = {"早": "early", "中": "mid", "晚": "late", "早班": "early", "中班": "mid", "晚班": "late"}


class KeepForm(forms.Form):
    """Who keeps a turn, from when."""

    pattern = forms.ModelChoiceField(label=_("Pattern"), queryset=Pattern.objects.none())
    people = People(
        label=_("People"),
        queryset=Person.objects.none(),
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Hold Ctrl to choose several."),
    )
    begins = forms.DateField(label=_("First day of the turn"), widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    step = forms.IntegerField(
        label=_("Days between one person and the next"),
        min_value=0,
        max_value=14,
        initial=1,
        help_text=_("So that not all of them rest on the same days."),
    )

    def __init__(self, *args: Any, patterns: QuerySet[Pattern], people: QuerySet[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pattern"].queryset = patterns  # type: ignore[attr-defined]
        self.fields["people"].queryset = people  # type: ignore[attr-defined]
