"""Marks strings for translation where no framework may be imported."""


def gettext_noop(message: str) -> str:
    """Return the English msgid unchanged; its name lets the message extractor find it."""
    return message
