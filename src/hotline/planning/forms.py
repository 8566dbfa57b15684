"""What people say about planning: days to look at, corrections, numbers of a series, a what-if, a file."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hotline.cases.logic.tables import MOST_BYTES
from hotline.people.models import Skill
from hotline.planning.logic.day import HALF_HOURS, clock_of
from hotline.planning.logic.forecast import MODEL_LABELS
from hotline.planning.logic.need import Terms
from hotline.planning.models import LINES, Series
from hotline.planning.services.series import Numbers
from hotline.rulebook.staffing import Line

TIMES = [(str(slot), clock_of(slot)) for slot in range(HALF_HOURS)]
ENDS = [(str(slot), clock_of(slot)) for slot in range(1, HALF_HOURS + 1)]


def day_field(label: Any, *, required: bool = True) -> forms.DateField:
    """A day, as browsers ask for it."""
    return forms.DateField(
        label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class DayForm(forms.Form):
    """Which day a page shows."""

    day = day_field(_("Day"), required=False)


class SeriesForm(forms.Form):
    """Which series a page shows."""

    series = forms.TypedChoiceField(label=_("Series"), coerce=int)

    def __init__(self, *args: Any, series: list[Series], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["series"].choices = [(one.pk, one.name) for one in series]  # type: ignore[attr-defined]


class AskForm(forms.Form):
    """A new forecast."""

    model = forms.ChoiceField(label=_("Model"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(model.value, _(word)) for model, word in MODEL_LABELS.items()]
        self.fields["model"].choices = [("", _("Whichever did best")), *named]  # type: ignore[attr-defined]


class OverrideForm(forms.Form):
    """A correction of some half hours."""

    day = day_field(_("Day"))
    first_slot = forms.TypedChoiceField(label=_("From (time)"), choices=TIMES, coerce=int, initial="17")
    last_slot = forms.TypedChoiceField(label=_("Until (time)"), choices=ENDS, coerce=int, initial="44")
    percent = forms.IntegerField(label=_("Percent of the forecast"), min_value=0, max_value=1000, initial=120)
    reason = forms.CharField(label=_("Reason"), max_length=200)


class DaysForm(forms.Form):
    """A stretch of days."""

    first = day_field(_("First day"))
    last = day_field(_("Last day"))


class TermsForm(forms.Form):
    """A what-if: other goals for the same work."""

    share = forms.IntegerField(label=_("Answered in time, in percent"), min_value=1, max_value=99)
    within = forms.IntegerField(label=_("In time means within (seconds)"), min_value=0, max_value=3600)
    patience = forms.IntegerField(
        label=_("Patience (seconds)"), min_value=1, max_value=36_000, required=False, help_text=_("Empty: Erlang C.")
    )
    shrinkage = forms.IntegerField(label=_("Shrinkage, in percent"), min_value=0, max_value=80)
    hour_fen = forms.DecimalField(
        label=_("Cost of an hour, in yuan"), min_value=Decimal(0), max_digits=8, decimal_places=2
    )

    @classmethod
    def of(cls, terms: Terms) -> dict[str, object]:
        """What the form shows first."""
        return {
            "share": round(terms.share * 100),
            "within": terms.within,
            "patience": terms.patience,
            "shrinkage": round(terms.shrinkage * 100),
            "hour_fen": Decimal(terms.hour_fen) / 100,
        }

    def terms(self) -> Terms:
        """What was asked."""
        found = self.cleaned_data
        return Terms(
            share=Fraction(found["share"], 100),
            within=found["within"],
            patience=found["patience"],
            shrinkage=Fraction(found["shrinkage"], 100),
            hour_fen=int(found["hour_fen"] * 100),
        )


class NumbersForm(forms.Form):
    """What is settled about a series."""

    name = forms.CharField(label=_("Name"), max_length=60)
    line = forms.ChoiceField(
        label=_("Kind of line"),
        choices=LINES,
        help_text=_("95% in 15 s on a government hotline, 80% in 20 s elsewhere."),
    )
    handling_seconds = forms.IntegerField(
        label=_("Handling time (seconds)"),
        min_value=1,
        max_value=21_600,
        help_text=_("Until the history tells its own."),
    )
    patience_seconds = forms.IntegerField(
        label=_("Patience (seconds)"), min_value=1, max_value=36_000, required=False,
        help_text=_("Empty: nobody hangs up, as with reports."),
    )  # fmt: skip
    hour_yuan = forms.DecimalField(
        label=_("Cost of an hour, in yuan"), min_value=Decimal(0), max_digits=8, decimal_places=2
    )
    skill = forms.ModelChoiceField(label=_("Skill it needs"), queryset=Skill.objects.none(), required=False)

    def __init__(self, *args: Any, centre: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["skill"].queryset = Skill.objects.filter(centre=centre)  # type: ignore[attr-defined]

    @classmethod
    def of(cls, series: Series) -> dict[str, object]:
        """What the form shows first."""
        return {
            "name": series.name,
            "line": series.line,
            "handling_seconds": series.handling_seconds,
            "patience_seconds": series.patience_seconds,
            "hour_yuan": Decimal(series.hour_fen) / 100,
            "skill": series.skill_id,
        }

    def numbers(self) -> Numbers:
        """As the service takes them."""
        found = self.cleaned_data
        return Numbers(
            name=found["name"],
            line=Line(found["line"]),
            handling_seconds=found["handling_seconds"],
            patience_seconds=found["patience_seconds"],
            hour_fen=int(found["hour_yuan"] * 100),
            skill=found["skill"],
        )


class NewSeriesForm(forms.Form):
    """A series whose past comes from files."""

    name = forms.CharField(label=_("Name"), max_length=60)
    code = forms.SlugField(label=_("Code"), max_length=20, help_text=_("Letters, digits and hyphens."))


class FileForm(forms.Form):
    """A file of past amounts."""

    file = forms.FileField(
        label=_("File to take in"),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx"}),
        help_text=_("Columns: date, time, amount and, if known, handling_seconds. CSV or xlsx."),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """A file that can be read at once."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB."), params={"most": MOST_BYTES // 1_000_000}
            )
        return file


def day_of(text: str | None, default: date) -> date:
    """A day of an address; nonsense is the default."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return default
