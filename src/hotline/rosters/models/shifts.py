"""Shift types, dated roster entries with their breaks, and the calendar of working and free days."""

from datetime import date, datetime
from typing import Self

from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Centre, Person, Position

# They see their own shifts and nobody else's.
OUTSIDE = frozenset({Position.FIELD_SUPERVISOR, Position.DEPARTMENT_CLERK})


@audited
class ShiftType(models.Model):
    """A kind of shift (D2.1). Changed hours are a new row from a day on; entries keep the row they were made with."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=40)
    since = models.DateField(_("in force since"))
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"), help_text=_("On the next day when not later than the start."))
    # Minutes after the start: [from, to, from, to, …].
    breaks = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    positions = ArrayField(models.CharField(max_length=20), default=list)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)  # Monday is 0
    must_clear_queue = models.BooleanField(_("must finish its cases before leaving"), default=False)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "code", "since"], name="rosters_shifttype_edition")]
        ordering = ["starts", "code"]

    def __str__(self) -> str:
        return self.name


class RosterEntryQuerySet(models.QuerySet["RosterEntry"]):
    """Scopes of roster entries."""

    def visible_to(self, person: Person) -> Self:
        """Whoever works in the centre sees its roster; people outside see their own."""
        rows = self.filter(person__centre=person.centre_id)
        return rows.filter(person=person.pk) if person.standing.positions <= OUTSIDE else rows

    def at(self, moment: datetime) -> Self:
        """Entries whose shift holds this moment."""
        return self.filter(span__contains=moment)

    def on(self, day: date) -> Self:
        """Entries of shifts that begin on a local day."""
        return self.filter(day=day)


@audited
class RosterEntry(models.Model):
    """A person's shift. `day` is the local day on which it starts; a person has no two shifts at once."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="roster")
    shift_type = models.ForeignKey(ShiftType, models.PROTECT)
    day = models.DateField(_("day"), db_index=True)
    span = DateTimeRangeField()
    note = models.CharField(_("note"), max_length=200, blank=True)

    objects = RosterEntryQuerySet.as_manager()

    class Meta:
        constraints = [
            one_at_a_time("person", span="span", name="rosters_entry_no_overlap", by_statement=True),
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__upper_inf=False, span__lower_inf=False),
                name="rosters_entry_bounded",
            ),
        ]
        ordering = ["day", "person"]

    @property
    def in_break(self) -> bool:
        """Whether its person is at rest at the moment that a query asked about; other rows cannot say."""
        return bool(self.__dict__["resting"])


@audited
class RosterBreak(models.Model):
    """A break inside a shift; breaks of a shift do not overlap."""

    entry = models.ForeignKey(RosterEntry, models.CASCADE, related_name="breaks")
    span = DateTimeRangeField()

    class Meta:
        constraints = [one_at_a_time("entry", span="span", name="rosters_break_no_overlap")]


class DayKind(models.TextChoices):
    """What kind of day."""

    WORKDAY = "workday", _("Working day")
    REST = "rest", _("Day of rest")
    STATUTORY = "statutory", _("Public holiday")
    MAKE_UP = "make_up", _("Make-up working day")


@audited
class CalendarDay(models.Model):
    """A day that is not what its weekday says: public holidays, their rest days, make-up working days.

    `status` tells an announced day from one that a calendar library only estimates.
    """

    day = models.DateField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=10, choices=DayKind.choices)
    name = models.CharField(_("name"), max_length=60, blank=True)
    source = models.CharField(max_length=60)
    is_announced = models.BooleanField(_("announced"), default=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=DayKind.values), name="rosters_day_kind")]
        ordering = ["day"]
