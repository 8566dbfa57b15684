"""For every test of this area: what goes out lies on a shelf."""

import pytest

from hotline.messages.tests.builders import SENDER, Shelf


@pytest.fixture(autouse=True)
def shelf(settings):
    """No test sends anything to anybody."""
    settings.MESSAGE_SENDERS = {"sms": SENDER, "mail": SENDER}
    Shelf.clear()
    return Shelf
