"""What people type about calls and queues. Parsing only, no decisions."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hotline.people.models import Person
from hotline.telephony.logic.supervision import TEXT_MOST
from hotline.telephony.logic.words import STATE_LABELS, State
from hotline.telephony.models import Queue
from hotline.telephony.models.calls import ENDS
from hotline.telephony.queries.calls import queue_choices
from hotline.telephony.services.setup import RULES

ANY = ("", _("Any"))


class CallFilter(forms.Form):
    """Which calls."""

    q = forms.CharField(label=_("Number or name"), max_length=60, required=False)
    queue = forms.TypedChoiceField(label=_("Queue"), required=False, coerce=int, empty_value=None)
    how = forms.ChoiceField(label=_("How it ended"), required=False)
    since = forms.DateField(label=_("From day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, data: Mapping[str, Any], *, person: Person) -> None:
        super().__init__(data)
        self.fields["queue"].choices = [ANY, *queue_choices(person)]  # type: ignore[attr-defined]
        self.fields["how"].choices = [ANY, ("open", _("Going on")), *ENDS[1:]]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen; what cannot be read narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


if TYPE_CHECKING:
    QueueModelForm = forms.ModelForm[Queue]
else:
    QueueModelForm = forms.ModelForm


class QueueForm(QueueModelForm):
    """A queue's rules."""

    class Meta:
        model = Queue
        fields = list(RULES)
        widgets = {
            "opens": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "closes": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Queue.objects.filter(centre=self.instance.centre_id, is_active=True).exclude(pk=self.instance.pk)
        self.fields["overflow_to"].queryset = others  # type: ignore[attr-defined]


class MembersForm(forms.Form):
    """Who serves a queue."""

    persons = forms.TypedMultipleChoiceField(
        label=_("Who serves it"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["persons"].choices = people  # type: ignore[attr-defined]


class ListenForm(forms.Form):
    """Why one listens."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Who listened, when and why is kept for good."),
    )  # fmt: skip


class BoardFilter(forms.Form):
    """Which part of the board."""

    queue = forms.TypedChoiceField(label=_("Queue"), required=False, coerce=int, empty_value=None)
    team = forms.TypedChoiceField(label=_("Team"), required=False, coerce=int, empty_value=None)

    def __init__(self, data: Mapping[str, Any], *, queues: list[tuple[int, str]], teams: list[tuple[int, str]]) -> None:
        super().__init__(data)
        self.fields["queue"].choices = [ANY, *queues]  # type: ignore[attr-defined]
        self.fields["team"].choices = [ANY, *teams]  # type: ignore[attr-defined]

    @property
    def chosen(self) -> dict[str, Any]:
        """What was chosen; what cannot be read narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class NumberForm(forms.Form):
    """A number to call."""

    number = forms.CharField(
        label=_("Number to call"), max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
        help_text=_("A landline with its area code."),
    )  # fmt: skip


class MessageForm(forms.Form):
    """A word to somebody at his telephone."""

    text = forms.CharField(
        label=_("Message to the person"), max_length=TEXT_MOST, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class ForceForm(forms.Form):
    """Which state, and why."""

    to = forms.ChoiceField(
        label=_("State"),
        choices=[(state.value, _(STATE_LABELS[state])) for state in (State.NOT_READY, State.READY, State.OFFLINE)],
    )
    why = forms.CharField(
        label=_("Reason"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("The person sees who set the state, and why. A talk is finished first."),
    )  # fmt: skip
