"""Keys for files."""

from datetime import UTC, datetime, timedelta

from hotline.core.ids import uuid7

AT = datetime(2026, 3, 9, 1, 2, 3, 456789, tzinfo=UTC)


def test_a_key_is_a_uuid_of_version_7_that_tells_its_moment():
    key = uuid7(AT)
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert key.int >> 80 == int(AT.timestamp() * 1000)


def test_later_keys_sort_after_earlier_ones_and_none_repeats():
    keys = [uuid7(AT + timedelta(milliseconds=step)) for step in range(200)]
    assert keys == sorted(keys)
    assert len({uuid7(AT) for _ in range(1000)}) == 1000
