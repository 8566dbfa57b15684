"""Articles, their versions from draft to withdrawal, and what they are found by."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hotline.core.fields import one_at_a_time
from hotline.core.models import audited
from hotline.people.models import Centre, Person, Position

APPROVES = (Position.SHIFT_LEADER, Position.CENTRE_SUPERVISOR, Position.TRAINER)
WRITES = (*APPROVES, Position.TEAM_LEADER, Position.QUALITY, Position.MANAGER)
READS = (
    *WRITES,
    Position.DIRECTOR,
    Position.OPERATOR,
    Position.AGENT,
    Position.DISPATCHER,
    Position.FIELD_SUPERVISOR,
    Position.HR,
    Position.SYSADMIN,
)


def reads_knowledge(person: Person) -> bool:
    """Everybody inside the centre; departments outside do not see how we speak of them."""
    return person.standing.is_any(*READS)


def writes_knowledge(person: Person) -> bool:
    """Who drafts articles and sees drafts."""
    return person.standing.is_any(*WRITES)


def approves_knowledge(person: Person) -> bool:
    """Who lets an article be read by everybody."""
    return person.standing.is_any(*APPROVES)


class Kind(models.TextChoices):
    """What kind of text it is."""

    QA = "qa", _("Question and answer")
    PROCEDURE = "procedure", _("Procedure")
    POLICY = "policy", _("Policy")
    SCRIPT = "script", _("Phone script")
    CONTACT = "contact", _("Phone list")


class VersionStatus(models.TextChoices):
    """Where a version stands."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for approval")
    APPROVED = "approved", _("Approved, not yet published")
    PUBLISHED = "published", _("Published")
    REPLACED = "replaced", _("Replaced")
    WITHDRAWN = "withdrawn", _("Withdrawn")


OPEN = (VersionStatus.DRAFT, VersionStatus.SUBMITTED, VersionStatus.APPROVED)
READ = (VersionStatus.PUBLISHED, VersionStatus.REPLACED)


class ArticleQuerySet(models.QuerySet["Article"]):
    """Scopes of articles."""

    def visible_to(self, person: Person) -> Self:
        """The centre's for those who write; for readers those that were ever published."""
        rows = self.filter(centre=person.centre_id)
        if writes_knowledge(person):
            return rows
        if not reads_knowledge(person):
            return self.none()
        return rows.filter(versions__status__in=READ).distinct()


@audited
class Article(models.Model):
    """Something the centre knows; what it says stands in its versions."""

    centre = models.ForeignKey(Centre, models.PROTECT)
    serial = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name=_("owner"))
    review_days = models.PositiveSmallIntegerField(_("review every (days)"), null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(_("review due"), null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    is_stale = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["centre", "serial"], name="knowledge_article_serial"),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="knowledge_article_kind"),
            models.CheckConstraint(
                condition=Q(review_days__isnull=True) | Q(review_days__gt=0), name="knowledge_article_review"
            ),
        ]
        indexes = [models.Index(fields=["centre", "review_on"], name="knowledge_article_due")]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As it is quoted: K0042."""
        return f"K{self.serial:04}"


class VersionQuerySet(models.QuerySet["Version"]):
    """Scopes of versions."""

    def visible_to(self, person: Person) -> Self:
        """All for those who write; for readers what is or was in force."""
        rows = self.filter(article__centre=person.centre_id)
        if writes_knowledge(person):
            return rows
        return rows.filter(status__in=READ) if reads_knowledge(person) else self.none()

    def in_force(self, day: date) -> Self:
        """What a reader is told on a day: one version an article at most."""
        return self.filter(status=VersionStatus.PUBLISHED, days__contains=day)

    def open(self) -> Self:
        """Versions that are on their way: one an article at most."""
        return self.filter(status__in=OPEN)


@audited
class Version(models.Model):
    """What an article says, while its days run; kept for ever once it was published."""

    MOVES = {
        VersionStatus.DRAFT: frozenset({VersionStatus.SUBMITTED, VersionStatus.WITHDRAWN}),
        VersionStatus.SUBMITTED: frozenset({VersionStatus.DRAFT, VersionStatus.APPROVED}),
        VersionStatus.APPROVED: frozenset({VersionStatus.DRAFT, VersionStatus.PUBLISHED}),
        VersionStatus.PUBLISHED: frozenset({VersionStatus.REPLACED, VersionStatus.WITHDRAWN}),
        VersionStatus.REPLACED: frozenset[VersionStatus](),
        VersionStatus.WITHDRAWN: frozenset[VersionStatus](),
    }

    article = models.ForeignKey(Article, models.PROTECT, related_name="versions")
    seq = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("question or title"), max_length=120)
    body = models.TextField(_("answer"), blank=True)
    keywords = ArrayField(models.CharField(max_length=40), verbose_name=_("keywords"), default=list, blank=True)
    codes = ArrayField(models.CharField(max_length=12), verbose_name=_("categories"), default=list, blank=True)
    departments = ArrayField(models.CharField(max_length=20), verbose_name=_("departments"), default=list, blank=True)
    links = models.JSONField(_("links"), default=list, blank=True)
    change = models.CharField(_("what changed"), max_length=200, blank=True)
    days = DateRangeField(_("in force"))
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    edited_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=10, choices=VersionStatus.choices)
    status_at = models.DateTimeField()
    status_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    status_note = models.TextField(blank=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["article", "seq"], name="knowledge_version_seq"),
            models.UniqueConstraint(
                fields=["article"],
                condition=Q(status__in=["draft", "submitted", "approved"]),
                name="knowledge_version_one_open",
            ),
            one_at_a_time("article", span="days", name="knowledge_version_in_force", condition=Q(status="published")),
            models.CheckConstraint(condition=Q(status__in=VersionStatus.values), name="knowledge_version_status"),
            models.CheckConstraint(condition=Q(days__isempty=False), name="knowledge_version_days"),
            models.CheckConstraint(
                condition=~Q(status__in=["approved", "published", "replaced"])
                | Q(approved_by__isnull=False, approved_at__isnull=False),
                name="knowledge_version_approved",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | (~Q(approved_by=F("author")) & ~Q(approved_by=F("edited_by"))),
                name="knowledge_version_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-status_at"], name="knowledge_version_inbox"),
            GinIndex(fields=["codes"], name="knowledge_version_codes"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def code(self) -> VersionStatus:
        """The status as the table of moves knows it."""
        return VersionStatus(self.status)


class FoundBy(models.Model):
    """What a published version is found by and how much it is used, made from it, its votes and its openings.

    It stands apart from the text so that a search reads small rows and a look at an article writes none to its history.
    """

    version = models.OneToOneField(Version, models.CASCADE, primary_key=True, related_name="found_by")
    centre = models.ForeignKey(Centre, models.PROTECT)
    kind = models.CharField(max_length=10)
    codes = ArrayField(models.CharField(max_length=12), default=list)
    days = DateRangeField()
    # In hundredths: what usefulness, use and age add to or take from the rank of the words.
    worth = models.SmallIntegerField(default=0)
    useful = models.PositiveIntegerField(default=0)
    useless = models.PositiveIntegerField(default=0)
    opened = models.PositiveIntegerField(default=0)
    head = SearchVectorField()  # title and keywords, by word and by sound
    words = SearchVectorField()  # everything

    class Meta:
        indexes = [
            GinIndex(fields=["head"], name="knowledge_found_head"),
            GinIndex(fields=["words"], name="knowledge_found_words"),
            models.Index(fields=["centre", "-worth"], name="knowledge_found_worth"),
            GinIndex(fields=["codes"], name="knowledge_found_codes"),
        ]
