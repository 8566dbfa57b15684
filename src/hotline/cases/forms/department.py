"""What dispatchers and departments type: whom to dispatch to, the result, a reason, more time."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.forms.case import MOST_TEXT, ByName, limit_text, text_area
from hotline.cases.models import Case, Condition
from hotline.people.models import Unit, UnitKind


class Versioned(forms.Form):
    """Every command carries the version of the case that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        self.case = case
        kwargs.setdefault("initial", {"version": case.version})
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill what depends on the case."""


class Reason(Versioned):
    """A reason in words."""

    reason = forms.CharField(label=_("Reason"), max_length=MOST_TEXT, widget=text_area(3))


class Result(Versioned):
    """What was done."""

    result = forms.CharField(label=_("Result"), max_length=MOST_TEXT, widget=text_area(4))

    def prepare(self) -> None:
        """Show the closing condition: the result has to meet it."""
        if self.case.condition:
            self.fields["result"].help_text = gettext("To be met: {condition}").format(
                condition=self.case.condition.closing_condition
            )


class MoreTime(Versioned):
    """How much more time, in the unit of the condition's limit, and why."""

    amount = forms.IntegerField(label=_("More time"), min_value=1, max_value=365)
    reason = forms.CharField(label=_("Reason"), max_length=MOST_TEXT, widget=text_area(3))

    def prepare(self) -> None:
        """Say in which unit."""
        self.fields["amount"].help_text = unit_of(self.case.condition)


def unit_of(condition: Condition | None) -> str:
    """The unit of a condition's limit, beside the limit itself."""
    if condition is None:
        return ""
    return gettext("In {unit}; the limit is {limit}").format(
        unit=condition.get_limit_unit_display(), limit=limit_text(condition)
    )


class DispatchTo(Versioned):
    """To which department."""

    department = ByName(
        label=_("Department"),
        queryset=Unit.objects.none(),
        error_messages={"required": _("Choose the department that shall handle it.")},
    )
    note = forms.CharField(label=_("Note to the department"), max_length=MOST_TEXT, required=False)

    def prepare(self) -> None:
        """Departments of the centre."""
        units = Unit.objects.filter(centre=self.case.centre_id, kind=UnitKind.DEPARTMENT, is_active=True)
        self.fields["department"].queryset = units  # type: ignore[attr-defined]
        self.fields["department"].widget.attrs["data-picker"] = ""
