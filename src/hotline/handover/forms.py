"""What people type at a hand-over. Parsing only, no decisions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.handover.models import HandoverStatus, How
from hotline.people.models import Person

MOST_TEXT = 2000


def text_area(rows: int = 2, **attrs: str) -> forms.Textarea:
    """A text of a few lines."""
    return forms.Textarea(attrs={"rows": rows, **attrs})


class PersonSelect(forms.Select):
    """A choice that the page's picker searches by pinyin initials too."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Hand the initials along with each option."""
        option = super().create_option(name, value, *args, **kwargs)
        thing = getattr(value, "instance", None)
        if thing is not None:
            option["attrs"]["data-initials"] = thing.name_key
        return option


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody by name, in the order in which he was given."""

    widget = PersonSelect

    def label_from_instance(self, obj: Any) -> str:
        """A staff number tells namesakes apart."""
        return f"{obj.name}（{obj.number}）"


def persons(found: Sequence[Person]) -> Any:
    """These persons as a choice."""
    return Person.objects.filter(pk__in=[one.pk for one in found]).order_by("name_key", "pk")


class HandOver(forms.Form):
    """To whom, and what is to be done; the same words say why something stays."""

    to = PersonField(label=_("To"), queryset=Person.objects.none(), required=False)
    words = forms.CharField(label=_("What is to be done, or why it stays"), max_length=MOST_TEXT, widget=text_area(2))

    def __init__(self, *args: Any, comers: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset, field.empty_label = persons(comers), gettext("Whoever of the next shift is first")
        field.widget.attrs |= {"data-picker": "", "placeholder": field.empty_label}
        self.fields["words"].widget.attrs["placeholder"] = gettext(
            "For example: call back before ten, ask for the photo"
        )


class Note(forms.Form):
    """Something else for the next shift."""

    text = forms.CharField(label=_("Note for the next shift"), max_length=MOST_TEXT, widget=text_area(2))


class SignOff(forms.Form):
    """The last words of a shift."""

    note = forms.CharField(label=_("How the shift went"), max_length=MOST_TEXT, required=False, widget=text_area(2))


class Reason(forms.Form):
    """Why not."""

    reason = forms.CharField(label=_("Reason"), max_length=MOST_TEXT, widget=text_area(2))


class Words(forms.Form):
    """How it was handled, or what came of it."""

    text = forms.CharField(label=_("How it was handled, what came of it"), max_length=MOST_TEXT, widget=text_area(2))


class Place(forms.Form):
    """To whom the shift leader gives what nobody accepted, and what is to be done."""

    to = PersonField(label=_("To"), queryset=Person.objects.none())
    reason = forms.CharField(label=_("What is to be done"), max_length=MOST_TEXT, widget=forms.TextInput)

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to"]
        field.queryset = persons(people)
        field.widget.attrs |= {"data-picker": "", "data-key": "a", "data-key-label": gettext("Give to")}
        self.fields["reason"].widget.attrs["placeholder"] = gettext("What is to be done")


class Told(forms.Form):
    """How the customer learned the result."""

    how = forms.ChoiceField(label=_("How the customer was told"), choices=How.choices)
    note = forms.CharField(label=_("What the customer said"), max_length=MOST_TEXT, required=False, widget=text_area(2))


class AskAgain(forms.Form):
    """What the customer asks of the first owner."""

    text = forms.CharField(label=_("What the customer asks"), max_length=MOST_TEXT, widget=text_area(2))
    transfer = forms.BooleanField(required=False)


class Answer(forms.Form):
    """What came of a call that was sent on."""

    answer = forms.CharField(label=_("What came of it"), max_length=MOST_TEXT, widget=text_area(2))


class ListFilter(forms.Form):
    """Every field may be left out; nonsense in an address filters nothing."""

    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Up to"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    status = forms.ChoiceField(label=_("Status"), required=False, choices=[("", _("Any")), *HandoverStatus.choices])
    q = forms.CharField(label=_("Person"), required=False, max_length=40)
    open = forms.BooleanField(label=_("With open items only"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters in force, by name."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", False)}
