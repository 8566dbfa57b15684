"""What a shift leader types on the board: to whom selected cases go, and why; to whom a task goes."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.forms.case import AT_DESK, MOST_TEXT, ByName, text_area
from hotline.people.models import Person, Position


def _people(by: Person, day: date, *positions: str) -> Any:
    people = Person.objects.filter(centre=by.centre_id, is_active=True, is_system=False)
    return people.holding(*positions, on=day).order_by("name_key", "pk")


class Reassign(forms.Form):
    """To whom the selected cases go, and why."""

    to = ByName(label=_("To"), queryset=Person.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=MOST_TEXT, widget=forms.TextInput)

    def __init__(self, *args: Any, by: Person, day: date, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "reassign_%s")
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = _people(by, day, *AT_DESK)  # type: ignore[attr-defined]
        self.fields["to"].widget.attrs |= {
            "data-picker": "",
            "data-key": "a",
            "data-key-label": gettext("Reassign"),
            "placeholder": gettext("To"),
        }
        self.fields["reason"].widget.attrs["placeholder"] = gettext("Reason")


class HandTask(forms.Form):
    """Which field supervisor shall look, and why he."""

    to = ByName(label=_("Field supervisor"), queryset=Person.objects.none())
    reason = forms.CharField(label=_("Reason"), max_length=MOST_TEXT, widget=text_area(2))

    def __init__(self, *args: Any, by: Person, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = _people(by, day, Position.FIELD_SUPERVISOR)  # type: ignore[attr-defined]
        self.fields["to"].widget.attrs["data-picker"] = ""
