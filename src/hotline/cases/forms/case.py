"""What people type about a case: its facts, and what each action asks for. Parsing only, no decisions."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from hotline.cases.logic.flow import Action
from hotline.cases.models import Case, Category, Condition, LimitUnit
from hotline.core import clock
from hotline.customers.models import Customer
from hotline.people.models import Person, Position, Unit, UnitKind

MOST_TEXT = 4000
SHOWN = "shown-"
AT_DESK = (Position.OPERATOR, Position.AGENT, Position.SHIFT_LEADER, Position.TEAM_LEADER, Position.DISPATCHER)


def limit_text(condition: Condition, amount: int | None = None) -> str:
    """A limit in words: `4 working hours`."""
    value = condition.limit_value if amount is None else amount
    words = {
        LimitUnit.URGENT_HOUR: ngettext("{n} urgent hour", "{n} urgent hours", value),
        LimitUnit.URGENT_DAY: ngettext("{n} urgent day", "{n} urgent days", value),
        LimitUnit.WORK_HOUR: ngettext("{n} working hour", "{n} working hours", value),
        LimitUnit.WORK_DAY: ngettext("{n} working day", "{n} working days", value),
    }
    return words[LimitUnit(condition.limit_unit)].format(n=value)


class InitialsSelect(forms.Select):
    """A choice that the page's picker searches by pinyin initials too."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Hand the initials along with each option."""
        option = super().create_option(name, value, *args, **kwargs)
        thing = getattr(value, "instance", None)
        if thing is not None:
            option["attrs"]["data-initials"] = thing.name_key
        return option


class ByName(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Persons or units, shown by name, in pinyin order."""

    widget = InitialsSelect

    def label_from_instance(self, obj: Any) -> str:
        """A person's staff number tells namesakes apart."""
        return f"{obj.name}（{obj.number}）" if isinstance(obj, Person) else str(obj.name)


def text_area(rows: int = 3, **attrs: str) -> forms.Textarea:
    """A text of a few lines."""
    return forms.Textarea(attrs={"rows": rows, **attrs})


class Act(forms.Form):
    """What every action carries: the version of the case that the person saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args: Any, case: Case, person: Person, at: datetime, **kwargs: Any) -> None:
        self.case, self.person, self.at = case, person, at
        kwargs.setdefault("initial", {"version": case.version})
        # ids of their own: the form opens over the page's own fields
        kwargs.setdefault("auto_id", "act_%s")
        super().__init__(*args, **kwargs)
        self.prepare()

    def prepare(self) -> None:
        """Fill choices that depend on the case."""

    @property
    def values(self) -> dict[str, Any]:
        """What the service takes beside case, version, person and moment."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class WithReason(Act):
    """Something that needs a reason."""

    reason = forms.CharField(label=_("Reason"), max_length=MOST_TEXT, widget=text_area())


class Note(Act):
    """A remark for whoever works the case next."""

    text = forms.CharField(label=_("Note"), max_length=MOST_TEXT, widget=text_area())


class AskVerify(Act):
    """What the field supervisor shall look at."""

    question = forms.CharField(
        label=_("What shall be looked at?"),
        max_length=MOST_TEXT,
        widget=text_area(),
        help_text=_("Goes to the field supervisor in whose grid the place lies."),
    )


class AskCheck(Act):
    """What the field supervisor shall check; the closing condition goes along by itself."""

    question = forms.CharField(
        label=_("What shall be checked?"), max_length=MOST_TEXT, widget=text_area(), required=False
    )

    def prepare(self) -> None:
        """Say which closing condition goes along."""
        if self.case.condition:
            self.fields["question"].help_text = gettext("Goes along: {condition}").format(
                condition=self.case.condition.closing_condition
            )


class Assign(WithReason):
    """To whom the case goes."""

    to = ByName(label=_("To"), queryset=Person.objects.none())
    field_order = ("to", "reason")

    def prepare(self) -> None:
        """Those who work at a desk today."""
        day = clock.local_day(self.at)
        people = Person.objects.filter(centre=self.case.centre_id, is_active=True, is_system=False)
        self.fields["to"].queryset = people.holding(*AT_DESK, on=day)  # type: ignore[attr-defined]
        self.fields["to"].widget.attrs["data-picker"] = ""


class PreFile(Act):
    """Which condition of the standard the report meets."""

    condition = forms.ModelChoiceField(
        label=_("Filing condition"),
        queryset=Condition.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose the filing condition that the report meets.")},
    )

    def prepare(self) -> None:
        """Conditions of the case's sub-class that are in force."""
        day = clock.local_day(self.at)
        self.fields["condition"].queryset = Condition.objects.on(day).filter(category=self.case.category_id)  # type: ignore[attr-defined]
        self.fields["condition"].label_from_instance = _condition_line  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        """The service takes the key."""
        return {"condition_id": self.cleaned_data["condition"].pk}


def _condition_line(condition: Condition) -> str:
    return f"{condition.filing_condition}（{limit_text(condition)}）"


class Dispatch(Act):
    """Who shall handle it."""

    department = ByName(
        label=_("Department"),
        queryset=Unit.objects.none(),
        error_messages={"required": _("Choose the department that shall handle it.")},
    )
    note = forms.CharField(label=_("Note to the department"), max_length=MOST_TEXT, widget=text_area(2), required=False)

    def prepare(self) -> None:
        """Departments of the centre, preset to the one that the standard names."""
        units = Unit.objects.filter(centre=self.case.centre_id, kind=UnitKind.DEPARTMENT, is_active=True)
        self.fields["department"].queryset = units  # type: ignore[attr-defined]
        self.fields["department"].widget.attrs["data-picker"] = ""
        condition = self.case.condition
        if condition and condition.department_id:
            self.initial.setdefault("department", condition.department_id)


class Postpone(WithReason):
    """How much more time."""

    amount = forms.IntegerField(label=_("More time"), min_value=1, max_value=365)
    field_order = ("amount", "reason")

    def prepare(self) -> None:
        """Say the unit: that of the condition."""
        if self.case.condition:
            self.fields["amount"].help_text = gettext("In the unit of the condition: {limit}").format(
                limit=self.case.condition.get_limit_unit_display()
            )


class Feedback(Act):
    """What was done."""

    result = forms.CharField(label=_("Result"), max_length=MOST_TEXT, widget=text_area(4))


class SubmitClosing(Act):
    """The answer to the closing condition."""

    answer = forms.CharField(label=_("Answer to the closing condition"), max_length=MOST_TEXT, widget=text_area(3))

    def prepare(self) -> None:
        """Show the closing condition that is answered."""
        if self.case.condition:
            self.fields["answer"].help_text = self.case.condition.closing_condition


class Merge(WithReason):
    """Into which case a report is merged; the version that the person saw of it comes along where he chose it."""

    into = forms.CharField(label=_("Into which case"), max_length=20, help_text=_("The number of the other case."))
    into_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    field_order = ("into", "reason")

    def prepare(self) -> None:
        """Most reports are merged for one reason."""
        self.initial.setdefault("reason", gettext("The same matter was reported already."))

    @property
    def shown(self) -> Case | None:
        """The other case, to be shown before anything is done."""
        return self._case(str(self["into"].value() or ""))

    def _case(self, number: str) -> Case | None:
        rows = Case.objects.visible_to(self.person).filter(centre=self.case.centre_id, number=number.strip())
        return rows.select_related("category").first() if number.strip() else None

    def clean_into(self) -> Case:
        """The case with that number."""
        found = self._case(self.cleaned_data["into"])
        if found is None:
            raise forms.ValidationError(gettext("There is no case with this number."))
        return found

    @property
    def values(self) -> dict[str, Any]:
        """The service takes the key, and the version that was seen."""
        into, seen = self.cleaned_data["into"], self.cleaned_data.get("into_version")
        version = into.version if seen is None else seen
        return {"into_id": into.pk, "into_version": version, "reason": self.cleaned_data["reason"]}


ACT_FORMS: dict[Action, type[Act]] = {
    Action.TAKE: Act,
    Action.RELEASE: WithReason,
    Action.ASSIGN: Assign,
    Action.NOTE: Note,
    Action.REMIND: Act,
    Action.ASK_VERIFY: AskVerify,
    Action.PRE_FILE: PreFile,
    Action.TO_FILING_GATE: Act,
    Action.FILE: Act,
    Action.REJECT: WithReason,
    Action.NOT_ACCEPT: WithReason,
    Action.GATE_RETURN: WithReason,
    Action.DISPATCH: Dispatch,
    Action.ACCEPT: Act,
    Action.SEND_BACK: WithReason,
    Action.POSTPONE: Postpone,
    Action.PARK: WithReason,
    Action.RESUME: WithReason,
    Action.FEEDBACK: Feedback,
    Action.ASK_CHECK: AskCheck,
    Action.TO_CLOSING_GATE: SubmitClosing,
    Action.CLOSE: Act,
    Action.REWORK: WithReason,
    Action.REOPEN: WithReason,
    Action.CANCEL: WithReason,
    Action.MERGE: Merge,
    Action.PART: WithReason,
}


class Coordinate(forms.DecimalField):
    """A latitude or longitude."""

    def __init__(self, most: int, **kwargs: Any) -> None:
        super().__init__(max_digits=9, decimal_places=6, min_value=-most, max_value=most, required=False, **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})
        self.widget.attrs.pop("step", None)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:  # noqa: ARG002 (a field is asked so)
        """Plain text: a spinner only gets in the way of a pasted coordinate."""
        return {}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """A pasted coordinate is cut to the six decimals that are kept."""
        number = forms.Field.to_python(self, value)
        if isinstance(number, str) and "." in number:
            whole, part = number.strip().split(".", 1)
            value = f"{whole}.{part[:6]}"
        return super().to_python(value)


CALLER = frozenset({"caller_number", "caller_name", "caller_is_another"})


class Facts(forms.Form):
    """The facts of a case, as they are registered and amended."""

    customer = forms.ModelChoiceField(
        label=_("Caller"), queryset=Customer.objects.none(), widget=forms.HiddenInput, required=False
    )
    caller_number = forms.CharField(
        label=_("Caller's number"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    caller_name = forms.CharField(
        label=_("Caller's name"),
        max_length=60,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    caller_is_another = forms.BooleanField(label=_("Another person with the same number"), required=False)
    description = forms.CharField(
        label=_("Description"), max_length=MOST_TEXT, widget=text_area(3, **{"data-key": "i", "data-key-label": ""})
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False, widget=forms.TextInput)
    latitude = Coordinate(90, label=_("Latitude"), widget=forms.TextInput)
    longitude = Coordinate(180, label=_("Longitude"), widget=forms.TextInput)
    category = forms.ModelChoiceField(
        label=_("Category"), queryset=Category.objects.none(), widget=forms.TextInput, required=False
    )
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)
    is_secret = forms.BooleanField(label=_("Keep the caller secret"), required=False)

    def __init__(self, *args: Any, person: Person, picker_url: str, case: Case | None = None, **kwargs: Any) -> None:
        self.person, self.case = person, case
        if case is not None:
            kwargs.setdefault("initial", facts_of(case))
        super().__init__(*args, **kwargs)
        key = self.initial.get("category") if not self.is_bound else self.data.get("category")
        rows = Category.objects.filter(centre=person.centre_id)
        chosen = case.category if case and str(case.category_id) == str(key) else self._by_key(rows, key)
        self.fields["category"].queryset = rows  # type: ignore[attr-defined]
        if self.is_bound and self.data.get("customer"):
            self.fields["customer"].queryset = Customer.objects.visible_to(person)  # type: ignore[attr-defined]
        self.fields["description"].widget.attrs["data-key-label"] = gettext("To the description")
        self.fields["category"].widget.attrs |= {
            "data-picker-url": picker_url,
            "data-picker-label": str(chosen or ""),
            "data-key": "l",
            "data-key-label": gettext("To the category"),
            "placeholder": gettext("Name, code or initials"),
        }

    @staticmethod
    def _by_key(rows: "QuerySet[Category]", key: object) -> Category | None:
        text = str(key or "")
        return rows.filter(pk=int(text)).first() if text.isascii() and text.isdigit() and len(text) < 18 else None

    def clean_description(self) -> str:
        """Lines end as they are kept."""
        return str(self.cleaned_data["description"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        """A point needs both of its numbers."""
        found: dict[str, Any] = super().clean() or {}
        if (found.get("latitude") is None) != (found.get("longitude") is None) and not self.errors:
            self.add_error("longitude", gettext("A point needs latitude and longitude."))
        return found

    @property
    def new_caller(self) -> dict[str, Any]:
        """Who called, when nobody known was chosen; empty when nothing was said of him."""
        said = self.cleaned_data
        if said.get("customer") or not (said.get("caller_number") or said.get("caller_name")):
            return {}
        return {
            "name": said.get("caller_name", ""),
            "number": said.get("caller_number", ""),
            "is_secret": said.get("is_secret", False),
            "is_another": said.get("caller_is_another", False),
        }

    @property
    def originals(self) -> list[tuple[str, str]]:
        """What the page showed before anything was typed: it travels along, so that only changes are sent on."""
        if self.case is None:
            return []
        return [(f"{SHOWN}{name}", _written(value)) for name, value in facts_of(self.case).items()]

    @property
    def typed(self) -> list[str]:
        """Names of the fields that differ from what the page showed to this person."""
        return [name for name in facts_of(self.case) if self._is_typed(name)] if self.case else list(self.fields)

    def _is_typed(self, name: str) -> bool:
        field, raw = self.fields[name], self.data.get(f"{SHOWN}{name}")
        sent = field.widget.value_from_datadict(self.data, self.files, name)
        if raw is None or (name not in self.data and not isinstance(field, forms.BooleanField)):
            return False
        if isinstance(field, forms.ModelChoiceField):
            return str(sent or "") != str(raw)
        if isinstance(field, forms.CharField):
            return _lines(sent) != _lines(raw)
        return bool(field.has_changed(field.to_python(raw), sent))

    @property
    def changes(self) -> dict[str, Any]:
        """Columns that this person changed; what others changed meanwhile is left alone."""
        return {name: self.cleaned_data[name] for name in self.typed if name in self.cleaned_data}


def _lines(text: object) -> str:
    return str(text).strip().replace("\r\n", "\n")


def _written(value: object) -> str:
    return "" if value is None or value is False else str(value)


def facts_of(case: Case) -> dict[str, Any]:
    """The amendable columns of a case as a form shows them."""
    return {
        "customer": case.customer_id,
        "description": case.description,
        "place": case.place,
        "latitude": case.latitude,
        "longitude": case.longitude,
        "category": case.category_id,
        "is_urgent": case.is_urgent,
        "is_secret": case.is_secret,
    }


def with_draft(case: Case, draft: Mapping[str, Any], **kwargs: Any) -> tuple["Facts", bool]:
    """The facts as they stand now, with what the person had typed over them; whether there was anything."""
    kept = Facts(_as_sent(draft), case=case, **kwargs)
    over = {name: draft.get(name, "") for name in kept.typed}
    return Facts(case=case, initial=facts_of(case) | over, **kwargs), bool(over)


def _as_sent(draft: Mapping[str, Any]) -> QueryDict:
    sent = QueryDict(mutable=True)
    for name, value in draft.items():
        sent.setlist(name, value if isinstance(value, list) else [str(value)])
    return sent
