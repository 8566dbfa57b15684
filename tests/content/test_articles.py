"""The articles that ship for the demo: whole, safe, about what the standard knows, found by their words."""

import csv
from pathlib import Path

import pytest

from hotline.knowledge.logic import findable, markup

CONTENT = Path(__file__).resolve().parents[2] / "tools/content"


def rows(name: str) -> list[dict[str, str]]:
    with (CONTENT / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


ARTICLES = rows("articles.csv")


@pytest.mark.clause("A3.1")
def test_every_category_of_the_standard_is_spoken_of() -> None:
    standard = {f"{row['kind'][0].upper()}{row['big_code']}{row['small_code']}" for row in rows("standard.csv")}
    codes = {code for row in ARTICLES for code in row["codes"].split(";") if code}
    assert codes == standard
    departments = {row["code"] for row in rows("departments.csv")}
    assert {code for row in ARTICLES for code in row["departments"].split(";") if code} <= departments


def test_each_article_is_whole_and_stands_once() -> None:
    assert len({row["title"] for row in ARTICLES}) == len(ARTICLES) >= 60
    assert {row["kind"] for row in ARTICLES} == {"qa", "procedure", "policy", "script", "contact"}
    for row in ARTICLES:
        assert len(row["title"]) <= 120
        assert len(row["body"]) > 40, row["title"]
        assert all(len(word) <= 40 for word in row["keywords"].split(";")), row["title"]
        assert "*" not in markup.html(row["body"]), row["title"]


def test_each_article_is_found_by_its_title() -> None:
    for row in ARTICLES:
        made = findable.vectors(title=row["title"], keywords=row["keywords"].split(";"), body=row["body"])
        for word in findable.telling(row["title"]):
            assert f"'{findable.plain(word)}'" in made.head or len(word) > 3, (row["title"], word)


def test_a_word_means_one_thing() -> None:
    words = [word for row in rows("synonyms.csv") for word in row["words"].split(";")]
    assert len(set(words)) == len(words)
