"""What people wish of a month, the turns of shifts they keep, and the address of their calendar feed."""

from typing import Self

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Centre, Person
from hotline.rosters.models.plans import PLANNERS, RosterPlan


class Weight(models.IntegerChoices):
    """How much a wish matters."""

    SLIGHT = 1, _("Would be nice")
    PLAIN = 2, _("Is important")
    STRONG = 3, _("Is very important")


class WishQuerySet(models.QuerySet["Wish"]):
    """Scopes of wishes."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for those who plan; everybody else sees his own."""
        rows = self.filter(person__centre=person.centre_id)
        return rows if person.standing.is_any(*PLANNERS) else rows.filter(person=person.pk)


@audited
class Wish(models.Model):
    """What somebody wants or would rather not have on a day: a shift by its code, or (empty) a day off."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="wishes")
    day = models.DateField(_("day"))
    is_against = models.BooleanField(_("rather not"), default=False)
    code = models.SlugField(_("shift"), max_length=20, blank=True)
    weight = models.PositiveSmallIntegerField(_("how much"), choices=Weight.choices, default=Weight.PLAIN)
    note = models.CharField(_("note"), max_length=200, blank=True)
    made_at = models.DateTimeField()

    objects = WishQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="rosters_wish_one_a_day"),
            models.CheckConstraint(condition=Q(weight__in=Weight.values), name="rosters_wish_weight"),
            # Rather not free would say that he wants to work, whichever shift: nobody asked for that yet.
            models.CheckConstraint(condition=~Q(is_against=True, code=""), name="rosters_wish_sense"),
        ]
        indexes = [models.Index(fields=["day"], name="rosters_wish_day")]
        ordering = ["day", "person"]


class PriceOutcome(models.TextChoices):
    """What came of asking what a wish costs."""

    PRICED = "priced", _("It can be met")
    IMPOSSIBLE = "impossible", _("It cannot be met without breaking a rule")
    NOT_FOUND = "not_found", _("No roster that meets it was found in the time")
    UNLAWFUL = "unlawful", _("The roster breaks hard rules: mend them first")
    FAILED = "failed", _("The search broke off")


class WishPriceQuerySet(models.QuerySet["WishPrice"]):
    """Scopes of prices."""

    def visible_to(self, person: Person) -> Self:
        """Those who plan the centre's months."""
        rows = self.filter(plan__centre=person.centre_id)
        return rows if person.standing.is_any(*PLANNERS) else rows.none()


@audited
class WishPrice(models.Model):
    """What meeting one wish would cost the month as it stands: asked by a planner, answered by the solver.

    `edits` is the month's number of changes then: another number, and the answer is of a roster that has changed.
    """

    plan = models.ForeignKey(RosterPlan, models.CASCADE, related_name="prices")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    seconds = models.PositiveSmallIntegerField(_("seconds at most"))
    edits = models.PositiveIntegerField(_("changes by hand"))
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=PriceOutcome.choices, blank=True)
    cost = models.BigIntegerField(_("cost"), null=True, blank=True)  # while it runs: the least known so far
    is_exact = models.BooleanField(_("exact"), default=False)
    # What gets dearer and cheaper: [{rule, cost}]; which places change: [{person, day, before, after}] by keys.
    rules = models.JSONField(_("what gets dearer"), default=list, blank=True)
    changes = models.JSONField(_("what changes"), default=list, blank=True)

    objects = WishPriceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "person", "day"], condition=Q(ended_at__isnull=True), name="rosters_wishprice_one_open"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *PriceOutcome.values]), name="rosters_wishprice_outcome"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__gte=F("asked_at")) & ~Q(outcome="")),
                name="rosters_wishprice_ended",
            ),
        ]
        ordering = ["-asked_at", "-pk"]


@audited
class Pattern(models.Model):
    """A turn of shifts that comes again and again: two days on, two off."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    turn = ArrayField(models.CharField(max_length=20, blank=True), size=56)  # codes; an empty one is a free day
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="rosters_pattern_name"),
            models.CheckConstraint(condition=Q(turn__len__gt=0), name="rosters_pattern_turn"),
        ]
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@audited
class PatternKeeper(models.Model):
    """Who keeps which turn from one day until (not including) another; its first entry falls on `begins`."""

    pattern = models.ForeignKey(Pattern, models.PROTECT, related_name="keepers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    begins = models.DateField(_("first day of the turn"))
    days = DateRangeField(_("days kept"))

    class Meta:
        constraints = [
            one_at_a_time("person", span="days", name="rosters_patternkeeper_one"),
            models.CheckConstraint(condition=Q(days__isempty=False), name="rosters_patternkeeper_days"),
        ]


@audited
class Feed(models.Model):
    """The secret address at which a person's calendar fetches his shifts; only its hash is kept."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
