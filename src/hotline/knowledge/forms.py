"""Parsing of what is typed about articles, searches, votes and words."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hotline.core import clock
from hotline.knowledge import sources
from hotline.knowledge.logic.markup import is_safe_address
from hotline.knowledge.models import Kind, Version, VersionStatus
from hotline.knowledge.models.articles import READS
from hotline.knowledge.services.articles import Text
from hotline.people.models import Person, Unit, UnitKind

MOST_TYPED = 60
MOST_BODY = 20_000
SPLIT = re.compile(r"[,，、;；\n]+")
STATES = [
    ("in_force", _("In force")),
    ("stale", _("Out of date")),
    (VersionStatus.DRAFT.value, VersionStatus.DRAFT.label),
    (VersionStatus.SUBMITTED.value, VersionStatus.SUBMITTED.label),
    (VersionStatus.APPROVED.value, VersionStatus.APPROVED.label),
    ("ended", _("Days are over")),
    (VersionStatus.REPLACED.value, VersionStatus.REPLACED.label),
    (VersionStatus.WITHDRAWN.value, VersionStatus.WITHDRAWN.label),
]


def search_box(**attrs: str) -> forms.TextInput:
    """The box in which people type what they look for."""
    return forms.TextInput(
        attrs={"type": "search", "autocomplete": "off", "placeholder": _("Words, pinyin initials, number"), **attrs}
    )


class SearchForm(forms.Form):
    """What is looked for; a facet narrows it."""

    q = forms.CharField(label=_("Look up"), max_length=MOST_TYPED, required=False, widget=search_box())
    kind = forms.CharField(max_length=10, required=False)
    code = forms.CharField(max_length=12, required=False)


class ListFilter(forms.Form):
    """Which articles a list shows."""

    state = forms.ChoiceField(label=_("State"), choices=STATES, required=False)
    kind = forms.ChoiceField(label=_("Kind"), choices=[("", _("All")), *Kind.choices], required=False)
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Person.objects.none(), required=False)
    q = forms.CharField(
        label=_("In the title"), max_length=MOST_TYPED, required=False, widget=search_box(placeholder="")
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = Person.objects.filter(centre=person.centre_id, is_system=False)
        rows = Version.objects.visible_to(person).values("article__owner")
        self.fields["owner"].queryset = owners.filter(pk__in=rows)  # type: ignore[attr-defined]
        self.fields["owner"].label_from_instance = lambda row: row.name  # type: ignore[attr-defined]


def _many(label: object) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(label=label, required=False, widget=forms.CheckboxSelectMultiple)  # type: ignore[arg-type]


class ArticleForm(forms.Form):
    """What a version says, and who answers for the article."""

    title = forms.CharField(
        label=_("Question or title"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=Kind.choices)
    body = forms.CharField(
        label=_("The answer"),
        max_length=MOST_BODY,
        required=False,
        help_text=_("## heading, - point, 1. step, > what to say, **strong**, [words](https://…), | table |"),
        widget=forms.Textarea(attrs={"rows": 16}),
    )
    keywords = forms.CharField(
        label=_("Keywords"), max_length=600, required=False, help_text=_("Other words people use, with commas between.")
    )
    codes = _many(_("Categories"))
    departments = _many(_("Departments"))
    links = forms.CharField(
        label=_("Links"),
        max_length=2000,
        required=False,
        help_text=_("One a line: words, a space, the address."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    first = forms.DateField(
        label=_("In force from"),
        required=False,
        help_text=_("The day of publishing without it."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    last = forms.DateField(label=_("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    owner = forms.ModelChoiceField(label=_("Owner"), queryset=Person.objects.none())
    review_days = forms.IntegerField(label=_("Review every (days)"), min_value=1, max_value=3650, required=False)
    change = forms.CharField(label=_("What changed"), max_length=200, required=False)

    def __init__(self, *args: Any, person: Person, on: date, version: Version | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = sources.categories(person.centre_id)
        kept = version.codes if version else []
        codes = [(one.code, f"{one.name} {one.code}") for one in known.values()]
        self.fields["codes"].choices = codes + [(code, code) for code in kept if code not in known]  # type: ignore[attr-defined]
        units = Unit.objects.filter(centre=person.centre_id, kind=UnitKind.DEPARTMENT).values_list("code", "name")
        gone = set(version.departments if version else ()) - {code for code, _name in units}
        self.fields["departments"].choices = [*units, *((code, code) for code in sorted(gone))]  # type: ignore[attr-defined]
        owners = Person.objects.filter(centre=person.centre_id, is_active=True, is_system=False).holding(*READS, on=on)
        self.fields["owner"].queryset = owners.order_by("name_key", "pk")  # type: ignore[attr-defined]
        self.fields["owner"].label_from_instance = lambda row: row.name  # type: ignore[attr-defined]
        if version is None or version.seq == 1:
            del self.fields["change"]

    def clean_links(self) -> tuple[tuple[str, str], ...]:
        """Each line's words and address."""
        found = []
        for line in filter(None, map(str.strip, self.cleaned_data["links"].splitlines())):
            words, _space, url = line.rpartition(" ")
            if not is_safe_address(url):
                raise ValidationError(gettext("This is no address: %(line)s"), params={"line": line[:80]})
            found.append((words.strip() or url, url))
        return tuple(found)

    @property
    def text(self) -> Text:
        """What was written."""
        data = self.cleaned_data
        last = data.get("last")
        return Text(
            title=data["title"],
            body=data["body"],
            keywords=tuple(SPLIT.split(data["keywords"])),
            codes=tuple(data["codes"]),
            departments=tuple(data["departments"]),
            links=data["links"],
            change=data.get("change", ""),
            first=data.get("first"),
            end=date.fromordinal(last.toordinal() + 1) if last else None,
        )

    @property
    def terms(self) -> dict[str, Any]:
        """Of what kind it is, who answers for it, how often it is looked at."""
        return {name: self.cleaned_data[name] for name in ("kind", "owner", "review_days")}


def initial_of(version: Version) -> dict[str, Any]:
    """What the form shows of a version."""
    article, upper = version.article, version.days.upper
    return {
        "title": version.title,
        "kind": article.kind,
        "body": version.body,
        "keywords": "，".join(version.keywords),
        "codes": version.codes,
        "departments": version.departments,
        "links": "\n".join(f"{link['title']} {link['url']}" for link in version.links),
        "first": version.days.lower if version.days.lower > clock.local_day(version.edited_at) else None,
        "last": date.fromordinal(upper.toordinal() - 1) if upper else None,
        "owner": article.owner_id,
        "review_days": article.review_days,
        "change": version.change,
    }


class NoteForm(forms.Form):
    """A reason or a word along."""

    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class VoteForm(forms.Form):
    """Whether it helped, and why not."""

    useful = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    reason = forms.CharField(label=_("What is missing or wrong"), max_length=300, required=False)


class OpenedForm(forms.Form):
    """Which version was opened, and for which case."""

    version = forms.IntegerField(min_value=1)
    case = forms.CharField(max_length=20, required=False)


class ProposeForm(forms.Form):
    """A hard question for the knowledge base."""

    question = forms.CharField(
        label=_("Question"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )
    answer = forms.CharField(
        label=_("Answer, as far as you know it"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    case_number = forms.RegexField(r"[0-9]{8}-[0-9]{4,8}", label=_("Case"), max_length=20, required=False)


class IntoForm(forms.Form):
    """Which article something goes into: its number."""

    article = forms.RegexField(r"[Kk]?[0-9]{1,6}", label=_("Article"), required=False)
    note = forms.CharField(label=_("Note"), max_length=500, required=False)

    @property
    def serial(self) -> int:
        """The number without its letter; nought without one."""
        return int(self.cleaned_data["article"].lstrip("Kk") or 0) if self.cleaned_data.get("article") else 0


class WordsForm(forms.Form):
    """Words that mean the same."""

    words = forms.CharField(label=_("Words that mean the same"), max_length=400, help_text=_("With commas between."))

    @property
    def kept(self) -> list[str]:
        """Each word."""
        return SPLIT.split(self.cleaned_data["words"])


class ExamForm(forms.Form):
    """A condition of the standard that is to be asked in exams."""

    key = forms.CharField(max_length=20)
    title = forms.CharField(max_length=200)
    stamp = forms.CharField(max_length=40)
