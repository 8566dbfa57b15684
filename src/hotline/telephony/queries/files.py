"""Where recordings lie."""

from pathlib import Path

from django.conf import settings

from hotline.telephony.models import Recording


def folder() -> Path:
    """The folder of all recordings."""
    return Path(settings.VAR) / "recordings"


def file_of(recording: Recording) -> Path:
    """The file of a recording."""
    return folder() / recording.path
