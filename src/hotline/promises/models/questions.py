"""Difficult-issue forms (疑难反馈单), their steps, and what was generalised from them."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.cases.models import Case, Category
from hotline.core.models import append_only, audited
from hotline.customers.models import Customer
from hotline.people.models import Centre, Person, Position, Unit
from hotline.promises.models.ledger import Promise

SEES_ALL = (
    Position.DIRECTOR,
    Position.MANAGER,
    Position.CENTRE_SUPERVISOR,
    Position.SHIFT_LEADER,
    Position.QUALITY,
)


class QuestionStatus(models.TextChoices):
    """Where a difficult issue stands."""

    ASKED = "asked", _("With the superior")
    ASKED_BACK = "asked_back", _("Asked back")
    TAKEN_OVER = "taken_over", _("Taken over")
    ANSWERED = "answered", _("Answered")


class QuestionQuerySet(models.QuerySet["Question"]):
    """Scopes of difficult-issue forms."""

    def visible_to(self, person: Person) -> Self:
        """One's own, those one has or had to answer, those of one's team, and all for those who lead the centre."""
        rows = self.filter(centre=person.centre_id)
        if person.standing.is_any(*SEES_ALL):
            return rows
        teams = [unit for position, unit in person.standing.held if position == Position.TEAM_LEADER]
        mine = Q(asked_by=person.pk) | Q(superior=person.pk)
        mine |= Q(promise__in=Promise.objects.filter(owner=person.pk, first__isnull=False).values("first"))
        mine |= Q(pk__in=QuestionStep.objects.filter(to=person.pk).values("question"))
        return rows.filter(mine | Q(unit__in=teams) if teams else mine)


@audited
class Question(models.Model):
    """A hard call or complaint put before the direct superior (A3.5), with the reply the customer was promised."""

    MOVES = {
        QuestionStatus.ASKED: frozenset(
            {QuestionStatus.ASKED, QuestionStatus.ASKED_BACK, QuestionStatus.TAKEN_OVER, QuestionStatus.ANSWERED}
        ),
        QuestionStatus.ASKED_BACK: frozenset(
            {QuestionStatus.ASKED, QuestionStatus.TAKEN_OVER, QuestionStatus.ANSWERED}
        ),
        QuestionStatus.TAKEN_OVER: frozenset({QuestionStatus.ANSWERED}),
        QuestionStatus.ANSWERED: frozenset[QuestionStatus](),
    }

    centre = models.ForeignKey(Centre, models.PROTECT, related_name="questions")
    promise = models.OneToOneField(Promise, models.PROTECT, related_name="question")  # the first of its chain
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="questions")
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="questions")
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")

    call_at = models.DateTimeField(_("time of the call"))
    content = models.TextField(_("content"))
    contact = models.CharField(_("contact details"), max_length=120)  # no telephone number can be read in it
    promised_at = models.DateTimeField(_("reply promised until"))

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="questions")
    asked_at = models.DateTimeField()
    superior = models.ForeignKey(Person, models.PROTECT, related_name="escalations")
    tier = models.PositiveSmallIntegerField()  # how high it lies (logic.TIERS)
    answer_due_at = models.DateTimeField(_("answer due"))
    answer = models.TextField(_("what the superior answered"), blank=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    status = models.CharField(_("status"), max_length=10, choices=QuestionStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    alert = models.PositiveSmallIntegerField(default=0)
    look_at = models.DateTimeField(null=True, blank=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=QuestionStatus.values), name="promises_question_status"),
            models.CheckConstraint(condition=~Q(content="") & ~Q(contact=""), name="promises_question_whole"),
            models.CheckConstraint(condition=Q(call_at__lte=F("asked_at")), name="promises_question_call_was"),
            models.CheckConstraint(condition=~Q(superior=F("asked_by")), name="promises_question_not_oneself"),
            models.CheckConstraint(
                condition=(Q(status="answered", answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer=""))
                | (~Q(status="answered") & Q(answered_at__isnull=True, answered_by__isnull=True, answer="")),
                name="promises_question_answered",
            ),
        ]
        indexes = [
            models.Index(
                fields=["superior", "answer_due_at"],
                condition=~Q(status="answered"),
                name="promises_question_inbox",
            ),
            models.Index(fields=["asked_by", "-id"], name="promises_question_mine"),
            models.Index(fields=["centre", "-id"], name="promises_question_recent"),
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="promises_question_look"),
        ]

    def __str__(self) -> str:
        return self.content[:60]


class QuestionStepKind(models.TextChoices):
    """What happened to a difficult issue."""

    ASKED = "asked", _("Put before the superior")
    ASKED_BACK = "asked_back", _("Asked back")
    TOLD = "told", _("Said more")
    PASSED_UP = "passed_up", _("Passed up")
    TAKEN_OVER = "taken_over", _("Taken over")
    ANSWERED = "answered", _("Answered")
    REMINDED = "reminded", _("Reminder")
    ESCALATED = "escalated", _("Late: told one level up")
    GENERALISED = "generalised", _("Proposed as knowledge")


class QuestionStep(models.Model):
    """One thing said or done about a difficult issue; written once."""

    question = models.ForeignKey(Question, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=QuestionStepKind.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    to = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        triggers = append_only()
        ordering = ["pk"]


@audited
class GeneralQuestion(models.Model):
    """A hard question in general words with its answer, offered to the knowledge base (B2.4)."""

    question = models.OneToOneField(Question, models.PROTECT, related_name="general")
    title = models.CharField(_("question in general words"), max_length=120)
    answer = models.TextField(_("answer in general words"))
    category = models.ForeignKey(Category, models.PROTECT, null=True, blank=True, related_name="+")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(title="") & ~Q(answer=""), name="promises_general_whole")]
