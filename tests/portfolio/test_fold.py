"""Folds: whole pictures, pictures with holes, and none."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.errors import (
    BudgetExhausted,
    GitHubBroken,
    GitHubTimedOut,
    GitHubUnreachable,
    NotFound,
    PorticoError,
)
from portico.portfolio.fold import (
    fold_languages,
    fold_portfolio,
    fold_repositories,
    fold_repository,
    fold_user,
)
from portico.portfolio.model import Languages, Portfolio, RepositoryPage
from portico.portfolio.page import window_of
from portico.portfolio.part import refusal
from portico.portfolio.plan import (
    languages_plan,
    portfolio_plan,
    repositories_plan,
    repository_plan,
    user_plan,
)
from tests.portfolio.canned import LATE, GitHub, repositories, repository, run, user


def portfolio(github: GitHub, *, frugal: bool = False) -> Portfolio:
    """Ask and fold a portfolio."""
    return fold_portfolio(run(portfolio_plan("solveig", frugal=frugal), github), frugal=frugal)


def languages(github: GitHub, *, frugal: bool = False) -> Languages:
    """Ask and fold languages."""
    return fold_languages(run(languages_plan("solveig", frugal=frugal), github), frugal=frugal)


def page(github: GitHub, *, limit: int = 30) -> RepositoryPage:
    """Ask and fold a page of repositories."""
    parts = run(repositories_plan("solveig"), github)
    return fold_repositories(parts, window_of("solveig", limit=limit))


def test_a_user_is_folded() -> None:
    """The user's picture is the user."""
    assert fold_user(run(user_plan("solveig"), GitHub())).name == "Solveig Å"


def test_a_repository_is_folded() -> None:
    """The repository's picture is the repository."""
    parts = run(repository_plan("solveig", "repo-0003"), GitHub(repositories(5)))

    assert fold_repository(parts).full_name == "solveig/repo-0003"


@pytest.mark.parametrize("count", [0, 1, 100, 101, 120, 1000])
def test_a_portfolio_holds_all_repositories(count: int) -> None:
    """Nothing is cut off, whatever the number of pages."""
    found = portfolio(GitHub(repositories(count)))

    assert found.complete
    assert found.repositories is not None
    assert {item.id for item in found.repositories} == set(range(1, count + 1))
    assert found.totals is not None
    assert found.totals.repositories == count
    assert found.languages is not None
    assert found.languages.total_bytes == 400 * count


def test_a_portfolio_is_told_in_one_line_a_part() -> None:
    """120 calls for languages make one line."""
    found = portfolio(GitHub(repositories(120)))

    assert [(part.name, part.state, part.asked) for part in found.parts] == [
        ("user", "fresh", 1),
        ("repos", "fresh", 2),
        ("languages", "fresh", 120),
    ]


def test_the_last_pushed_to_comes_first() -> None:
    """A portfolio shows what is alive first."""
    items = [repository(n, pushed_at=f"20{n}-01-01T00:00:00Z") for n in (11, 25, 18)]

    found = portfolio(GitHub(items))

    assert found.repositories is not None
    assert [item.id for item in found.repositories] == [25, 18, 11]


def test_totals_are_sums_over_all() -> None:
    """Stars, forks and sizes are summed; forks and archived repositories are counted."""
    items = [
        repository(1, stargazers_count=5, forks_count=2, size=10, open_issues_count=1),
        repository(2, stargazers_count=7, forks_count=0, size=20, open_issues_count=0, fork=True),
        repository(
            3, stargazers_count=0, forks_count=1, size=0, open_issues_count=4, archived=True
        ),
    ]

    totals = portfolio(GitHub(items)).totals

    assert totals is not None
    assert totals.model_dump() == {
        "repositories": 3,
        "forked_from_others": 1,
        "archived": 1,
        "stars": 12,
        "forks": 3,
        "open_issues_and_pulls": 5,
        "size_kib": 30,
    }


def test_languages_of_forks_do_not_count() -> None:
    """What others wrote is not counted for the owner, in bytes or in repositories."""
    github = GitHub([repository(1), repository(2, fork=True)])

    found, frugal = languages(github), languages(github, frugal=True)

    assert (found.repositories, found.total_bytes, found.complete) == (1, 400, True)
    assert (frugal.repositories, frugal.items[0].repositories) == (1, 1)


def test_without_a_credential_repositories_are_counted_and_it_is_said() -> None:
    """A frugal answer is complete in what it promises, and says what it does not."""
    items = [repository(1), repository(2, language="C"), repository(3, language=None)]

    found = portfolio(GitHub(items), frugal=True)

    assert found.complete
    assert [reduction.part for reduction in found.reduced] == ["languages"]
    assert "GitHub token" in found.reduced[0].reason
    assert found.languages is not None
    assert found.languages.counted == "repositories"
    assert [(item.name, item.repositories) for item in found.languages.items] == [
        ("C", 1),
        ("Python", 1),
    ]


def test_with_a_credential_nothing_is_reduced() -> None:
    """Only a frugal answer speaks of a reduction."""
    assert portfolio(GitHub(repositories(3))).reduced == []


def test_failed_languages_leave_the_rest() -> None:
    """A secondary part that fails is named, with its reason; what is known is counted."""
    github = GitHub(repositories(3), instead={"/repos/solveig/repo-0002/languages": 502})

    found = portfolio(github)

    assert not found.complete
    assert found.languages is not None
    assert (found.languages.repositories, found.languages.total_bytes) == (2, 800)
    assert found.parts[2].state == "partial"
    assert found.parts[2].failures[0].name == "languages/solveig/repo-0002"
    assert "502" in found.parts[2].failures[0].reason


def test_languages_that_are_not_known_are_not_empty() -> None:
    """Where no call for languages was answered, there are none to show, not zero."""
    github = GitHub(repositories(1), instead={"/repos/solveig/repo-0001/languages": 502})

    found = portfolio(github)

    assert (found.languages, found.parts[2].state) == (None, "missing")
    with pytest.raises(PorticoError, match="502"):
        languages(github)


def test_a_failed_page_is_named_and_the_total_is_not_guessed() -> None:
    """With a page missing, the rest is shown and the total is not known."""
    second = "/users/solveig/repos?per_page=100&type=owner&sort=full_name&page=2"
    github = GitHub(repositories(120), instead={second: LATE})

    found = page(github, limit=100)

    assert (found.complete, found.total, len(found.items)) == (False, None, 100)
    assert found.parts[0].state == "partial"
    assert found.parts[0].failures[0].name == "repos/2"


def test_a_failed_list_leaves_the_user() -> None:
    """Without the list there are no repositories, totals or languages, rather than empty ones."""
    found = portfolio(GitHub(repositories(3), instead={"/users/solveig/repos": 503}))

    assert found.user is not None
    assert (found.repositories, found.totals, found.languages) == (None, None, None)
    assert [part.state for part in found.parts] == ["fresh", "missing", "missing"]


def test_a_failed_user_leaves_the_repositories() -> None:
    """While GitHub fails to tell of the user, the rest is shown."""
    found = portfolio(GitHub(repositories(3), instead={"/users/solveig": 500}))

    assert (found.user, found.complete) == (None, False)
    assert found.repositories is not None
    assert len(found.repositories) == 3


def test_an_unknown_user_is_not_found() -> None:
    """There is no picture of a user whom GitHub does not know."""
    github = GitHub(instead={"/users/solveig": 404, "/users/solveig/repos": 404})

    for fold in (portfolio, languages, page):
        with pytest.raises(NotFound):
            fold(github)


@pytest.mark.parametrize("failure", [GitHubUnreachable(), GitHubTimedOut(), BudgetExhausted()])
def test_where_all_failed_there_is_no_picture(failure: PorticoError) -> None:
    """Nothing is made up where GitHub cannot be reached."""
    github = GitHub(instead={"/users/solveig": failure, "/users/solveig/repos": failure})

    with pytest.raises(type(failure)):
        portfolio(github)


@pytest.mark.parametrize("body", [b"", b"null", b"[1]", b"{}", b"<html>", b'{"message":"hi"}'])
def test_a_user_of_another_shape_is_githubs_failure(body: bytes) -> None:
    """A body that is no user is not shown as one."""
    with pytest.raises(GitHubBroken, match="unexpected shape"):
        fold_user(run(user_plan("solveig"), GitHub(instead={"/users/solveig": body})))


def test_a_part_of_another_shape_is_missing() -> None:
    """In a composed picture a body of the wrong shape is a failed part."""
    found = portfolio(GitHub(instead={"/users/solveig/repos": b'{"message":"hi"}'}))

    assert found.parts[1].state == "missing"
    assert "unexpected shape" in (found.parts[1].reason or "")


def test_a_repository_that_moved_between_pages_is_counted_once() -> None:
    """Pages are read at different moments; a repository may be on two of them."""
    items = repositories(120)
    items[100] = items[99]

    found = page(GitHub(items), limit=100)

    assert (found.total, found.complete) == (119, True)


@pytest.mark.parametrize(
    "text", ["<script>alert(1)</script>", "東京 🏯 é", "\u202egpj.exe", '"\\\n\x00']
)
def test_hostile_text_passes_as_data(text: str) -> None:
    """Whatever people write survives the fold unchanged."""
    items = [repository(1, name=text, description=text, homepage=text, topics=[text])]

    found = portfolio(GitHub(items, user=user(name=text, bio=text, blog=text)))
    again = Portfolio.model_validate_json(found.model_dump_json())

    assert again == found
    assert again.user is not None
    assert again.user.name == text
    assert again.repositories is not None
    assert again.repositories[0].name == text
    assert again.repositories[0].homepage_url is None


def test_a_language_may_have_any_name() -> None:
    """Languages are data too."""
    found = languages(GitHub(repositories(1), languages={"C++": 1, "<b>": 1, "": 1}))

    assert {item.name for item in found.items} == {"C++", "<b>", ""}


TARGETS = [
    "/users/solveig",
    *(f"/users/solveig/repos?per_page=100&type=owner&sort=full_name&page={n}" for n in (1, 2)),
    *(f"/repos/solveig/repo-{n:04}/languages" for n in (1, 2, 3, 101)),
]
OUTCOMES = st.sampled_from([404, 403, 429, 500, 202, LATE, b"{}", b"[]", b"", GitHubUnreachable()])


@given(
    instead=st.dictionaries(st.sampled_from(TARGETS), OUTCOMES),
    frugal=st.booleans(),
    shuffler=st.randoms(use_true_random=False),
)
def test_any_failures_leave_a_picture_or_its_refusal(
    instead: dict[str, int | bytes | PorticoError | str], *, frugal: bool, shuffler: random.Random
) -> None:
    """Whatever fails: complete if and only if nothing did, in any order; never another error."""
    parts = run(
        portfolio_plan("solveig", frugal=frugal), GitHub(repositories(103), instead=instead)
    )
    shuffled = shuffler.sample(parts, len(parts))
    fails = [part for part in parts if part.failure is not None]

    if refusal(parts) is not None:
        with pytest.raises(PorticoError) as raised:
            fold_portfolio(shuffled, frugal=frugal)
        assert raised.value is parts[0].failure
        return
    found = fold_portfolio(parts, frugal=frugal)

    assert found.complete == (not fails)
    assert sum(part.failed for part in found.parts) == len(fails)
    assert fold_portfolio(shuffled, frugal=frugal) == found
