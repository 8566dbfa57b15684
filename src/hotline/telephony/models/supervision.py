"""What superiors did to people at telephones, and calls for help: written once, seen by the person concerned."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import append_only
from hotline.people.models import Centre, Person, Position
from hotline.telephony.logic.supervision import ACT_LABELS, Act
from hotline.telephony.models.calls import Call
from hotline.telephony.models.setup import LEADS


class SupervisionQuerySet(models.QuerySet["Supervision"]):
    """Scopes of acts of supervision."""

    def visible_to(self, person: Person) -> Self:
        """What concerns oneself; a team's for its leader; everything for those who lead the centre."""
        rows = self.filter(centre=person.centre_id)
        if person.standing.is_any(*LEADS):
            return rows
        going_on = Call.objects.filter(centre=OuterRef("centre"), ref=OuterRef("call_ref"), ended_at__isnull=True)
        mine = Q(person=person.pk) & (Q(is_told_at_once=True) | ~Exists(going_on)) | Q(by=person.pk)
        if person.standing.is_any(Position.TEAM_LEADER):
            mine |= Q(person__in=Person.objects.visible_to(person))
        return rows.filter(mine)


class Supervision(models.Model):
    """One act: who did what to whom, when, in which words."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="supervisions")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    act = models.CharField(_("act"), max_length=12, choices=[(act.value, _(ACT_LABELS[act])) for act in Act])
    call_ref = models.CharField(max_length=60, blank=True)
    text = models.CharField(_("text"), max_length=200, blank=True)
    is_told_at_once = models.BooleanField(default=True)  # else the person sees it once the call is over
    at = models.DateTimeField()

    objects = SupervisionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(act__in=[act.value for act in Act]), name="telephony_supervision_act"),
        ]
        indexes = [
            models.Index(fields=["person", "-at"], name="telephony_supervision_of"),
            models.Index(fields=["centre", "-at"], name="telephony_supervision_new"),
        ]
        triggers = append_only()
