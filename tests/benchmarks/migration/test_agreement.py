"""Where two answers differ, in words."""

import pytest

from benchmarks.migration.agreement import difference


@pytest.mark.parametrize(
    ("one", "other", "where"),
    [
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ".a.b[1] is 2 and 3"),
        ({"a": 1}, {"a": 1, "b": 2}, ".b is only there in the other"),
        ({"a": 1}, {}, ".a is only there in one"),
        ([1], [1, 2], "it has 1 and 2 elements"),
        ({"a": None}, {"a": []}, ".a is None and []"),
        ("x", 1, "it is 'x' and 1"),
    ],
)
def test_the_first_difference_is_named(one: object, other: object, where: str) -> None:
    """The way to the value that differs is told, and both values."""
    assert difference(one, other) == where
