"""How figures of accuracy are said."""

from fractions import Fraction

from django.utils.translation import gettext, ngettext

from hotline.quality.queries.figures import Facts
from hotline.rulebook.accuracy import Basis


def percent(rate: Fraction) -> str:
    """A rate to a tenth of a percent, rounded half up: 98.2 %."""
    tenths = (rate.numerator * 2000 + rate.denominator) // (2 * rate.denominator)
    return f"{tenths // 10}.{tenths % 10} %"


def rate(facts: Facts) -> str:
    """The rate, or a dash while nothing was checked."""
    return percent(facts.figure.rate) if facts.figure.rate is not None else "—"


def sentence(facts: Facts) -> str:
    """The figure with what it rests on: 98.2 % (165 of 168 checked, of 2,310 decided)."""
    figure = facts.figure
    if figure.rate is None:
        return gettext("Nothing checked yet, of {population} decided.").format(population=f"{facts.population:,}")
    if figure.basis is Basis.WHOLE:
        text = gettext("{rate} ({right} of all {of} decided; no sample was drawn)")
    else:
        text = gettext("{rate} ({right} of {of} checked, of {population} decided)")
    return text.format(
        rate=percent(figure.rate), right=f"{figure.right:,}", of=f"{figure.of:,}", population=f"{facts.population:,}"
    )


def interval(facts: Facts) -> str:
    """Within which the true rate lies."""
    found = facts.interval
    if found is None:
        return ""
    return gettext("95 % interval: {low} to {high}").format(low=percent(found[0]), high=percent(found[1]))


def caveats(facts: Facts) -> list[str]:
    """What must be known beside the figure."""
    found = []
    if facts.is_sample and not facts.figure.for_pay:
        found.append(gettext("The sample is too small to be used for pay."))
    if facts.waiting:
        found.append(
            ngettext("{n} case is still to be reviewed.", "{n} cases are still to be reviewed.", facts.waiting).format(
                n=facts.waiting
            )
        )
    if facts.appealed:
        found.append(
            ngettext("{n} appeal is not decided.", "{n} appeals are not decided.", facts.appealed).format(
                n=facts.appealed
            )
        )
    if facts.targeted:
        found.append(
            gettext("Apart from that, {n} targeted reviews, {wrong} of them found wrong.").format(
                n=facts.targeted, wrong=facts.targeted_wrong
            )
        )
    return found


def tone(facts: Facts) -> str:
    """Green at or above the target, red below it."""
    if facts.figure.rate is None:
        return "neutral"
    return "green" if facts.figure.rate >= facts.target else "red"
