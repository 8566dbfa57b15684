"""The floor as it is: what everybody does from-to, what people ask of their telephones, which ACD leads."""

from django.contrib.postgres.fields import DateTimeRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import guard
from hotline.people.models import Centre, Person
from hotline.telephony.logic.words import STATE_LABELS, State
from hotline.telephony.models.setup import Queue

NO_GAP = """
IF EXISTS (SELECT 1 FROM telephony_phonestate s WHERE s.person_id = NEW.person_id AND s.id IS DISTINCT FROM NEW.id)
   AND NOT EXISTS (SELECT 1 FROM telephony_phonestate s
                   WHERE s.person_id = NEW.person_id AND upper(s.span) = lower(NEW.span)) THEN
    RAISE EXCEPTION 'a gap between two states of person %', NEW.person_id;
END IF;
RETURN NEW;
"""


class PhoneState(models.Model):
    """What a person at a telephone was doing from-to: one row after another, no two at once, no gap between them."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, related_name="phone_states")
    state = models.CharField(max_length=10, choices=[(state.value, _(STATE_LABELS[state])) for state in State])
    reason = models.CharField(max_length=20, blank=True)
    cause = models.CharField(max_length=20, blank=True)
    call_ref = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)  # the end of after-call work
    # what he asked to be afterwards, or was before he was asked into something; a new ACD goes on from here
    next_state = models.CharField(
        max_length=10, blank=True, choices=[(state.value, _(STATE_LABELS[state])) for state in State]
    )
    next_reason = models.CharField(max_length=20, blank=True)
    wrap_queue = models.ForeignKey(Queue, models.PROTECT, null=True, blank=True, related_name="+")
    seq = models.BigIntegerField(default=0)  # the last wish of the person that was heard
    span = DateTimeRangeField()

    class Meta:
        constraints = [
            one_at_a_time("person", span="span", name="telephony_state_no_overlap"),
            models.CheckConstraint(condition=Q(span__isempty=False), name="telephony_state_not_empty"),
            models.CheckConstraint(condition=Q(state__in=[s.value for s in State]), name="telephony_state_known"),
            models.CheckConstraint(
                condition=Q(next_state__in=["", *(s.value for s in State)]), name="telephony_state_next_known"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(span__upper_inf=True), name="telephony_state_one_open"
            ),
        ]
        indexes = [
            models.Index(fields=["centre"], condition=Q(span__upper_inf=True), name="telephony_state_now"),
            GistIndex(fields=["span"], name="telephony_state_when"),
        ]
        triggers = [guard(name="no_gap", column="person_id", when={"new__person__isnull": False}, check=NO_GAP)]


class WishKind(models.TextChoices):
    """What somebody asks of his telephone, or of the ACD."""

    SIGN_IN = "sign_in", _("Sign in at the telephone")
    SIGN_OUT = "sign_out", _("Sign out of the telephone")
    READY = "ready", _("Take calls")
    NOT_READY = "not_ready", _("Take no calls")
    MORE_WRAP_UP = "more_wrap_up", _("Longer after-call work")
    REFUSE = "refuse", _("Refuse the call")
    TAKE = "take", _("Pick up")
    HANG_UP = "hang_up", _("Hang up")
    HOLD = "hold", _("Hold")
    UNHOLD = "unhold", _("Take off hold")
    REJOIN = "rejoin", _("Take the talk up again")
    TRANSFER = "transfer", _("Transfer the call")
    CONSULT = "consult", _("Ask somebody else")
    BACK = "back", _("Back to the caller")
    CONFER = "confer", _("All three together")
    COMPLETE = "complete", _("Hand the caller over now")
    CALL_OUT = "call_out", _("Call somebody")
    WATCH = "watch", _("Listen in")
    TAKE_OVER = "take_over", _("Take the call over")
    SETUP = "setup", _("Settings changed")


class Wish(models.Model):
    """A command to the ACD; its number is the order in which it counts."""

    id = models.BigAutoField(primary_key=True)
    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=12, choices=WishKind.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    data = models.JSONField(default=dict)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(kind__in=WishKind.values), name="telephony_wish_kind")]
        indexes = [models.Index(fields=["centre", "id"], condition=Q(taken_at__isnull=True), name="telephony_wish_new")]


class Reservation(models.Model):
    """For which offer a person was reserved last, by the ACD of which epoch, and until when at most.

    It stands before his telephone rings, with a ring not answered until then it is void. The offer itself, with its
    reasons, is in the log a moment later.
    """

    person = models.OneToOneField(Person, models.PROTECT, primary_key=True, related_name="+")
    offer = models.CharField(max_length=70)
    epoch = models.PositiveIntegerField()
    until = models.DateTimeField()


class Leader(models.Model):
    """Which ACD leads a centre's calls: a new one takes the next epoch, and the old one can write nothing more."""

    centre = models.OneToOneField(Centre, models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField(default=0)
    began_at = models.DateTimeField(null=True, blank=True)
    beat_at = models.DateTimeField(null=True, blank=True)
    switch = models.CharField(max_length=20, blank=True)
    note = models.JSONField(default=dict)
