"""Tables of approvals: chains, their steps in order, delegates."""

from typing import Self

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.core import clock
from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Centre, Person, Position, Unit

# They see who stands in for whom in the whole centre, and may appoint somebody for a colleague who cannot.
ARRANGES = (Position.DIRECTOR, Position.CENTRE_SUPERVISOR, Position.HR)


class ChainStatus(models.TextChoices):
    """Where a chain stands."""

    OPEN = "open", pgettext_lazy("chain", "To be decided")
    APPROVED = "approved", pgettext_lazy("chain", "Approved")
    REFUSED = "refused", pgettext_lazy("chain", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("chain", "Withdrawn")


S = ChainStatus


class ChainQuerySet(models.QuerySet["Chain"]):
    """Scopes of chains."""

    def visible_to(self, person: Person) -> Self:
        """One's own, those one has decided a step of, and those whose present step is one's to decide."""
        steps = Step.objects.filter(Q(decided_by=person.pk) | Q(pk__in=Step.objects.waiting_for(person).values("pk")))
        return self.filter(Q(asker=person.pk) | Q(pk__in=steps.values("chain")), centre=person.centre_id)

    def of(self, subject: str, subject_id: int) -> Self:
        """The chains of one thing: an open one at most, and those that are over."""
        return self.filter(subject=subject, subject_id=subject_id)


@audited
class Chain(models.Model):
    """Steps of decision about one thing. `subject`/`subject_id` name it, its area alone knows what it is.

    `text` is a sentence (English msgid with placeholders) by which deciders know what it is about; it must say nothing
    that not each of them may read. `link` leads to the page where the thing is decided.
    """

    MOVES = {
        S.OPEN: frozenset({S.APPROVED, S.REFUSED, S.WITHDRAWN}),
        S.APPROVED: frozenset[ChainStatus](),
        S.REFUSED: frozenset[ChainStatus](),
        S.WITHDRAWN: frozenset[ChainStatus](),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    asker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    text = models.CharField(max_length=200)
    params = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    opened_at = models.DateTimeField()
    status = models.CharField(max_length=9, choices=ChainStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = ChainQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "subject_id"], condition=Q(status=S.OPEN), name="approvals_chain_one_open"
            ),
            models.CheckConstraint(condition=Q(status__in=ChainStatus.values), name="approvals_chain_status"),
        ]
        indexes = [models.Index(fields=["subject", "subject_id"], name="approvals_chain_subject")]


class StepQuerySet(models.QuerySet["Step"]):
    """Scopes of steps."""

    def waiting_for(self, person: Person) -> Self:
        """Steps whose turn it is and which this person may decide now: by his own position, or for whom he stands in.

        Nobody decides what he asked for, nor two steps of a chain; whoever stands in does not decide for the asker.
        """
        right = _right(person.standing.held)
        for giver in givers(person):
            right |= _right(giver.standing.held) & ~Q(asker=giver.pk)
        rows = self.filter(right, is_turn=True, chain__centre=person.centre_id).exclude(asker=person.pk)
        decided = Step.objects.filter(decided_by=person.pk, chain=OuterRef("chain"))
        return rows.filter(~Exists(decided))


def givers(person: Person) -> list[Person]:
    """For whom this person stands in today."""
    today = Delegation.objects.filter(to=person.pk, days__contains=clock.today())
    return [row.giver for row in today.select_related("giver")]


def _right(held: frozenset[tuple[str, int]]) -> Q:
    """Steps that whoever holds these positions may decide; a step without a unit asks for the position alone."""
    found = Q(unit__isnull=True, positions__overlap=sorted({position for position, _unit in held}))
    for position, unit in sorted(held):
        found |= Q(unit=unit, positions__contains=[position])
    return found


@audited
class Step(models.Model):
    """One decision of a chain: by whoever holds one of the positions, in the unit if one is named.

    The asker stands here too, so that the database itself keeps everybody from approving what he asked for.
    """

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="steps")
    number = models.PositiveSmallIntegerField(pgettext_lazy("step", "number"))
    positions = ArrayField(models.CharField(max_length=20, choices=Position.choices))
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    asker = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_turn = models.BooleanField(default=False)
    is_yes = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    stood_in_for = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(pgettext_lazy("step", "note"), blank=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="approvals_step_number"),
            models.UniqueConstraint(fields=["chain"], condition=Q(is_turn=True), name="approvals_step_one_turn"),
            models.UniqueConstraint(fields=["chain", "decided_by"], name="approvals_step_two_persons"),
            models.CheckConstraint(condition=~Q(decided_by=F("asker")), name="approvals_step_not_oneself"),
            models.CheckConstraint(
                condition=Q(is_yes__isnull=True, decided_by__isnull=True, decided_at__isnull=True)
                | Q(is_yes__isnull=False, decided_by__isnull=False, decided_at__isnull=False, is_turn=False),
                name="approvals_step_decided_wholly",
            ),
            models.CheckConstraint(condition=Q(positions__len__gt=0), name="approvals_step_positions"),
        ]
        ordering = ["chain", "number"]


class DelegationQuerySet(models.QuerySet["Delegation"]):
    """Scopes of delegations."""

    def visible_to(self, person: Person) -> Self:
        """One's own, either way; all of the centre for those who arrange it."""
        rows = self.filter(giver__centre=person.centre_id)
        return rows if person.standing.is_any(*ARRANGES) else rows.filter(Q(giver=person.pk) | Q(to=person.pk))


@audited
class Delegation(models.Model):
    """From one day up to another somebody stands in for an absent one: decides what that one may decide, no more."""

    giver = models.ForeignKey(Person, models.PROTECT, related_name="+")
    to = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("stands in"))
    days = DateRangeField(pgettext_lazy("stand-in", "days"))
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            one_at_a_time("giver", span="days", name="approvals_delegation_one"),
            models.CheckConstraint(condition=~Q(giver=F("to")), name="approvals_delegation_another"),
            models.CheckConstraint(
                condition=Q(days__isempty=False, days__upper_inf=False, days__lower_inf=False),
                name="approvals_delegation_bounded",
            ),
        ]
        ordering = ["-days", "pk"]
