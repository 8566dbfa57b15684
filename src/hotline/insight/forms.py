"""What people choose: a month, a source, what the map shows, and who gets the report."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Category, Source
from hotline.people.models import Person, Unit, UnitKind


class VoiceForm(forms.Form):
    """Which month, and reports from where."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    source = forms.ChoiceField(label=_("Source"), required=False, choices=[("", _("All sources")), *Source.choices])

    def __init__(self, *args: Any, months: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["month"].choices = [(one.isoformat(), f"{one:%Y-%m}") for one in months]  # type: ignore[attr-defined]


class MapForm(forms.Form):
    """What the map shows: a sub-class, overdue ones, a month of heat or a day to replay."""

    category = forms.ChoiceField(label=_("Sub-class"), required=False, widget=forms.Select(attrs={"data-picker": ""}))
    late = forms.BooleanField(label=_("Only overdue"), required=False)
    month = forms.ChoiceField(label=_("Month"), required=False)
    day = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, categories: Iterable[Category], months: Iterable[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = [(str(one.pk), f"{one.big_name} · {one.small_name}") for one in categories]
        self.fields["category"].choices = [("", gettext("All sub-classes")), *listed]  # type: ignore[attr-defined]
        self.fields["month"].choices = [(one.isoformat(), f"{one:%Y-%m}") for one in months]  # type: ignore[attr-defined]


class RecipientForm(forms.Form):
    """Somebody who gets the report."""

    name = forms.CharField(label=_("Name"), max_length=60)
    mail = forms.EmailField(label=_("Mail address"), max_length=200)
    unit = forms.ModelChoiceField(
        label=_("Department"), queryset=Unit.objects.none(), required=False, empty_label=_("Of the centre itself")
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Unit.objects.filter(centre=person.centre_id, kind=UnitKind.DEPARTMENT, is_active=True)
        self.fields["unit"].queryset = rows.order_by("name_key")  # type: ignore[attr-defined]
