"""What one says when a file is imported: which kind, which file, and from when."""

import re
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from hotline.cases.logic.tables import MOST_BYTES
from hotline.cases.queries.imports import MAPS
from hotline.core.access import may
from hotline.people.models import Person

KINDS = {
    "standard": _("Filing and closing standard (CSV)"),
    "districts": _("Districts and grids (GeoJSON)"),
    "reports": _("Reports of another system (CSV)"),
}


class ImportForm(forms.Form):
    """A file to look at; nothing is written before it is confirmed."""

    kind = forms.ChoiceField(label=_("What the file holds"))
    file = forms.FileField(
        label=_("File to take in"), widget=forms.ClearableFileInput(attrs={"accept": ".csv,.json,.geojson"})
    )
    map_name = forms.ChoiceField(
        label=_("Map of the other system"),
        choices=[(name, name) for name in MAPS],
        required=False,
        help_text=_("For reports only: whose columns and complaints these are."),
    )
    since = forms.DateField(
        label=_("New conditions are in force from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("For a standard only; empty means today."),
    )
    complete = forms.BooleanField(
        label=_("The file is the whole standard or map: what it does not name ends"), required=False
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        takes_reports = may(person, "cases.register")
        kinds = [(name, label) for name, label in KINDS.items() if name != "reports" or takes_reports]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def clean_file(self) -> "UploadedFile[bytes]":
        """A file that can be read at once."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("The file is larger than %(most)s MB."), params={"most": MOST_BYTES // 1_000_000}
            )
        return file


class ConfirmForm(forms.Form):
    """The file that was looked at, by its hash, and what was said about it."""

    kind = forms.ChoiceField(choices=list(KINDS.items()))
    sha256 = forms.RegexField(re.compile(r"[0-9a-f]{64}"))
    name = forms.CharField(max_length=200)
    map_name = forms.ChoiceField(choices=[(name, name) for name in MAPS], required=False)
    since = forms.DateField(required=False)
    complete = forms.BooleanField(required=False)
