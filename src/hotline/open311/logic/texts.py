"""Text that leaves the house: without markup, without characters a format cannot carry, without people. Pure."""

import re
from collections.abc import Iterable

HIDDEN = "*"
# What XML 1.0 and PostgreSQL can both carry.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*>")
_SCRIPT = re.compile(r"<(script|style)\b[^<>]*>.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_ANGLES = str.maketrans({"<": "＜", ">": "＞"})
_MAIL = re.compile(r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
# A run of digits with the usual signs between them; how many digits there are decides what it may be.
_NUMBERS = re.compile(r"(?<![\d.])\+?\(?\d(?:[ \-—–.()（）]{0,2}[\dxX])*(?![\d])")
_MOBILE = re.compile(r"(?:\+?0{0,2}86)?1[3-9]\d{9}")
_LANDLINE = re.compile(r"(?:\+?0{0,2}86)?0\d{9,11}")
_IDENTITY = re.compile(r"\d{17}[\dXx]|\d{15}")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_ROOM = re.compile(r"\d{1,5}(?=\s*(?:室|户|房间|房号))")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_PLATE = re.compile(rf"[{_PROVINCES}][A-HJ-NP-Z][·• ]?[A-HJ-NP-Z0-9]{{4,5}}[A-HJ-NP-Z0-9挂学警港澳]")
_FULL_WIDTH = {ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９", "0123456789", strict=True)}
_MEASURE = re.compile(r"[1-9]?\d{1,2}\.\d{1,7}")  # metres, degrees
NAMED = 2  # a name of fewer characters is a word like any other


def carried(text: str) -> str:
    """The text with what no format carries left out, and one kind of line end."""
    return _UNFIT.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def plain(text: str) -> str:
    """Without markup: tags are dropped, and what is left of angle brackets can open none."""
    return _TAG.sub("", _SCRIPT.sub("", carried(text))).translate(_ANGLES).strip()


def public(text: str, names: Iterable[str] = ()) -> str:
    """What of a report everybody may read: numbers, addresses of mail, rooms, plates and the caller's names masked."""
    shown = plain(text).translate(_FULL_WIDTH)
    for name in names:
        if len(name.strip()) >= NAMED:
            shown = shown.replace(name.strip(), f"{name.strip()[0]}{HIDDEN * 2}")
    shown = _MAIL.sub(lambda found: f"{found[0][0]}{HIDDEN * 3}", shown)
    shown = _PLATE.sub(lambda found: f"{found[0][:2]}{HIDDEN * 5}", shown)
    shown = _NUMBERS.sub(_masked, shown)
    return _ROOM.sub(HIDDEN * 2, shown)


def _masked(found: re.Match[str]) -> str:
    """The number, masked when it may lead to somebody."""
    text = found[0]
    if _MEASURE.fullmatch(text):
        return text
    bare = re.sub(r"[^\dxX+]", "", text)
    if any(form.fullmatch(bare) for form in (_MOBILE, _LANDLINE, _IDENTITY, _LOCAL)) or _is_long(bare):
        return HIDDEN * 3
    return text


def _is_long(bare: str) -> bool:
    """Eleven digits and more are no measure of anything in a street: an account, a card, two numbers side by side."""
    return len(bare.lstrip("+")) >= 11
