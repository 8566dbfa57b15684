"""Forms of the operator's desk: a new report, and the report in hand."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.cases.forms.case import CALLER, Facts
from hotline.cases.models import Source

# What an operator takes in by hand; the others come by themselves.
BY_HAND = (Source.PHONE, Source.LETTER, Source.VISIT, Source.WEB, Source.FIELD)


class NewReport(Facts):
    """A report that somebody brings (B3.1)."""

    source = forms.ChoiceField(
        label=_("Source"),
        choices=[(source.value, source.label) for source in BY_HAND],
        initial=Source.PHONE.value,
        widget=forms.RadioSelect,
    )
    field_order = ("source",)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        names = {"is_urgent": "urgent", "is_secret": "secret"}
        said = self.cleaned_data.items()
        return {names.get(name, name): value for name, value in said if name not in CALLER}
