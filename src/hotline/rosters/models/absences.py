"""Who is away from shifts that were planned for him, as far as the roster must know."""

from typing import Self

from django.contrib.postgres.fields import DateTimeRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Person
from hotline.rosters.models.shifts import OUTSIDE


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Scopes of absences."""

    def visible_to(self, person: Person) -> Self:
        """As the roster: whoever works in the centre sees who is away; people outside see their own."""
        rows = self.filter(person__centre=person.centre_id)
        return rows.filter(person=person.pk) if person.standing.positions <= OUTSIDE else rows


@audited
class Absence(models.Model):
    """A person is away. The roster knows the kind's short name and nothing of the reason (decision 10).

    `kind` is the code of the area above that booked it, `ref` its row there; `is_planned` counts towards the most that
    may be away on a day (A7.16), sickness does not. Shifts inside stay in the roster: they are the shifts missed.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="absences")
    span = DateTimeRangeField()
    kind = models.SlugField(_("kind"), max_length=20)
    ref = models.BigIntegerField()
    is_planned = models.BooleanField(_("planned"), default=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            one_at_a_time("person", span="span", name="rosters_absence_no_overlap"),
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__upper_inf=False, span__lower_inf=False),
                name="rosters_absence_bounded",
            ),
            models.UniqueConstraint(fields=["kind", "ref"], name="rosters_absence_once"),
        ]
        ordering = ["span"]


class AskedAbsenceQuerySet(models.QuerySet["AskedAbsence"]):
    """Scopes of what is asked."""

    def visible_to(self, person: Person) -> Self:
        """As absences: whoever works in the centre; people outside see their own."""
        rows = self.filter(person__centre=person.centre_id)
        return rows.filter(person=person.pk) if person.standing.positions <= OUTSIDE else rows


@audited
class AskedAbsence(models.Model):
    """A person has asked to be away and nobody has decided: the grids show it lightly, nothing is booked by it.

    It goes when the absence is booked, refused or taken back. `kind` and `ref` as in `Absence`.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    span = DateTimeRangeField()
    kind = models.SlugField(_("kind"), max_length=20)
    ref = models.BigIntegerField()

    objects = AskedAbsenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(span__isempty=False, span__upper_inf=False, span__lower_inf=False),
                name="rosters_askedabsence_bounded",
            ),
            models.UniqueConstraint(fields=["kind", "ref"], name="rosters_askedabsence_once"),
        ]
        ordering = ["span"]
