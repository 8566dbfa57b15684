"""Parsing of what is typed about customers."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.customers.services import What

SALUTATIONS = [("", "—"), ("先生", _("Mr")), ("女士", _("Ms"))]


class SearchForm(forms.Form):
    """A name, pinyin, initials, or the beginning or end of a number; sent by POST, so that none lands in an address."""

    q = forms.CharField(
        label=_("Name, pinyin or number"),
        max_length=60,
        required=False,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "placeholder": _("At least four digits")}
        ),
    )


class DetailsForm(forms.Form):
    """What is kept of a customer besides his numbers."""

    name = forms.CharField(
        label=_("Customer’s name"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    salutation = forms.ChoiceField(label=_("Salutation"), choices=SALUTATIONS, required=False)
    address = forms.CharField(
        label=_("Address"), max_length=200, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    note = forms.CharField(label=_("Note"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def changes(self) -> dict[str, str]:
        """What was sent: a hidden detail of a secret customer is not on the page and stays."""
        return {name: value for name, value in self.cleaned_data.items() if name in self.data}


class NewForm(DetailsForm):
    """Somebody who turns to the centre."""

    number = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    is_secret = forms.BooleanField(label=_("Keep secret who this is"), required=False)
    is_another = forms.BooleanField(label=_("Another person with the same number"), required=False)
    field_order = ("number", "name", "salutation", "address", "note", "is_secret", "is_another")

    @property
    def changes(self) -> dict[str, Any]:
        """Everything typed."""
        return dict(self.cleaned_data)


class NumberForm(forms.Form):
    """A further number."""

    number = forms.CharField(
        label=_("Phone number"),
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "off"}),
    )
    is_main = forms.BooleanField(label=_("Call back under this number first"), required=False)


class SecretForm(forms.Form):
    """Secrecy on or off, and why."""

    is_secret = forms.BooleanField(label=_("Keep secret who this is"), required=False)
    reason = forms.CharField(label=_("Reason"), max_length=200, required=False)


class RevealForm(forms.Form):
    """What to look at and why."""

    what = forms.ChoiceField(
        label=_("What is shown"),
        choices=[(What.NUMBER, _("Phone numbers")), (What.NAME, _("Customer’s name")), (What.ADDRESS, _("Address"))],
    )
    reason = forms.CharField(
        label=_("Why you need it"),
        max_length=200,
        help_text=_("It is kept with your name and the time (A3.6)."),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )


class PickForm(forms.Form):
    """One of the suggested customers, and the form of the page that the choice belongs to."""

    customer = forms.IntegerField(min_value=1)
    into = forms.SlugField(max_length=40, required=False)
