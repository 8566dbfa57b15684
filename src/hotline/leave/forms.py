"""What is typed about leave and swaps."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.core.templatetags.formats import day
from hotline.leave.models import EntryKind
from hotline.leave.services.requests import Wish
from hotline.people.models import Person
from hotline.rosters.models import RosterEntry
from hotline.rulebook.leave import Code, Kind, Piece

MOST_WORDS = 300


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": MOST_WORDS})


class ByName(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Persons by name and number."""

    def label_from_instance(self, obj: Any) -> str:
        """Name and number."""
        return f"{obj.name} {obj.number}"


class AskForm(forms.Form):
    """What leave is asked for; whoever leads may write down what a colleague tells him."""

    person = ByName(label=_("For whom"), queryset=Person.objects.none(), required=False)
    kind = forms.ChoiceField(label=_("Kind of leave"))
    first = forms.DateField(label=_("First day"), widget=_day())
    from_middle = forms.BooleanField(label=_("Only from the middle of that shift on"), required=False)
    last = forms.DateField(label=_("Last day"), widget=_day())
    to_middle = forms.BooleanField(label=_("Only to the middle of that shift"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=MOST_WORDS, required=False, widget=_area(3))

    def __init__(self, *args: Any, kinds: list[Kind], others: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code.value, gettext(kind.name)) for kind in kinds]  # type: ignore[attr-defined]
        if others is None:
            del self.fields["person"]
        else:
            self.fields["person"].queryset = others  # type: ignore[attr-defined]
            self.fields["person"].widget.attrs["data-picker"] = ""

    @property
    def wish(self) -> Wish:
        """What the service takes."""
        data = self.cleaned_data
        piece = Piece(data["first"], data["last"], data["from_middle"], data["to_middle"])
        return Wish(data["kind"], piece, data["reason"])


class SickForm(AskForm):
    """Sickness alone: short, for a phone in bed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].widget = forms.HiddenInput()
        self.fields["kind"].initial = Code.SICK.value
        self.fields["reason"].label = _("What is the matter (only those who decide can read it)")
        self.order_fields(["person", "first", "last", "to_middle", "from_middle", "reason", "kind"])


class NoteForm(forms.Form):
    """A word that goes with a decision."""

    note = forms.CharField(
        label=pgettext_lazy("decision", "In words"), max_length=MOST_WORDS, required=False, widget=_area(2)
    )


class BackForm(forms.Form):
    """The first day at work again."""

    on = forms.DateField(label=_("First day at work again"), widget=_day())


class WhyForm(forms.Form):
    """A reason that must be given."""

    why = forms.CharField(label=_("Why"), max_length=200)


class YearForm(forms.Form):
    """A year."""

    year = forms.IntegerField(label=_("Year"), min_value=2020, max_value=2100)


class HistoryForm(forms.Form):
    """Since when somebody has worked anywhere."""

    works_since = forms.DateField(
        label=_("Has worked since"), widget=_day(), help_text=_("Anywhere, not only here: years of work in all count.")
    )


class ChangeForm(forms.Form):
    """A change of a balance."""

    days = forms.DecimalField(
        label=pgettext_lazy("leave", "Days"),
        max_digits=4,
        decimal_places=1,
        help_text=_("Half days too; with a minus what is taken away."),
    )
    why = forms.ChoiceField(
        label=_("What kind of change"),
        choices=[(one.value, one.label) for one in (EntryKind.CARRIED, EntryKind.CORRECTION)],
    )
    note = forms.CharField(label=_("Why"), max_length=200)

    def clean_days(self) -> int:
        """As half days."""
        typed = self.cleaned_data["days"] * 2
        if typed != int(typed):
            raise forms.ValidationError(gettext("Give whole or half days."))
        return int(typed)


class AllowanceForm(forms.Form):
    """How much a kind gives here."""

    kind = forms.ChoiceField(label=_("Kind of leave"))
    days = forms.IntegerField(label=pgettext_lazy("leave", "Days"), min_value=1, max_value=400)
    since = forms.DateField(label=_("In force since"), widget=_day())
    source = forms.CharField(label=_("By which rule"), max_length=120)

    def __init__(self, *args: Any, kinds: list[Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(kind.code.value, gettext(kind.name)) for kind in kinds]  # type: ignore[attr-defined]


class PregnancyForm(forms.Form):
    """The day that the doctor expects."""

    expected_on = forms.DateField(label=_("The day that the doctor expects"), widget=_day())


class Shifts(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Shifts of the roster by their day and hours."""

    def label_from_instance(self, obj: Any) -> str:
        """Day, hours, name."""
        return shift_label(obj)


def shift_label(entry: RosterEntry) -> str:
    """`3月16日 周一 早班 08:30–17:30`."""
    hours = f"{entry.shift_type.starts:%H:%M}–{entry.shift_type.ends:%H:%M}"
    return f"{day(entry.day)} {gettext(entry.shift_type.name)} {hours}"


class PartnerForm(forms.Form):
    """With whom."""

    partner = ByName(label=_("With whom"), queryset=Person.objects.none())

    def __init__(self, *args: Any, partners: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = Person.objects.filter(pk__in=[one.pk for one in partners])
        self.fields["partner"].queryset = chosen  # type: ignore[attr-defined]
        self.fields["partner"].widget.attrs["data-picker"] = ""


class SwapForm(forms.Form):
    """Which shifts go which way, and why."""

    given = Shifts(
        label=_("My shift, or two in a row"), queryset=RosterEntry.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    taken = Shifts(
        label=_("My colleague's shift that I take in turn"), queryset=RosterEntry.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Choose none to pay the shift back later."),
    )  # fmt: skip
    reason = forms.CharField(label=_("Reason"), max_length=MOST_WORDS, widget=_area(2))

    def __init__(
        self, *args: Any, mine: list[RosterEntry], theirs: list[RosterEntry], pays_back: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("given", mine), ("taken", theirs)):
            found = RosterEntry.objects.filter(pk__in=[row.pk for row in rows]).select_related("shift_type")
            self.fields[name].queryset = found.order_by("day")  # type: ignore[attr-defined]
        if pays_back:
            del self.fields["given"]
            self.fields["taken"].label = _("My colleague's shift that I work")
            self.fields["taken"].help_text = ""

    @property
    def keys(self) -> tuple[list[int], list[int]]:
        """The chosen shifts, given and taken."""
        data = self.cleaned_data
        return [row.pk for row in data.get("given", ())], [row.pk for row in data["taken"]]


def day_or(text: str | None, default: date) -> date:
    """A day from an address; nonsense is the default."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return default


def month_or(text: str | None, default: date) -> date:
    """The first of a month from an address (`2026-03`); nonsense is the default's."""
    return day_or(f"{text or ''}-01", default).replace(day=1)
