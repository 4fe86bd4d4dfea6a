"""What every client library must find at Portico, each asked in its own idiom.

Reading, paging, renamed repositories, searching, a write and its own next read, and the exception
that the library's users know for every refusal of GitHub's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from portico.sandbox import Fault, FaultKind
from portico.sandbox.tokens import FINE_GRAINED, INGRID, SOLVEIG
from tests.clients.clients import NAMES, Clients
from tests.clients.driver import Driver, Trouble
from tests.support.running import Running

# The URLs in answers begin with the sandbox's own address, where a stranger would be noticed, or as
# GitHub's do, where a client that followed them would be lost.
BOTH_BASES = pytest.mark.parametrize("links_to", [None, "https://api.github.com"])
EVERY = pytest.mark.parametrize("name", NAMES)

HARBOR = "solveig/harbor"


@EVERY
def test_a_user_is_read(name: str, portico: Running, clients: Clients) -> None:
    """A client reads a user, whatever letters the name has."""
    assert clients.named(name).user("solveig") == "Solveig Åsen"
    assert portico.sandbox.calls("/users/solveig") == 1


@BOTH_BASES
@EVERY
def test_all_pages_come_from_portico(name: str, portico: Running, clients: Clients) -> None:
    """120 repositories are paged through with Portico alone, the second time at no cost."""
    first = clients.named(name).repositories("solveig", per_page=50)
    cost = portico.sandbox.points()
    again = clients.named(name).repositories("solveig", per_page=50)

    assert len(set(first)) == len(first) == 120
    assert len([e for e in portico.sandbox.log if "page=3" in e.query]) >= 1
    assert again == first
    assert portico.sandbox.points() == cost


@BOTH_BASES
@EVERY
def test_a_renamed_repository_is_followed(name: str, portico: Running, clients: Clients) -> None:
    """A repository is found under its old name, by way of its id, and all of it at Portico."""
    assert clients.named(name).repository("solveig/old-harbor") == HARBOR
    assert [e.status for e in portico.sandbox.log] == [301, 200]


@EVERY
def test_a_search_finds(name: str, clients: Clients) -> None:
    """A search with a qualifier is answered."""
    assert clients.named(name).search("kelp user:nordlys") == ["nordlys/kelp"]


@EVERY
def test_a_new_issue_is_seen_at_once(name: str, clients: Clients) -> None:
    """A client that opens an issue sees it in whatever it had read before, by name and by id."""
    driver = clients.named(name)
    path = "/repositories/5000/issues"
    before = driver.issues(HARBOR), driver.get(path)
    with pytest.raises(driver.raises[Trouble.NOT_FOUND]):
        driver.issue(HARBOR, 131)

    number = driver.open_issue(HARBOR, "The ferry is late")

    assert number == 131
    assert driver.issue(HARBOR, number) == "The ferry is late"
    assert driver.issues(HARBOR)[0] == "The ferry is late" != before[0][0]
    assert [issue["number"] for issue in driver.get(path)[:2]] == [131, before[1][0]["number"]]


@dataclass(frozen=True, slots=True)
class Refused:
    """A call that GitHub refuses, and what the caller is told."""

    trouble: Trouble
    call: Callable[[Driver], object]
    status: int
    message: str
    token: str = SOLVEIG


def _read_user(driver: Driver) -> object:
    return driver.user("eirik")


REFUSED = (
    Refused(
        Trouble.BAD_CREDENTIAL,
        _read_user,
        401,
        "Bad credentials",
        token="ghp_" + "x" * 36,
    ),
    Refused(
        Trouble.FORBIDDEN,
        lambda driver: driver.open_issue(HARBOR, "Not mine to open"),
        403,
        "Resource not accessible by personal access token",
        token=FINE_GRAINED,
    ),
    Refused(
        Trouble.NOT_FOUND,
        lambda driver: driver.repository("solveig/secret-cove"),
        404,
        "Not Found",
        token=INGRID,
    ),
    Refused(
        Trouble.INVALID, lambda driver: driver.open_issue(HARBOR, " "), 422, "Validation Failed"
    ),
)

# The trouble that GitHub makes, and the one that Portico's own answer makes while it lasts.
SECONDARY = "You have exceeded a secondary rate limit"
LIMITS = (
    (
        Trouble.PRIMARY,
        Trouble.PRIMARY,
        403,
        "API rate limit exceeded for",
        Fault(FaultKind.PRIMARY),
    ),
    (
        Trouble.SECONDARY,
        Trouble.SECONDARY,
        403,
        SECONDARY,
        Fault(FaultKind.SECONDARY, retry_after_s=30),
    ),
    (
        Trouble.SECONDARY_429,
        Trouble.SECONDARY,
        429,
        SECONDARY,
        Fault(FaultKind.SECONDARY, retry_after_s=30, status=429),
    ),
)


@EVERY
def test_a_refusal_is_the_exception_that_users_know(
    name: str, clients: Clients, subtests: pytest.Subtests
) -> None:
    """What GitHub refuses is raised as with GitHub itself, with its status and message."""
    for refused in REFUSED:
        with subtests.test(refused.trouble):
            driver = clients.named(name, refused.token)

            _is_raised(driver, refused)


@EVERY
def test_a_limit_is_the_exception_that_users_know(
    name: str, portico: Running, clients: Clients, subtests: pytest.Subtests
) -> None:
    """A limit is raised as with GitHub itself, also while Portico answers in GitHub's place."""
    driver = clients.named(name)
    for trouble, later, status, message, fault in LIMITS:
        with subtests.test(trouble):
            portico.sandbox.faults.add(fault)

            _is_raised(driver, Refused(trouble, _read_user, status, message))
            _is_raised(driver, Refused(later, _read_user, 403, message))

            assert portico.sandbox.calls() == 1
        portico.sandbox.reset_counters()
        portico.clock.advance(2 * 3600)  # both kinds of limit are over


def _is_raised(driver: Driver, refused: Refused) -> None:
    expected = driver.raises[refused.trouble]
    with pytest.raises(expected) as raised:
        refused.call(driver)
    status, message = driver.told(raised.value)

    assert raised.type is expected
    assert status == refused.status
    assert refused.message in message
