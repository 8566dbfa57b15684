"""Safe text, what a text is found by, differences, review days: no database."""

import re
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.kernel import lexicon
from hotline.knowledge.logic import diff, excerpt, findable, markup, review

TEXT = st.text(alphabet=st.characters(codec="utf-8"), max_size=120)
SIGNS = st.text(alphabet="<>&\"'#*->|[]()/:.1 \njavscriptonld=井盖", max_size=160)
TAGS = {"p", "br", "h3", "h4", "h5", "ul", "ol", "li", "strong", "a", "blockquote", "div"}
TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
WORDS = [
    "井盖",
    "破损",
    "路灯",
    "渣土",
    "噪声",
    "停水",
    "占道经营",
    "供水公司",
    "物业",
    "夜间",
    "举报",
    "热线",
    "a12",
    "急修",
]


class Reader(HTMLParser):
    """Collects the tags and attributes that a browser would see."""

    def __init__(self):
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, attrs))


@pytest.fixture(autouse=True, scope="module")
def _dictionary():
    """Read before Hypothesis times the examples."""
    lexicon.warm()
    findable.syllables("井")


# ---------------------------------------------------------------- safe text


@given(st.one_of(TEXT, SIGNS))
def test_nothing_typed_becomes_a_tag_or_a_script(text):
    reader = Reader()
    reader.feed(markup.html(text))
    for tag, attributes in reader.seen:
        assert tag in TAGS
        for name, value in attributes:
            assert (tag, name) in {("a", "href"), ("a", "rel"), ("div", "class"), ("table", "class")}
            if name == "href":
                assert re.match(r"https?://|/[^/]|/$|tel:", value or "", re.IGNORECASE), value


@given(st.lists(st.sampled_from(["<script>alert(1)</script>", "[a](javascript:alert(1))", "**", "| |", "> ", "井盖"])))
def test_scripts_stay_text(parts):
    made = markup.html("\n".join(parts))
    assert "<script" not in made
    assert 'href="javascript' not in made.lower()


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("## 步骤\n1. 问位置\n2、问大小", "<h4>步骤</h4>\n<ol><li>问位置</li><li>问大小</li></ol>"),
        ("- 一\n- **二**", "<ul><li>一</li><li><strong>二</strong></li></ul>"),
        ("> 您好，\n> 请讲。", "<blockquote><p>您好，<br>请讲。</p></blockquote>"),
        ("见[标准](/cases/standard)。", '<p>见<a href="/cases/standard" rel="noopener noreferrer">标准</a>。</p>'),
        ("[坏](//evil.example/x)", "<p>[坏](//evil.example/x)</p>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("|单位|电话|\n|--|--|\n|路灯所|2660123|",
         ('<div class="table-wrap"><table class="table"><thead><tr><th>单位</th><th>电话</th></tr></thead>'
          "<tbody><tr><td>路灯所</td><td>2660123</td></tr></tbody></table></div>")),
    ],
)  # fmt: skip
def test_the_signs_of_an_article(text, made):
    assert markup.html(text) == made


# ---------------------------------------------------------------- found by


def tokens(vector):
    return dict(re.findall(r"'([^']+)':\d+([A-D])", vector))


def finds(vector, query):
    """What the database would say, for the queries that we write."""
    known = set(tokens(vector))
    at = 0
    pieces = re.findall(r"[&|()]|[^&|() ]+", query)

    def either():
        nonlocal at
        found = both()
        while at < len(pieces) and pieces[at] == "|":
            at += 1
            found = both() or found
        return found

    def both():
        nonlocal at
        found = one()
        while at < len(pieces) and pieces[at] == "&":
            at += 1
            found = one() and found
        return found

    def one():
        nonlocal at
        word = pieces[at]
        at += 1
        if word == "(":
            found = either()
            at += 1
            return found
        if word.endswith(":*"):
            return any(token.startswith(word[:-2]) for token in known)
        return word in known

    return either()


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8), st.data())
def test_any_text_is_found_by_any_of_its_words(words, data):
    text = "".join(words)
    found = findable.vectors(title="无关", keywords=[], body=text)
    word = data.draw(st.sampled_from(findable.words(text)))
    query = findable.asked(word).exact
    assert query
    assert finds(found.words, query), (word, query)


@given(TEXT, TEXT)
def test_any_typed_text_is_a_query_and_any_text_a_vector(text, typed):
    made = findable.vectors(title=text, keywords=[text], body=text)
    assert re.fullmatch(r"(?:'[0-9a-z㐀-鿿]+':\d+[A-D] ?)*", made.words)
    asked = findable.asked(typed, [["井盖", "窨井盖"]])
    for query in (asked.exact, asked.lenient, asked.some):
        assert re.fullmatch(r"[0-9a-z㐀-鿿&|():* ]*", query)
        assert query.count("(") == query.count(")")


@pytest.mark.clause("A3.1")
@pytest.mark.parametrize(
    "typed",
    ["井盖", "jg", "jing gai", "jinggai", "jgps", "窨井盖", "2660123", "0359-2660", "井盖 破损", "井", "盖", "K0042"],
)
def test_an_article_is_found_by_word_sound_initials_synonym_and_number(typed):
    made = findable.vectors(title="井盖破损怎么报", keywords=["K0042"], body="拨打0359-2660123，报位置。")
    query = findable.asked(typed, [["井盖", "窨井盖", "马葫芦盖"]]).exact
    assert finds(made.words, query), query


@pytest.mark.parametrize("typed", ["景盖", "jinggia", "zatu"])
def test_a_slip_is_found_by_the_lenient_reading_alone(typed):
    made = findable.vectors(title="井盖和渣土", keywords=[], body="")
    asked = findable.asked(typed)
    assert finds(made.words, asked.lenient), asked


def test_words_of_the_question_itself_are_not_asked_for():
    assert findable.telling("路灯不亮怎么办") == findable.telling("路灯不亮")
    assert findable.telling("怎么办")
    assert findable.asked("！？") == findable.Asked()


def test_a_title_weighs_more_than_a_keyword_and_a_keyword_more_than_the_answer():
    found = tokens(findable.vectors(title="井盖", keywords=["路灯"], body="渣土").words)
    assert (found["井盖"], found["路灯"], found["渣土"], found["jg"]) == ("A", "B", "C", "D")


# ---------------------------------------------------------------- excerpts, differences, review


@given(TEXT, st.lists(st.sampled_from(["井", "a", "盖", "1"]), max_size=3))
def test_marking_changes_no_text(text, marks):
    assert "".join(part.text for part in excerpt.marked(text, marks)) == text


def test_what_was_typed_by_sound_is_marked_in_signs():
    parts = excerpt.marked("井盖破损", ["jg"])
    assert [(part.text, part.is_hit) for part in parts] == [("井盖", True), ("破损", False)]
    assert any(part.is_hit for part in excerpt.excerpt("先问清楚。" * 40 + "井盖", ["井盖"]))


LINES = st.lists(st.text(alphabet="井盖路灯ab ", max_size=12), max_size=6).map("\n".join)


@given(LINES, LINES)
def test_a_difference_holds_both_texts(before, after):
    found = diff.lines(before, after)
    assert diff.before_of(found).replace("\n", "") == before.replace("\n", "")
    assert diff.after_of(found).replace("\n", "") == after.replace("\n", "")


def test_a_changed_line_shows_its_changed_signs():
    [line] = diff.lines("两小时内到场", "一小时内到场")
    assert [(piece.how, piece.text) for piece in line] == [("out", "两"), ("in", "一"), ("same", "小时内到场")]


def test_review_days_and_worth():
    assert review.review_on(date(2026, 3, 9), None) == date(2026, 9, 5)
    assert review.review_on(date(2026, 3, 9), 30) == date(2026, 4, 8)
    assert review.remind_on(date(2026, 4, 8)) == date(2026, 3, 25)
    fresh = {"useful": 0, "useless": 0, "opened": 0, "is_stale": False}
    assert review.worth(**fresh) == 0
    assert review.worth(**{**fresh, "is_stale": True}) < 0
    assert review.worth(**{**fresh, "useful": 9}) > review.worth(**{**fresh, "useful": 2}) > 0
    assert review.worth(**{**fresh, "useless": 3}) < 0
    assert -60 <= review.worth(useful=0, useless=10_000, opened=0, is_stale=True) <= 60
