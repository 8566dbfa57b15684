"""What a field supervisor types with one hand: his reply to a task, and a report of his own."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.forms.case import MOST_TEXT, Coordinate, text_area
from hotline.cases.models import Category, Task, TaskKind
from hotline.cases.queries.field import Spot
from hotline.people.models import Person

YES, NO = "yes", "no"
ANSWERS = {
    TaskKind.VERIFY: (_("Yes, it is as reported"), _("No, it is not as reported")),
    TaskKind.CHECK: (_("Yes, the closing condition is met"), _("No, it is not met")),
}


class Position(forms.Form):
    """Where the person is, if he has asked his device."""

    latitude = Coordinate(90, label=_("Latitude"), widget=forms.HiddenInput)
    longitude = Coordinate(180, label=_("Longitude"), widget=forms.HiddenInput)

    @property
    def spot(self) -> Spot | None:
        """The position; None while it is not known or makes no sense."""
        if not self.is_valid():
            return None
        latitude, longitude = self.cleaned_data["latitude"], self.cleaned_data["longitude"]
        return None if latitude is None or longitude is None else Spot(latitude, longitude)


class Reply(Position):
    """Confirmed or not, in words where needed, with the place."""

    confirmed = forms.ChoiceField(
        label=_("What do you find?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Say yes or no.")},
    )
    text = forms.CharField(label=_("In words"), max_length=MOST_TEXT, required=False, widget=text_area(3))

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        yes, no = ANSWERS[TaskKind(task.kind)]
        self.fields["confirmed"].choices = [(YES, yes), (NO, no)]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A no needs words: the desk cannot go on without them."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("confirmed") == NO and not found.get("text", "").strip():
            self.add_error("text", gettext("Say what you found."))
        return found

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "confirmed": data["confirmed"] == YES,
            "text": data["text"],
            "latitude": data["latitude"],
            "longitude": data["longitude"],
        }


class Report(Position):
    """What a field supervisor has found himself."""

    description = forms.CharField(label=_("What is it?"), max_length=MOST_TEXT, widget=text_area(3))
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), required=False, empty_label=_("Not chosen")
    )
    place = forms.CharField(label=_("Where is it?"), max_length=200, required=False)
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)

    field_order = ("description", "place", "category", "is_urgent", "latitude", "longitude")

    def __init__(self, *args: Any, by: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].queryset = Category.objects.filter(centre=by.centre_id)  # type: ignore[attr-defined]
        self.fields["category"].widget.attrs["data-picker"] = ""

    def clean(self) -> dict[str, Any]:
        """Somebody else must be able to find it."""
        found: dict[str, Any] = super().clean() or {}
        if not found.get("place", "").strip() and found.get("latitude") is None:
            self.add_error("place", gettext("Say where it is, or use your position."))
        return found
