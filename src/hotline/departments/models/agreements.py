"""Agreements: what a department and the centre have signed, and how the department is reached."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import LimitUnit
from hotline.core.models import audited
from hotline.people.models import Person, Position, Unit, UnitKind

WHOLE = 1000
SEES_ALL = (
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.DISPATCHER,
    Position.QUALITY,
)


def departments_of(person: Person) -> "models.QuerySet[Unit]":
    """Departments whose matters a person sees: all for those who lead and programs, a clerk's own, else none."""
    rows = Unit.objects.filter(centre=person.centre_id, kind=UnitKind.DEPARTMENT)
    if person.is_system or person.standing.is_any(*SEES_ALL):
        return rows
    own = [unit for position, unit in person.standing.held if position == Position.DEPARTMENT_CLERK]
    return rows.filter(pk__in=own)


class AgreementStatus(models.TextChoices):
    """How far an agreement has come."""

    DRAFT = "draft", _("Draft")
    OFFERED = "offered", _("Signed by the centre")
    IN_FORCE = "in_force", _("Signed by both sides")
    DECLINED = "declined", _("Declined by the department")
    WITHDRAWN = "withdrawn", _("Withdrawn")


S = AgreementStatus


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Scopes of agreements."""

    def visible_to(self, person: Person) -> Self:
        """All for those who lead; a department's own, once the centre has signed, for its clerks."""
        rows = self.filter(department__in=departments_of(person))
        return rows if person.standing.is_any(*SEES_ALL) else rows.exclude(status=S.DRAFT)


@audited
class Agreement(models.Model):
    """One version of what is agreed with a department for a kind of work; signed by both sides it holds from a day on.

    `work` is a category's code (C0101), a class's (C01), or empty for all work. A later version replaces an earlier one
    from its own day on; what was handed out before keeps the deadlines it was handed out with.
    """

    MOVES = {
        S.DRAFT: frozenset({S.OFFERED, S.WITHDRAWN}),
        S.OFFERED: frozenset({S.IN_FORCE, S.DECLINED, S.WITHDRAWN}),
        S.IN_FORCE: frozenset[AgreementStatus](),
        S.DECLINED: frozenset[AgreementStatus](),
        S.WITHDRAWN: frozenset[AgreementStatus](),
    }

    department = models.ForeignKey(Unit, models.PROTECT, related_name="agreements")
    work = models.CharField(_("kind of work"), max_length=10, blank=True)
    valid_from = models.DateField(_("valid from"))
    accept_value = models.PositiveSmallIntegerField(_("time to accept"))
    accept_unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)
    hop_value = models.PositiveSmallIntegerField(_("the department's own time"))
    hop_unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)
    # The whole phase across hops; empty: the limit printed in the standard.
    phase_value = models.PositiveSmallIntegerField(_("the whole handling phase"), null=True, blank=True)
    phase_unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices, blank=True)
    objection_value = models.PositiveSmallIntegerField(_("time to object"))
    objection_unit = models.CharField(_("unit"), max_length=12, choices=LimitUnit.choices)
    target_accept = models.PositiveSmallIntegerField(_("accepted in time, at least ‰"))
    target_hop = models.PositiveSmallIntegerField(_("own time kept, at least ‰"))
    target_phase = models.PositiveSmallIntegerField(_("phase kept, at least ‰"))
    target_rework = models.PositiveSmallIntegerField(_("rework, at most ‰"))
    note = models.TextField(_("note"), blank=True)
    drafted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    centre_signer = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    centre_signed_at = models.DateTimeField(null=True, blank=True)
    department_signer = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    department_signed_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=AgreementStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["department", "work", "valid_from"],
                condition=Q(status=S.IN_FORCE),
                name="departments_agreement_one_a_day",
            ),
            models.CheckConstraint(
                condition=~Q(status=S.IN_FORCE)
                | Q(
                    centre_signer__isnull=False,
                    department_signer__isnull=False,
                    centre_signed_at__isnull=False,
                    department_signed_at__isnull=False,
                ),
                name="departments_agreement_two_signatures",
            ),
            models.CheckConstraint(
                condition=Q(department_signer__isnull=True) | ~Q(department_signer=F("centre_signer")),
                name="departments_agreement_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(
                    accept_value__gt=0,
                    hop_value__gt=0,
                    objection_value__gt=0,
                    target_accept__lte=WHOLE,
                    target_hop__lte=WHOLE,
                    target_phase__lte=WHOLE,
                    target_rework__lte=WHOLE,
                ),
                name="departments_agreement_terms",
            ),
            models.CheckConstraint(
                condition=Q(phase_value__isnull=True, phase_unit="") | (Q(phase_value__gt=0) & ~Q(phase_unit="")),
                name="departments_agreement_phase",
            ),
            models.CheckConstraint(condition=Q(status__in=AgreementStatus.values), name="departments_agreement_status"),
        ]
        ordering = ["department", "work", "-valid_from", "-pk"]

    def __str__(self) -> str:
        return f"{self.department} {self.work or '*'} {self.valid_from}"


class ContactQuerySet(models.QuerySet["Contact"]):
    """Scopes of contacts."""

    def visible_to(self, person: Person) -> Self:
        """Of the departments one sees."""
        return self.filter(department__in=departments_of(person))


@audited
class Contact(models.Model):
    """How a department is reached: its telephone, its mailbox for dispatches, and who gets the monthly report."""

    department = models.OneToOneField(Unit, models.PROTECT, related_name="contact")
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    by_mail = models.BooleanField(_("also hand dispatches over by mail"), default=False)
    mail = models.EmailField(_("mailbox of the department"), blank=True)
    centre_mail = models.EmailField(_("mailbox of the centre for the monthly report"), blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    objects = ContactQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(by_mail=False) | ~Q(mail=""), name="departments_contact_mail_needs_mailbox"
            )
        ]
