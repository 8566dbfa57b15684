"""What the public pages keep: settings, tracking codes, supplements, photos that wait, how often somebody asked."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case
from hotline.core.models import audited
from hotline.people.models import Centre, Person, Position

DESK = (Position.OPERATOR, Position.AGENT, Position.SHIFT_LEADER, Position.TEAM_LEADER)
LEADS = (Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR)
READS = (Position.DIRECTOR, Position.MANAGER, Position.QUALITY)


class Wish(models.TextChoices):
    """Whether the form asks for something about the person."""

    NEEDED = "needed", _("Must be given")
    OPTIONAL = "optional", _("May be given")
    HIDDEN = "hidden", _("Is not asked")


@audited
class PublicIntake(models.Model):
    """How a centre takes reports in from the public page."""

    centre = models.OneToOneField(Centre, models.PROTECT, related_name="public_intake")
    is_open = models.BooleanField(_("the public page takes reports"), default=False)
    name_wish = models.CharField(_("the citizen’s name"), max_length=8, choices=Wish.choices, default=Wish.OPTIONAL)
    number_wish = models.CharField(_("phone number"), max_length=8, choices=Wish.choices, default=Wish.OPTIONAL)
    most_photos = models.PositiveSmallIntegerField(_("photos at most"), default=6)
    tells_callers = models.BooleanField(_("callers get messages too"), default=True)
    notice = models.CharField(_("notice above the form"), max_length=300, blank=True)
    consent = models.TextField(_("consent text"), blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(most_photos__lte=9), name="citizens_intake_photos"),
            models.CheckConstraint(
                condition=Q(name_wish__in=Wish.values, number_wish__in=Wish.values), name="citizens_intake_wishes"
            ),
        ]


@audited
class Tracking(models.Model):
    """A citizen's way to his report: the number and a code of which only a keyed sum is kept."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="tracking")
    known_by = models.CharField(max_length=64)
    language = models.CharField(max_length=8, default="zh-hans")
    wants_none = models.BooleanField(default=False)
    at = models.DateTimeField()


class MailContact(models.Model):
    """The mail address a citizen left with a report, sealed; deleted when its time is over."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="mail_contact")
    sealed = models.BinaryField()
    at = models.DateTimeField(db_index=True)


@audited
class Supplement(models.Model):
    """What a citizen added to his report afterwards; photos lie with the case."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="supplements")
    text = models.TextField(blank=True)
    photos = models.PositiveSmallIntegerField(default=0)
    wants_call = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Stashed(models.Model):
    """A photo that came with a form which could not be taken yet: it waits for the form, a day at most."""

    form = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["form", "id"], name="citizens_stashed_form")]


class Hits(models.Model):
    """How often something was done in a window of time: one row a window, counted by the database."""

    key = models.CharField(max_length=64)
    began_at = models.DateTimeField()
    window = models.DurationField()
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "window", "began_at"], name="citizens_hits_window")]
        indexes = [models.Index(fields=["began_at"], name="citizens_hits_age")]


class PaperQuerySet(models.QuerySet["Paper"]):
    """Scopes of letters and visits."""

    def visible_to(self, person: Person) -> Self:
        """The centre's, for those who take reports in or answer for it."""
        if not person.standing.is_any(*DESK, *LEADS, *READS):
            return self.none()
        return self.filter(case__centre=person.centre_id)


@audited
class Paper(models.Model):
    """A letter or a visit (来信来访): its day and who entered it. Everything else is the case."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="paper")
    day = models.DateField(_("day of the letter or visit"))
    sender = models.CharField(_("sender’s own reference"), max_length=60, blank=True)
    entered_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = PaperQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["entered_by", "-at"], name="citizens_paper_mine")]
