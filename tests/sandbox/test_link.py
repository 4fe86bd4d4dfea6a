"""Pages: the Link header's forms, and that following it finds everything once."""

from __future__ import annotations

import pytest

from portico.sandbox import tokens
from tests.sandbox.asking import Asker, links, value


def follow(github: Asker, target: str, token: str | None = None) -> list[int]:
    """Return the ids of all items, following rel="next"."""
    found: list[int] = []
    while target:
        response = github.get(target, token)
        found += [item["id"] for item in value(response)]
        target = links(response).get("next", "")
    return found


def test_links_lead_by_id_and_repeat_what_was_sent(github: Asker) -> None:
    """A page in the middle has prev, next, last and first, in this order, under the numeric id."""
    response = github.get("/users/solveig/repos?per_page=50&sort=pushed&page=2")

    base = "https://api.github.com/user/1001/repos?per_page=50&sort=pushed&page="
    found = {k: v for k, v in links(response).items() if k != "deprecation"}
    assert found == {
        "prev": f"{base}1",
        "next": f"{base}3",
        "last": f"{base}3",
        "first": f"{base}1",
    }
    assert list(found) == ["prev", "next", "last", "first"]


@pytest.mark.parametrize(
    ("target", "count"),
    [
        ("/users/solveig/repos?per_page=100", 120),
        ("/orgs/nordlys/repos?per_page=2", 4),
        ("/repos/solveig/harbor/issues?state=all&per_page=7", 130),
        ("/repos/solveig/harbor/pulls?state=all&per_page=7", 26),
        ("/repos/solveig/harbor/issues/1/comments", 35),
        ("/users?per_page=2", 10),
    ],
)
def test_following_next_finds_everything_once(github: Asker, target: str, count: int) -> None:
    """Every item is on exactly one page, whatever the form of paging."""
    found = follow(github, target, tokens.PUBLIC)

    assert len(found) == len(set(found)) == count


@pytest.mark.parametrize(
    ("sent", "size"), [("500", 100), ("abc", 30), ("0", 30), ("-1", 30), ("7", 7)]
)
def test_nonsense_in_per_page_is_echoed_but_not_obeyed(github: Asker, sent: str, size: int) -> None:
    """At most 100, else the default; the link repeats what was sent."""
    response = github.get(f"/users/solveig/repos?per_page={sent}")

    assert len(value(response)) == size
    assert f"per_page={sent}&" in links(response)["next"]


def test_a_list_on_one_page_has_no_links(github: Asker) -> None:
    """Link is absent when there is nowhere to go."""
    assert github.get("/repos/solveig/harbor/labels").header("link") is None


def test_past_the_end_is_empty_and_leads_back(github: Asker) -> None:
    """A page beyond the last is 200 with [], whose prev is the last page that has rows."""
    response = github.get("/users/solveig/repos?per_page=100&page=9")

    assert value(response) == []
    assert links(response)["prev"].endswith("page=2")
    assert "next" not in links(response)


def test_issues_are_paged_by_cursor(github: Asker) -> None:
    """Issues have next and prev only, with per_page as applied; no way to the end."""
    first = github.get("/repos/solveig/harbor/issues?per_page=500")
    second = github.get("/repos/solveig/harbor/issues?per_page=10")
    third = github.get(links(second)["next"])

    assert "next" in links(first)
    assert "per_page=100&after=" in links(first)["next"]
    assert set(links(third)) - {"deprecation"} == {"next", "prev"}
    assert value(github.get(links(third)["prev"])) == value(second)


def test_a_deep_page_of_issues_is_refused(github: Asker) -> None:
    """Near pages work by number, deep ones are 422, and so is a cursor that was never given out."""
    issues = "/repos/solveig/harbor/issues?per_page=2"

    assert github.get(f"{issues}&page=10").status == 200
    assert github.get(f"{issues}&page=11").status == 422
    assert github.get(f"{issues}&after=bm9uc2Vuc2U=").status == 422


def test_users_are_paged_by_the_last_id_seen(github: Asker) -> None:
    """/users gives next with `since`, and a URI template as first."""
    found = links(github.get("/users?per_page=2"))

    assert found["next"] == "https://api.github.com/users?per_page=2&since=1002"
    assert found["first"] == "https://api.github.com/users{?since}"
