"""Parsing of what citizens type, and of what is typed about them."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Category, Source
from hotline.citizens.logic.terms import Terms
from hotline.citizens.models import Grade, PublicIntake, Reason, Wish
from hotline.citizens.queries import public
from hotline.people.models import Centre

SALT = "hotline.citizens.form"
MOST_TEXT = 2000
MICRODEGREE = Decimal("0.000001")
CONSENT = _(
    "I agree that this centre keeps what I send, uses it to deal with my report, and passes it on to the department "
    "that settles it, without my name where I ask for secrecy."
)


def sign_form(key: str, at: datetime) -> str:
    """What a form carries along: its key and when it was given out, so that neither can be made up."""
    return signing.dumps({"key": key, "at": at.isoformat()}, salt=SALT)


def read_form(text: str) -> tuple[str, datetime] | None:
    """The key of a form and when it was given out; None when it was not given out by us."""
    try:
        held = signing.loads(text[:500], salt=SALT)
        return str(held["key"]), datetime.fromisoformat(held["at"])
    except (signing.BadSignature, ValueError, KeyError, TypeError, json.JSONDecodeError):
        return None


class Degrees(forms.CharField):
    """Degrees as a whole phone or map gives them; nonsense is as if nothing was said."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, max_length=40, **kwargs)
        self.most = most

    def clean(self, value: Any) -> Decimal | None:
        """Six digits behind the point."""
        text = super().clean(value)
        if not text:
            return None
        try:
            found = Decimal(text)
        except InvalidOperation:
            return None
        if not found.is_finite() or abs(found) > self.most:
            return None
        return found.quantize(MICRODEGREE)


def _text(rows: int, **attrs: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, **attrs})


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"})


class Groups(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Sub-classes by their everyday names, those of a big class together."""

    def label_from_instance(self, obj: Any) -> str:
        """The name alone is not enough: “other” stands in every class."""
        return f"{obj.small_name}（{obj.big_name}）"


class ReportForm(forms.Form):
    """What a citizen reports; `website` is a field that only programs fill in."""

    description = forms.CharField(
        label=_("What is the matter?"),
        max_length=MOST_TEXT,
        widget=_text(4, autocomplete="off"),
        error_messages={"required": _("Say in a few words what is the matter.")},
    )
    category = Groups(
        label=_("Kind of matter"), queryset=Category.objects.none(), required=False, empty_label=_("I do not know")
    )
    place = forms.CharField(
        label=_("Where is it?"),
        max_length=200,
        required=False,
        help_text=_("A street, a crossing, a house number, a shop beside it."),
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )
    latitude = Degrees(90)
    longitude = Degrees(180)
    name = forms.CharField(
        label=_("Your name"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    number = forms.CharField(
        label=_("Your phone number"),
        max_length=40,
        required=False,
        help_text=_("For the answer by SMS, and for questions."),
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )
    mail = forms.CharField(
        label=_("Your mail address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "email"}),
    )
    is_secret = forms.BooleanField(
        label=_("Keep secret who I am"),
        required=False,
        help_text=_("Whoever settles the matter will not learn your name and number."),
    )
    consent = forms.BooleanField(
        label=_("I agree"), error_messages={"required": _("Without this the report cannot be taken.")}
    )
    website = forms.CharField(required=False, max_length=200, widget=forms.TextInput(attrs={"tabindex": "-1"}))
    form = forms.CharField(max_length=500, widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, centre: Centre, intake: PublicIntake, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.queryset = public.categories(centre)
        category.widget.attrs["data-picker"] = ""
        self._ask("name", intake.name_wish)
        self._ask("number", intake.number_wish)

    def _ask(self, name: str, wish: str) -> None:
        if wish == Wish.HIDDEN:
            del self.fields[name]
        elif wish == Wish.NEEDED:
            self.fields[name].required = True

    def clean(self) -> dict[str, Any]:
        """Somebody must be able to find the place."""
        found: dict[str, Any] = super().clean() or {}
        if not found.get("place", "").strip() and (found.get("latitude") is None or found.get("longitude") is None):
            self.add_error("place", gettext("Say where it is, or tap the place on the map."))
        if (found.get("latitude") is None) != (found.get("longitude") is None):
            found["latitude"] = found["longitude"] = None
        return found

    def check_moment(self, at: datetime, terms: Terms) -> str:
        """The key of the form; a form that we never gave out, or that was filled in at once, is sent back."""
        held = read_form(self.data.get("form", ""))
        if held is None or at - held[1] > terms.longest:
            self.add_error(None, gettext("The page was open for too long. Look through it and send it again."))
            return ""
        if at - held[1] < terms.fastest:
            self.add_error(None, gettext("That was very quick. Look through it and send it again."))
            return ""
        if self.cleaned_data.get("website"):
            self.add_error(None, gettext("This could not be taken. Call us, please."))
            return ""
        return held[0]


class TrackForm(forms.Form):
    """Number and code."""

    number = forms.CharField(
        label=_("Case number"),
        max_length=60,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "placeholder": "20260309-0042"}),
    )
    code = forms.CharField(
        label=_("Tracking code"),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "placeholder": "ABCD-EFGH-JKMN"}
        ),
    )


class AddForm(forms.Form):
    """Something more about a report."""

    text = forms.CharField(label=_("What do you want to add?"), max_length=MOST_TEXT, required=False, widget=_text(3))
    wants_call = forms.BooleanField(label=_("Please call me back"), required=False)


class RateForm(forms.Form):
    """How content a citizen is."""

    grade = forms.ChoiceField(label=_("How content are you?"), choices=Grade.choices, widget=forms.RadioSelect)
    reason = forms.ChoiceField(
        label=_("What was not good?"), choices=[("", _("Choose, if it was not good")), *Reason.choices], required=False
    )
    words = forms.CharField(label=_("In your words"), max_length=MOST_TEXT, required=False, widget=_text(3))


class CallForm(RateForm):
    """What the citizen said in a call-back."""

    grade = forms.ChoiceField(label=_("How content is he?"), choices=Grade.choices, widget=forms.RadioSelect)
    words = forms.CharField(label=_("In his words"), max_length=MOST_TEXT, required=False, widget=_text(3))
    reopen = forms.BooleanField(
        label=_("Open the matter again"),
        required=False,
        help_text=_("For a bad result. Without it, the shift leader decides."),
    )


class UnreachedForm(forms.Form):
    """Nobody answered."""

    note = forms.CharField(label=_("Note"), max_length=300, required=False)


class DecideForm(forms.Form):
    """Whether a matter is opened again, and why."""

    decision = forms.ChoiceField(
        label=_("What was decided"),
        choices=[("reopen", _("Open the matter again")), ("keep", _("Leave it closed"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=MOST_TEXT, required=False, widget=_text(3))


class PeriodForm(forms.Form):
    """From one day to another; the last thirty when nothing is said."""

    first = forms.DateField(
        label=_("First day counted"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    last = forms.DateField(label=_("Last day counted"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def period(self, today: date) -> tuple[date, date]:
        """The days that are meant, in order."""
        found = self.cleaned_data if self.is_valid() else {}
        last = found.get("last") or today
        first = found.get("first") or last - timedelta(days=29)
        return min(first, last), max(first, last)


class PaperForm(forms.Form):
    """A letter or a visit, for the keyboard: Enter goes on, Ctrl+Enter sends."""

    source = forms.ChoiceField(
        label=_("Letter or visit"), choices=[(Source.LETTER.value, _("Letter")), (Source.VISIT.value, _("Visit"))]
    )
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(label=_("Sender or visitor"), max_length=60, required=False)
    number = forms.CharField(label=_("Phone number"), max_length=40, required=False)
    reference = forms.CharField(label=_("Sender’s own reference"), max_length=60, required=False)
    description = forms.CharField(label=_("What it says"), max_length=4000, widget=_text(4))
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    category = Groups(label=_("Category"), queryset=Category.objects.none(), required=False, empty_label="—")
    secret = forms.BooleanField(label=_("Keep secret who this is"), required=False)

    def __init__(self, *args: Any, centre: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        category: Any = self.fields["category"]
        category.queryset = Category.objects.filter(centre=centre).order_by("big_code", "small_code")
        category.widget.attrs["data-picker"] = ""
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"
        self.fields["description"].widget.attrs["autofocus"] = True


class IntakeForm(forms.ModelForm):  # type: ignore[type-arg]
    """How the public page takes reports."""

    class Meta:
        model = PublicIntake
        fields = ["is_open", "name_wish", "number_wish", "most_photos", "tells_callers", "notice", "consent"]
        widgets = {"consent": _text(5)}
