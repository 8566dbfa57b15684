"""Customers, their numbers, and the log of every look behind the mask."""

from typing import Self

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited
from hotline.people import queries as people
from hotline.people.models import Centre, Person, Position

PATTERN = "text_pattern_ops"  # prefix search without regard to the database's collation
INITIALS = Func(F("name_key"), Value(" "), Value(2), function="split_part", output_field=models.TextField())

SERVES = (
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.OPERATOR,
    Position.AGENT,
    Position.QUALITY,
)


def serves(person: Person) -> bool:
    """Whether a person has to do with customers at all, and has signed to keep their secrets."""
    return person.standing.is_any(*SERVES) and people.has_signed(person)


class CustomerQuerySet(models.QuerySet["Customer"]):
    """Scopes of customers."""

    def visible_to(self, person: Person) -> Self:
        """Customers of the centre for those who serve them and have signed (A2.14); nobody else sees one."""
        if not serves(person):
            return self.none()
        return self.filter(centre=person.centre_id)


@audited
class Customer(models.Model):
    """Somebody who turns to the centre. Numbers are masked on every page; a reveal is logged."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    name = models.CharField(_("name"), max_length=60, blank=True)
    name_key = models.CharField(max_length=200, editable=False, default="", db_index=True)
    salutation = models.CharField(_("salutation"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    note = models.TextField(_("note"), blank=True)
    is_secret = models.BooleanField(_("keep secret"), default=False)
    since = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["centre", "-changed_at"], name="customers_recent"),
            models.Index(OpClass("name", PATTERN), name="customers_name_begins"),
            models.Index(OpClass(INITIALS, PATTERN), name="customers_initials"),
            models.Index(OpClass("name_key", PATTERN), OpClass("address", PATTERN), name="customers_name_at"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.pk)


@audited
class CustomerNumber(models.Model):
    """A number in international form (E.164); families share numbers, so it is unique for a customer only."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="numbers")
    e164 = models.CharField(_("number"), max_length=20, db_index=True)
    kind = models.CharField(_("kind"), max_length=10, default="mobile")
    extension = models.CharField(_("extension"), max_length=6, blank=True, default="")
    is_main = models.BooleanField(_("main number"), default=True)

    class Meta:
        # People quote the last digits: the number is indexed from its end too.
        indexes = [models.Index(OpClass(Reverse("e164"), PATTERN), name="customers_number_ends")]
        constraints = [
            models.UniqueConstraint(fields=["customer", "e164"], name="customers_number_once"),
            models.UniqueConstraint(fields=["customer"], condition=Q(is_main=True), name="customers_number_one_main"),
            models.CheckConstraint(condition=Q(e164__regex=r"^\+[0-9]{5,15}$"), name="customers_number_e164"),
        ]


class RevealQuerySet(models.QuerySet["Reveal"]):
    """Scopes of reveals."""

    def visible_to(self, person: Person) -> Self:
        """One's own, and for those who answer for secrecy all of the centre's."""
        rows = self.filter(person__centre=person.centre_id)
        if person.standing.is_any(Position.DIRECTOR, Position.CENTRE_SUPERVISOR, Position.SYSADMIN):
            return rows
        return rows.filter(person=person.pk)


@audited
class Reveal(models.Model):
    """Somebody looked behind the mask: who, whose, what, why, when (A3.6). Never changed, never deleted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="reveals")
    what = models.CharField(max_length=20)
    reason = models.CharField(_("reason"), max_length=200)
    at = models.DateTimeField(db_index=True)

    objects = RevealQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="customers_reveal_reason")]
