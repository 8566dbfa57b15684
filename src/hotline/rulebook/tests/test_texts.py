"""The handbook's text: every clause of the list once, in both languages."""

from collections import Counter

import pytest
from tests.clauses import titles

from hotline.kernel.rules import BOOK
from hotline.rulebook.computed import load
from hotline.rulebook.texts.handbook import CHAPTERS, CLAUSES
from hotline.rulebook.texts.rules import CHINESE, in_chinese

load()


@pytest.mark.clause("D0.1", "D2.17")
def test_every_clause_stands_in_the_handbook_once_in_both_languages():
    found = Counter(clause.id for chapter in CHAPTERS for clause in chapter.clauses)
    listed = {clause for clause in titles() if clause[0] in "ABCDE"}
    assert (listed - set(found), set(found) - listed) == (set(), set())
    assert set(found.values()) == {1}
    for clause in CLAUSES.values():
        for words in (clause.title, clause.text):
            assert words.zh.strip(), clause.id
            assert words.en.strip(), clause.id


def test_chapters_have_keys_of_their_own():
    assert len({chapter.key for chapter in CHAPTERS}) == len(CHAPTERS)
    assert sum(chapter.is_procedure for chapter in CHAPTERS) >= 5


def test_every_rule_says_in_chinese_what_it_does():
    names = {name.removeprefix("hotline.rulebook.") for name in BOOK if name.startswith("hotline.rulebook.")}
    assert (names - set(CHINESE), set(CHINESE) - names) == (set(), set())
    assert in_chinese(next(iter(BOOK.values())))
