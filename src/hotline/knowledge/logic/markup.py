"""The text of an article as HTML: a small part of Markdown, everything else stands as it was typed. Pure.

Headings (##), lists (- and 1.), tables (|…|), quotations (>), **strong** and [links](https://…). Every sign is escaped
before a tag is made, and the only attribute is the address of a link that was looked at: nothing typed can become a
script.
"""

import re
from collections.abc import Callable, Iterator
from html import escape

_LINK = re.compile(r"\[([^\[\]\n]{1,200})\]\(([^()\s]{1,500})\)")
_STRONG = re.compile(r"\*\*([^*\n]+)\*\*")
_HEADING = re.compile(r"(#{1,4})\s+(.+)")
_POINT = re.compile(r"\s{0,3}[-*•]\s+(.+)")
_STEP = re.compile(r"\s{0,3}\d{1,3}[.、)]\s*(.+)")
_QUOTE = re.compile(r"\s{0,3}[>》]\s?(.*)")
_RULE = re.compile(r"\s*\|?[\s:|-]*-[\s:|-]*\|?\s*")
_ADDRESS = re.compile(r"(?:https?://[^\s\"'<>\\]+|/(?!/)[^\s\"'<>\\]*|tel:[0-9+-]{3,20})", re.IGNORECASE)
_SIGNS = re.compile(r"[*#>|`_\[\]]+|\((?:https?://|/|tel:)[^()\s]*\)")


def is_safe_address(url: str) -> bool:
    """Whether an address may stand in a link: the web, a page of this house, a telephone number."""
    return _ADDRESS.fullmatch(url) is not None and len(url) <= 500


def html(text: str) -> str:
    """The text as safe HTML."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_blocks(lines))


def _blocks(lines: list[str]) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        for is_one, draw in _KINDS:
            end = _end(lines, at, is_one)
            if end > at:
                yield draw(lines[at:end])
                at = end
                break
        else:
            end = max(_end(lines, at, _is_plain), at + 1)
            yield f"<p>{'<br>'.join(_inline(one.strip()) for one in lines[at:end])}</p>"
            at = end


def _end(lines: list[str], at: int, is_one: Callable[[str], bool]) -> int:
    while at < len(lines) and is_one(lines[at]):
        at += 1
    return at


def _is_heading(line: str) -> bool:
    return _HEADING.fullmatch(line.strip()) is not None


def _is_point(line: str) -> bool:
    return _POINT.fullmatch(line) is not None


def _is_step(line: str) -> bool:
    return _STEP.fullmatch(line) is not None


def _is_quote(line: str) -> bool:
    return _QUOTE.fullmatch(line) is not None


def _is_row(line: str) -> bool:
    stripped = line.strip()
    return len(stripped) > 2 and stripped.startswith("|") and stripped.endswith("|")


def _is_plain(line: str) -> bool:
    return bool(line.strip()) and not any(is_one(line) for is_one, _draw in _KINDS)


def _headings(lines: list[str]) -> str:
    found = []
    for line in lines:
        match = _HEADING.fullmatch(line.strip())
        assert match is not None
        level = min(len(match[1]) + 2, 5)  # the page's own heading is h1, the card's h2
        found.append(f"<h{level}>{_inline(match[2].strip())}</h{level}>")
    return "\n".join(found)


def _points(lines: list[str]) -> str:
    return f"<ul>{_items(lines, _POINT)}</ul>"


def _steps(lines: list[str]) -> str:
    return f"<ol>{_items(lines, _STEP)}</ol>"


def _items(lines: list[str], shape: re.Pattern[str]) -> str:
    return "".join(f"<li>{_inline(match[1].strip())}</li>" for line in lines if (match := shape.fullmatch(line)))


def _quotes(lines: list[str]) -> str:
    said = [_inline(match[1].strip()) for line in lines if (match := _QUOTE.fullmatch(line))]
    return f"<blockquote><p>{'<br>'.join(said)}</p></blockquote>"


def _table(lines: list[str]) -> str:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines if not _RULE.fullmatch(line)
    ]
    headed = len(lines) > 1 and _RULE.fullmatch(lines[1]) is not None and bool(rows)
    head = f"<thead><tr>{_cells(rows[0], 'th')}</tr></thead>" if headed else ""
    body = "".join(f"<tr>{_cells(row, 'td')}</tr>" for row in (rows[1:] if headed else rows))
    return f'<div class="table-wrap"><table class="table">{head}<tbody>{body}</tbody></table></div>'


def _cells(cells: list[str], tag: str) -> str:
    return "".join(f"<{tag}>{_inline(cell)}</{tag}>" for cell in cells)


_KINDS = (
    (_is_heading, _headings),
    (_is_point, _points),
    (_is_step, _steps),
    (_is_quote, _quotes),
    (_is_row, _table),
)


def _inline(text: str) -> str:
    """Links and strong words of one line; the rest escaped."""
    found, last = [], 0
    for match in _LINK.finditer(text):
        found.append(_strong(text[last : match.start()]))
        label, url = match[1], match[2]
        if is_safe_address(url):
            found.append(f'<a href="{escape(url)}" rel="noopener noreferrer">{_strong(label)}</a>')
        else:
            found.append(_strong(match[0]))
        last = match.end()
    found.append(_strong(text[last:]))
    return "".join(found)


def _strong(text: str) -> str:
    return _STRONG.sub(lambda match: f"<strong>{match[1]}</strong>", escape(text))


def plain(text: str) -> str:
    """The text without its signs, in one line, for excerpts."""
    return " ".join(_SIGNS.sub(" ", text).split())
