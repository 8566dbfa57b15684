"""What people type about incidents."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.cases.forms.case import MOST_TEXT, text_area

MOST_KEYS = 500


class Announce(forms.Form):
    """What the incident is called, where it is, and what operators tell callers."""

    title = forms.CharField(label=_("Title"), max_length=120)
    area = forms.CharField(label=_("Area"), max_length=200, required=False)
    announcement = forms.CharField(
        label=_("Announcement for operators"),
        max_length=MOST_TEXT,
        widget=text_area(4),
        help_text=_("Stands on every operator's desk while the incident is under way."),
    )


class Begin(Announce):
    """A new incident, with the cases it was suggested from."""

    cases = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20 * MOST_KEYS)
    category = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def clean_cases(self) -> list[int]:
        """Keys of cases, separated by commas."""
        parts = [part for part in str(self.cleaned_data["cases"]).split(",") if part][:MOST_KEYS]
        if any(not (part.isascii() and part.isdigit() and len(part) < 18) for part in parts):
            raise forms.ValidationError(_("These are no cases."))
        return [int(part) for part in parts]


class Words(forms.Form):
    """One word to all cases of an incident."""

    text = forms.CharField(label=_("Note"), max_length=MOST_TEXT, widget=text_area(3))

    def __init__(self, *args: Any, label: str = "", help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["text"].label = label
        self.fields["text"].help_text = help_text


class Join(forms.Form):
    """To which incident a case belongs."""

    incident = forms.IntegerField(min_value=1)
