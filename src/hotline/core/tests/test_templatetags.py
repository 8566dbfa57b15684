"""What templates say: formats in both languages, states, timers, sorting, pages of a list, fields, refusals."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils import translation

from hotline.core.pages import Slice
from hotline.core.templatetags import formats, hotline, pieces

AT = datetime(2026, 10, 12, 6, 5, 9, tzinfo=UTC)  # Monday, 14:05:09 in the centre
PROJECT = Path(__file__).resolve().parents[4]
SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _plain_static(settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def draw(source: str, query: str = "", **values: Any) -> str:
    """Render a piece as a page asked for at AT would."""
    request = RequestFactory().get(f"/cases/{query}")
    request.at = AT  # type: ignore[attr-defined]
    return Template(source).render(Context({"request": request, **values}))


@pytest.mark.parametrize(
    ("span", "zh", "en"),
    [
        (0, "0秒", "0s"),
        (59, "59秒", "59s"),
        (272, "4分32秒", "4m 32s"),
        (245, "4分05秒", "4m 05s"),
        (3900, "1小时05分", "1h 05m"),
        (2 * 86400 + 3 * 3600, "2天3小时", "2d 3h"),
        (-12, "−12秒", "−12s"),
        (timedelta(minutes=4, seconds=59, microseconds=999_999), "4分59秒", "4m 59s"),
        (timedelta(microseconds=-400_000), "0秒", "0s"),
    ],
)
def test_spans_read_naturally_in_both_languages(span, zh, en):
    with translation.override("zh-hans"):
        assert formats.duration(span) == zh
    with translation.override("en"):
        assert formats.duration(span) == en


def test_moments_are_on_the_centres_wall_clock():
    with translation.override("zh-hans"):
        assert formats.moment(AT) == "10月12日 周一 14:05"
        assert formats.moment_exact(AT) == "2026年10月12日 周一 14:05:09"
    with translation.override("en"):
        assert formats.moment(AT) == "Mon 12 Oct 14:05"


def test_a_moment_of_today_keeps_its_time_and_another_year_is_named():
    with translation.override("zh-hans"):
        assert formats.moment(AT, AT + timedelta(hours=3)) == "14:05"
        assert formats.moment(AT, AT + timedelta(days=1)) == "10月12日 周一 14:05"
        assert formats.moment(AT, AT + timedelta(days=200)) == "2026年10月12日 周一 14:05"


def test_a_late_evening_in_utc_is_the_next_day_in_the_centre():
    with translation.override("zh-hans"):
        assert formats.moment(datetime(2026, 10, 12, 16, 30, tzinfo=UTC)) == "10月13日 周二 00:30"
        assert hotline.day(datetime(2026, 10, 12, 16, 30, tzinfo=UTC)) == "10月13日 周二"
        assert hotline.day(date(2026, 10, 12)) == "10月12日 周一"


@pytest.mark.parametrize(
    ("seconds", "zh", "en"),
    [
        (5, "刚刚", "just now"),
        (60, "1分钟前", "1 minute ago"),
        (7300, "2小时前", "2 hours ago"),
        (90000, "1天前", "1 day ago"),
    ],
)
def test_ago_uses_the_largest_whole_unit(seconds, zh, en):
    with translation.override("zh-hans"):
        assert formats.ago(AT - seconds * SECOND, AT) == zh
    with translation.override("en"):
        assert formats.ago(AT - seconds * SECOND, AT) == en


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("13812345678", "138****5678"),
        ("02158881234", "021****1234"),
        ("12345", "***45"),
        ("88881234", "888*1234"),
        ("1", "1"),
    ],
)
def test_numbers_are_masked_in_the_middle(number, shown):
    assert formats.phone_masked(number) == shown


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [(27, 28, "96.4%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (1, 2000, "0.1%"), (0, 0, "—"), (7, 7, "100.0%")],
)
def test_shares_are_rounded_half_up_without_floats(part, whole, shown):
    assert formats.share(part, whole) == shown


@pytest.mark.parametrize(
    ("left", "level"), [(300, "left"), (61, "left"), (60, "near"), (1, "near"), (0, "near"), (-1, "late")]
)
def test_a_countdown_is_amber_from_four_fifths_and_red_past_due(left, level):
    drawn = draw("{% countdown due=due limit=300 %}", due=AT + left * SECOND)
    assert f'data-level="{level}"' in drawn
    assert formats.duration(abs(left)) in drawn


def test_a_countdown_says_its_state_in_words_too():
    with translation.override("en"):
        assert "overdue by" in draw("{% countdown due=due %}", due=AT - SECOND)
        assert "remaining" in draw("{% countdown due=due limit=300 %}", due=AT + 300 * SECOND)


def test_nothing_due_is_a_dash():
    assert "—" in draw("{% countdown due=due %}{% since start %}", due=None, start=None)


def test_a_state_shows_word_colour_and_icon_and_an_unknown_one_fails():
    pieces.enter_looks("test", {"filed": pieces.Look("Filed <now>", "blue", "file-check")})
    drawn = draw('{{ state|state_badge:"test" }}', state="filed")
    assert "tone-blue" in drawn
    assert "#file-check" in drawn
    assert "Filed &lt;now&gt;" in drawn
    with pytest.raises(KeyError):
        pieces.look_of("test", "lost")
    with pytest.raises(ValueError, match="tone"):
        pieces.Look("x", "pink", "flag")


def test_with_query_changes_one_value_and_keeps_the_others():
    assert draw("{% with_query page=3 %}", "?status=filed&page=2") == "?status=filed&amp;page=3"
    assert draw("{% with_query page=None %}", "?status=filed&page=2") == "?status=filed"


def test_sorting_turns_round_and_returns_to_the_first_page():
    up = draw('{% sort "Age" "age" %}', "?sort=age&page=4")
    assert 'aria-sort="ascending"' in up
    assert 'href="?sort=-age"' in up
    assert 'aria-sort="descending"' in draw('{% sort "Age" "age" %}', "?sort=-age")
    assert 'aria-sort="none"' in draw('{% sort "Age" "age" %}')


def test_pages_of_a_list_show_ends_and_neighbours():
    drawn = draw('{% pagination rows export_url="/x" %}', "?status=filed", rows=Slice([1] * 50, 7, 50, 1893, False))
    assert re.findall(r">(\d+)<", drawn) == ["1", "6", "7", "8", "38"]
    assert drawn.count("…") == 2
    assert "/x?status=filed" in drawn


def test_a_single_page_has_no_links_and_an_empty_one_says_so():
    with translation.override("en"):
        one = draw("{% pagination rows %}", rows=Slice([1, 2], 1, 50, 2, False))
        assert "1–2 of 2" in one
        assert "page-step" not in one
        assert "No rows" in draw("{% pagination rows %}", rows=Slice([], 1, 50, 0, False))


class Sample(forms.Form):
    """Fields of each kind."""

    place = forms.CharField(help_text="As exact as a door")
    kind = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)
    secret = forms.BooleanField(required=False)


def test_a_field_ties_label_help_and_error_together():
    drawn = draw("{% field form.place %}", form=Sample({"place": ""}))
    assert 'for="id_place"' in drawn
    assert 'aria-invalid="true"' in drawn
    described = re.search(r'aria-describedby="([^"]+)"', drawn)
    assert described
    assert all(f'id="{name}"' in drawn for name in described[1].split())


def test_groups_and_checks_have_their_own_shape():
    drawn = draw("{% form_fields form %}", form=Sample())
    assert "<fieldset" in drawn
    assert "<legend" in drawn
    assert "form-check" in drawn


def test_custody_bars_are_to_scale_and_the_open_one_ends_now():
    first = pieces.Held("A", "x", AT - 40 * SECOND, AT - 30 * SECOND)
    second = pieces.Held("B", "y", AT - 30 * SECOND, None)
    one, two = pieces.to_scale([first, second], AT)
    assert (one.x, one.width, one.took) == (0, 250, 10 * SECOND)
    assert (two.x, two.width, two.took) == (250, 750, 30 * SECOND)
    assert pieces.to_scale([], AT) == []


def test_refusals_name_their_clause():
    drawn = get_template("core/_refusal.html").render({"refusals": [{"clause": "B3.3", "note": "no <place>"}]})
    assert "B3.3" in drawn
    assert "no &lt;place&gt;" in drawn


def test_words_for_the_browser_are_inert_data_in_the_pages_language():
    with translation.override("en"):
        drawn = draw("{% words %}")
    assert drawn.startswith('<script id="words" type="application/json">')
    assert '"m": "m"' in drawn


def test_cookies_only_speak_allowed_words():
    request = RequestFactory().get("/", headers={"cookie": 'theme=dark; nav="><script>'})
    page = Template('{% cookie "theme" "light dark" %}|{% cookie "nav" "narrow wide" %}')
    assert page.render(Context({"request": request})) == "dark|"


def test_an_unknown_view_has_no_address():
    assert draw('{% url_if "nowhere:at_all" %}') == ""


def test_every_icon_that_templates_and_looks_name_is_in_the_sprite():
    listed = {line.strip() for line in (PROJECT / "frontend/icons.txt").read_text(encoding="utf-8").splitlines()}
    named: dict[str, str] = {}
    for path in (PROJECT / "src/hotline").rglob("*.html"):
        for name in re.findall(r'{% icon "([\w-]+)"', path.read_text(encoding="utf-8")):
            named[name] = str(path)
        for name in re.findall(r'\bicon="([\w-]+)"', path.read_text(encoding="utf-8")):
            named[name] = str(path)
    for kind, looks in pieces.LOOKS.items():
        named |= {look.icon: kind for look in looks.values() if kind != "test"}
    assert {name: place for name, place in named.items() if name not in listed} == {}


def test_no_template_needs_more_than_the_content_security_policy_allows():
    """Neither inline styles nor inline handlers nor scripts without a source."""
    handlers = r"\son(?:click|change|input|submit|load|error|key\w+|mouse\w+|focus|blur)="
    forbidden = re.compile(rf"""\sstyle=|{handlers}|hx-on|<style|hx-vals=["']js:|hx-trigger="[^"]*\[""")
    found = []
    for path in (PROJECT / "src/hotline").rglob("templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        found += [f"{path.name}: {match.group(0)}" for match in forbidden.finditer(text)]
        scripts = re.findall(r"<script(?![^>]*\ssrc=)[^>]*>", text)
        found += [f"{path.name}: {tag}" for tag in scripts if 'type="application/json"' not in tag]
    assert found == []
