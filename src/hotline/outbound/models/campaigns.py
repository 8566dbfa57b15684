"""Campaigns: what is to be reached, by whom, when, with which script, and how calls may end."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.models import append_only, audited
from hotline.outbound.logic import scripts
from hotline.outbound.logic.hours import Window
from hotline.outbound.logic.line import LINE_LABELS, NOT_REACHED
from hotline.outbound.logic.words import (
    LEFT_LABELS,
    MODE_SHORT,
    OUTCOME_LABELS,
    STATUS_LABELS,
    STATUS_MOVES,
    Left,
    Mode,
    Outcome,
    Status,
)
from hotline.people.models import Centre, Person, Position

LEADS = (Position.MANAGER, Position.CENTRE_SUPERVISOR)
OWNS = (*LEADS, Position.SHIFT_LEADER, Position.TEAM_LEADER)
WATCHES = (Position.DIRECTOR, *OWNS, Position.QUALITY)
MOST_PAUSE = 600
CALLS = (Position.OPERATOR, Position.AGENT, Position.TEAM_LEADER, Position.SHIFT_LEADER)


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Scopes of campaigns."""

    def visible_to(self, person: Person) -> Self:
        """All of the centre's for those who lead or judge; for whoever makes the calls, those he works in."""
        rows = self.filter(centre=person.centre_id)
        if person.standing.is_any(*WATCHES):
            return rows
        if person.standing.is_any(*CALLS):
            mine = Crew.objects.filter(person=person.pk, is_active=True).values("campaign")
            return rows.filter(pk__in=mine).exclude(status=Status.DRAFT.value)
        return rows.none()


@audited
class Campaign(models.Model):
    """A project of calls that the centre makes (A3.14)."""

    MOVES = STATUS_MOVES

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="campaigns")
    name = models.CharField(_("name"), max_length=80)
    purpose = models.TextField(_("purpose"), max_length=1000, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="owned_campaigns")
    mode = models.CharField(
        _("way of dialling"), max_length=12, choices=[(mode.value, _(MODE_SHORT[mode])) for mode in Mode]
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"), null=True, blank=True)
    opens = models.TimeField(_("calls from"))
    closes = models.TimeField(_("calls until"))
    on_rest_days = models.BooleanField(_("also on days of rest"), default=False)
    cap = models.PositiveSmallIntegerField(
        _("most abandoned in a thousand answered"), validators=[MaxValueValidator(1000)]
    )
    most_tries = models.PositiveSmallIntegerField(_("most tries of one person"), validators=[MinValueValidator(1)])
    goal = models.PositiveIntegerField(_("goal: completed calls"), null=True, blank=True)
    daily_goal = models.PositiveSmallIntegerField(_("goal of one person a day"), null=True, blank=True)
    # Seconds between the end of one call and the next that the exchange makes for the same person.
    pause_seconds = models.PositiveSmallIntegerField(
        _("pause between calls (seconds)"), default=15, validators=[MaxValueValidator(MOST_PAUSE)]
    )
    columns = models.JSONField(_("columns of its lists"), default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    status = models.CharField(
        _("status"), max_length=8, choices=[(status.value, _(STATUS_LABELS[status])) for status in Status]
    )
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "name"], name="outbound_campaign_name"),
            models.CheckConstraint(condition=Q(status__in=[s.value for s in Status]), name="outbound_campaign_status"),
            models.CheckConstraint(condition=Q(mode__in=[m.value for m in Mode]), name="outbound_campaign_mode"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="outbound_campaign_hours"),
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")), name="outbound_campaign_days"
            ),
            models.CheckConstraint(condition=Q(most_tries__gte=1), name="outbound_campaign_tries"),
            models.CheckConstraint(condition=Q(cap__lte=1000), name="outbound_campaign_cap"),
            models.CheckConstraint(condition=Q(pause_seconds__lte=MOST_PAUSE), name="outbound_campaign_pause"),
        ]
        indexes = [models.Index(fields=["centre", "-made_at", "-id"], name="outbound_campaign_recent")]

    def __str__(self) -> str:
        return self.name

    @property
    def window(self) -> Window:
        """Its hours."""
        return Window(self.opens, self.closes, self.first_day, self.last_day, self.on_rest_days)

    @property
    def code(self) -> Status:
        """Its status as a word."""
        return Status(self.status)


@audited
class Crew(models.Model):
    """Somebody who works in a campaign, and his own goal for a day."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="crew")
    person = models.ForeignKey(Person, models.PROTECT, related_name="campaign_crews")
    daily_goal = models.PositiveSmallIntegerField(_("goal of one person a day"), null=True, blank=True)
    is_active = models.BooleanField(_("works in it"), default=True)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "person"], name="outbound_crew_once")]
        indexes = [models.Index(fields=["person"], condition=Q(is_active=True), name="outbound_crew_of")]


@audited
class Stint(models.Model):
    """A stretch in which somebody is on the line of a campaign: the exchange dials for him. One a person at a time."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="stints")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=12, blank=True, choices=[(one.value, _(LEFT_LABELS[one])) for one in Left])

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="outbound_stint_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, why="") | (Q(ended_at__gte=F("began_at")) & ~Q(why="")),
                name="outbound_stint_ended",
            ),
        ]
        indexes = [models.Index(fields=["campaign"], condition=Q(ended_at__isnull=True), name="outbound_stint_now")]


class Script(models.Model):
    """What is said and asked in a campaign: a version of its script and its form. Written once, never changed."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="scripts")
    version = models.PositiveSmallIntegerField()
    text = models.TextField(_("script"))
    fields = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "version"], name="outbound_script_version")]
        triggers = append_only()

    @property
    def form(self) -> list[scripts.Field]:
        """Its fields."""
        return scripts.fields_of(self.fields)


@audited
class Disposition(models.Model):
    """A way in which a call of a campaign may end; its place is its key."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="dispositions")
    place = models.PositiveSmallIntegerField(_("key"), validators=[MinValueValidator(1), MaxValueValidator(9)])
    name = models.CharField(_("name"), max_length=40)
    outcome = models.CharField(
        _("what it comes to"), max_length=8, choices=[(one.value, _(OUTCOME_LABELS[one])) for one in Outcome]
    )
    retry_after = models.PositiveIntegerField(_("try again after (minutes)"), default=0)
    most = models.PositiveSmallIntegerField(_("most tries in this way"), null=True, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    # Which end of the line is proposed to be written down in this way.
    line = models.CharField(
        _("stands for"),
        max_length=9,
        blank=True,
        choices=[(one.value, _(LINE_LABELS[one])) for one in NOT_REACHED],
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "place"], condition=Q(is_active=True), name="outbound_disposition_key"
            ),
            models.CheckConstraint(condition=Q(place__range=(1, 9)), name="outbound_disposition_place"),
            models.CheckConstraint(
                condition=Q(outcome__in=[one.value for one in Outcome]), name="outbound_disposition_outcome"
            ),
            models.CheckConstraint(
                condition=Q(line__in=["", *(one.value for one in NOT_REACHED)]), name="outbound_disposition_line"
            ),
        ]
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.name
