"""What people type about waivers: which proven reason, and the decision."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.forms.case import MOST_TEXT, text_area
from hotline.cases.models import Attachment, Holding
from hotline.cases.services.waivers import REASONS


class AskWaiver(forms.Form):
    """Why this time shall not be charged, with evidence: a file of the case, or one that comes along."""

    reason_code = forms.ChoiceField(label=_("Reason"))
    reason = forms.CharField(label=_("What happened"), max_length=MOST_TEXT, widget=text_area(3))
    evidence = forms.ModelChoiceField(
        label=_("Evidence among the files of the case"),
        queryset=Attachment.objects.none(),
        required=False,
        empty_label=_("Not among them"),
    )

    def __init__(self, *args: Any, holding: Holding, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason_code"].choices = [(code, gettext(text)) for code, text in REASONS.items()]  # type: ignore[attr-defined]
        files = Attachment.objects.filter(case=holding.case_id).order_by("at", "pk")
        self.fields["evidence"].queryset = files  # type: ignore[attr-defined]
        self.fields["evidence"].label_from_instance = lambda row: row.name  # type: ignore[attr-defined]


class Decide(forms.Form):
    """The decision, and why where it is a no."""

    approve = forms.BooleanField(required=False)
    note = forms.CharField(label=_("Note"), max_length=MOST_TEXT, required=False)
