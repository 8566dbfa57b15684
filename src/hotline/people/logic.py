"""Names as they are sorted and searched: pinyin in full, then the initials. Pure."""

# Surnames that are read otherwise than the same character elsewhere.
SURNAMES = {
    "尉迟": "yuchi",
    "长孙": "zhangsun",
    "万俟": "moqi",
    "单于": "chanyu",
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "解": "xie",
    "查": "zha",
    "盖": "ge",
    "区": "ou",
    "朴": "piao",
    "翟": "zhai",
    "覃": "qin",
    "缪": "miao",
    "乐": "yue",
    "任": "ren",
    "华": "hua",
    "宁": "ning",
    "员": "yun",
    "召": "shao",
    "种": "chong",
    "重": "chong",
    "秘": "bi",
    "谌": "chen",
    "繁": "po",
    "葛": "ge",
    "尹": "yin",
}
SPAN_OF_A_TEAM = (12, 14)  # A2.7


def name_key(name: str, *, surname_first: bool = True) -> str:
    """`张三` -> `zhangsan zs`: sorts by the whole, is found by either."""
    name = "".join(name.split()) if not name.isascii() else " ".join(name.split())
    if name.isascii():
        parts = name.lower().split()
        return " ".join(dict.fromkeys(["".join(parts), "".join(part[0] for part in parts)]))
    from pypinyin import lazy_pinyin  # noqa: PLC0415 its dictionary costs every process 0.4 s; few name anybody

    head, rest = "", name
    if surname_first:
        head = next((known for known in SURNAMES if name.startswith(known)), "")
        rest = name[len(head) :]
    syllables = ([SURNAMES[head]] if head else []) + [part.lower() for part in lazy_pinyin(rest)]
    initials = "".join(part[0] for part in syllables if part.strip())
    if len(head) > 1:  # a surname of two characters has two initials
        initials = "".join(part[0] for part in lazy_pinyin(head)) + initials[1:]
    return f"{''.join(syllables).replace(' ', '')} {initials}"


def out_of_span(size: int) -> bool:
    """A2.7: a team leader has 12 to 14 members; whether a team of this size is outside."""
    fewest, most = SPAN_OF_A_TEAM
    return not fewest <= size <= most
