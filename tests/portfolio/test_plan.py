"""Plans: what is asked of GitHub for each picture, and when."""

import pytest

from portico.core.message import Headers, Response
from portico.portfolio.part import answered
from portico.portfolio.plan import (
    PAGES_AHEAD,
    languages_plan,
    portfolio_plan,
    repositories_plan,
    repository_plan,
    user_plan,
    valid_login,
    valid_repository,
)
from tests.portfolio.canned import GitHub, repositories, repository, run

PAGE = "/users/solveig/repos?per_page=100&type=owner&sort=full_name&page="


def test_a_user_is_one_call() -> None:
    """The user's plan is the user alone."""
    assert [step.request.target for step in user_plan("solveig")] == ["/users/solveig"]


def test_a_repository_is_one_call() -> None:
    """The repository's plan is the repository alone."""
    assert [step.request.target for step in repository_plan("octo", "a.b-c_d")] == [
        "/repos/octo/a.b-c_d"
    ]


def test_the_brackets_of_an_app_are_encoded() -> None:
    """A path holds no character that a URI may not hold."""
    (step,) = user_plan("dependabot[bot]")

    assert step.request.path == "/users/dependabot%5Bbot%5D"


def test_a_portfolio_asks_for_the_user_and_the_first_page_at_once() -> None:
    """Neither of the first two calls waits for the other."""
    plan = portfolio_plan("solveig", frugal=False)

    assert [step.request.target for step in plan] == ["/users/solveig", PAGE + "1"]


@pytest.mark.parametrize(
    ("count", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (120, 2), (1000, 10)]
)
def test_every_page_is_asked_for_once(count: int, pages: int) -> None:
    """The list is read to its end, whatever its length, and no page is read twice."""
    github = GitHub(repositories(count))

    run(repositories_plan("solveig"), github)

    assert github.asked == [f"{PAGE}{number}" for number in range(1, pages + 1)]


def test_further_pages_are_known_as_soon_as_the_first_is_there() -> None:
    """Pages after the first are asked for at once, not one after the other."""
    github = GitHub(repositories(450))
    (first,) = repositories_plan("solveig")

    part = github.part(first)

    assert [step.name for step in part.steps] == ["repos/2", "repos/3", "repos/4", "repos/5"]
    assert [github.part(step).steps for step in part.steps] == [(), (), (), ()]


def _page(link: str) -> Response:
    """Return an empty page with a `Link`."""
    return Response(200, Headers([("Link", link)]), b"[]")


def test_a_list_that_grew_is_read_on() -> None:
    """Where the last page that was planned tells of a further one, that one is asked for."""
    (first,) = repositories_plan("solveig")
    second = answered(first, _page('<https://x/?page=2>; rel="last"')).steps[0]

    part = answered(second, _page('<https://x/?page=3>; rel="last"'))

    assert [step.name for step in part.steps] == ["repos/3"]


def test_a_next_page_without_a_last_one_is_asked_for() -> None:
    """Where only `next` is known, the list is followed page by page."""
    (first,) = repositories_plan("solveig")

    part = answered(first, _page('<https://x/?after=abc>; rel="next"'))

    assert [step.name for step in part.steps] == ["repos/2"]


def test_an_absurd_last_page_costs_one_wave() -> None:
    """However many pages an answer claims, only so many are planned at once."""
    (first,) = repositories_plan("solveig")

    part = answered(first, _page('<https://x/?page=987654321>; rel="last"'))

    assert len(part.steps) == PAGES_AHEAD


def test_languages_are_asked_for_as_soon_as_the_page_is_there() -> None:
    """Each repository that is not a fork has its languages asked for, by its name."""
    github = GitHub([repository(1), repository(2, fork=True), repository(3)])

    run(portfolio_plan("solveig", frugal=False), github)

    assert github.asked[2:] == [
        "/repos/solveig/repo-0001/languages",
        "/repos/solveig/repo-0003/languages",
    ]


def test_120_repositories_are_123_calls() -> None:
    """A user, two pages, and the languages of each repository."""
    github = GitHub(repositories(120))

    run(portfolio_plan("solveig", frugal=False), github)

    assert len(github.asked) == len(set(github.asked)) == 123


def test_a_frugal_portfolio_of_120_repositories_is_3_calls() -> None:
    """Without a credential the languages are not asked for one by one."""
    github = GitHub(repositories(120))

    run(portfolio_plan("solveig", frugal=True), github)

    assert len(github.asked) == 3


def test_frugal_languages_are_the_pages_alone() -> None:
    """Without a credential the list's own languages are counted."""
    github = GitHub(repositories(120))

    run(languages_plan("solveig", frugal=True), github)

    assert github.asked == [PAGE + "1", PAGE + "2"]


@pytest.mark.parametrize(
    "name", ["../../user", "..", "a/b", "a?b", "a#b", "a b", "é", "", "a\r\nb"]
)
def test_a_name_that_cannot_stand_in_a_path_is_replaced_by_the_id(name: str) -> None:
    """Nothing that GitHub writes can make Portico ask for another path."""
    github = GitHub([repository(5, name=name)])

    run(languages_plan("solveig", frugal=False), github)

    assert github.asked[1:] == ["/repositories/5/languages"]


@pytest.mark.parametrize("login", ["a", "octo-cat", "A1", "x" * 39, "mona_acme", "renovate[bot]"])
def test_a_possible_login_is_taken(login: str) -> None:
    """Logins of people, organisations, managed users and Apps are taken as they are."""
    assert valid_login(login) == login


@pytest.mark.parametrize(
    "login",
    ["", "x" * 40, "a b", "a/b", "..", "a.b", "é", "[bot]", "a[bot]x", "a\n", "١", "a%2Fb", "_a"],
)
def test_an_impossible_login_is_refused(login: str) -> None:
    """What cannot be a login is refused before GitHub is asked, in plain words."""
    with pytest.raises(ValueError, match="1 to 39 letters"):
        user_plan(login)


@pytest.mark.parametrize("name", ["a", ".github", "a.b", "-", "...", "x" * 100])
def test_a_possible_repository_is_taken(name: str) -> None:
    """Names of letters, digits, dots, hyphens and underscores are taken as they are."""
    assert valid_repository(name) == name


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "é", "x" * 101, "a\n", "%2e"])
def test_an_impossible_repository_is_refused(name: str) -> None:
    """What cannot be a repository's name is refused before GitHub is asked, in plain words."""
    with pytest.raises(ValueError, match="1 to 100 letters"):
        repository_plan("octo", name)
