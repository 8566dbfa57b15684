"""Parsing of what is typed about texts."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.messages.logic import occasions
from hotline.messages.models import STATUSES, Channel


class FilterForm(forms.Form):
    """Which texts the list shows."""

    status = forms.ChoiceField(label=_("Status"), choices=[("", _("All")), *STATUSES], required=False)
    channel = forms.ChoiceField(label=_("Way"), choices=[("", _("All")), *Channel.choices], required=False)
    occasion = forms.ChoiceField(label=_("Occasion"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(occasion.code, gettext(occasion.label)) for occasion in occasions.all_occasions()]
        self.fields["occasion"].choices = [("", _("All")), *known]  # type: ignore[attr-defined]


class WordingForm(forms.Form):
    """A subject and a text with placeholders."""

    subject = forms.CharField(label=_("Subject"), max_length=200, required=False)
    text = forms.CharField(label=_("Text"), max_length=20_000, required=False, widget=forms.Textarea(attrs={"rows": 8}))


class TestForm(forms.Form):
    """Where a test text goes."""

    channel = forms.ChoiceField(label=_("Way"), choices=Channel.choices)
    to = forms.CharField(
        label=_("Number or mail address"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
