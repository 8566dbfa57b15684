"""The ledger: every debt to a customer as one row, and what happened to it as steps that are never changed."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case
from hotline.core.models import append_only, audited
from hotline.customers.models import Customer
from hotline.people.models import Centre, Person, Position, Unit
from hotline.promises import logic
from hotline.promises.logic import CHANNEL_LABELS, KIND_LABELS, SETTLED_LABELS, STATUS_LABELS, Channel, Kind, Status

# Who talks with customers, leads those who do, or judges how it was done.
WORKS = (
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.TEAM_LEADER,
    Position.OPERATOR,
    Position.AGENT,
    Position.DISPATCHER,
    Position.QUALITY,
)
OWED = Q(settled_at__isnull=True, status__in=[Status.OPEN.value, Status.MISSED.value])


class PromiseQuerySet(models.QuerySet["Promise"]):
    """Scopes of promises."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for those who may have the customer on the line; nobody else sees one."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*WORKS) else rows.none()

    def owed(self) -> Self:
        """What a customer is still to get: open ones, and missed ones that nobody has settled yet."""
        return self.filter(OWED)


@audited
class Promise(models.Model):
    """Something a customer was promised, and until when (A2.16). A debt: it ends kept, missed, moved or withdrawn."""

    MOVES = logic.MOVES

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="promises")
    kind = models.CharField(_("kind"), max_length=12, choices=[(k.value, _(KIND_LABELS[k])) for k in Kind])
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="promises")
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="promises")
    # The case with which its own was merged: the work goes on there, the answer is still owed here.
    merged_into = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="+")
    what = models.TextField(_("what was promised"))
    # In whose ledger it stands; with no owner it waits there for whoever takes it.
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="promises")
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="promises")
    due_at = models.DateTimeField(_("due"))
    # By which clock it was promised; a later calendar does not change what was promised.
    limit_amount = models.PositiveSmallIntegerField(null=True, blank=True)
    limit_unit = models.CharField(max_length=12, blank=True)
    source_key = models.CharField(max_length=80, blank=True)  # what a machine made it from, so that it is made once

    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    made_via = models.CharField(
        _("promised by"), max_length=8, choices=[(c.value, _(CHANNEL_LABELS[c])) for c in Channel]
    )

    status = models.CharField(_("status"), max_length=10, choices=[(s.value, _(STATUS_LABELS[s])) for s in Status])
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    # Who had it when its time passed; he keeps the miss though another settles it.
    missed_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="missed_promises")
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    settled_how = models.CharField(
        max_length=10, blank=True, choices=[(key.value, _(word)) for key, word in SETTLED_LABELS.items()]
    )
    kept_via = models.CharField(max_length=8, blank=True, choices=[(c.value, _(CHANNEL_LABELS[c])) for c in Channel])
    kept_words = models.TextField(_("what the customer was told"), blank=True)

    # The promise whose place this one took, and the first of their chain.
    follows = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="followed_by")
    first = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="chain")

    alert = models.PositiveSmallIntegerField(default=0)  # how far the clock has come (logic.reached)
    look_at = models.DateTimeField(null=True, blank=True)  # when the clock has to do with it again

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=[s.value for s in Status]), name="promises_status"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in Kind]), name="promises_kind"),
            models.CheckConstraint(condition=~Q(what=""), name="promises_says_what"),
            models.CheckConstraint(
                condition=~Q(status=Status.KEPT.value)
                | Q(settled_at__lte=F("due_at"), settled_how="contact", settled_by__isnull=False),
                name="promises_kept_in_time",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True, settled_how="")
                | (Q(settled_at__isnull=False, settled_by__isnull=False) & ~Q(settled_how="")),
                name="promises_settled_whole",
            ),
            models.CheckConstraint(
                condition=~Q(settled_how="contact") | (~Q(kept_via="") & ~Q(kept_words="")),
                name="promises_contact_known",
            ),
            models.CheckConstraint(
                condition=Q(status__in=["kept", "missed"]) | Q(settled_at__isnull=True), name="promises_settled_states"
            ),
            models.CheckConstraint(condition=Q(status="missed") | Q(missed_by__isnull=True), name="promises_missed_by"),
            models.CheckConstraint(condition=~Q(follows=F("id")), name="promises_not_its_own_follower"),
            models.UniqueConstraint(
                fields=["centre", "source_key"], condition=~Q(source_key=""), name="promises_made_once"
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "due_at"], condition=OWED, name="promises_owed"),
            models.Index(fields=["unit", "due_at"], condition=OWED, name="promises_owed_unit"),
            models.Index(fields=["centre", "due_at", "id"], condition=OWED, name="promises_owed_centre"),
            models.Index(fields=["centre", "due_at", "id"], name="promises_due"),
            models.Index(fields=["case"], name="promises_case"),
            models.Index(fields=["customer", "-id"], name="promises_customer"),
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="promises_look"),
        ]

    def __str__(self) -> str:
        return self.what[:60]

    @property
    def is_owed(self) -> bool:
        """Whether the customer still waits."""
        return self.settled_at is None and self.status in {Status.OPEN, Status.MISSED}


class StepKind(models.TextChoices):
    """What happened to a promise."""

    MADE = "made", _("Promised")
    TAKEN = "taken", _("Taken from the team's list")
    PASSED = "passed", _("Passed on")
    RETURNED = "returned", _("Given back to the team's list")
    REMINDED = "reminded", _("Reminder")
    MISSED = "missed", _("Time passed")
    ESCALATED = "escalated", _("Told to a superior")
    KEPT = "kept", _("Kept")
    SETTLED = "settled", _("Kept late")
    MOVED = "moved", _("Another time agreed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    CASE_ENDED = "case_ended", _("Its case has ended")
    MERGED = "merged", _("Its case was merged")
    UNMERGED = "unmerged", _("Its case stands alone again")


class PromiseStep(models.Model):
    """One thing that happened to a promise; written once."""

    promise = models.ForeignKey(Promise, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=StepKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    to = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        triggers = append_only()
        ordering = ["pk"]
