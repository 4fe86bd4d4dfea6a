"""Counting languages: by bytes, by repositories, of nothing."""

from portico.portfolio.languages import by_bytes, by_repositories


def test_bytes_are_summed_over_repositories() -> None:
    """The most bytes come first; shares are of all bytes."""
    summary = by_bytes([{"C": 100, "Python": 50}, {"Python": 250}, {}])

    assert [(item.name, item.bytes, item.share, item.repositories) for item in summary.items] == [
        ("Python", 300, 0.75, 2),
        ("C", 100, 0.25, 1),
    ]
    assert (summary.counted, summary.total_bytes, summary.repositories) == ("bytes", 400, 3)


def test_repositories_are_counted_by_their_main_language() -> None:
    """Where bytes are not known, they are null, and shares are of repositories with a language."""
    summary = by_repositories(["C", "Python", "Python", None, "Python"])

    assert [(item.name, item.bytes, item.share, item.repositories) for item in summary.items] == [
        ("Python", None, 0.75, 3),
        ("C", None, 0.25, 1),
    ]
    assert (summary.counted, summary.total_bytes, summary.repositories) == ("repositories", None, 5)


def test_equal_languages_are_in_order_of_their_names() -> None:
    """The same input in any order gives the same document."""
    summary = by_bytes([{"Zig": 1}, {"Ada": 1}])

    assert [item.name for item in summary.items] == ["Ada", "Zig"]


def test_nothing_has_no_share() -> None:
    """No code at all, and languages of no bytes, divide by nothing."""
    assert by_bytes([]).items == []
    assert by_bytes([{"C": 0}]).items[0].share == 0.0
    assert by_repositories([None]).items == []
