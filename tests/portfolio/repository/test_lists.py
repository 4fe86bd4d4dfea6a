"""Languages, contributors, releases and activity: empty, huge, hostile, and in the making."""

from typing import Any

import pytest

from portico.core.errors import Blocked, GitHubBroken, NotFound, PorticoError
from portico.portfolio.repository.activity import fold_activity
from portico.portfolio.repository.contributors import fold_contributors
from portico.portfolio.repository.languages import fold_languages
from portico.portfolio.repository.plan import (
    activity_plan,
    contributors_plan,
    languages_plan,
    releases_plan,
)
from portico.portfolio.repository.releases import fold_releases
from portico.portfolio.repository.window import Window, window_of
from tests.portfolio.canned import repository
from tests.portfolio.repository.canned import ASKED, LATE, SUNDAY, WEEK_S, Harbor, run

WHOLE = Window("x", 100)
CONTRIBUTORS = contributors_plan("solveig", "harbor")
RELEASES = releases_plan("solveig", "harbor")
ACTIVITY = activity_plan("solveig", "harbor")
LANGUAGES = languages_plan("solveig", "harbor")


def person(number: int, **changes: object) -> dict[str, Any]:
    """Return a contributor with an account."""
    return {
        "login": f"user-{number}",
        "id": number,
        "type": "User",
        "contributions": number,
        "html_url": f"https://github.com/user-{number}",
    } | changes


def stranger(contributions: int) -> dict[str, Any]:
    """Return a contributor without an account."""
    return {
        "type": "Anonymous",
        "name": "A Stranger",
        "email": "stranger@elsewhere.example",
        "contributions": contributions,
    }


def release(number: int, **changes: object) -> dict[str, Any]:
    """Return a release with one file that was downloaded `number` times."""
    return {
        "id": number,
        "tag_name": f"v{number}",
        "draft": False,
        "prerelease": False,
        "published_at": f"2026-01-{1 + number % 28:02}T00:00:00Z",
        "assets": [{"name": "a.zip", "size": 9, "download_count": number}],
    } | changes


def weeks(count: int, commits: int = 1) -> list[dict[str, Any]]:
    """Return so many weeks with so many commits on each Sunday, the oldest first."""
    return [
        {"week": SUNDAY - n * WEEK_S, "total": commits, "days": [commits, 0, 0, 0, 0, 0, 0]}
        for n in reversed(range(count))
    ]


def test_languages_have_shares() -> None:
    """The most bytes first, and what part of all they are."""
    found = fold_languages(
        run(LANGUAGES, Harbor({"languages": {"C": 100, "Python": 300}})), asked=ASKED
    )

    assert [(item.name, item.share) for item in found.items or ()] == [
        ("Python", 0.75),
        ("C", 0.25),
    ]
    assert found.total_bytes == 400


def test_no_language_is_empty_and_no_answer_is_null() -> None:
    """What is known to be nothing is told from what is not known."""
    empty = fold_languages(run(LANGUAGES, Harbor({"languages": {}})), asked=ASKED)
    late = fold_languages(run(LANGUAGES, Harbor({"languages": LATE})), asked=ASKED)

    assert (empty.items, empty.complete, empty.parts[1].state) == ([], True, "empty")
    assert (late.items, late.complete, late.parts[1].state) == (None, False, "pending")
    assert late.parts[1].retry_after_s


def test_the_subject_may_fail_while_the_rest_is_shown() -> None:
    """While GitHub fails to tell of the repository, its languages are told all the same."""
    harbor = Harbor({"languages": {"C": 1}}, body=500)

    found = fold_languages(run(LANGUAGES, harbor), asked=ASKED)

    assert (found.repository, found.total_bytes, found.complete) == (None, 1, False)


@pytest.mark.parametrize(("status", "kind"), [(404, NotFound), (451, Blocked)])
def test_a_denied_repository_has_no_document(status: int, kind: type[PorticoError]) -> None:
    """Also where its languages are still stored."""
    parts = run(LANGUAGES, Harbor({"languages": {"C": 1}}, body=status))

    with pytest.raises(kind):
        fold_languages(parts, asked=ASKED)


def test_a_former_name_is_told() -> None:
    """What was asked for is named only where it is another name."""
    harbor = Harbor({"languages": {}}, body=repository(1, name="haven"))

    parts = run(LANGUAGES, harbor)

    renamed = fold_languages(parts, asked=ASKED).repository
    same = fold_languages(parts, asked="Solveig/Haven").repository
    assert renamed is not None
    assert same is not None
    assert (renamed.full_name, renamed.renamed_from) == ("solveig/haven", ASKED)
    assert same.renamed_from is None


def test_contributors_are_of_all_pages() -> None:
    """Sums are over all, though a page shows some; one who moved between pages counts once."""
    pages = ([person(n) for n in range(900, 800, -1)], [person(801), stranger(7), stranger(7)])
    harbor = Harbor({"contributors": pages})

    found = fold_contributors(run(CONTRIBUTORS, harbor), Window("x", 2), asked=ASKED)

    assert (found.total, found.accounts, found.anonymous) == (102, 100, 2)
    assert found.contributions == sum(range(801, 901)) + 14
    assert [item.login for item in found.items] == ["user-900", "user-899"]
    assert len(found.notes) == 1


def test_the_total_is_of_the_list_alone() -> None:
    """It is known also while GitHub fails to tell of the repository itself."""
    parts = run(CONTRIBUTORS, Harbor({"contributors": ([person(1)],)}, body=500))

    found = fold_contributors(parts, WHOLE, asked=ASKED)

    assert (found.complete, found.repository, found.total) == (False, None, 1)


def test_two_strangers_of_one_name_are_both_shown() -> None:
    """A page's end between two that look the same hides neither."""
    parts = run(CONTRIBUTORS, Harbor({"contributors": ([stranger(7), stranger(7)],)}))
    first = fold_contributors(parts, window_of("x", limit=1, cursor=None), asked=ASKED)

    second = fold_contributors(parts, window_of("x", limit=1, cursor=first.next), asked=ASKED)

    assert [len(first.items), len(second.items), first.total] == [1, 1, 2]
    assert second.next is None
    assert "elsewhere" not in first.model_dump_json()


@pytest.mark.parametrize("letter", ["a", "é", "言", "🦆", "\x01"])
def test_a_page_may_end_with_a_name_of_any_length(letter: str) -> None:
    """Git bounds no name; the cursor behind one is good all the same, and leads to the next."""
    pages = ([stranger(7) | {"name": letter * 1_000 + end} for end in "abc"],)
    parts = run(CONTRIBUTORS, Harbor({"contributors": pages}))
    shown: list[str] = []
    cursor: str | None = None
    while len(shown) < 3:
        window = window_of("solveig/harbor/contributors", limit=1, cursor=cursor)
        found = fold_contributors(parts, window, asked=ASKED)
        shown += [(item.name or "")[-1] for item in found.items]
        cursor = found.next

    assert (sorted(shown), cursor) == (["a", "b", "c"], None)


def test_from_five_hundred_on_the_rule_is_told() -> None:
    """Whoever comes after 500 addresses is anonymous by GitHub's rule."""
    pages = tuple([person(n * 100 + k) for k in range(100)] for n in range(5))

    found = fold_contributors(
        run(CONTRIBUTORS, Harbor({"contributors": pages})), WHOLE, asked=ASKED
    )

    assert any("500" in note for note in found.notes)


def test_hostile_contributors_are_data() -> None:
    """A link that is none is not shown as one."""
    hostile = person(1, html_url="javascript:alert(1)", avatar_url="data:,x", login="<script>")

    found = fold_contributors(
        run(CONTRIBUTORS, Harbor({"contributors": ([hostile],)})), WHOLE, asked=ASKED
    )

    (shown,) = found.items
    assert (shown.login, shown.html_url, shown.avatar_url) == ("<script>", None, None)


def test_nothing_counted_divides_by_nothing() -> None:
    """Contributors without commits have no share."""
    found = fold_contributors(
        run(CONTRIBUTORS, Harbor({"contributors": ([person(0)],)})), WHOLE, asked=ASKED
    )

    assert found.items[0].share == 0.0


def test_a_failed_page_leaves_the_total_open() -> None:
    """What is known is shown; how many there are is not claimed."""
    pages = ([person(n) for n in range(100)], 502)

    found = fold_contributors(
        run(CONTRIBUTORS, Harbor({"contributors": pages})), WHOLE, asked=ASKED
    )

    assert (found.complete, found.total, found.accounts) == (False, None, 100)
    assert found.parts[1].state == "partial"


def test_releases_are_the_last_published_first_and_no_drafts() -> None:
    """Drafts are in neither the list nor the sums."""
    pages = ([release(3), release(9), release(50, draft=True, published_at=None)], [release(5)])
    harbor = Harbor({"releases": pages, "releases/latest": release(5)})

    found = fold_releases(run(RELEASES, harbor), WHOLE, asked=ASKED)

    assert [item.tag for item in found.items] == ["v9", "v5", "v3"]
    assert (found.total, found.downloads, found.latest) == (3, 17, "v5")
    assert "v50" not in found.model_dump_json()


def test_a_failed_page_of_releases_leaves_the_total_open() -> None:
    """Downloads are of those that are known, and the part says that some are not."""
    harbor = Harbor({"releases": ([release(3)], 500), "releases/latest": 404})

    found = fold_releases(run(RELEASES, harbor), WHOLE, asked=ASKED)

    assert (found.complete, found.total, found.downloads) == (False, None, 3)


def test_without_a_full_release_there_is_no_latest() -> None:
    """GitHub's 404 for it is a state, and the document complete."""
    harbor = Harbor({"releases": ([release(1, prerelease=True)],), "releases/latest": 404})

    found = fold_releases(run(RELEASES, harbor), WHOLE, asked=ASKED)

    assert (found.complete, found.latest, found.parts[2].state) == (True, None, "absent")


def test_a_thousand_releases_are_counted() -> None:
    """No page is cut off."""
    pages = tuple([release(n * 100 + k) for k in range(100)] for n in range(10))
    harbor = Harbor({"releases": pages, "releases/latest": 404})

    found = fold_releases(run(RELEASES, harbor), Window("x", 1), asked=ASKED)

    assert (found.total, found.downloads) == (1_000, sum(range(1_000)))


def test_activity_joins_two_answers() -> None:
    """The owner's commits stand beside everybody's, week by week."""
    participation = {"all": [1] * 52, "owner": [0] * 51 + [1]}
    harbor = Harbor({"stats/commit_activity": weeks(52), "stats/participation": participation})

    found = fold_activity(run(ACTIVITY, harbor), asked=ASKED)

    assert found.items is not None
    assert (len(found.items), found.total, found.complete) == (52, 52, True)
    assert [week.owner_commits for week in found.items[-2:]] == [0, 1]


@pytest.mark.parametrize(
    "participation",
    [
        {"all": [2] * 52, "owner": [1] * 52},
        {"all": [1] * 51, "owner": [1] * 51},
        {"all": [1] * 52, "owner": []},
        202,
        500,
    ],
)
def test_what_does_not_fit_is_not_joined(participation: object) -> None:
    """Counts made at another time, or not made yet, leave the owner's part open."""
    harbor = Harbor({"stats/commit_activity": weeks(52), "stats/participation": participation})

    found = fold_activity(run(ACTIVITY, harbor), asked=ASKED)

    assert found.total == 52
    assert {week.owner_commits for week in found.items or ()} == {None}


def test_what_is_being_computed_is_null_and_pending() -> None:
    """Not yet is not nothing."""
    harbor = Harbor({"stats/commit_activity": 202, "stats/participation": 202})

    found = fold_activity(run(ACTIVITY, harbor), asked=ASKED)

    assert (found.items, found.total, found.complete) == (None, None, False)
    assert [part.state for part in found.parts] == ["fresh", "pending", "pending"]


def test_no_commit_is_no_week() -> None:
    """An empty repository has no activity, and nothing is missing."""
    harbor = Harbor({"stats/commit_activity": 204, "stats/participation": 204})

    found = fold_activity(run(ACTIVITY, harbor), asked=ASKED)

    assert (found.items, found.total, found.complete) == ([], 0, True)


@pytest.mark.parametrize("body", [b"", b"null", b'{"a":1}', b"[[]]", b"[" * 100_000])
def test_a_body_of_another_shape_is_githubs_failure(body: bytes) -> None:
    """It is named, and nothing is made of it."""
    below = ("contributors", "releases", "stats/commit_activity")
    harbor = Harbor(dict.fromkeys(below, body))

    parts = [part for plan in (CONTRIBUTORS, RELEASES, ACTIVITY) for part in run(plan, harbor)]

    failures = [type(part.failure) for part in parts if part.step.request.path.endswith(below)]
    assert failures == [GitHubBroken] * 3


def test_a_further_page_of_releases_is_no_older_than_the_one_before() -> None:
    """Each release moves all others on, so else the last of a page could be on neither."""
    pages = ([release(1)], [release(2)], [release(3)])

    parts = run(RELEASES, Harbor({"releases": pages}))

    further = {part.step.name for part in parts if part.step.is_no_older}
    assert further == {"releases/2", "releases/3"}
