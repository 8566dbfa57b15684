"""Hand-overs of a shift with their items; what the first owner has seen; whom a customer asked again; who was told."""

from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case
from hotline.core.models import audited
from hotline.handover.logic import Kind, Standing
from hotline.people.models import Centre, Person, Position
from hotline.promises.models import Promise
from hotline.rosters.models import RosterEntry

OVERSEES = (
    Position.SHIFT_LEADER,
    Position.CENTRE_SUPERVISOR,
    Position.TEAM_LEADER,
    Position.DIRECTOR,
    Position.MANAGER,
    Position.QUALITY,
)


class HandoverStatus(models.TextChoices):
    """Where the record of a shift stands."""

    OPEN = "open", _("Being handed over")
    SIGNED = "signed", _("Signed off")
    LEFT = "left", _("Left without signing off")


class HandoverQuerySet(models.QuerySet["Handover"]):
    """Scopes of hand-overs."""

    def visible_to(self, person: Person) -> Self:
        """The centre's for those who oversee it; else one's own, and those of which one was offered an item."""
        rows = self.filter(centre=person.centre_id)
        if person.standing.is_any(*OVERSEES):
            return rows
        offered = HandoverItem.objects.filter(handover=OuterRef("pk"), to=person.pk)
        return rows.filter(Q(person=person.pk) | Exists(offered))


@audited
class Handover(models.Model):
    """The end-of-shift record of one person (D2.5, C6): one a shift, printed and signed."""

    MOVES = {
        HandoverStatus.OPEN: frozenset({HandoverStatus.SIGNED, HandoverStatus.LEFT}),
        # something new came into his hands, or he came back to finish
        HandoverStatus.SIGNED: frozenset({HandoverStatus.OPEN, HandoverStatus.LEFT}),
        HandoverStatus.LEFT: frozenset({HandoverStatus.OPEN, HandoverStatus.SIGNED}),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="handovers")
    person = models.ForeignKey(Person, models.PROTECT, related_name="handovers")
    entry = models.OneToOneField(RosterEntry, models.PROTECT, related_name="handover")
    day = models.DateField(_("day"))
    ends_at = models.DateTimeField(_("end of the shift"))
    # the last shift of the day: nobody leaves it with an open case and no reason (B2.6)
    is_strict = models.BooleanField(default=False)
    note = models.TextField(_("notes for the next shift"), blank=True)
    began_at = models.DateTimeField()
    status = models.CharField(_("status"), max_length=8, choices=HandoverStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=HandoverStatus.values), name="handover_status"),
            models.CheckConstraint(condition=~Q(status="left") | ~Q(status_note=""), name="handover_left_says_why"),
        ]
        indexes = [
            models.Index(fields=["centre", "-day", "-id"], name="handover_recent"),
            models.Index(fields=["person", "-day"], name="handover_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.day}"


class ItemStatus(models.TextChoices):
    """The standings of an item in words."""

    OFFERED = Standing.OFFERED.value, _("Waits to be accepted")
    ACCEPTED = Standing.ACCEPTED.value, _("Accepted")
    DECLINED = Standing.DECLINED.value, _("Turned down")
    KEPT = Standing.KEPT.value, _("Kept, with a reason")
    ESCALATED = Standing.ESCALATED.value, _("With the shift leader")
    SETTLED = Standing.SETTLED.value, _("Settled otherwise")


class ItemKind(models.TextChoices):
    """The kinds of an item in words."""

    CASE = Kind.CASE.value, _("Case")
    PROMISE = Kind.PROMISE.value, _("Promise")
    FORM = Kind.FORM.value, _("Difficult question")
    NOTE = Kind.NOTE.value, _("Note")


# Whoever has such an item still has it in his own hands.
UNDECIDED = (Standing.OFFERED.value, Standing.DECLINED.value, Standing.KEPT.value, Standing.ESCALATED.value)


class ItemQuerySet(models.QuerySet["HandoverItem"]):
    """Scopes of items."""

    def visible_to(self, person: Person) -> Self:
        """Those of the hand-overs one may see, what is offered to oneself, and what is offered to the whole shift."""
        rows = self.filter(handover__centre=person.centre_id)
        if person.standing.is_any(*OVERSEES):
            return rows
        anybody = Q(to__isnull=True, status__in=[Standing.OFFERED, Standing.ESCALATED])
        return rows.filter(Q(handover__person=person.pk) | Q(to=person.pk) | anybody)


@audited
class HandoverItem(models.Model):
    """One thing that is handed over, with what is to be done about it, who took it, and what came of it."""

    MOVES = {
        ItemStatus.OFFERED: frozenset(
            {ItemStatus.ACCEPTED, ItemStatus.DECLINED, ItemStatus.KEPT, ItemStatus.ESCALATED, ItemStatus.SETTLED}
        ),
        ItemStatus.DECLINED: frozenset(
            {ItemStatus.OFFERED, ItemStatus.KEPT, ItemStatus.ESCALATED, ItemStatus.SETTLED, ItemStatus.ACCEPTED}
        ),
        ItemStatus.KEPT: frozenset({ItemStatus.OFFERED, ItemStatus.SETTLED, ItemStatus.ACCEPTED}),
        ItemStatus.ESCALATED: frozenset(
            {ItemStatus.ACCEPTED, ItemStatus.DECLINED, ItemStatus.OFFERED, ItemStatus.KEPT, ItemStatus.SETTLED}
        ),
        ItemStatus.ACCEPTED: frozenset[ItemStatus](),
        ItemStatus.SETTLED: frozenset({ItemStatus.OFFERED, ItemStatus.KEPT, ItemStatus.ESCALATED}),
    }

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items")
    kind = models.CharField(_("kind of item"), max_length=8, choices=ItemKind.choices)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="handed_over")
    promise = models.ForeignKey(Promise, models.PROTECT, null=True, blank=True, related_name="handed_over")
    text = models.TextField(_("what it is"), blank=True)
    todo = models.TextField(_("what is to be done"), blank=True)
    # who shall take it; nobody named: whoever of the next shift is first
    to = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="offered_items")
    reason = models.TextField(_("why it stays"), blank=True)
    made_at = models.DateTimeField()
    status = models.CharField(_("status"), max_length=10, choices=ItemStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)
    handling = models.TextField(_("how it was handled"), blank=True)
    result = models.TextField(_("result"), blank=True)
    result_at = models.DateTimeField(null=True, blank=True)
    result_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    objects = ItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["handover", "case"], condition=Q(kind="case"), name="handover_item_case"),
            models.UniqueConstraint(fields=["handover", "promise"], name="handover_item_promise"),
            models.CheckConstraint(condition=Q(status__in=ItemStatus.values), name="handover_item_status"),
            models.CheckConstraint(
                condition=Q(kind="case", case__isnull=False, promise__isnull=True)
                | Q(kind__in=["promise", "form"], promise__isnull=False)
                | (Q(kind="note", case__isnull=True, promise__isnull=True) & ~Q(text="")),
                name="handover_item_names_it",
            ),
            models.CheckConstraint(
                condition=~Q(status="accepted") | Q(to__isnull=False), name="handover_item_accepted_by"
            ),
            models.CheckConstraint(condition=~Q(status="kept") | ~Q(reason=""), name="handover_item_kept_why"),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(status_note=""), name="handover_item_declined_why"
            ),
            models.CheckConstraint(
                condition=Q(result_at__isnull=True, result="") | (Q(result_at__isnull=False) & ~Q(result="")),
                name="handover_item_result",
            ),
        ]
        indexes = [
            models.Index(fields=["to", "status"], name="handover_item_to"),
            models.Index(
                fields=["status", "id"],
                condition=Q(status__in=["offered", "escalated", "declined"]),
                name="handover_item_waiting",
            ),
        ]
        ordering = ["pk"]


@audited
class FollowMark(models.Model):
    """Up to which step the first owner of a case has seen what happened, and has been told of it (D2.6)."""

    case = models.OneToOneField(Case, models.PROTECT, primary_key=True, related_name="follow_mark")
    seen_version = models.PositiveIntegerField(default=0)
    told_version = models.PositiveIntegerField(default=0)


class How(models.TextChoices):
    """How a customer learned the result."""

    PHONE = "phone", _("By phone")
    SMS = "sms", _("By SMS")
    MAIL = "mail", _("By mail")
    IN_PERSON = "in_person", _("In person")
    NOT_REACHED = "not_reached", _("Not reached, tried more than once")
    NO_WISH = "no_wish", _("Did not want to be told")


@audited
class CustomerTold(models.Model):
    """The customer of an ended case has learned the result: the end of the first owner's responsibility (D2.6)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="customer_told")
    ended_at = models.DateTimeField()  # of which end: a case that was reopened ends again
    how = models.CharField(_("how"), max_length=12, choices=How.choices)
    note = models.TextField(_("what the customer said"), blank=True)
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "ended_at"], name="handover_told_once"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="handover_told_how"),
        ]


class AskedAgainQuerySet(models.QuerySet["AskedAgain"]):
    """Scopes of repeated questions."""

    def visible_to(self, person: Person) -> Self:
        """Those to oneself and from oneself; the centre's for those who oversee it."""
        rows = self.filter(case__centre=person.centre_id)
        if person.standing.is_any(*OVERSEES):
            return rows
        return rows.filter(Q(to=person.pk) | Q(by=person.pk))


@audited
class AskedAgain(models.Model):
    """A customer asked again about an open case, and was sent to its first owner: at once, or by a message (D2.6)."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="asked_again")
    to = models.ForeignKey(Person, models.PROTECT, related_name="asked_for")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    is_transfer = models.BooleanField(default=False)  # the customer waits; else he left a message
    text = models.TextField(_("message"))
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("what came of it"), blank=True)

    objects = AskedAgainQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="handover_asked_again_text"),
        ]
        indexes = [
            models.Index(fields=["to", "-id"], condition=Q(done_at__isnull=True), name="handover_asked_open"),
        ]
