"""What people type about keys and webhooks."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

MOMENT = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class KeyForm(forms.Form):
    """Whose key it is, what it may do, how much."""

    organisation = forms.CharField(label=_("Whose key"), max_length=100)
    contact = forms.CharField(
        label=_("Contact"),
        max_length=200,
        help_text=_("Who is told when something is wrong: a name, a number, an address."),
    )
    note = forms.CharField(label=_("What it is for"), max_length=200, required=False)
    may_read = forms.BooleanField(label=_("May read with its own limits, and in bulk"), required=False, initial=True)
    may_create = forms.BooleanField(label=_("May report"), required=False, initial=True)
    may_update = forms.BooleanField(label=_("May tell of updates"), required=False)
    per_minute = forms.IntegerField(label=_("Calls a minute"), min_value=1, max_value=6_000, initial=60)
    per_day = forms.IntegerField(label=_("Calls a day"), min_value=1, max_value=5_000_000, initial=10_000)
    expires_at = forms.DateTimeField(
        label=_("Valid until"), required=False, widget=MOMENT, help_text=_("Empty: it does not end by itself.")
    )


class RevokeForm(forms.Form):
    """Why a key ends."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


class SubscriptionForm(forms.Form):
    """Who is told of what."""

    name = forms.CharField(label=_("Receiver"), max_length=100)
    url = forms.CharField(
        label=_("Address"),
        max_length=500,
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off", "placeholder": "https://"}),
        help_text=_("https only; nothing inside the house is ever called."),
    )
    on_created = forms.BooleanField(label=_("When a request was received"), required=False, initial=True)
    on_updated = forms.BooleanField(label=_("When a request went on"), required=False, initial=True)
    on_closed = forms.BooleanField(label=_("When a request was closed"), required=False, initial=True)


class ChangeSubscriptionForm(SubscriptionForm):
    """The same, and whether it is in use."""

    is_active = forms.BooleanField(label=_("In use"), required=False)

    @property
    def values(self) -> dict[str, Any]:
        """Without the switch."""
        return {name: value for name, value in self.cleaned_data.items() if name != "is_active"}
