"""Questions that the server plans once a connection."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from hotline.core.prepared import Questions

pytestmark = pytest.mark.django_db
ASKED = Questions(
    "test_asked",
    {
        "twice": (["bigint"], "SELECT 2 * $1"),
        "those": (["text[]", "text"], "SELECT one || $2 FROM unnest($1) AS one ORDER BY one"),
    },
)


def answers(words):
    with connection.cursor() as cursor:
        ASKED.ask(cursor, words)
        found = [cursor.fetchall()]
        while cursor.nextset():
            found.append(cursor.fetchall())
    return found


def test_several_are_answered_in_the_order_in_which_they_were_asked():
    assert answers({"twice": [21], "those": [["b%", "a;'"], "!"]}) == [[(42,)], [("a;'!",), ("b%!",)]]
    assert answers({"those": [[], "!"], "twice": [1]}) == [[], [(2,)]]


def test_they_are_told_to_the_server_once_and_asked_in_one_round_trip():
    answers({"twice": [1]})
    with CaptureQueriesContext(connection) as asked:
        answers({"twice": [1], "those": [["a"], ""]})
    assert len(asked) == 1


def test_what_was_told_in_a_transaction_that_came_to_nothing_is_known_all_the_same():
    def fails():
        with transaction.atomic():
            answers({"twice": [1]})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fails()
    assert answers({"twice": [3]}) == [[(6,)]]
