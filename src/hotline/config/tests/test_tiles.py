"""The content security policy and the tile server of maps."""

import pytest

from hotline.config import env


def test_the_policy_lets_in_the_tile_server_and_nothing_else() -> None:
    assert env.origins("") == []
    assert env.origins("https://tiles.example.org/{z}/{x}/{y}.png") == ["https://tiles.example.org"]
    assert env.origins("https://{s}.example.org/{z}/{x}/{y}.png") == ["https://*.example.org"]
    for wrong in ("tiles.example.org/{z}", "javascript:alert(1)", "https://a b/{z}", "https://'unsafe-inline'/{z}"):
        with pytest.raises(SystemExit):
            env.origins(wrong)
