"""For every test of this area: nothing leaves the house, texts lie on a shelf."""

import pytest

from hotline.messages.tests.builders import SENDER, Shelf


@pytest.fixture(autouse=True)
def shelf(settings):
    """What was sent."""
    settings.MESSAGE_SENDERS = {"sms": SENDER, "mail": SENDER}
    Shelf.clear()
    return Shelf
