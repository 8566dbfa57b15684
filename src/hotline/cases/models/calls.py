"""Which call a case came from, and further calls about it."""

from django.db import models

from hotline.cases.models.case import Case
from hotline.core.models import append_only
from hotline.people.models import Person
from hotline.telephony.models import Call


class CaseCall(models.Model):
    """A call that a case is about; written once."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="calls")
    call = models.ForeignKey(Call, models.PROTECT, related_name="cases")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "call"], name="cases_call_once")]
        triggers = append_only()
