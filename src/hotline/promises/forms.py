"""What people type about promises and difficult issues. Parsing only, no decisions."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Category
from hotline.core import clock
from hotline.kernel.workclock import Unit
from hotline.people.models import Person
from hotline.people.models import Unit as Team
from hotline.promises.logic import CHANNEL_LABELS, KIND_LABELS, STATUS_LABELS, Channel, Kind, Status, Within

MOST_TEXT = 4000
AT = "at"
CLOCKS = [
    (AT, _("At a moment")),
    (Unit.WORK_HOUR.value, _("Working hours from now")),
    (Unit.WORK_DAY.value, _("Working days from now")),
    (Unit.URGENT_HOUR.value, _("Hours from now, day and night")),
]
CHANNELS = [(one.value, _(CHANNEL_LABELS[one])) for one in Channel if one is not Channel.QUEUE]
MOMENT = "%Y-%m-%dT%H:%M"
ANY = [("", _("Any"))]


def text_area(rows: int = 3) -> forms.Textarea:
    """A text of a few lines."""
    return forms.Textarea(attrs={"rows": rows})


class Moment(forms.DateTimeField):
    """A moment by the centre's wall clock."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT))
        super().__init__(input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"], **kwargs)


class WithDue(forms.Form):
    """Until when: a moment, or so much time on a clock."""

    by_clock = forms.ChoiceField(label=_("Until"), choices=CLOCKS)
    amount = forms.IntegerField(label=_("How many"), min_value=1, max_value=200, required=False)
    due_at = Moment(label=_("Moment"), required=False)

    def clean(self) -> dict[str, Any]:
        """One of the two is needed, as the clock says."""
        found: dict[str, Any] = super().clean() or {}
        wanted = found.get("by_clock")
        if wanted == AT and not found.get("due_at") and "due_at" not in self.errors:
            self.add_error("due_at", gettext("Give the moment."))
        if wanted and wanted != AT and not found.get("amount") and "amount" not in self.errors:
            self.add_error("amount", gettext("Give the number."))
        return found

    @property
    def due(self) -> datetime | Within:
        """What was chosen."""
        if self.cleaned_data["by_clock"] == AT:
            moment: datetime = self.cleaned_data["due_at"]
            return moment
        return Within(self.cleaned_data["amount"], Unit(self.cleaned_data["by_clock"]))


class NewPromise(WithDue):
    """What is promised, and who owes it."""

    kind = forms.ChoiceField(label=_("Kind"), choices=[(one.value, _(KIND_LABELS[one])) for one in Kind])
    what = forms.CharField(label=_("What is promised"), max_length=MOST_TEXT, widget=text_area())
    via = forms.ChoiceField(label=_("Promised by"), choices=CHANNELS)
    for_team = forms.BooleanField(label=_("Into the team's list: whoever is free takes it"), required=False)

    field_order = ["kind", "what", "by_clock", "amount", "due_at", "via", "for_team"]


class Keep(forms.Form):
    """How the customer got it."""

    via = forms.ChoiceField(label=_("By which contact"), choices=CHANNELS)
    words = forms.CharField(label=_("What the customer was told"), max_length=MOST_TEXT, widget=text_area(4))


class Move(WithDue):
    """Another time, as the customer agreed."""

    note = forms.CharField(label=_("What was agreed with the customer"), max_length=MOST_TEXT, widget=text_area())


class PassOn(forms.Form):
    """To whom, and why."""

    to = forms.IntegerField(label=_("To whom"))
    note = forms.CharField(label=_("Reason"), max_length=MOST_TEXT, widget=text_area())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        picker = {"data-picker-url": reverse("cases:pick_operator"), "data-picker-label": ""}
        self.fields["to"].widget = forms.TextInput(attrs=picker)


class Reason(forms.Form):
    """Why."""

    note = forms.CharField(label=_("Reason"), max_length=MOST_TEXT, widget=text_area())


class Empty(forms.Form):
    """Nothing beyond the click."""


class AskSuperior(forms.Form):
    """The difficult-issue form (A3.5): all four are required."""

    call_at = Moment(label=_("Time of the call"))
    content = forms.CharField(label=_("Content"), max_length=MOST_TEXT, widget=text_area(5))
    contact = forms.CharField(
        label=_("Contact details"),
        max_length=120,
        help_text=_("How the customer is reached. A telephone number is kept with the customer, behind the mask."),
    )
    promised_at = Moment(label=_("Reply promised until"))


class Say(forms.Form):
    """Something said about a difficult issue."""

    text = forms.CharField(label=_("Words"), max_length=MOST_TEXT, widget=text_area(5))

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label


class Generalise(forms.Form):
    """Question and answer in general words."""

    title = forms.CharField(label=_("Question in general words"), max_length=120)
    text = forms.CharField(
        label=_("Answer in general words"),
        max_length=MOST_TEXT,
        widget=text_area(6),
        help_text=_("No names, no numbers: everybody will read it."),
    )
    category = forms.ModelChoiceField(label=_("Category"), required=False, queryset=Category.objects.none())

    def __init__(self, *args: Any, centre_id: int, chosen: Category | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(centre=centre_id)  # type: ignore[attr-defined]
        picker = {"data-picker-url": reverse("cases:pick_category"), "data-picker-label": str(chosen or "")}
        self.fields["category"].widget = forms.TextInput(attrs=picker)


OWED, LATE, MISSED, KEPT_LATE = "owed", "late", "missed", "kept_late"


class LedgerFilter(forms.Form):
    """The filters of the ledger, as they stand in its address; nonsense filters nothing."""

    q = forms.CharField(label=_("Search"), max_length=60, required=False)
    part = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[
            *ANY,
            (OWED, _("Still owed")),
            (LATE, _("Owed and late")),
            *((one.value, _(STATUS_LABELS[one])) for one in Status),
        ],
    )
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[*ANY, *((one.value, _(KIND_LABELS[one])) for one in Kind)]
    )
    unit = forms.ModelChoiceField(label=_("Team"), required=False, queryset=Team.objects.none(), empty_label=_("Any"))
    owner = forms.ModelChoiceField(label=_("Owner"), required=False, queryset=Person.objects.none())
    since = forms.DateField(label=_("Due from"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Due until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, person: Person, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = teams  # type: ignore[attr-defined]
        self.fields["owner"].queryset = Person.objects.filter(centre=person.centre_id)  # type: ignore[attr-defined]
        self.is_valid()
        chosen = {key: value for key, value in self.cleaned_data.items() if value not in (None, "", False)}
        for name, edge in (("since", time.min), ("until", time.max)):
            if name in chosen:
                chosen[name] = datetime.combine(chosen[name], edge, tzinfo=clock.ZONE)
        self.chosen = chosen
        label = str(chosen["owner"].name) if "owner" in chosen else ""
        picker = {"data-picker-url": reverse("cases:pick_operator"), "data-picker-label": label}
        self.fields["owner"].widget = forms.TextInput(attrs=picker)


class Period(forms.Form):
    """From which day to which, both included; this month where the address makes no sense."""

    since = forms.DateField(label=_("Due from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    until = forms.DateField(label=_("Due until"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, data: Any, *, at: datetime) -> None:
        today = clock.local_day(at)
        usual = {"since": today.replace(day=1).isoformat(), "until": today.isoformat()}
        super().__init__({name: data.get(name) or usual[name] for name in usual})
        said = self.cleaned_data if self.is_valid() else {"since": today.replace(day=1), "until": today}
        self.first, self.last = said["since"], max(said["since"], min(said["until"], said["since"] + timedelta(366)))

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The first moment, and the first one after the last day."""
        return clock.wall(self.first), clock.wall(self.last + timedelta(days=1))
