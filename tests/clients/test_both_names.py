"""A repository has two names, `/repos/{owner}/{name}` and `/repositories/{id}`; clients mix them.

`Link` fields and redirects carry ids, so that one and the same program reads by one name and
writes by the other. It must see its own writes even where Portico has never been told that the two
are one: the lists here are empty, so nothing in them names the repository.
"""

from __future__ import annotations

import pytest

from portico.sandbox.tokens import EIRIK, SOLVEIG
from tests.clients.clients import Clients
from tests.support.running import Running

BY_NAME = "/repos/solveig/amber-beacon/issues"


@pytest.fixture
def by_id(portico: Running) -> str:
    """The same list by the repository's id."""
    return f"/repositories/{portico.sandbox.world['solveig/amber-beacon'].id}/issues"


def test_what_was_written_by_id_is_seen_by_name(clients: Clients, by_id: str) -> None:
    """A list that others have read by name holds what one client has since written by id."""
    writer, reader = clients.gidgethub(SOLVEIG), clients.gidgethub(EIRIK)
    before = reader.get(BY_NAME)
    writer.run(lambda api: api.post(by_id, data={"title": "By id"}))

    assert before == []
    assert [issue["title"] for issue in reader.get(BY_NAME)] == ["By id"]


def test_what_was_written_by_name_is_seen_by_id(clients: Clients, by_id: str) -> None:
    """A list read by id holds what the same client has since written by name."""
    client = clients.gidgethub()
    before = client.get(by_id)
    client.run(lambda api: api.post(BY_NAME, data={"title": "By name"}))

    assert before == []
    assert [issue["title"] for issue in client.get(by_id)] == ["By name"]


def test_where_github_does_not_tell_the_name_the_writer_still_sees_it(
    portico: Running, clients: Clients, by_id: str
) -> None:
    """Also a write whose answer does not name the repository is seen by its writer's next read."""
    client = clients.gidgethub()
    number = portico.sandbox.world.open_issue("solveig/amber-beacon", "Talk", login="eirik").number
    comments = f"{BY_NAME}/{number}/comments"
    before = client.get(comments)
    client.run(lambda api: api.post(f"{by_id}/{number}/comments", data={"body": "By id"}))

    assert before == []
    assert [comment["body"] for comment in client.get(comments)] == ["By id"]
