"""GitHub's shared cache for anonymous callers, when a world has it turned on."""

from __future__ import annotations

from portico.sandbox import tokens
from tests.sandbox.asking import Asker, value

TARGET = "/repos/solveig/harbor"


def stars(github: Asker, token: str | None = None) -> int:
    """Return the stars that an answer tells of."""
    return int(value(github.get(TARGET, token))["stargazers_count"])


def test_an_anonymous_answer_can_be_a_minute_old(github: Asker) -> None:
    """A change is seen at once with a token, after sixty seconds without."""
    github.world.edge.is_on = True
    before = stars(github)
    github.world.star(TARGET.removeprefix("/repos/"))

    assert stars(github) == before
    assert stars(github, tokens.PUBLIC) == before + 1
    github.now += 60
    assert stars(github) == before + 1


def test_the_edge_ignores_the_version_and_counts(github: Asker) -> None:
    """The stored answer is served whatever version is asked for, and each hit takes a point."""
    github.world.edge.is_on = True
    first = github.get(TARGET)
    hit = github.get(TARGET, headers={"x-github-api-version": "2026-03-10"})

    assert hit.body == first.body
    assert hit.header("x-github-api-version-selected") == "2022-11-28"
    assert (hit.header("accept-ranges"), hit.header("x-ratelimit-used")) == ("bytes", "2")


def test_a_304_of_the_edge_keeps_the_weak_tag(github: Asker) -> None:
    """Unlike the origin's, whose 304 is strong; it costs a point."""
    github.world.edge.is_on = True
    packed = {"accept-encoding": "gzip"}
    tag = github.get(TARGET, headers=packed).header("etag") or ""
    again = github.get(TARGET, headers={**packed, "if-none-match": tag})

    assert (again.status, again.header("etag"), again.points) == (304, tag, 1)


def test_there_is_no_edge_unless_asked_for(github: Asker) -> None:
    """By default every answer is the origin's."""
    before = stars(github)
    github.world.star(TARGET.removeprefix("/repos/"))

    assert stars(github) == before + 1
