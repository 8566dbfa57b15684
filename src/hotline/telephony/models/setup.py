"""What is set: queues and their rules, who serves them, numbers that lead to them, reasons, telephones."""

from datetime import timedelta
from typing import Any, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import audited
from hotline.people.models import Centre, Person, Position, Skill

# Who answers for the floor: sees every call of the centre, sets queues, looks at everybody's state.
LEADS = (
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
)
SETS = (Position.CENTRE_SUPERVISOR, Position.MANAGER, Position.SYSADMIN)
WATCHES = (*LEADS, Position.TEAM_LEADER, Position.QUALITY, Position.SYSADMIN)
ANSWERS = (Position.OPERATOR, Position.AGENT, Position.TEAM_LEADER, Position.SHIFT_LEADER)
# Who has a telephone in the browser: whoever answers calls, and whoever leads them and may listen in (A2.3).
HAS_PHONE = tuple(dict.fromkeys((*ANSWERS, *LEADS)))
# Who may bring numbers outside into a talk, and send callers there.
SENDS_OUT = (*LEADS, Position.TEAM_LEADER)
MOST_SECONDS = 7200
CONTACT = r"^sip:[A-Za-z0-9.-]+@[A-Za-z0-9.:-]+$"
DIALLED = r"^[0-9*#]{1,20}$"


def _seconds(label: Any, default: int | None = None, *, least: int = 0, **more: Any) -> Any:
    """A time in whole seconds."""
    limits = [MinValueValidator(least), MaxValueValidator(MOST_SECONDS)]
    return models.PositiveIntegerField(label, validators=limits, default=default, **more)


class QueueQuerySet(models.QuerySet["Queue"]):
    """Scopes of queues."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who lead or set them."""
        rows = self.filter(centre=person.centre_id)
        return rows if person.standing.is_any(*WATCHES) else rows.none()


@audited
class Queue(models.Model):
    """A line of waiting callers and its rules."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="queues")
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=60)
    is_active = models.BooleanField(_("in use"), default=True)
    priority = models.SmallIntegerField(
        _("priority"),
        default=0,
        help_text=_("Of callers who wait at the same time, those of higher priority go first."),
    )
    opens = models.TimeField(_("open from"), null=True, blank=True)
    closes = models.TimeField(_("open to"), null=True, blank=True)
    rings = models.PositiveSmallIntegerField(
        _("rings"), default=3, validators=[MinValueValidator(1), MaxValueValidator(12)],
        help_text=_("So often a telephone rings before the call goes to somebody else."),
    )  # fmt: skip
    answer_within = _seconds(_("answered within (s)"), 15, least=1)
    short_abandon = _seconds(_("short hang-up (s)"), 5)
    wrap_up = _seconds(_("after-call work (s)"), 30)
    wrap_more = _seconds(_("one extension (s)"), 60)
    wrap_most = _seconds(_("after-call work at most (s)"), 300)
    size = models.PositiveIntegerField(
        _("most who wait"), default=0, validators=[MaxValueValidator(10_000)], help_text=_("0: no limit")
    )
    needs_staff = models.BooleanField(_("closed while nobody is signed in"), default=False)
    overflow_after = _seconds(_("to another queue after (s)"), null=True, blank=True)
    overflow_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("other queue")
    )
    longest = _seconds(_("longest wait (s)"), null=True, blank=True)
    owner_patience = _seconds(
        _("wait for a busy first owner (s)"), 15,
        help_text=_("A caller with an open report waits so long for the person who took it, when that person is busy."),
    )  # fmt: skip
    callback_after = _seconds(
        _("call-back offered after (s)"), null=True, blank=True, help_text=_("Empty: never offered")
    )
    changed_at = models.DateTimeField()

    objects = QueueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "code"], name="telephony_queue_code"),
            models.CheckConstraint(
                condition=~Q(overflow_to=F("id")), name="telephony_queue_not_to_itself",
                violation_error_message=_("A queue cannot hand its callers over to itself: choose another one."),
            ),
            models.CheckConstraint(condition=Q(rings__range=(1, 12)), name="telephony_queue_rings"),
            models.CheckConstraint(
                condition=Q(opens__isnull=True, closes__isnull=True) | Q(opens__isnull=False, closes__isnull=False),
                name="telephony_queue_hours_whole",
                violation_error_message=_(
                    "Enter both ends of the open hours, or neither: then the queue is open day and night."
                ),
            ),
            models.CheckConstraint(
                condition=Q(wrap_most__gte=F("wrap_up")), name="telephony_queue_wrap_up",
                violation_error_message=_("After-call work at most must be no shorter than the after-call work."),
            ),
        ]  # fmt: skip
        ordering = ["-priority", "code"]

    def __str__(self) -> str:
        return self.name


@audited
class QueueSkill(models.Model):
    """A skill that a queue asks for, until a call has waited so long (empty: always)."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(
        _("level"), default=1, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    until = _seconds(_("until the call has waited (s)"), null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "skill"], name="telephony_queueskill_once")]


@audited
class Member(models.Model):
    """Somebody who serves a queue."""

    queue = models.ForeignKey(Queue, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="queue_members")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["queue", "person"], name="telephony_member_once")]


@audited
class Line(models.Model):
    """A number that people dial, and the queue to which it leads."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="lines")
    dialled = models.CharField(_("dialled number"), max_length=20)
    queue = models.ForeignKey(Queue, models.PROTECT, related_name="lines")
    menu = models.ForeignKey(
        "telephony.Menu", models.PROTECT, null=True, blank=True, related_name="lines", verbose_name=_("menu")
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "dialled"], name="telephony_line_once"),
            models.CheckConstraint(
                condition=Q(dialled__regex=DIALLED), name="telephony_line_digits",
                violation_error_message=_("A dialled number has one to twenty digits, * and # among them."),
            ),
        ]  # fmt: skip


@audited
class RestReason(models.Model):
    """Why somebody is not ready, and for how long at most."""

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="rest_reasons")
    code = models.SlugField(_("code"), max_length=20)
    name = models.CharField(_("name"), max_length=40)
    limit = _seconds(_("at most (s)"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["centre", "code"], name="telephony_restreason_code")]
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def longest(self) -> timedelta | None:
        """How long it may last; None without a limit."""
        return timedelta(seconds=self.limit) if self.limit else None


@audited
class Phone(models.Model):
    """A person's telephone: its name at the exchange, and a digest of the one secret that opens it now."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="phone_line")
    account = models.CharField(_("account"), max_length=40, unique=True)
    digest = models.CharField(max_length=32, blank=True)  # MD5 of account:realm:secret, as SIP wants it
    contact = models.CharField(
        _("fixed address"), max_length=100, blank=True, help_text=_("Of a desk telephone that does not sign in itself")
    )
    is_browser = models.BooleanField(_("in the browser"), default=True)
    issued_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(account__regex=r"^[a-z0-9-]{3,40}$"), name="telephony_phone_account"),
            models.CheckConstraint(
                condition=Q(contact="") | Q(contact__regex=CONTACT),
                name="telephony_phone_contact",
                violation_error_message=_("Write the address as sip:1001@10.0.0.7:5060."),
            ),
        ]


class PhoneReach(models.Model):
    """Whether a person's telephone is registered at the exchange, and since when: as the exchange last said."""

    phone = models.OneToOneField(Phone, models.CASCADE, related_name="reach")
    is_reachable = models.BooleanField()
    since = models.DateTimeField()
