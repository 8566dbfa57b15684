"""What a version is found by: written with the version, in the transaction of whoever publishes it."""

from django.contrib.postgres.search import SearchVectorField
from django.db.models import Count, F, Q, Value
from django.db.models.functions import Cast

from hotline.knowledge import sources
from hotline.knowledge.logic import findable, review
from hotline.knowledge.models import FoundBy, Opening, Version, VersionStatus, Vote

WEIGHED_EVERY = 10  # openings
CHANGED = ["centre", "kind", "codes", "days", "worth", "useful", "useless", "opened", "head", "words"]


def index_version(*, version: Version) -> None:
    """Let search find a published version, or no longer. Its writer has asked whether he may."""
    if version.status != VersionStatus.PUBLISHED:
        FoundBy.objects.filter(version=version).delete()
        return
    article = version.article
    known = sources.categories(article.centre_id)
    names = [name for _code, name in sources.names(version.codes, known)]
    made = findable.vectors(
        title=version.title, keywords=[article.number, *version.keywords, *names, *version.codes], body=version.body
    )
    row = FoundBy(
        version=version,
        centre_id=article.centre_id,
        kind=article.kind,
        codes=version.codes,
        days=version.days,
        opened=Opening.objects.filter(version=version).count(),
        **votes_of(version),
        head=Cast(Value(made.head), SearchVectorField()),
        words=Cast(Value(made.words), SearchVectorField()),
    )
    row.worth = _worth(row, is_stale=article.is_stale)
    FoundBy.objects.bulk_create([row], update_conflicts=True, unique_fields=["version"], update_fields=CHANGED)


def votes_of(version: Version) -> dict[str, int]:
    """How many found a version useful, and how many did not."""
    return Vote.objects.filter(version=version).aggregate(
        useful=Count("pk", filter=Q(is_useful=True)), useless=Count("pk", filter=Q(is_useful=False))
    )


def count_votes(*, version: Version) -> None:
    """Let votes count in the search."""
    row = FoundBy.objects.select_for_update().defer("head", "words").filter(version=version).first()
    if row is not None:
        votes = votes_of(version)
        row.useful, row.useless = votes["useful"], votes["useless"]
        row.worth = _worth(row, is_stale=version.article.is_stale)
        row.save(update_fields=["useful", "useless", "worth"])


def count_opening(*, version: Version) -> None:
    """Let use count in the search: now and then, so that a look writes little."""
    FoundBy.objects.filter(version=version).update(opened=F("opened") + 1)
    row = FoundBy.objects.defer("head", "words").filter(version=version).first()
    if row is not None and row.opened % WEIGHED_EVERY == 0:
        row.worth = _worth(row, is_stale=version.article.is_stale)
        row.save(update_fields=["worth"])


def _worth(row: FoundBy, *, is_stale: bool) -> int:
    return review.worth(useful=row.useful, useless=row.useless, opened=row.opened, is_stale=is_stale)
