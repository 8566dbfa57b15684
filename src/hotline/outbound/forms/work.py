"""The form that a campaign's owner has built, as fields of a page; nothing is decided here."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from hotline.outbound.logic.scripts import LONGEST_TEXT, Field, typed_again
from hotline.outbound.logic.words import Kind

FEW = 7  # answers to choose from that stand side by side
MOMENT = "%Y-%m-%dT%H:%M"
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


def _widget(one: Field) -> forms.Widget:
    options = [(option, option) for option in one.options]
    if one.kind is Kind.CHOICE:
        few = len(options) <= FEW
        return forms.RadioSelect(choices=options) if few else forms.Select(choices=[("", "—"), *options])
    if one.kind is Kind.CHOICES:
        return forms.CheckboxSelectMultiple(choices=options)
    if one.kind is Kind.NUMBER:
        bounds = {"min": one.least, "max": one.most}
        return forms.NumberInput(attrs={name: bound for name, bound in bounds.items() if bound is not None})
    return _PLAIN[one.kind]()


_PLAIN: Mapping[Kind, Callable[[], forms.Widget]] = {
    Kind.TEXT: lambda: forms.TextInput(attrs={"maxlength": LONGEST_TEXT[Kind.TEXT]}),
    Kind.LONG: lambda: forms.Textarea(attrs={"rows": 3}),
    Kind.DATE: lambda: forms.DateInput(attrs={"type": "date"}),
    Kind.YES_NO: lambda: forms.RadioSelect(choices=YES_NO),
}


class AnswerForm(forms.Form):
    """Every question of a script as a field; what is typed is read by the service."""

    def __init__(self, data: QueryDict | None, *, fields: Sequence[Field], before: Mapping[str, Any]) -> None:
        again = typed_again(before)
        initial = {
            one.key: again[one.key] if one.kind is Kind.CHOICES else again[one.key][0]
            for one in fields
            if again.get(one.key)
        }
        super().__init__(data, initial=initial)
        for one in fields:
            self.fields[one.key] = forms.Field(
                label=f"{one.label} *" if one.required else one.label,
                required=False,
                help_text=one.help,
                widget=_widget(one),
            )


class AfterForm(forms.Form):
    """What belongs to the end of a call besides its answers."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    appointment = forms.DateTimeField(
        label=_("Call again at"),
        required=False,
        input_formats=[MOMENT, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
    )
    for_all = forms.BooleanField(label=_("Anybody of the campaign may call then"), required=False)
    script = forms.IntegerField(required=False, widget=forms.HiddenInput)
    disposition = forms.IntegerField(required=False, widget=forms.HiddenInput)
