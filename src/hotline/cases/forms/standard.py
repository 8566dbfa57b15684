"""What one asks of the standard: words, and the day on which it was in force."""

from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _


class Radius(forms.Form):
    """How far around a report of a sub-class duplicates are looked for."""

    radius_m = forms.IntegerField(
        label=_("Radius for duplicates (m)"), min_value=0, max_value=10_000, help_text=_("0 switches the offers off.")
    )


class StandardFilter(forms.Form):
    """Nonsense in an address asks nothing."""

    q = forms.CharField(
        label=_("Search the standard"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "data-key": "s"}),
        help_text=_("Words, a code like C0101, or pinyin initials."),
    )
    on = forms.DateField(label=_("In force on"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    @property
    def text(self) -> str:
        """The words asked for."""
        return str(self.cleaned_data.get("q", "")) if self.is_valid() or self.cleaned_data else ""

    def day(self, today: date) -> date:
        """The day asked for; a day that is none is today."""
        chosen = self.cleaned_data.get("on") if self.is_bound and (self.is_valid() or self.cleaned_data) else None
        return chosen or today
