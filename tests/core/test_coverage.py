"""Covered mode: what may stay fresh for a day, and all that may not."""

import math
from dataclasses import replace

import pytest

from portico.core.coverage import ACCESS_EVENTS, FRESH_S, Coverage
from portico.core.entry import Entry
from portico.core.freshness import DAY_S
from portico.core.happening import Happening, Hook, RepositoryRef
from portico.core.hooks import APP, ORGANIZATION, REPOSITORY, SETTLING_S, Hooks, Source
from portico.core.resource import RouteClass, classify
from portico.core.webhook import announcing
from tests.core.values import ALICE, NOW, stored

PUBLIC_REPO = RepositoryRef(id=5, full_name="octo/hello", is_private=False, owner_id=9)
PRIVATE_REPO = replace(PUBLIC_REPO, is_private=True)
OF_REPOSITORY = Source(1, REPOSITORY, 5)
OF_OWNER = Source(2, ORGANIZATION, 9)
OF_APP = Source(3, APP, 77)
ISSUES = "/repos/octo/hello/issues"
BEGUN_AT = NOW + SETTLING_S


def told(*events: str, repository: RepositoryRef | None = PUBLIC_REPO) -> Happening:
    """Return the ping of a hook that sends these events."""
    hook = Hook(id=1, kind="", events=frozenset(events))
    return Happening(event="ping", repository=repository, owner="octo", owner_id=9, hook=hook)


def coverage_by(*pings: tuple[Source, Happening]) -> Coverage:
    """Return the coverage after these deliveries, all of them at NOW."""
    known = Hooks()
    for source, happening in pings:
        known.heard(source, happening, now=NOW)
    return Coverage(known)


# Confirmed when the hooks had just begun to reach us.
FRESH = stored(age_s=-SETTLING_S, route_class=RouteClass.MOVING)
EVERYTHING = coverage_by((OF_REPOSITORY, told("*")))


def test_the_time_of_each_class() -> None:
    """A day, and minutes for what somebody acts upon; of other classes nothing is covered."""
    issues = classify(ISSUES)
    found = {
        each: EVERYTHING.life_of(replace(FRESH, route_class=each), issues, is_public=True)
        for each in RouteClass
    }

    assert {each: life.fresh_s for each, life in found.items() if life} == FRESH_S
    assert FRESH_S == {
        RouteClass.SLOW: DAY_S,
        RouteClass.MOVING: DAY_S,
        RouteClass.DECIDING: 300.0,
    }


def test_the_class_still_says_how_long_it_may_rescue() -> None:
    """Covered mode lengthens freshness and nothing else."""
    entry = FRESH
    life = EVERYTHING.life_of(entry, classify(ISSUES), is_public=True)

    assert life == replace(entry.lifetime, fresh_s=DAY_S)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(replace(FRESH, obtained_with=""), id="without a credential"),
        pytest.param(
            replace(FRESH, confirmed_at=BEGUN_AT - 1), id="from before the events reached us"
        ),
        pytest.param(replace(FRESH, unsettled_until=BEGUN_AT + 5), id="of a replica that may lag"),
        pytest.param(replace(FRESH, response=stored(status=404).response), id="not there"),
        pytest.param(replace(FRESH, response=stored(status=301).response), id="elsewhere"),
    ],
)
def test_what_is_not_covered(entry: Entry) -> None:
    """However well the path is announced, not every answer may be relied upon."""
    assert EVERYTHING.life_of(entry, classify(ISSUES), is_public=True) is None


@pytest.mark.parametrize(
    "path",
    [
        "/repos/octo/hello/pulls/5",
        "/repos/octo/hello/releases",
        "/repos/octo/hello/forks",
        "/repos/octo/hello/of-tomorrow",
        "/repos/octo/other/issues",
        "/repositories/6/issues",
        "/users/octo",
        "/users/octo/repos",
        "/search/issues",
        "/user/repos",
    ],
)
def test_paths_that_no_event_announces(path: str) -> None:
    """Untold changes, paths that no table knows, and what the hook does not watch."""
    assert EVERYTHING.since(classify(path), is_public=True) == math.inf


def test_by_name_and_by_id() -> None:
    """The id leads to the name that a delivery told."""
    by_name, by_id = classify(ISSUES), classify("/repositories/5/issues")

    assert EVERYTHING.since(by_name, is_public=True) == BEGUN_AT
    assert EVERYTHING.since(by_id, is_public=True) == BEGUN_AT
    assert EVERYTHING.subject_of(by_id) == "octo/hello"


def test_every_event_is_needed() -> None:
    """Without any one of the announcing events nothing is covered; together, from the last on."""
    needed = announcing("issues") or frozenset()
    route = classify(ISSUES)
    lacking = [
        coverage_by((OF_REPOSITORY, told(*needed - {each}))).since(route, is_public=True)
        for each in needed
    ]
    known = Hooks()
    known.heard(OF_REPOSITORY, told(*needed - {"label"}), now=NOW)
    known.heard(OF_APP, told("label"), now=NOW + 70)

    assert lacking == [math.inf] * len(needed)
    assert Coverage(known).since(route, is_public=True) == BEGUN_AT + 70


def test_what_is_learnt_later_counts() -> None:
    """The reckoning is not kept beyond the next change of what is known."""
    known = Hooks()
    coverage = Coverage(known)
    route = classify(ISSUES)
    before = coverage.since(route, is_public=True)
    known.heard(OF_REPOSITORY, told("*"), now=NOW)
    between = coverage.since(route, is_public=True)
    known.heard(OF_REPOSITORY, Happening(event="meta", action="deleted"), now=NOW)

    assert (before, between) == (math.inf, BEGUN_AT)
    assert coverage.since(route, is_public=True) == math.inf


@pytest.mark.parametrize(
    ("source", "events", "repository", "is_public", "is_covered"),
    [
        (OF_REPOSITORY, ("*",), PUBLIC_REPO, False, True),
        (OF_REPOSITORY, ("*",), PRIVATE_REPO, False, False),
        (OF_REPOSITORY, ("*",), PRIVATE_REPO, True, True),
        (OF_OWNER, ("*",), PRIVATE_REPO, False, True),
        (OF_APP, ("*",), PRIVATE_REPO, False, True),
        (OF_OWNER, (*(announcing("issues") or ()),), PRIVATE_REPO, False, False),
        (OF_OWNER, (*(announcing("issues") or ()), *ACCESS_EVENTS), PRIVATE_REPO, False, True),
        (OF_OWNER, ("*",), None, False, True),
        (OF_OWNER, (*(announcing("issues") or ()),), None, False, False),
    ],
)
def test_whose_sight_of_it_may_end(
    source: Source,
    events: tuple[str, ...],
    repository: RepositoryRef | None,
    *,
    is_public: bool,
    is_covered: bool,
) -> None:
    """Of what is not known to be public, the events that take access away must reach us as well."""
    coverage = coverage_by((source, told(*events, repository=repository)))

    since = coverage.since(classify(ISSUES), is_public=is_public)
    assert since == (BEGUN_AT if is_covered else math.inf)


@pytest.mark.parametrize(
    "path", ["/orgs/octo/repos", "/users/octo/repos", "/organizations/9/repos"]
)
def test_the_list_of_an_owners_repositories(path: str) -> None:
    """An organisation's hook announces it, as each repository in it; a repository's does not."""
    coverage = coverage_by((OF_OWNER, told("*")))

    assert coverage.since(classify(path), is_public=False) == BEGUN_AT
    assert EVERYTHING.since(classify(path), is_public=False) == math.inf


def test_nothing_is_covered_where_no_hook_is_known() -> None:
    """Without deliveries all is as its class says."""
    entry = replace(FRESH, obtained_with=ALICE)

    assert coverage_by().life_of(entry, classify(ISSUES), is_public=True) is None
