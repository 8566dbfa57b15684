"""What the clock starts: owners are reminded of articles, and what nobody has looked at is marked stale."""

from datetime import datetime

from hotline.core import clock
from hotline.core.jobs import job
from hotline.knowledge.queries.due import due
from hotline.knowledge.services import articles
from hotline.people.queries import system_person


def look_after(*, at: datetime) -> None:
    """Remind owners a while before an article is due; mark stale what is overdue, which lets it rank lower."""
    for article in due(clock.local_day(at)).select_related("centre"):
        articles.mark_due(article_id=article.pk, by=system_person(article.centre), at=at)


look_for_stale = job(queue="nightly", cron="10 5 * * *", lock="knowledge.review", name="knowledge.look_for_stale")(
    look_after
)
