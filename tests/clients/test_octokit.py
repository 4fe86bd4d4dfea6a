"""Octokit's own ways: pages as an iterator, validators, media types, redirected writes."""

from __future__ import annotations

from tests.clients.clients import Clients
from tests.support.running import Running


def test_pages_are_read_one_by_one(portico: Running, clients: Clients) -> None:
    """`paginate.iterator` asks for a page only when it is wanted."""
    assert clients.octokit().act("firstPages", login="solveig", pages=2) == [30, 30]
    assert [e.query for e in portico.sandbox.log] == ["", "page=2"]


def test_a_validator_of_porticos_is_confirmed(portico: Running, clients: Clients) -> None:
    """The `ETag` of one answer, sent back, brings a 304 and costs no point.

    GitHub confirms it too: with a validator, fetch sends `Cache-Control: no-cache` of its own.
    """
    assert clients.octokit().act("twice", owner="solveig", repo="harbor") == 304
    assert [(e.status, e.points) for e in portico.sandbox.log] == [(200, 1), (304, 0)]


def test_a_media_type_is_asked_for(clients: Clients) -> None:
    """A file's raw content comes as it is, whether its description is stored or not."""
    octokit = clients.octokit()
    described = octokit.get("/repos/solveig/harbor/contents/docs/index.md")
    raw = octokit.act("raw", owner="solveig", repo="harbor", path="docs/index.md")

    assert described["encoding"] == "base64"
    assert raw == "# Docs\n"


def test_a_write_to_a_renamed_repository_is_redirected(portico: Running, clients: Clients) -> None:
    """The 307 of a write leads back to Portico with method and body, and its effect is seen."""
    octokit = clients.octokit()
    octokit.issues("solveig/harbor")

    number = octokit.open_issue("solveig/old-harbor", "Moved house")

    assert octokit.issues("solveig/harbor")[0] == "Moved house"
    assert octokit.issue("solveig/harbor", number) == "Moved house"
    assert [e.status for e in portico.sandbox.log if e.method == "POST"] == [307, 201]
