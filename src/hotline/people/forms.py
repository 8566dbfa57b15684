"""Parsing of what people type: no decisions."""

from typing import Any

from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from hotline.people.models import Centre, Person, Position, PresenceState, Unit, UnitKind, WorkLogKind

HELD = [(value, label) for value, label in Position.choices if value != Position.SYSTEM]
REASONS = [
    ("", ""),
    ("Short break", _("Short break")),
    ("Meal", _("Meal")),
    ("Paperwork", _("Paperwork")),
    ("Meeting", _("Meeting")),
    ("Training or coaching", _("Training or coaching")),
    ("Equipment trouble", _("Equipment trouble")),
]


def day_input() -> forms.DateInput:
    """A calendar day."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        label=_("New password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )
    again = forms.CharField(
        label=_("The same again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["password"].help_text = _("At least 10 characters; not your name, and none of the common ones.")

    def clean_password(self) -> str:
        """As strong as the settings ask."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        """Both the same."""
        cleaned = super().clean() or {}
        if cleaned.get("password") and cleaned.get("again") != cleaned["password"]:
            self.add_error("again", _("The two differ."))
        return cleaned


class UnlockForm(forms.Form):
    """The password of whoever sits here."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )


class PresenceForm(forms.Form):
    """Ready or not, and why not."""

    state = forms.ChoiceField(choices=[(s.value, s.label) for s in (PresenceState.READY, PresenceState.BUSY)])
    reason = forms.ChoiceField(choices=REASONS, required=False)


class PersonFilter(forms.Form):
    """What the list of persons is narrowed by."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, pinyin initials, number")}),
    )
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none(), required=False, empty_label=_("All"))
    position = forms.ChoiceField(label=_("Position"), required=False)
    state = forms.ChoiceField(label=_("State"), required=False)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(centre=centre)  # type: ignore[attr-defined]
        self.fields["position"].choices = [("", _("All")), *HELD]  # type: ignore[attr-defined]
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", _("Works here")),
            ("left", _("Has left")),
            ("all", _("All")),
        ]


class WorkLogFilter(forms.Form):
    """What the work log is narrowed by."""

    q = forms.CharField(
        label=_("Person"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name, pinyin initials, number")}),
    )
    kind = forms.ChoiceField(label=_("Entry"), required=False)
    since = forms.DateField(label=_("From"), required=False, widget=day_input())
    until = forms.DateField(label=_("Until"), required=False, widget=day_input())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("All")), *WorkLogKind.choices]  # type: ignore[attr-defined]


class HireForm(forms.Form):
    """A new person with the first post."""

    number = forms.CharField(label=_("Staff number"), max_length=20)
    name = forms.CharField(label=_("Full name"), max_length=60)
    username = forms.RegexField(
        r"^[A-Za-z0-9._-]+$", label=_("User name"), max_length=40, help_text=_("Letters, digits, . _ -")
    )
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)
    position = forms.ChoiceField(label=_("Position"), choices=HELD)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    since = forms.DateField(label=_("From"), widget=day_input())

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(centre=centre, is_active=True)  # type: ignore[attr-defined]


class CorrectForm(forms.Form):
    """A person's name and phone."""

    name = forms.CharField(label=_("Full name"), max_length=60)
    phone = forms.CharField(label=_("Phone"), max_length=20, required=False)


class PostForm(forms.Form):
    """A position from a day on."""

    position = forms.ChoiceField(label=_("Position"), choices=HELD)
    unit = forms.ModelChoiceField(label=_("Unit"), queryset=Unit.objects.none())
    since = forms.DateField(label=_("From"), widget=day_input())
    until = forms.DateField(
        label=_("Until"),
        required=False,
        widget=day_input(),
        help_text=_("The first day on which it is not held any more."),
    )
    primary = forms.BooleanField(
        label=_("Main position"), required=False, initial=True, help_text=_("Ends the main position held until then.")
    )

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = Unit.objects.filter(centre=centre, is_active=True)  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """The day on which something ends."""

    until = forms.DateField(label=_("Until"), widget=day_input())


class SkillForm(forms.Form):
    """A skill with its level."""

    code = forms.SlugField(label=_("Short code"), max_length=30)
    name = forms.CharField(label=_("Name"), max_length=60)
    level = forms.TypedChoiceField(
        label=_("Level"),
        coerce=int,
        choices=[(1, _("1 learning")), (2, "2"), (3, "3"), (4, "4"), (5, _("5 teaches it"))],
    )
    since = forms.DateField(label=_("From"), widget=day_input())


class UnitForm(forms.Form):
    """A new unit."""

    kind = forms.ChoiceField(label=_("Kind"), choices=UnitKind.choices)
    code = forms.CharField(label=_("Short code"), max_length=20)
    name = forms.CharField(label=_("Name"), max_length=100)
    parent = forms.ModelChoiceField(label=_("Belongs to"), queryset=Unit.objects.none(), required=False)

    def __init__(self, *args: Any, centre: Centre, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.filter(centre=centre, is_active=True)
        self.fields["parent"].queryset = units  # type: ignore[attr-defined]


class UndertakingForm(forms.Form):
    """A new text to be signed."""

    title = forms.CharField(label=_("Title"), max_length=100)
    body = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 14}))


class SignForm(forms.Form):
    """The signature: one's own name, typed."""

    version = forms.IntegerField(widget=forms.HiddenInput())
    typed_name = forms.CharField(
        label=_("Your name"), max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )


class AppForm(ActivateTOTPForm):
    """The first code of an authenticator app."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code that the app shows")
        self.fields["code"].widget.attrs |= {"placeholder": "", "inputmode": "numeric"}


class AddPasskeyForm(AddWebAuthnForm):
    """A new passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the device")
        self.fields["passwordless"].label = _("Signs me in without name and password")
        self.fields["passwordless"].help_text = _("The device then asks for its PIN, a fingerprint or a face.")


class EditPasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the device")
