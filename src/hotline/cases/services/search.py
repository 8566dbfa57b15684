"""What a case is found by: written with the case, in its transaction."""

from django.db import connection, transaction

from hotline.cases.models import Case
from hotline.kernel.lexicon import words_of

# Columns that a change of makes the index stale.
FOUND_BY = frozenset({"number", "external_id", "description", "place", "category_id"})
# A tsvector keeps at most a megabyte; nobody searches for the end of a novel.
MOST_SIGNS = 20_000
FOUND = """
    INSERT INTO cases_casesearch (case_id, words) VALUES (%s, to_tsvector('simple', %s))
    ON CONFLICT (case_id) DO UPDATE SET words = excluded.words
"""


@transaction.atomic(savepoint=False)
def index_case(*, case: Case) -> None:
    """Let search find the case by number, words, place and category. Its writer has asked whether he may."""
    category = case.category
    names = (category.big_name, category.small_name, category.code) if category else ()
    text = " ".join(words_of(case.number, case.external_id, case.description[:MOST_SIGNS], case.place, *names))
    with connection.cursor() as cursor:
        cursor.execute(FOUND, [case.pk, text])
