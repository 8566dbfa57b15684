"""What is typed about departments: agreements, contacts, objections, decisions, who was told."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Attachment, Case, LimitUnit
from hotline.departments.models import Agreement, Contact, ReasonCode
from hotline.departments.queries import work
from hotline.people.models import Unit, UnitKind

MOST_TEXT = 4000
UNITS = LimitUnit.choices
SHARES = ("target_accept", "target_hop", "target_phase", "target_rework")


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ByName(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Units by their names alone."""

    def label_from_instance(self, obj: Any) -> str:
        """The name."""
        return str(obj.name)


def departments(centre_id: int) -> "Any":
    """Departments that take cases."""
    return Unit.objects.filter(centre=centre_id, kind=UnitKind.DEPARTMENT, is_active=True)


class PercentField(forms.DecimalField):
    """A share typed as a percentage with one decimal, kept in whole thousandths."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=100, decimal_places=1, **kwargs)

    def clean(self, value: Any) -> int | None:
        """The thousandths."""
        typed = super().clean(value)
        return None if typed is None else int(typed * 10)


class AgreementForm(forms.Form):
    """A version of an agreement: for which work, from when, both clocks, targets."""

    work = forms.ChoiceField(label=_("Kind of work"), required=False)
    valid_from = forms.DateField(
        label=_("Valid from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    accept_value = forms.IntegerField(label=_("Time to accept"), min_value=1, max_value=999, initial=1)
    accept_unit = forms.ChoiceField(label=pgettext_lazy("of a limit", "Unit"), choices=UNITS, initial="work_hour")
    hop_value = forms.IntegerField(label=_("The department's own time"), min_value=1, max_value=999, initial=8)
    hop_unit = forms.ChoiceField(label=pgettext_lazy("of a limit", "Unit"), choices=UNITS, initial="work_hour")
    phase_value = forms.IntegerField(
        label=_("The whole handling phase, across departments"),
        min_value=1,
        max_value=999,
        required=False,
        help_text=_("Empty: the limit printed in the standard."),
    )
    phase_unit = forms.ChoiceField(
        label=pgettext_lazy("of a limit", "Unit"), choices=[("", "—"), *UNITS], required=False
    )
    objection_value = forms.IntegerField(label=_("Time to object"), min_value=1, max_value=999, initial=4)
    objection_unit = forms.ChoiceField(label=pgettext_lazy("of a limit", "Unit"), choices=UNITS, initial="work_hour")
    target_accept = PercentField(label=_("Accepted in time, at least %"), initial=95)
    target_hop = PercentField(label=_("Own time kept, at least %"), initial=90)
    target_phase = PercentField(label=_("Phase kept, at least %"), initial=95)
    target_rework = PercentField(label=_("Rework, at most %"), initial=5)
    note = forms.CharField(label=_("Further terms"), required=False, max_length=MOST_TEXT, widget=_area(3))

    def __init__(self, *args: Any, department: Unit, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["work"].choices = work.choices(department.centre_id)  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = day + timedelta(days=1)

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = dict(self.cleaned_data)
        return {"work": data.pop("work"), "valid_from": data.pop("valid_from"), "terms": data}

    @staticmethod
    def from_version(version: Agreement) -> dict[str, Any]:
        """The values of an earlier version, to begin a new one with."""
        names = [name for name in AgreementForm.base_fields if name not in {"valid_from", *SHARES}]
        shares = {name: f"{getattr(version, name) // 10}.{getattr(version, name) % 10}" for name in SHARES}
        return {name: getattr(version, name) for name in names} | shares


class ContactForm(forms.Form):
    """How a department is reached."""

    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    by_mail = forms.BooleanField(label=_("Also hand dispatches over by mail"), required=False)
    mail = forms.EmailField(label=_("Mailbox of the department"), required=False)
    centre_mail = forms.EmailField(label=_("Mailbox of the centre for the monthly report"), required=False)

    @staticmethod
    def of(contact: Contact | None) -> dict[str, Any]:
        """What is known."""
        return {name: getattr(contact, name) for name in ContactForm.base_fields} if contact else {}


class ObjectForm(forms.Form):
    """Why a dispatch is not the department's."""

    reason_code = forms.ChoiceField(label=_("Reason"), choices=[("", "—"), *ReasonCode.choices])
    words = forms.CharField(label=_("Why it is not yours"), max_length=MOST_TEXT, widget=_area(4))
    suggested = ByName(label=_("Whose it is, if you know"), queryset=Unit.objects.none(), required=False)
    evidence = forms.ModelChoiceField(
        label=_("Evidence among the files of the case"), queryset=Attachment.objects.none(), required=False
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = case.holding.unit_id if case.holding else None
        self.fields["suggested"].queryset = departments(case.centre_id).exclude(pk=held)  # type: ignore[attr-defined]
        self.fields["suggested"].widget.attrs["data-picker"] = ""
        files = Attachment.objects.filter(case=case).order_by("at", "pk")
        self.fields["evidence"].queryset = files  # type: ignore[attr-defined]
        self.fields["evidence"].label_from_instance = lambda row: row.name  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "reason_code": data["reason_code"],
            "words": data["words"],
            "suggested_id": data["suggested"].pk if data["suggested"] else None,
            "evidence_id": data["evidence"].pk if data["evidence"] else None,
        }


class DecideForm(forms.Form):
    """A reviewer's decision with its reason."""

    note = forms.CharField(label=_("Reason of the decision"), max_length=MOST_TEXT, widget=_area(3))
    right = ByName(
        label=_("Whose it is (for the dispatch catalogue)"),
        queryset=Unit.objects.none(),
        required=False,
        help_text=_("Only when it is upheld."),
    )
    exempt = forms.BooleanField(label=_("Does not count against the department"), required=False)

    def __init__(self, *args: Any, centre_id: int, department_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["right"].queryset = departments(centre_id).exclude(pk=department_id)  # type: ignore[attr-defined]
        self.fields["right"].widget.attrs["data-picker"] = ""

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        right = data["right"].pk if data["right"] else None
        return {"note": data["note"], "right_id": right, "exempt": data["exempt"]}


class WordsForm(forms.Form):
    """Words that go with a step."""

    words = forms.CharField(label=_("In words"), max_length=MOST_TEXT, widget=_area(3))


class WhoForm(forms.Form):
    """Who was told by telephone."""

    who = forms.CharField(label=_("Who was told"), max_length=60)


def problems(form: forms.Form) -> list[str]:
    """What is wrong, for a page that does not show the form."""
    return [gettext(str(text)) for errors in form.errors.values() for text in errors]
