"""The stub's GitHub: sizes, names and pages are those of real answers."""

import json

import pytest

from benchmarks.harness import world
from portico.portfolio.decode import read_languages, read_repositories, read_repository, read_user


def _body(target: str) -> bytes:
    found = world.find(target)
    assert found is not None
    return found.body


@pytest.mark.parametrize(
    ("target", "least", "most"),
    [
        ("/users/solveig-9", 1_700, 2_300),
        ("/repos/solveig/harbor", 5_000, 7_000),
        ("/users/solveig-9/repos?per_page=100", 45_000, 55_000),
    ],
)
def test_answers_have_the_size_of_githubs(target: str, least: int, most: int) -> None:
    """A user has about 2 KB, a repository 6, nine of them in a list 50."""
    assert least < len(_body(target)) < most


def test_answers_are_what_the_portfolio_reads() -> None:
    """Every body is decoded by the product's own readers."""
    assert read_user(_body("/users/solveig-28")).public_repos == 28
    assert read_repository(_body("/repos/solveig/harbor")).full_name == "solveig/harbor"
    assert len(read_repositories(_body("/users/solveig-28/repos?per_page=100"))) == 28
    assert read_languages(_body("/repos/solveig/harbor/languages"))["Python"] > 0


def test_a_login_says_how_many_repositories_it_has() -> None:
    """`solveig-117` has 117 repositories on two pages, each repository once."""
    query = "per_page=100&type=owner&sort=full_name"
    first = json.loads(_body(f"/users/solveig-117/repos?{query}&page=1"))
    second = json.loads(_body(f"/users/solveig-117/repos?{query}&page=2"))

    assert (len(first), len(second)) == (100, 17)
    assert len({item["id"] for item in first + second}) == 117
    assert all(item["owner"]["login"] == "solveig-117" for item in first)


def test_a_page_names_those_beside_it() -> None:
    """The first page's Link leads to the next and the last, on the host that was asked."""
    found = world.find("/users/solveig-117/repos?per_page=100&page=1")

    assert found is not None
    assert '&page=2>; rel="next"' in found.link("stub:1")
    assert found.link("stub:1").startswith("<http://stub:1/users/solveig-117/repos?")


def test_what_is_not_there_is_not_found() -> None:
    """A path that GitHub does not have has no answer."""
    assert world.find("/nothing/here") is None
