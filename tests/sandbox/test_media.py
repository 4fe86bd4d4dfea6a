"""Which representation an Accept header means."""

from __future__ import annotations

import pytest

from portico.sandbox.media import Media, choose


@pytest.mark.parametrize(
    ("accept", "param", "header"),
    [
        ("", "", "github.v3; format=json"),
        ("*/*", "", "github.v3; format=json"),
        ("application/json", "", "github.v3; format=json"),
        ("application/vnd.github+json", "", "github.v3; format=json"),
        ("application/vnd.github.v3+json", "", "github.v3; format=json"),
        ("application/vnd.github.nebula-preview+json", "", "github.v3; format=json"),
        ("application/vnd.github.star+json", "star", "github.v3; param=star; format=json"),
        ("application/vnd.github.v3.raw", "raw", "github.v3; param=raw"),
        ("application/vnd.github.raw+json", "raw", "github.v3; param=raw; format=json"),
        ("text/html, application/json", "", "github.v3; format=json"),
        ("*/*;q=0.1, application/vnd.github.diff", "diff", "github.v3; param=diff"),
        ("application/vnd.github.raw;q=0, */*", "", "github.v3; format=json"),
    ],
)
def test_the_best_known_type_is_chosen(accept: str, param: str, header: str) -> None:
    """Weights decide, unknown types are passed over, and the choice is echoed as GitHub does."""
    media = choose(accept)

    assert media is not None
    assert (media.param, media.header) == (param, header)


@pytest.mark.parametrize("accept", ["text/html", "application/xml;q=0.9, text/csv", "*/*;q=0"])
def test_nothing_acceptable_is_none(accept: str) -> None:
    """What leaves out everything GitHub has cannot be answered."""
    assert choose(accept) is None


def test_octets_are_a_choice_of_their_own() -> None:
    """application/octet-stream asks for a file, not for its description."""
    assert choose("application/octet-stream") == Media(is_json=False, is_octets=True)
