"""Files over HTTP: the bytes with ranges, and previews. Never trusted to the browser's guess, never kept by a proxy."""

import re
from pathlib import Path
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.utils.cache import patch_vary_headers
from django.utils.http import content_disposition_header, parse_etags

from hotline.cases.logic import filetypes
from hotline.cases.models import Attachment
from hotline.cases.queries import files
from hotline.core.pages import SIGNED_IN, Request, view

RANGE = re.compile(r"bytes=(\d*)-(\d*)")
# What a browser shows in place; everything else is saved, so that a document never runs beside our pages.
SHOWN = filetypes.PICTURES | filetypes.SOUNDS


@view(SIGNED_IN, methods=("GET",))
def file(request: Request, key: UUID) -> HttpResponse:
    """The bytes of a file to whoever may see its case; 404 to everybody else."""
    row = get_object_or_404(Attachment.objects.visible_to(request.user), pk=key)
    etag = f'"{row.sha256}"'
    if _is_known(request, etag):
        return _guarded(HttpResponseNotModified(), etag)
    path = _found(files.path_of(row.sha256))
    response = _part(request, path, row.media_type, etag)
    response.headers["Content-Disposition"] = (
        content_disposition_header(row.media_type not in SHOWN, row.name) or "attachment"
    )
    return _guarded(response, etag)


@view(SIGNED_IN, methods=("GET",))
def preview(request: Request, key: UUID) -> HttpResponse:
    """The small preview of a picture."""
    row = get_object_or_404(Attachment.objects.visible_to(request.user), pk=key)
    etag = f'"{row.sha256}-preview"'
    if _is_known(request, etag):
        return _guarded(HttpResponseNotModified(), etag)
    if not files.is_picture(row):
        raise Http404
    _found(files.path_of(row.sha256))
    return _guarded(HttpResponse(files.preview_of(row).read_bytes(), content_type="image/jpeg"), etag)


def _found(path: Path) -> Path:
    if not path.is_file():
        raise Http404
    return path


def _is_known(request: Request, etag: str) -> bool:
    return etag in parse_etags(request.headers.get("If-None-Match", ""))


def _guarded(response: HttpResponse, etag: str) -> HttpResponse:
    """Asked again at each showing, so that a permission that ended ends here too; nothing in it may run."""
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "private, no-cache"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    patch_vary_headers(response, ["Cookie"])
    return response


def _part(request: Request, path: Path, media_type: str, etag: str) -> HttpResponse:
    """The whole file, or the one range that is asked for (players of recordings skip by ranges)."""
    content = path.read_bytes()  # at most filetypes.MOST_BYTES
    size = len(content)
    asked = RANGE.fullmatch(request.headers.get("Range", "").strip())
    fits = request.headers.get("If-Range", etag) == etag
    if asked is None or not any(asked.groups()) or not fits:
        return HttpResponse(content, content_type=media_type, headers={"Accept-Ranges": "bytes"})
    first, last = _bounds(asked[1], asked[2], size)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    said = {"Accept-Ranges": "bytes", "Content-Range": f"bytes {first}-{last}/{size}"}
    return HttpResponse(content[first : last + 1], status=206, content_type=media_type, headers=said)


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """First and last byte of `5-9`, `5-` and `-5`; first behind last when nothing is left."""
    if not first:
        return (max(0, size - int(last)), size - 1) if int(last) else (size, size - 1)
    return int(first), min(int(last) if last else size - 1, size - 1)
