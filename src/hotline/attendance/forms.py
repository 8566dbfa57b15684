"""What people type about attendance: excuses, corrections, sick reports, talks, decisions."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.attendance.models import AttendanceState, ExcuseKind
from hotline.core.clock import ZONE
from hotline.kernel.spans import Span

MOST_TEXT = 2_000


def _text(label: Any, *, required: bool = True, rows: int = 3) -> forms.CharField:
    return forms.CharField(
        label=label, required=required, max_length=MOST_TEXT, widget=forms.Textarea(attrs={"rows": rows})
    )


class ExcuseForm(forms.Form):
    """From when to when, of what kind, and why. An end before the begin is on the next day."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    since = forms.TimeField(label=_("Begin (time)"), widget=forms.TimeInput(attrs={"type": "time"}))
    until = forms.TimeField(label=_("End (time)"), widget=forms.TimeInput(attrs={"type": "time"}))
    kind = forms.ChoiceField(label=_("Kind"), choices=ExcuseKind.choices)
    words = _text(_("Reason"))

    @property
    def span(self) -> Span:
        """The time asked for."""
        day, since, until = (self.cleaned_data[name] for name in ("day", "since", "until"))
        last = day if until > since else day + timedelta(days=1)
        return Span(datetime.combine(day, since, ZONE), datetime.combine(last, until, ZONE))


class CorrectionForm(forms.Form):
    """What the shift really was, in minutes where it lasted, and why."""

    state = forms.ChoiceField(label=_("It was"), choices=AttendanceState.choices)
    late_minutes = forms.IntegerField(label=_("Late by (minutes)"), min_value=0, max_value=1440, required=False)
    early_minutes = forms.IntegerField(label=_("Left early by (minutes)"), min_value=0, max_value=1440, required=False)
    words = _text(_("Reason"))

    @property
    def wish(self) -> dict[str, Any]:
        """As the service takes it."""
        found = self.cleaned_data
        return {
            "state": found["state"],
            "late_s": (found["late_minutes"] or 0) * 60,
            "early_s": (found["early_minutes"] or 0) * 60,
            "words": found["words"],
        }


class DecideForm(forms.Form):
    """Approve or refuse, with the reason."""

    verdict = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")])
    note = _text(_("Reason"), required=False, rows=2)

    def clean(self) -> dict[str, Any]:
        """A refusal says why."""
        found: dict[str, Any] = super().clean() or {}
        if found.get("verdict") == "refuse" and not (found.get("note") or "").strip():
            self.add_error("note", gettext("Say why you do not agree."))
        return found


class TalkForm(forms.Form):
    """What was agreed, and apart from it what was said of his health."""

    words = _text(_("What was agreed (filed in the personal file)"))
    health = forms.CharField(
        label=_("About his health (sealed; only he and the supervisor read it)"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
