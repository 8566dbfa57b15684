"""What people type about reviews: how a sample is drawn, a finding, an appeal, and which findings a list shows."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hotline.people.models import Person
from hotline.quality.logic import CAUSE_LABELS, DECISION_LABELS, SizeBy
from hotline.quality.models import CAUSES, SIZES, ReviewStatus, Way
from hotline.quality.queries.reviews import Step
from hotline.rulebook.accuracy import Cause, Decision

MOST_TEXT = 2_000


def day_field(label: Any) -> forms.DateField:
    """A day, as browsers ask for it."""
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


def text_field(label: Any, *, required: bool = True) -> forms.CharField:
    """A few lines of text."""
    return forms.CharField(
        label=label, required=required, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": 3})
    )


class DrawForm(forms.Form):
    """The period and how much is drawn of each person's cases."""

    first = day_field(_("First day"))
    last = day_field(_("Last day"))
    size_by = forms.ChoiceField(label=_("Size"), choices=SIZES)
    filed = forms.IntegerField(label=_("Filed cases"), min_value=0, max_value=500)
    rejected = forms.IntegerField(label=_("Rejected cases"), min_value=0, max_value=500)
    dispatched = forms.IntegerField(label=_("Dispatched cases"), min_value=0, max_value=500)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        """A percentage ends at a hundred."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("size_by") == SizeBy.PERCENT:
            for name in Decision:
                if (found.get(name.value) or 0) > 100:
                    self.add_error(name.value, gettext("At most 100 percent."))
        return found

    @property
    def sizes(self) -> dict[Decision, int]:
        """How much of each kind."""
        return {decision: self.cleaned_data[decision.value] for decision in Decision}


class WrongForm(forms.Form):
    """What was wrong, where it shows, and words."""

    cause = forms.ChoiceField(label=_("Cause"), widget=forms.RadioSelect)
    evidence = forms.TypedChoiceField(label=_("Where it shows"), coerce=int)
    words = text_field(_("What was wrong, so that one can learn from it"))

    def __init__(self, *args: Any, causes: Iterable[Cause], steps: Iterable[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cause"].choices = [(cause.value, gettext(CAUSE_LABELS[cause])) for cause in causes]  # type: ignore[attr-defined]
        rows = list(steps)
        self.fields["evidence"].choices = [  # type: ignore[attr-defined]
            (step.event.seq, f"{step.event.seq}. {step.title} · {step.event.actor.name}") for step in rows
        ]
        self.fields["evidence"].initial = next((step.event.seq for step in rows if step.is_decision), None)


class TargetForm(forms.Form):
    """Whose decision of a case is to be reviewed, and why."""

    whose = forms.ChoiceField(label=_("Whose decision"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Why this one"), max_length=200)

    def __init__(self, *args: Any, decided: Iterable[tuple[Person, Decision]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["whose"].choices = [  # type: ignore[attr-defined]
            (f"{person.pk}:{decision.value}", f"{person.name} · {gettext(DECISION_LABELS[decision])}")
            for person, decision in decided
        ]

    @property
    def chosen(self) -> tuple[int, Decision]:
        """The person's key and the decision."""
        person, decision = self.cleaned_data["whose"].split(":")
        return int(person), Decision(decision)


class AppealForm(forms.Form):
    """Why the finding is wrong."""

    words = text_field(_("Why the finding is wrong"))


class DecideForm(forms.Form):
    """The decision of an appeal, with its reason."""

    grant = forms.BooleanField(required=False)
    reason = forms.CharField(label=_("Reason"), max_length=MOST_TEXT)


class ReasonForm(forms.Form):
    """Why a hint is let be."""

    reason = forms.CharField(label=_("Reason"), max_length=200)


def month_choices(months: Iterable[date]) -> list[tuple[str, str]]:
    """Months as one picks them."""
    return [(month.isoformat(), f"{month.year}-{month.month:02}") for month in months]


class FindingsForm(forms.Form):
    """Which findings a list shows."""

    month = forms.ChoiceField(label=_("Month"), required=False)
    handler = forms.ChoiceField(label=_("Handler"), required=False)
    way = forms.ChoiceField(label=_("Way"), required=False, choices=[("", _("All")), *Way.choices])
    status = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All")), *((s.value, s.label) for s in ReviewStatus if s is not ReviewStatus.WAITING)],
    )
    cause = forms.ChoiceField(label=_("Cause"), required=False, choices=[("", _("All")), *CAUSES])

    def __init__(self, *args: Any, months: Iterable[date], persons: Iterable[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = ("", gettext("All"))
        self.fields["month"].choices = [everything, *month_choices(months)]  # type: ignore[attr-defined]
        self.fields["handler"].choices = [everything, *((str(one.pk), one.name) for one in persons)]  # type: ignore[attr-defined]

    @property
    def wishes(self) -> dict[str, Any]:
        """What was chosen, as the query takes it."""
        found = self.cleaned_data if self.is_valid() else {}
        return {
            "month": date.fromisoformat(found["month"]) if found.get("month") else None,
            "handler": int(found["handler"]) if found.get("handler") else None,
            "way": found.get("way", ""),
            "status": found.get("status", ""),
            "cause": found.get("cause", ""),
        }


class ScoreForm(forms.Form):
    """What was heard in a call, as two scores of fifty."""

    soft = forms.IntegerField(label=_("Soft skills, of 50"), min_value=0, max_value=50)
    technical = forms.IntegerField(label=_("Technical ability, of 50"), min_value=0, max_value=50)
    is_zero = forms.BooleanField(
        label=_("A critical error"), help_text=_("Business accuracy is 0: the answer was wrong."), required=False
    )
    words = forms.CharField(label=_("What was heard"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))


class TalkForm(forms.Form):
    """What was said about a month."""

    words = forms.CharField(
        label=pgettext_lazy("month", "What was said"), max_length=4_000, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What went well, what is to become better and how; the person reads it."),
    )  # fmt: skip
