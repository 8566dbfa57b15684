"""What a case is found by: written with the case, in its transaction."""

from django.contrib.postgres.search import SearchVector
from django.db import transaction
from django.db.models import Value

from hotline.cases.models import Case, CaseSearch
from hotline.kernel.lexicon import words_of

# Columns that a change of makes the index stale.
FOUND_BY = frozenset({"number", "external_id", "description", "place", "category_id"})
# A tsvector keeps at most a megabyte; nobody searches for the end of a novel.
MOST_SIGNS = 20_000


@transaction.atomic(savepoint=False)
def index_case(*, case: Case) -> None:
    """Let search find the case by number, words, place and category. Its writer has asked whether he may."""
    category = case.category
    names = (category.big_name, category.small_name, category.code) if category else ()
    text = " ".join(words_of(case.number, case.external_id, case.description[:MOST_SIGNS], case.place, *names))
    found_by = CaseSearch(case=case, words=SearchVector(Value(text), config="simple"))
    CaseSearch.objects.bulk_create([found_by], update_conflicts=True, unique_fields=["case"], update_fields=["words"])
