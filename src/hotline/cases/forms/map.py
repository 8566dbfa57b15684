"""Which open cases the map shows."""

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.cases.logic.flow import STAGE_LABELS, Stage
from hotline.cases.models.standard import CategoryKind


class Shown(forms.Form):
    """By stage, by kind of category, or only the overdue ones."""

    stage = forms.ChoiceField(
        label=_("Stage"), required=False, choices=[("", _("All")), *((s.value, _(STAGE_LABELS[s])) for s in Stage)]
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *CategoryKind.choices])
    late = forms.BooleanField(label=_("Only overdue"), required=False)
