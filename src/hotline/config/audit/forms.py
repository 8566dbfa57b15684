"""What the trail is narrowed by, as somebody types it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.config.audit import queries
from hotline.config.audit.tables import tables
from hotline.people.models import Person

MOST_DAYS = timedelta(days=7)


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AuditFilter(forms.Form):
    """Table, row, person, request, days."""

    table = forms.ChoiceField(label=_("Table"), required=False)
    key = forms.CharField(
        label=_("Row key"), required=False, max_length=40, widget=forms.TextInput(attrs={"inputmode": "numeric"})
    )
    who = forms.CharField(
        label=_("Done by"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, staff number or user name")}),
    )
    request = forms.CharField(label=_("Request id"), required=False, max_length=120)
    since = forms.DateField(label=_("Since"), required=False, widget=_day())
    until = forms.DateField(label=_("Until and including"), required=False, widget=_day())

    def __init__(self, *args: Any, reader: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reader = reader
        words = [(label, table.name) for label, table in tables().items()]
        self.fields["table"].choices = [("", _("All tables")), *words]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """What cannot be answered quickly is asked more narrowly."""
        data = self.cleaned_data
        since, until = data.get("since"), data.get("until")
        if data.get("key") and not data.get("table"):
            self.add_error("table", _("A row key means something in one table only: choose it."))
        if since and until and until < since:
            self.add_error("until", _("The last day lies before the first."))
        searches = (data.get("who") or data.get("request")) and not data.get("key")
        if searches and since and (not until or until - since >= MOST_DAYS):
            self.add_error("until", _("A person or a request is looked for in at most seven days: give the last one."))
        if data.get("who"):
            data["by"] = queries.persons(data["who"], self.reader.centre_id)
            if not data["by"]:
                self.add_error("who", _("Nobody here has this name or number."))
        return data

    def asked(self) -> queries.Asked:
        """The question, once it is a valid one."""
        data = self.cleaned_data
        return queries.Asked(
            table=data["table"],
            key=data["key"].strip(),
            by=data.get("by"),
            request=data["request"].strip(),
            since=data["since"],
            until=data["until"],
        )
