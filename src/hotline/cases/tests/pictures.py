"""Builders of files: sound ones, and thirty that must not be kept."""

import io
import struct
import zipfile
import zlib

from PIL import Image


def picture(form="JPEG", size=(64, 48), colour=(200, 90, 30), **options):
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, form, **options)
    return out.getvalue()


def shot(moment="2026:03:09 09:30:15", zone="+08:00", gps=True, form="JPEG"):
    """A picture as a phone takes it: moment, zone and place written in it, lying on its side."""
    image = Image.new("RGB", (640, 480), (10, 120, 60))
    exif = Image.Exif()
    exif[0x0112] = 6
    inner = exif.get_ifd(0x8769)
    inner[0x9003] = moment
    if zone:
        inner[0x9011] = zone
    if gps:
        exif.get_ifd(0x8825).update(
            {1: "N", 2: (37.0, 53.0, 52.008), 3: "E", 4: (112.0, 35.0, 10.0788)},
        )
    out = io.BytesIO()
    image.save(out, form, exif=exif)
    return out.getvalue()


def pdf(extra=b""):
    """The smallest document a reader opens."""
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" + extra + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def wav(seconds=1):
    """Silence."""
    data = b"\x00\x00" * 8000 * seconds
    head = struct.pack("<4sIHHIIHH4sI", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", len(data))
    return b"RIFF" + struct.pack("<I", 4 + len(head) + len(data)) + b"WAVE" + head + data


def mp3():
    """The head of a frame and its body."""
    return b"\xff\xfb\x90\x64" + b"\x00" * 413


def m4a():
    """The family's head with the brand of recordings."""
    return struct.pack(">I", 24) + b"ftypM4A \x00\x00\x00\x00M4A mp42" + b"\x00" * 64


def zipped(name="a.txt", content=b"hello", comment=b""):
    """An archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
        archive.comment = comment
    return out.getvalue()


def chunk(kind, data):
    """A chunk of a PNG with its checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width, height, rows=1):
    """A PNG that says it is huge and packs nothing but zeros."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\x00" * (width * 3 + 1) * rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def text_bomb():
    """A PNG whose comment unpacks to 64 MB."""
    sound = picture("PNG")
    bomb = chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(b"\x00" * 64_000_000, 9))
    return sound[:33] + bomb + sound[33:]


def moving(form):
    """Two frames."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100)
    return out.getvalue()


def flipped(content, at):
    """One byte turned over."""
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


SCRIPT = b"<script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT + b"</svg>"
PAGE = b"<!DOCTYPE html><html><body>" + SCRIPT + b"</body></html>"


def good_files():
    """Name and bytes of files that are kept, with their type."""
    yield "near.jpg", picture(), "image/jpeg"
    yield "NEAR.JPEG", picture(progressive=True), "image/jpeg"
    yield "井盖 修复后.png", picture("PNG"), "image/png"
    yield "one.webp", picture("WEBP"), "image/webp"
    yield "shot.jpg", shot(), "image/jpeg"
    yield "motion.jpg", picture() + b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 300, "image/jpeg"
    yield "letter.pdf", pdf(), "application/pdf"
    yield "call.wav", wav(), "audio/wav"
    yield "call.mp3", mp3(), "audio/mpeg"
    yield "call.m4a", m4a(), "audio/mp4"


def bad_files():
    """Name and bytes of files that are refused, with a word of the reason."""
    jpg, png, webp = picture(size=(300, 200)), picture("PNG"), picture("WEBP")
    yield "empty.jpg", b"", "empty"
    yield "large.jpg", jpg + b"\x00" * 10_000_000, "larger"
    yield "../../etc/passwd.jpg", jpg, "signs"
    yield "..\\..\\boot.jpg", jpg, "signs"
    yield "a\x00.jpg", jpg, "signs"
    yield "photo\u202egpj.exe.jpg", jpg, "signs"
    yield ".jpg", jpg, "signs"
    yield "jpg", jpg, "extension"
    yield f"{'a' * 300}.jpg", jpg, "longer"
    yield "wrong.png", jpg, "ends in"
    yield "run.exe", jpg, "ends in"
    yield "page.html", jpg, "ends in"
    yield "page.jpg", PAGE, "Only"
    yield "drawing.svg", SVG, "Only"
    yield "drawing.png", SVG, "Only"
    yield "words.jpg", b"just words", "Only"
    yield "archive.zip", zipped(), "Only"
    yield "bomb.jpg", zipped(content=b"\x00" * 5_000_000), "Only"
    yield "program.jpg", b"MZ\x90\x00" + b"\x00" * 200, "Only"
    yield "moving.gif", moving("GIF"), "Only"
    yield "phone.heic", struct.pack(">I", 24) + b"ftypheic" + b"\x00" * 64, "HEIC"
    yield "film.mp4", struct.pack(">I", 24) + b"ftypisom" + b"\x00" * 64, "Films"
    yield "cut.jpg", jpg[: len(jpg) // 2], "cut off"
    yield "cut.png", png[:-20], "cut off"
    yield "cut.webp", webp[:-20], "cut off"
    yield "cut.pdf", pdf()[:30], "cut off"
    yield "flipped.png", flipped(png, 45), "damaged"
    yield "flipped.webp", flipped(webp, 16), "damaged"
    yield "huge.png", huge_png(60_000, 60_000), "pixels"
    yield "wide.png", huge_png(40_000, 100), "pixels"
    yield "large.png", huge_png(12_000, 12_000), "pixels"
    yield "text.png", text_bomb(), "damaged"
    yield "moving.webp", moving("WEBP"), "Moving"
    yield "moving.png", moving("PNG"), "Moving"
    yield "both.jpg", jpg + zipped(), "two things"
    yield "both.png", png + zipped(), "two things"
    yield "comment.jpg", jpg + zipped(comment=b"x" * 900), "two things"
    yield "behind.jpg", jpg + PAGE, "two things"
    yield "behind.png", png + b"x", "two things"
    yield "inside.jpg", jpg[:2] + b"\xff\xfe" + struct.pack(">H", len(PAGE) + 2) + PAGE + jpg[2:], "two things"
    yield "php.jpg", jpg + b"<?php system($_GET[0]); ?>", "two things"
    yield "both.pdf", pdf() + zipped(), "two things"
    yield "script.pdf", pdf(b"3 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n"), "programs"
    yield "files.pdf", pdf(b"3 0 obj<</EmbeddedFiles 4 0 R>>endobj\n"), "programs"
    yield "launch.pdf", pdf(b"3 0 obj<</S/Launch/F(cmd.exe)>>endobj\n"), "programs"
    yield "noise.jpg", b"\xff\xd8\xff" + bytes(range(256)) * 40, "cut off"
