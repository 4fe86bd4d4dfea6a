"""PyGithub's own ways: objects that complete themselves, and conditional updates."""

from __future__ import annotations

from tests.clients.clients import Clients
from tests.support.running import Running


def test_an_object_completes_itself_from_portico(portico: Running, clients: Clients) -> None:
    """What a list leaves out is fetched from the `url` in its items, which is Portico's."""
    issue = clients.pygithub().github.get_repo("solveig/harbor").get_issue(1)

    assert issue.user.url == f"{portico.github}/users/solveig"
    assert issue.user.bio == "Charts, tides and slow software."
    assert portico.sandbox.log[-1].path == "/users/solveig"


def test_an_update_of_what_has_not_changed_costs_nothing(
    portico: Running, clients: Clients
) -> None:
    """`update()` sends Portico's validator back and is told that nothing is new."""
    user = clients.pygithub().github.get_user("solveig")
    asked = portico.sandbox.calls()

    assert user.update() is False
    assert portico.sandbox.calls() == asked


def test_an_update_sees_what_has_changed(portico: Running, clients: Clients) -> None:
    """`update()` of something stale asks GitHub again and takes the new state in."""
    repository = clients.pygithub().github.get_repo("nordlys/kelp")
    portico.sandbox.world["nordlys/kelp"].description = "Seaweed"
    portico.clock.advance(30 * 86_400)

    assert repository.update() is True
    assert repository.description == "Seaweed"


def test_counting_reads_the_last_link(portico: Running, clients: Clients) -> None:
    """`totalCount` asks for a page of one and reads the number in `rel="last"`."""
    repositories = clients.pygithub().github.get_user("solveig").get_repos()

    assert repositories.totalCount == 120
    assert portico.sandbox.log[-1].query == "per_page=1"
