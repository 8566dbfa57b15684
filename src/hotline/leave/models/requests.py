"""Requests of leave with their counted days, and spells: what follows one another without a break (readings 56, 58)."""

from typing import Self

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hotline.approvals.models import Chain
from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Person, Position, teams
from hotline.rulebook.leave import Code, Piece

SUBJECT = "leave.leave"
# They see every request of the centre; a team leader sees his team's.
SEES = (Position.DIRECTOR, Position.MANAGER, Position.CENTRE_SUPERVISOR, Position.SHIFT_LEADER, Position.HR)


class LeaveStatus(models.TextChoices):
    """Where a request stands."""

    ASKED = "asked", pgettext_lazy("leave", "Asked for")
    GRANTED = "granted", pgettext_lazy("leave", "Granted")
    REFUSED = "refused", pgettext_lazy("leave", "Not granted")
    WITHDRAWN = "withdrawn", pgettext_lazy("leave", "Withdrawn")
    CANCELLED = "cancelled", pgettext_lazy("leave", "Given back")


L = LeaveStatus
LIVE = (L.ASKED, L.GRANTED)


@audited
class Spell(models.Model):
    """Leave of one kind without a break: extensions and pieces that meet belong to it (readings 58, 63)."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=12, choices=[(code.value, code.value) for code in Code])
    ended_on = models.DateField(_("back on"), null=True, blank=True)  # the first day that is not leave any more
    ended_at = models.DateTimeField(null=True, blank=True)
    is_exempt = models.BooleanField(
        pgettext_lazy("leave", "exempted"), default=False
    )  # reading 73: serious illness, by the director
    exempted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    exempted_why = models.CharField(_("why exempted"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(is_exempt=False) | (Q(exempted_by__isnull=False) & ~Q(exempted_why="")),
                name="leave_spell_exempted_by",
            ),
            models.CheckConstraint(condition=~Q(exempted_by=F("person")), name="leave_spell_not_by_oneself"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True, ended_at__isnull=True)
                | Q(ended_on__isnull=False, ended_at__isnull=False),
                name="leave_spell_ended",
            ),
        ]


class LeaveQuerySet(models.QuerySet["Leave"]):
    """Scopes of requests."""

    def visible_to(self, person: Person) -> Self:
        """One's own; the centre's for those who lead it; a team's for its leader; what one decides or has decided."""
        rows = self.filter(person__centre=person.centre_id)
        if person.standing.is_any(*SEES):
            return rows
        chains = Chain.objects.visible_to(person).filter(subject=SUBJECT)
        mine = Q(person=person.pk) | Q(asked_by=person.pk) | Q(pk__in=chains.values("subject_id"))
        if led := teams.teams_of(person):
            # Who was in the team while the leave lasted: neither whoever left it before nor whoever came after.
            mine |= Q(teams.stood_in(led, teams.on_days("first", "last")))
        return rows.filter(mine)

    def live(self) -> Self:
        """Asked for or granted: what takes a place, a part of the balance, and days of a roster."""
        return self.filter(status__in=LIVE)


@audited
class Leave(models.Model):
    """Somebody asks to be away from one day (or its middle) to another; counted in half days.

    The reason of a restricted kind lies sealed in `PrivateWords`; here it is empty then.
    """

    MOVES = {
        L.ASKED: frozenset({L.GRANTED, L.REFUSED, L.WITHDRAWN}),
        L.GRANTED: frozenset({L.CANCELLED}),
        L.REFUSED: frozenset[LeaveStatus](),
        L.WITHDRAWN: frozenset[LeaveStatus](),
        L.CANCELLED: frozenset[LeaveStatus](),
    }

    person = models.ForeignKey(Person, models.PROTECT, related_name="leaves")
    kind = models.CharField(_("kind"), max_length=12, choices=[(code.value, code.value) for code in Code])
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    from_middle = models.BooleanField(_("from the middle of the first day"), default=False)
    to_middle = models.BooleanField(_("to the middle of the last day"), default=False)
    halves = BigIntegerRangeField(editable=False)
    half_days = models.PositiveSmallIntegerField(_("half days"))
    shifts = models.PositiveSmallIntegerField(_("shifts missed"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    is_late = models.BooleanField(_("asked for late"), default=False)  # reading 62: who approves says why
    is_beside = models.BooleanField(_("beside another's annual leave"), default=False)  # D4.4: the director says why
    spell = models.ForeignKey(Spell, models.PROTECT, null=True, blank=True, related_name="pieces")
    extends = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="extensions")
    report_due_at = models.DateTimeField(_("to be reported by"), null=True, blank=True)  # A7.12, sickness alone
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status = models.CharField(_("status"), max_length=9, choices=LeaveStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = LeaveQuerySet.as_manager()

    class Meta:
        constraints = [
            one_at_a_time("person", span="halves", name="leave_leave_one_at_a_time", condition=Q(status__in=LIVE)),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="leave_leave_days"),
            models.CheckConstraint(condition=Q(halves__isempty=False), name="leave_leave_halves"),
            models.CheckConstraint(condition=Q(status__in=LeaveStatus.values), name="leave_leave_status"),
            models.CheckConstraint(
                condition=~Q(status="granted") | ~Q(status_by=F("person")), name="leave_leave_not_by_oneself"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=LIVE) | Q(spell__isnull=False), name="leave_leave_live_in_a_spell"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-first"], name="leave_leave_person"),
            models.Index(fields=["status", "first"], name="leave_leave_status_first"),
        ]
        ordering = ["-first", "-pk"]

    @property
    def piece(self) -> Piece:
        """From which day to which."""
        return Piece(self.first, self.last, self.from_middle, self.to_middle)

    @property
    def is_reported_late(self) -> bool:
        """A7.12: whether sickness was told after 8:45 and after the shift began."""
        return self.report_due_at is not None and self.asked_at > self.report_due_at


@audited
class LeaveDay(models.Model):
    """One day of a request: what of it is counted (D4.5), and whether a shift of the roster is missed.

    `is_presumed`: no roster of that month stood when it was counted, so the calendar's working day was.
    """

    leave = models.ForeignKey(Leave, models.CASCADE, related_name="days")
    day = models.DateField(_("day"))
    half_days = models.PositiveSmallIntegerField(_("half days"))
    is_shift = models.BooleanField(_("shift missed"))
    is_presumed = models.BooleanField(_("no roster yet"), default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["leave", "day"], name="leave_day_once"),
            models.CheckConstraint(condition=Q(half_days__lte=2), name="leave_day_at_most_a_day"),
        ]
        indexes = [models.Index(fields=["day"], name="leave_day_day")]
        ordering = ["day"]
