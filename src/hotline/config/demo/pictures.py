"""Small drawn pictures for the files of cases: a street with something wrong, and the same street put right."""

import random
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (480, 360)
VARIANTS = 4
SKY = ((205, 222, 236), (222, 226, 230), (186, 206, 224), (236, 224, 206))
WALLS = ((198, 186, 170), (176, 188, 196), (210, 196, 180), (188, 178, 190))
KINDS = {
    "C01": "cover", "C02": "road", "C03": "bin", "C04": "tree",
    "E01": "rubbish", "E02": "poster", "E03": "rubbish", "E04": "car", "E05": "water", "E06": "door",
}  # fmt: skip


def picture(category: str, *, is_after: bool, variant: int) -> bytes:
    """A JPEG that suits a category (`C0101`); the same arguments give the same bytes."""
    return _drawn(KINDS.get(category[:3], "road"), is_after, variant % VARIANTS)


@cache
def _drawn(kind: str, is_after: bool, variant: int) -> bytes:
    pick = random.Random(f"{kind}:{variant}")
    image = Image.new("RGB", SIZE, SKY[variant])
    draw = ImageDraw.Draw(image)
    _street(draw, pick, variant)
    _DRAW[kind](draw, pick, is_after)
    out = BytesIO()
    image.save(out, "JPEG", quality=78)
    return out.getvalue()


def _street(draw: ImageDraw.ImageDraw, pick: random.Random, variant: int) -> None:
    """Houses, a pavement and the road."""
    left = 0
    while left < SIZE[0]:
        width, height = pick.randint(60, 120), pick.randint(80, 150)
        tone = tuple(part - pick.randint(0, 24) for part in WALLS[variant])
        draw.rectangle((left, 200 - height, left + width - 4, 200), fill=tone)
        for x in range(left + 10, left + width - 20, 24):
            for y in range(212 - height, 180, 30):
                draw.rectangle((x, y, x + 11, y + 15), fill=(92, 108, 124))
        left += width
    draw.rectangle((0, 200, SIZE[0], 250), fill=(178, 176, 170))
    for x in range(-10, SIZE[0], 28):
        draw.line((x, 200, x + 14, 250), fill=(160, 158, 152))
    draw.rectangle((0, 250, SIZE[0], SIZE[1]), fill=(98, 100, 104))
    for x in range(0, SIZE[0], 80):
        draw.rectangle((x, 320, x + 44, 326), fill=(226, 226, 220))


def _cover(draw: ImageDraw.ImageDraw, pick: random.Random, is_after: bool) -> None:
    x, y = pick.randint(140, 260), 268
    draw.ellipse((x, y, x + 92, y + 40), fill=(74, 76, 80) if is_after else (18, 18, 20), outline=(60, 62, 66), width=4)
    if is_after:
        for step in range(12, 84, 12):
            draw.line((x + step, y + 8, x + step, y + 32), fill=(104, 106, 110), width=3)
    else:
        draw.ellipse((x + 66, y - 26, x + 146, y + 8), fill=(84, 86, 90), outline=(60, 62, 66), width=4)


def _road(draw: ImageDraw.ImageDraw, pick: random.Random, is_after: bool) -> None:
    x, y = pick.randint(120, 260), pick.randint(262, 284)
    if is_after:
        draw.rectangle((x - 6, y, x + 130, y + 46), fill=(72, 73, 76))
        return
    corners = [(x + pick.randint(0, 120), y + pick.randint(0, 44)) for _ in range(9)]
    draw.polygon(sorted(corners, key=lambda one: (one[0] // 40, one[1])), fill=(62, 56, 50))
    draw.line([(x + step * 14, y + pick.randint(0, 44)) for step in range(11)], fill=(40, 38, 36), width=4)


def _bin(draw: ImageDraw.ImageDraw, pick: random.Random, is_after: bool) -> None:
    x = pick.randint(150, 290)
    draw.rectangle((x, 176, x + 44, 240), fill=(58, 110, 82))
    draw.rectangle((x - 4, 168, x + 48, 178), fill=(44, 88, 64))
    if not is_after:
        _heap(draw, pick, x - 40, 236, 12)


def _tree(draw: ImageDraw.ImageDraw, pick: random.Random, is_after: bool) -> None:
    x = pick.randint(150, 290)
    draw.rectangle((x, 120, x + 16, 236), fill=(98, 74, 52))
    draw.ellipse((x - 60, 40, x + 76, 150), fill=(86, 128, 78))
    if not is_after:
        draw.line((x - 90, 262, x + 60, 224), fill=(98, 74, 52), width=10)
        draw.ellipse((x - 130, 240, x - 60, 286), fill=(104, 120, 70))


def _rubbish(draw: ImageDraw.ImageDraw, pick: random.Random, is_after: bool) -> None:
    x = pick.randint(130, 280)
    if is_after:
        draw.rectangle((x - 20, 226, x + 110, 248), fill=(190, 188, 182))
    else:
        _heap(draw, pick, x, 250, 26)


def _heap(draw: ImageDraw.ImageDraw, pick: random.Random, x: int, y: int, count: int) -> None:
    for _ in range(count):
        left, top = x + pick.randint(-20, 100), y - pick.randint(0, 34)
        tone = pick.choice(((70, 72, 78), (150, 128, 96), (196, 190, 180), (112, 84, 70), (84, 104, 128)))
        draw.ellipse((left, top, left + pick.randint(14, 34), top + pick.randint(10, 22)), fill=tone)


def _poster(draw: ImageDraw.ImageDraw, pick: random.Random, is_after: bool) -> None:
    for _ in range(7):
        x, y = pick.randint(60, 380), pick.randint(110, 170)
        if is_after:
            draw.rectangle((x, y, x + 30, y + 40), fill=(190, 182, 172))
        else:
            draw.rectangle((x, y, x + 30, y + 40), fill=pick.choice(((214, 178, 92), (196, 92, 84), (238, 236, 226))))
            draw.line((x + 5, y + 12, x + 25, y + 12), fill=(60, 60, 60), width=2)


def _car(draw: ImageDraw.ImageDraw, pick: random.Random, is_after: bool) -> None:
    if is_after:
        return
    x, tone = pick.randint(90, 250), pick.choice(((150, 48, 44), (52, 82, 128), (228, 228, 226), (60, 62, 66)))
    draw.rectangle((x, 204, x + 150, 240), fill=tone)
    draw.polygon([(x + 24, 206), (x + 48, 178), (x + 108, 178), (x + 132, 206)], fill=tone)
    for wheel in (x + 22, x + 104):
        draw.ellipse((wheel, 226, wheel + 28, 254), fill=(28, 28, 30))


def _water(draw: ImageDraw.ImageDraw, pick: random.Random, is_after: bool) -> None:
    x = pick.randint(110, 240)
    tone = (108, 109, 112) if is_after else (110, 136, 152)
    for shift in (0, 40, 86):
        draw.ellipse((x + shift, 258 + shift // 6, x + shift + 110, 296 + shift // 6), fill=tone)


def _door(draw: ImageDraw.ImageDraw, pick: random.Random, is_after: bool) -> None:
    x = pick.randint(170, 270)
    draw.rectangle((x, 120, x + 60, 200), fill=(150, 156, 162) if is_after else (92, 92, 96))
    draw.line((x + 30, 120, x + 30, 200), fill=(70, 72, 76), width=2)
    if not is_after:
        draw.rectangle((x + 8, 144, x + 52, 170), fill=(232, 196, 64))
        draw.line((x + 12, 166, x + 48, 148), fill=(180, 40, 36), width=4)


_DRAW = {
    "cover": _cover,
    "road": _road,
    "bin": _bin,
    "tree": _tree,
    "rubbish": _rubbish,
    "poster": _poster,
    "car": _car,
    "water": _water,
    "door": _door,
}
