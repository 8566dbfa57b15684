"""An article from its draft to its withdrawal; nobody approves what he wrote himself."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Max

from hotline.core import clock, live
from hotline.core.access import authorize
from hotline.core.states import begin, move
from hotline.kernel.rules import Refusal, Refused
from hotline.kernel.words import gettext_noop as _
from hotline.knowledge.logic import review
from hotline.knowledge.models import Article, Kind, Version, VersionStatus
from hotline.knowledge.services.indexing import index_version
from hotline.people.models import Centre, Person
from hotline.people.services import notices

CLAUSE = "A3.1"
MOST_KEYWORDS = 30


@dataclass(frozen=True, slots=True)
class Text:
    """What a version says, as it is written."""

    title: str
    body: str = ""
    keywords: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    links: tuple[tuple[str, str], ...] = ()  # title, address
    change: str = ""
    first: date | None = None  # in force from; the day of publishing without it
    end: date | None = None  # no longer in force from this day on


def text_of(version: Version) -> Text:
    """What a version says."""
    return Text(
        title=version.title,
        body=version.body,
        keywords=tuple(version.keywords),
        codes=tuple(version.codes),
        departments=tuple(version.departments),
        links=tuple((link["title"], link["url"]) for link in version.links),
        change=version.change,
        first=version.days.lower,
        end=version.days.upper,
    )


@transaction.atomic
def draft_article(
    *, kind: str, text: Text, owner: Person | None = None, review_days: int | None = None, by: Person, at: datetime
) -> Version:
    """Begin an article; its owner answers for it and is asked to look at it again."""
    authorize(by, "knowledge.write")
    centre = Centre.objects.select_for_update(no_key=True).get(pk=by.centre_id)  # one number at a time
    last = Article.objects.filter(centre=centre).aggregate(last=Max("serial"))["last"] or 0
    article = Article.objects.create(
        centre=centre,
        serial=last + 1,
        kind=Kind(kind).value,
        owner=_owner(owner or by, by),
        review_days=review_days or None,
        created_at=at,
    )
    return _new_version(article, 1, text, by=by, at=at)


@transaction.atomic
def draft_version(*, article_id: int, by: Person, at: datetime) -> Version:
    """The version that is on its way, or a new draft made from what was said last."""
    article = _locked_article(article_id)
    authorize(by, "knowledge.write", article)
    known = article.versions.open().first()
    if known is not None:
        return _locked(known.pk)
    last = article.versions.order_by("-seq")[0]
    text = text_of(last)
    fresh = Text(text.title, text.body, text.keywords, text.codes, text.departments, text.links)
    return _new_version(article, last.seq + 1, fresh, by=by, at=at)


@transaction.atomic
def save_draft(*, version_id: int, text: Text, by: Person, at: datetime) -> Version:
    """Change what a draft says."""
    version = _locked(version_id)
    authorize(by, "knowledge.write", version.article)
    if version.status != VersionStatus.DRAFT:
        raise Refused(Refusal(CLAUSE, _("Only a draft can be changed; begin a new version.")))
    _write(version, text, by=by, at=at)
    version.save()
    live.touch(_topic(version))
    return version


@transaction.atomic
def set_terms(
    *, article_id: int, kind: str, owner: Person, review_days: int | None, by: Person, at: datetime
) -> Article:
    """Of what kind an article is, who answers for it, and how often he looks at it again."""
    article = _locked_article(article_id)
    authorize(by, "knowledge.write", article)
    article.kind, article.owner, article.review_days = Kind(kind).value, _owner(owner, by), review_days or None
    if article.reviewed_at is not None:
        article.review_on = review.review_on(clock.local_day(article.reviewed_at), article.review_days)
    article.save(update_fields=["kind", "owner", "review_days", "review_on"])
    for version in article.versions.filter(status=VersionStatus.PUBLISHED):
        index_version(version=version)
    return article


@transaction.atomic
def submit(*, version_id: int, by: Person, at: datetime) -> Version:
    """Ask for approval by somebody else."""
    version = _locked(version_id)
    authorize(by, "knowledge.write", version.article)
    if not version.title.strip() or not version.body.strip():
        raise Refused(Refusal(CLAUSE, _("An article needs a title and an answer."), {"field": "body"}))
    move(version, VersionStatus.SUBMITTED, by=by, at=at)
    live.touch(_topic(version))
    return version


@transaction.atomic
def send_back(*, version_id: int, note: str, by: Person, at: datetime) -> Version:
    """Back to the author with what has to be changed."""
    version = _locked(version_id)
    authorize(by, "knowledge.publish", version)
    if not note.strip():
        raise Refused(Refusal(CLAUSE, _("Say what has to be changed."), {"field": "note"}))
    version.approved_by, version.approved_at = None, None
    move(version, VersionStatus.DRAFT, by=by, at=at, note=note.strip(), also=("approved_by", "approved_at"))
    _tell(version.author, version, _("“{title}” came back: {note}"), by, at, note=note.strip()[:80])
    return version


@transaction.atomic
def approve(*, version_id: int, by: Person, at: datetime) -> Version:
    """A second person lets it be published: neither the author nor who changed the text last."""
    version = _locked(version_id)
    authorize(by, "knowledge.approve", version)
    version.approved_by, version.approved_at = by, at
    move(version, VersionStatus.APPROVED, by=by, at=at, also=("approved_by", "approved_at"))
    live.touch(_topic(version))
    return version


@transaction.atomic
def publish(*, version_id: int, by: Person, at: datetime) -> Version:
    """Let everybody read it from its first day on; what was in force until then stays, with its days ended."""
    version = _locked(version_id)
    authorize(by, "knowledge.publish", version)
    today = clock.local_day(at)
    first = max(version.days.lower or today, today)
    if version.days.upper is not None and version.days.upper <= first:
        raise Refused(Refusal(CLAUSE, _("Its last day is over; begin a new version."), {"field": "end"}))
    _end_others(version, first, by=by, at=at)
    version.days = DateRange(first, version.days.upper)
    version.published_at = at
    move(version, VersionStatus.PUBLISHED, by=by, at=at, also=("days", "published_at"))
    _looked_at(version.article, at)
    index_version(version=version)
    _tell(version.author, version, _("“{title}” is published."), by, at)
    return version


@transaction.atomic
def withdraw(*, version_id: int, note: str, by: Person, at: datetime) -> Version:
    """No longer said, with the reason; it stays to be looked up by those who write."""
    version = _locked(version_id)
    authorize(by, "knowledge.withdraw", version)
    if not note.strip():
        raise Refused(Refusal(CLAUSE, _("Say why it is withdrawn."), {"field": "note"}))
    move(version, VersionStatus.WITHDRAWN, by=by, at=at, note=note.strip())
    index_version(version=version)
    live.touch(_topic(version))
    return version


@transaction.atomic
def confirm(*, article_id: int, by: Person, at: datetime) -> Article:
    """Somebody who answers for it has looked: it is still right."""
    article = _locked_article(article_id)
    authorize(by, "knowledge.review", article)
    _looked_at(article, at)
    for version in article.versions.filter(status=VersionStatus.PUBLISHED):
        index_version(version=version)
    live.touch(f"knowledge:{article.centre_id}")
    return article


@transaction.atomic
def mark_due(*, article_id: int, by: Person, at: datetime) -> Article:
    """What the clock does to an article on a day: remind its owner, mark it stale; twice is as good as once."""
    article = _locked_article(article_id)
    authorize(by, "knowledge.mark_stale")
    today = clock.local_day(at)
    version = article.versions.in_force(today).first()
    if version is None or article.review_on is None or today < review.remind_on(article.review_on):
        return article
    if today >= article.review_on and not article.is_stale:
        article.is_stale, article.reminded_on = True, today
        article.save(update_fields=["is_stale", "reminded_on"])
        index_version(version=version)
        _tell(article.owner, version, _("“{title}” is out of date until you have looked at it."), by, at)
    elif article.reminded_on is None:
        article.reminded_on = today
        article.save(update_fields=["reminded_on"])
        _tell(article.owner, version, _("Please look whether “{title}” is still right."), by, at)
    return article


def _new_version(article: Article, seq: int, text: Text, *, by: Person, at: datetime) -> Version:
    version = Version(article=article, seq=seq, author=by)
    _write(version, text, by=by, at=at)
    begin(version, VersionStatus.DRAFT, by=by, at=at)
    version.save(force_insert=True)
    live.touch(_topic(version))
    return version


def _write(version: Version, text: Text, *, by: Person, at: datetime) -> None:
    title = " ".join(text.title.split())
    if not title:
        raise Refused(Refusal(CLAUSE, _("Write the question or title."), {"field": "title"}))
    first = text.first or clock.local_day(at)
    if text.end is not None and text.end <= first:
        raise Refused(Refusal(CLAUSE, _("The last day lies before the first."), {"field": "end"}))
    version.title, version.body, version.change = title[:120], text.body.strip(), text.change.strip()[:200]
    version.keywords = _once(text.keywords)[:MOST_KEYWORDS]
    version.codes = _once(code.upper() for code in text.codes)
    version.departments = _once(text.departments)
    version.links = [{"title": name.strip() or url, "url": url} for name, url in text.links]
    version.days = DateRange(first, text.end)
    version.edited_by, version.edited_at = by, at


def _once(words: Iterable[str]) -> list[str]:
    found = (" ".join(word.split())[:40] for word in words)
    return list(dict.fromkeys(word for word in found if word))


def _end_others(version: Version, first: date, *, by: Person, at: datetime) -> None:
    """What is in force now ends where the new version begins; what would begin later never does."""
    others = Version.objects.select_for_update().filter(article=version.article_id, status=VersionStatus.PUBLISHED)
    for other in others.exclude(pk=version.pk):
        if other.days.lower >= first:
            move(other, VersionStatus.REPLACED, by=by, at=at)
        elif other.days.upper is None or other.days.upper > first:
            other.days = DateRange(other.days.lower, first)
            other.save(update_fields=["days"])
        index_version(version=other)


def _looked_at(article: Article, at: datetime) -> None:
    article.reviewed_at, article.is_stale, article.reminded_on = at, False, None
    article.review_on = review.review_on(clock.local_day(at), article.review_days)
    article.save(update_fields=["reviewed_at", "review_on", "is_stale", "reminded_on"])


def _owner(owner: Person, by: Person) -> Person:
    if owner.centre_id != by.centre_id:
        raise Refused(Refusal(CLAUSE, _("The owner works in another centre."), {"field": "owner"}))
    return owner


def _tell(to: Person, version: Version, text: str, by: Person, at: datetime, **params: str) -> None:
    live.touch(_topic(version))
    if to.pk != by.pk and not to.is_system:
        told = {"title": version.title[:60], **params}
        notices.notify(to=to, text=text, params=told, link=f"/knowledge/{version.article.number}", by=by, at=at)


def _topic(version: Version) -> str:
    return f"knowledge:{version.article.centre_id}"


def _locked_article(article_id: int) -> Article:
    return Article.objects.select_for_update(of=("self",)).select_related("owner").get(pk=article_id)


def _locked(version_id: int) -> Version:
    """A version with its article locked first: writers of one article wait for each other."""
    article = _locked_article(Version.objects.values_list("article", flat=True).get(pk=version_id))
    version = Version.objects.select_for_update(of=("self",)).select_related("author").get(pk=version_id)
    version.article = article
    return version
