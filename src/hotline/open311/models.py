"""Keys of other programs and what they used, what they posted, what the public may know happened, webhooks out."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case, Condition
from hotline.core.models import append_only, audited
from hotline.open311.logic.outward import MOVES, Delivering, Event
from hotline.open311.logic.updates import Said
from hotline.people.models import Centre, Person, Position

ADMINISTERS = (Position.SYSADMIN,)


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Scopes of keys."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who look after the system."""
        return self.filter(centre=person.centre_id) if person.standing.is_any(*ADMINISTERS) else self.none()


@audited
class ApiKey(models.Model):
    """A key under which a program of some organisation reads, reports or tells of its own work.

    Of the key itself only a hash is kept, and its first characters so that people can tell keys apart.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="api_keys")
    hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(_("begins with"), max_length=12)
    organisation = models.CharField(_("whose key"), max_length=100)
    contact = models.CharField(_("contact"), max_length=200)
    note = models.CharField(_("what it is for"), max_length=200, blank=True)
    may_read = models.BooleanField(_("read with its own limits, and in bulk"), default=True)
    may_create = models.BooleanField(_("report"), default=True)
    may_update = models.BooleanField(_("tell of updates"), default=False)
    per_minute = models.PositiveIntegerField(_("calls a minute"), default=60)
    per_day = models.PositiveIntegerField(_("calls a day"), default=10_000)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_why = models.CharField(max_length=200, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(per_minute__gt=0, per_day__gt=0), name="open311_key_limits"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_why="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_why="")),
                name="open311_key_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} {self.hint}"


class Use(models.Model):
    """How often a key, or everybody without one, called on a day, by what came of it: counters, nothing else."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="uses")
    day = models.DateField()
    what = models.CharField(max_length=10)  # read, create, update, refused, limited
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["centre", "key", "day", "what"], nulls_distinct=False, name="open311_use_once"
            )
        ]
        indexes = [models.Index(fields=["key", "day"], name="open311_use_key_day")]


class Spent(models.Model):
    """How much of a limit is used up in a minute or a day; swept away once that is over."""

    bucket = models.CharField(max_length=90, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)


@audited
class Posting(models.Model):
    """A report that a program posted: under which key, with which answers, and what makes it the same report again."""

    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="postings")
    case = models.OneToOneField(Case, models.PROTECT, related_name="posting")
    token = models.CharField(max_length=200, blank=True)  # the program's own key of the report
    fingerprint = models.CharField(max_length=64)  # of everything that was sent
    condition = models.ForeignKey(Condition, models.PROTECT, null=True, blank=True, related_name="+")
    answers = models.JSONField(default=dict)
    account = models.CharField(max_length=100, blank=True)
    media_url = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "token"], condition=~Q(token=""), name="open311_posting_once")
        ]
        indexes = [models.Index(fields=["key", "fingerprint", "-at"], name="open311_posting_same")]


class Update(models.Model):
    """Something the public may know happened to a case: an event in public words, or what a program told us.

    Append-only; `pk` grows in the order in which updates became known.
    """

    centre = models.ForeignKey(Centre, models.PROTECT)
    case = models.ForeignKey(Case, models.PROTECT, related_name="public_updates")
    # The number of the event, of the case itself or of the one in which it goes on; none for what a program told.
    event = models.PositiveBigIntegerField(null=True)
    said = models.CharField(max_length=16, choices=[(said.value, said.value) for said in Said])
    is_closed = models.BooleanField()
    at = models.DateTimeField()
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, related_name="updates")
    foreign_id = models.CharField(max_length=100, blank=True)
    foreign_code = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)
    media_url = models.CharField(max_length=500, blank=True)
    told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "event"], condition=Q(event__isnull=False), name="open311_update_event_once"
            ),
            models.UniqueConstraint(
                fields=["key", "foreign_id"], condition=~Q(foreign_id=""), name="open311_update_foreign_once"
            ),
            models.CheckConstraint(
                condition=Q(key__isnull=True, event__isnull=False) | Q(key__isnull=False, event__isnull=True),
                name="open311_update_event_or_told",
            ),
        ]
        indexes = [models.Index(fields=["centre", "at", "id"], name="open311_update_at")]
        triggers = append_only()


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Scopes of subscriptions."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who look after the system."""
        return self.filter(centre=person.centre_id) if person.standing.is_any(*ADMINISTERS) else self.none()


@audited
class Subscription(models.Model):
    """An address that is told what happens to public requests.

    `salt` makes its secret together with the installation's own key, so that a copy of the database signs nothing.
    """

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="+")
    name = models.CharField(_("receiver"), max_length=100)
    url = models.CharField(_("address"), max_length=500)
    on_created = models.BooleanField(_("a request was received"), default=True)
    on_updated = models.BooleanField(_("a request went on"), default=True)
    on_closed = models.BooleanField(_("a request was closed"), default=True)
    salt = models.CharField(max_length=64)
    is_active = models.BooleanField(_("in use"), default=True)
    failures = models.PositiveSmallIntegerField(default=0)  # attempts in a row that came to nothing
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()
    disabled_why = models.CharField(max_length=200, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(on_created=True) | Q(on_updated=True) | Q(on_closed=True), name="open311_subscription_wants"
            )
        ]

    def __str__(self) -> str:
        return self.name


class HookDeliveryQuerySet(models.QuerySet["Delivery"]):
    """Scopes of deliveries."""

    def visible_to(self, person: Person) -> Self:
        """Those of the subscriptions one may see."""
        if not person.standing.is_any(*ADMINISTERS):
            return self.none()
        return self.filter(subscription__centre=person.centre_id)


@audited
class Delivery(models.Model):
    """One update on its way to one subscription; what was tried is kept in its attempts."""

    MOVES = MOVES

    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    update = models.ForeignKey(Update, models.PROTECT, related_name="deliveries")
    event = models.CharField(max_length=20, choices=[(event.value, event.value) for event in Event])
    status = models.CharField(max_length=10, choices=[(state.value, state.value) for state in Delivering])
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)
    made_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True, blank=True)  # when it is tried next
    tries = models.PositiveSmallIntegerField(default=0)

    objects = HookDeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscription", "update"], name="open311_delivery_once"),
            models.CheckConstraint(
                condition=Q(status__in=[state.value for state in Delivering]), name="open311_delivery_status"
            ),
            models.CheckConstraint(
                condition=Q(status=Delivering.WAITING.value, next_at__isnull=False)
                | (~Q(status=Delivering.WAITING.value) & Q(next_at__isnull=True)),
                name="open311_delivery_waits",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(status="waiting"), name="open311_delivery_due"),
            models.Index(fields=["subscription", "-id"], name="open311_delivery_of"),
        ]


class Attempt(models.Model):
    """One try to deliver: what was sent to which address, and what came back. Never changed."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="attempts")
    at = models.DateTimeField()
    address = models.CharField(max_length=60, blank=True)  # the very address that was connected to
    code = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=200, blank=True)
    took = models.DurationField()
    body = models.TextField()
    answer = models.TextField(blank=True)

    class Meta:
        triggers = append_only()
