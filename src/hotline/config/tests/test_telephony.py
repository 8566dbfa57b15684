"""What `./run telephony` is told."""

import pytest

from hotline.config.telephony import options_from


def test_the_number_of_an_instance_is_a_number(capsys):
    assert options_from(["start", "--caller-id", "+862412345"]).caller_id == "+862412345"
    with pytest.raises(SystemExit):
        options_from(["start", "--caller-id", "12a"])
    assert "1 to 20 digits" in capsys.readouterr().err
