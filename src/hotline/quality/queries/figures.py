"""Figures of accuracy with what they rest on: the month of one person, and of everybody."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from hotline.handbook.queries import values_on
from hotline.people.models import Person
from hotline.quality.models import FAULTY, OPEN, RIGHT, Review, ReviewStatus, Stratum, Way
from hotline.quality.queries import decisions
from hotline.rulebook.accuracy import (
    Accuracy,
    AccuracyTerms,
    Basis,
    Checked,
    Shortfall,
    accuracy,
    accuracy_terms,
    shortfall,
    wilson,
)


@dataclass(frozen=True, slots=True)
class Facts:
    """A person's month for the appraisal: `numerator` of `denominator` right, out of `population` decided.

    `is_final` once nothing of it waits for a review or an appeal. `evidence` are the keys of the reviews that found
    something wrong; targeted ones among them do not enter the rate of a sample and are named apart.
    """

    person_id: int
    month: date
    figure: Accuracy
    shortfall: Shortfall
    waiting: int
    appealed: int
    targeted: int
    targeted_wrong: int
    target: Fraction  # what the clause asks for in this month, as the centre has decided it
    evidence: tuple[int, ...] = ()

    @property
    def numerator(self) -> int:
        """Right ones."""
        return self.figure.right

    @property
    def denominator(self) -> int:
        """Those that the rate rests on."""
        return self.figure.of

    @property
    def population(self) -> int:
        """Cases decided."""
        return self.figure.handled

    @property
    def is_final(self) -> bool:
        """Nothing waits for a review or for the decision of an appeal."""
        return not self.waiting and not self.appealed

    @property
    def is_sample(self) -> bool:
        """Whether the rate is that of a sample."""
        return self.figure.basis is Basis.SAMPLE

    @property
    def interval(self) -> tuple[Fraction, Fraction] | None:
        """Within which the true rate lies, 95 of 100 times; None where nothing was sampled."""
        return wilson(self.numerator, self.denominator) if self.is_sample else None


COUNTS = {
    "sampled": Count("case", filter=Q(way=Way.SAMPLE, status__in=[*RIGHT, *FAULTY]), distinct=True),
    "sampled_wrong": Count("case", filter=Q(way=Way.SAMPLE, status__in=FAULTY), distinct=True),
    "found_wrong": Count("case", filter=Q(status__in=FAULTY), distinct=True),
    "waiting": Count("pk", filter=Q(way=Way.SAMPLE, status=ReviewStatus.WAITING)),
    "appealed": Count("pk", filter=Q(status=ReviewStatus.APPEALED)),
    "targeted": Count("pk", filter=Q(way=Way.TARGETED) & ~Q(status__in=OPEN)),
    "targeted_wrong": Count("pk", filter=Q(way=Way.TARGETED, status__in=FAULTY)),
}


def terms_of(centre_id: int, month: date) -> AccuracyTerms:
    """The numbers of the clause in a centre's month."""
    return accuracy_terms(values_on(centre_id, month).reading())


def _facts(
    person_id: int,
    month: date,
    handled: int,
    counts: dict[str, int],
    terms: AccuracyTerms,
    evidence: Iterable[int] = (),
) -> Facts:
    names = ("sampled", "sampled_wrong", "found_wrong")
    # A targeted review may reach a case of a day that no sample covers.
    whole = max(handled, counts["found_wrong"], counts["sampled"])
    checked = Checked(handled=whole, **{name: counts[name] for name in names})
    figure = accuracy.on(month)(checked, terms)
    return Facts(
        person_id=person_id,
        month=month,
        figure=figure,
        shortfall=shortfall.on(month)(figure, terms),
        target=terms.target,
        evidence=tuple(evidence),
        **{name: counts[name] for name in ("waiting", "appealed", "targeted", "targeted_wrong")},
    )


def accuracy_of(person: Person, month: date) -> Facts:
    """The facts of one person's month, for the appraisal and for the person himself."""
    rows = Review.objects.filter(handler=person.pk, month=month)
    counts: dict[str, int] = rows.aggregate(**COUNTS)
    drawn_from: int = Stratum.objects.filter(person=person.pk, month=month).aggregate(n=Sum("population"))["n"] or 0
    handled = drawn_from or decisions.handled(person, month)
    faulty = rows.filter(status__in=FAULTY).order_by("pk").values_list("pk", flat=True)
    return _facts(person.pk, month, handled, counts, terms_of(person.centre_id, month), faulty)


@dataclass(frozen=True, slots=True)
class Line:
    """A person's month in the view of a team."""

    person: Person
    facts: Facts


def team(centre_id: int, month: date) -> list[Line]:
    """Everybody who was sampled or reviewed in a month, in a few queries whatever their number."""
    rows = Review.objects.filter(centre=centre_id, month=month)
    grouped: Any = rows.values("handler").order_by().annotate(**COUNTS)
    counts: dict[int, dict[str, int]] = {row.pop("handler"): row for row in grouped}
    strata = Stratum.objects.filter(plan__centre=centre_id, month=month)
    drawn_from = dict(strata.values("person").order_by().annotate(n=Sum("population")).values_list("person", "n"))
    unsampled = [key for key, found in counts.items() if found["found_wrong"] and key not in drawn_from]
    if unsampled:  # their wrong ones stand against all that they handled
        live = decisions.handled_by_person(centre_id, month)
        drawn_from |= {key: live.get(key, 0) for key in unsampled}
    nothing = dict.fromkeys(COUNTS, 0)
    persons = Person.objects.filter(pk__in={*counts, *drawn_from}).order_by("name_key", "pk")
    terms = terms_of(centre_id, month)
    return [
        Line(one, _facts(one.pk, month, drawn_from.get(one.pk, 0), counts.get(one.pk, nothing), terms))
        for one in persons
    ]


def whole(lines: list[Line], month: date, centre_id: int) -> Facts:
    """The centre's figure: the sums of its people's."""
    sums = dict.fromkeys(COUNTS, 0)
    handled = 0
    for line in lines:
        if line.facts.figure.basis is not Basis.WHOLE:
            handled += line.facts.population
        if line.facts.is_sample:
            sums["sampled"] += line.facts.denominator
            sums["sampled_wrong"] += line.facts.denominator - line.facts.numerator
        for name in ("waiting", "appealed", "targeted", "targeted_wrong"):
            sums[name] += getattr(line.facts, name)
    return _facts(0, month, handled, sums, terms_of(centre_id, month))


def causes(centre_id: int, month: date, handler: int | None = None) -> list[tuple[str, int]]:
    """How often each cause was found in a month, the most frequent first."""
    rows: QuerySet[Review] = Review.objects.filter(centre=centre_id, month=month, status__in=FAULTY)
    if handler is not None:
        rows = rows.filter(handler=handler)
    return list(
        rows.values("cause").order_by().annotate(n=Count("pk")).order_by("-n", "cause").values_list("cause", "n")
    )


def months(centre_id: int, handler: int | None = None) -> list[date]:
    """The months of which there is anything to show, the newest first."""
    rows = Review.objects.filter(centre=centre_id)
    if handler is not None:
        rows = rows.filter(handler=handler).exclude(status=ReviewStatus.WAITING)
    return list(rows.order_by("-month").values_list("month", flat=True).distinct()[:24])
