"""What there is below one repository, as callers see it: over a socket, a sandbox behind it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portico.sandbox import Fault, FaultKind, tokens
from portico.sandbox.model import Repository
from tests.support.running import Running, running
from tests.web.schema import faults
from tests.web.test_portfolio import Reply, StandingClock, get

HARBOR = "/v1/repos/solveig/harbor"
EMPTY = "/v1/repos/solveig/empty-dock"
BELOW = ("languages", "contributors", "releases", "readme", "stars", "activity")
FRESH_S = 300


@pytest.fixture
def portico() -> Iterator[Running]:
    """A Portico of the test's own, with a token that sees public things only."""
    with running(clock=StandingClock()) as started:
        yield started


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    """A Portico that no test changes anything of."""
    with running(clock=StandingClock()) as started:
        yield started


def states(reply: Reply) -> dict[str, str]:
    """Return the state of each part."""
    return {part["name"]: part["state"] for part in reply.json["parts"]}


def world_repository(portico: Running, name: str) -> Repository:
    """Return one of solveig's repositories in the sandbox's world."""
    found = portico.sandbox.world.repository("solveig", name)
    assert found is not None
    return found


@pytest.mark.parametrize("below", BELOW)
def test_every_document_is_whole(shared: Running, below: str) -> None:
    """All parts are there, and the document says of which repository it is."""
    reply = get(shared, f"{HARBOR}/{below}")

    assert (reply.status, reply.json["complete"]) == (200, True)
    assert set(states(reply).values()) == {"fresh"}
    assert reply.json["repository"]["full_name"] == "solveig/harbor"
    assert reply.json["repository"]["renamed_from"] is None


@pytest.mark.parametrize("below", BELOW)
def test_a_second_call_asks_github_nothing(portico: Running, below: str) -> None:
    """What is fresh costs no point; after that GitHub confirms it, which is free too."""
    first = get(portico, f"{HARBOR}/{below}")
    portico.sandbox.reset_counters()

    second = get(portico, f"{HARBOR}/{below}")
    calls = portico.sandbox.calls()
    portico.clock.advance(FRESH_S + 86_401)
    third = get(portico, f"{HARBOR}/{below}")

    assert (calls, second.headers["Portico-Points"].split(",")[0]) == (0, "spent=0")
    assert third.headers["Portico-Points"].startswith("spent=0"), third.headers["Cache-Status"]
    assert portico.sandbox.calls() > 0
    assert first.headers["ETag"] == second.headers["ETag"]


@pytest.mark.parametrize("below", ["", *(f"/{each}" for each in BELOW)])
def test_a_renamed_repository_says_so(portico: Running, below: str) -> None:
    """It answers to its old name with the new one, and names the old one."""
    portico.sandbox.world.rename("solveig/harbor", "haven")

    found = get(portico, f"{HARBOR}{below}").json

    about = found["repository"] if below else found
    assert (about["full_name"], about["renamed_from"]) == ("solveig/haven", "solveig/harbor")


def test_another_case_is_no_other_name(shared: Running) -> None:
    """Case does not matter on GitHub, so nothing was renamed."""
    found = get(shared, "/v1/repos/Solveig/HARBOR").json

    assert (found["full_name"], found["renamed_from"]) == ("solveig/harbor", None)


def test_switched_off_issues_show_in_the_repository(shared: Running) -> None:
    """What is switched off is a fact about the repository, not an error."""
    assert get(shared, "/v1/repos/solveig/no-issues").json["has_issues"] is False


@pytest.mark.parametrize(
    ("below", "part", "state"),
    [
        ("languages", "languages", "empty"),
        ("contributors", "contributors", "empty"),
        ("releases", "releases", "empty"),
        ("releases", "latest", "absent"),
        ("readme", "readme", "empty"),
        ("activity", "commits", "empty"),
        ("activity", "participation", "empty"),
    ],
)
def test_an_empty_repository_is_a_state(shared: Running, below: str, part: str, state: str) -> None:
    """Nothing is missing where there is nothing, and the part says that there is nothing."""
    reply = get(shared, f"{EMPTY}/{below}")

    assert (reply.status, reply.json["complete"], states(reply)[part]) == (200, True, state)
    assert not reply.json.get("items")


def test_a_repository_without_a_readme_says_so(portico: Running) -> None:
    """There is none: a state of the document, and a 404 where the text itself was asked for."""
    del world_repository(portico, "tidal-map").history.files["README.md"]
    path = "/v1/repos/solveig/tidal-map/readme"

    reply, raw, html = (
        get(portico, f"{path}{query}") for query in ("", "?format=raw", "?format=html")
    )

    assert (reply.json["complete"], states(reply)["readme"]) == (True, "absent")
    assert reply.json["readme"] is None
    assert (raw.status, html.status) == (404, 404)
    assert raw.json["type"] == "urn:portico:problem:not-found"


def test_a_list_too_large_is_a_state(portico: Running) -> None:
    """GitHub does not list the contributors of a vast repository, and is not said to fail."""
    world_repository(portico, "harbor").is_vast = True

    reply = get(portico, f"{HARBOR}/contributors")

    assert (reply.status, reply.json["complete"]) == (200, False)
    assert states(reply) == {"repo": "fresh", "contributors": "too_large"}
    assert reply.json["parts"][1]["failures"][0]["code"] == "too-large"


@pytest.mark.parametrize("below", ["", *(f"/{each}" for each in BELOW)])
def test_a_blocked_repository_is_named_as_such(portico: Running, below: str) -> None:
    """What GitHub may not show at all has its own status and code."""
    world_repository(portico, "harbor").is_blocked = True

    reply = get(portico, f"{HARBOR}{below}")

    assert (reply.status, reply.json["type"]) == (451, "urn:portico:problem:blocked")


@pytest.mark.parametrize(
    ("kind", "state", "code"),
    [(FaultKind.FORBIDDEN, "refused", "not-allowed"), (FaultKind.GONE, "gone", "gone")],
)
def test_what_is_not_shown_is_a_state(
    portico: Running, kind: FaultKind, state: str, code: str
) -> None:
    """Where the repository may be seen but not this of it, the part says why."""
    portico.sandbox.faults.add(Fault(kind, path="*/languages", times=None))

    reply = get(portico, f"{HARBOR}/languages")

    part = reply.json["parts"][1]
    assert (reply.status, reply.json["complete"], reply.json["items"]) == (200, False, None)
    assert (part["state"], part["failures"][0]["code"]) == (state, code)


def test_contributors_are_all_there(shared: Running) -> None:
    """Accounts and anonymous ones, page by page, each once; the sums are over all of them."""
    path = f"{HARBOR}/contributors?limit=2"
    first = get(shared, path).json
    second = get(shared, f"{path}&cursor={first['next']}").json

    items = [*first["items"], *second["items"]]
    assert [(item["login"] or item["name"], item["contributions"]) for item in items] == [
        ("solveig", 70),
        ("eirik", 35),
        ("stranger", 35),
    ]
    assert (first["total"], first["accounts"], first["anonymous"]) == (3, 2, 1)
    assert (first["contributions"], second["next"]) == (140, None)
    assert "elsewhere.example" not in str(items)


def test_downloads_are_summed(shared: Running) -> None:
    """Per release and over all pages; the sum does not depend on the page that is shown."""
    path = f"{HARBOR}/releases"
    whole, one = get(shared, path).json, get(shared, f"{path}?limit=1").json

    assert whole["total"] == len(whole["items"]) > 1
    for release in whole["items"]:
        assert release["downloads"] == sum(asset["downloads"] for asset in release["assets"])
    assert whole["downloads"] == one["downloads"] == sum(r["downloads"] for r in whole["items"]) > 0
    assert one["next"]
    assert whole["latest"] in {release["tag"] for release in whole["items"]}


def test_a_draft_is_shown_to_nobody(portico: Running) -> None:
    """Not even to the owner, who sees it on GitHub: who fills the store must make no difference."""
    world = portico.sandbox.world
    world.publish_release(
        world_repository(portico, "harbor"), "v9-draft", draft=True, login="solveig"
    )
    token = {"Authorization": f"Bearer {tokens.SOLVEIG}"}

    own, public = get(portico, f"{HARBOR}/releases", **token), get(portico, f"{HARBOR}/releases")

    assert b"v9-draft" not in own.body
    assert b"v9-draft" not in public.body
    assert own.json["total"] == public.json["total"]


def test_a_readme_is_a_document_a_text_and_html(shared: Running) -> None:
    """One README in three forms; the text forms cannot act in a browser."""
    path = f"{HARBOR}/readme"
    document, raw, html = (get(shared, f"{path}?format={each}") for each in ("json", "raw", "html"))

    assert document.json["readme"]["text"].encode() == raw.body
    assert raw.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert html.headers["Content-Type"] == "text/html; charset=utf-8"
    for reply in (raw, html):
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in reply.headers["Content-Security-Policy"]
        assert "unsafe" not in reply.headers["Content-Security-Policy"]


def test_a_readme_in_html_costs_a_client_a_304(shared: Running) -> None:
    """The text has a validator of its own."""
    path = f"{HARBOR}/readme?format=html"
    first = get(shared, path)

    again = get(shared, path, If_None_Match=first.headers["ETag"])

    assert (again.status, again.body) == (304, b"")


def test_a_hostile_readme_cannot_act(shared: Running) -> None:
    """GitHub's HTML is not trusted: what it left in is taken out."""
    html = get(shared, "/v1/repos/bobby-tables/drop.tables_/readme?format=html")

    assert html.status == 200
    assert b"<article>" in html.body
    assert b"<script" not in html.body


def test_a_private_readme_is_its_readers_alone(portico: Running) -> None:
    """The owner reads it; nobody else learns that it is there, and no signed link is shown."""
    token = {"Authorization": f"Bearer {tokens.SOLVEIG}"}
    path = "/v1/repos/solveig/secret-cove/readme"

    own, other = get(portico, path, **token), get(portico, path)

    assert (own.status, other.status) == (200, 404)
    assert "token=" not in own.body.decode()
    assert own.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize("by", ["week", "day"])
def test_stars_add_up(shared: Running, by: str) -> None:
    """The series is whole, has no gaps, and ends with the stars that stand."""
    found = get(shared, f"{HARBOR}/stars?by={by}").json

    assert found["standing"] == found["total"] == found["items"][-1]["total"] == 512
    assert sum(item["stars"] for item in found["items"]) == 512
    assert len({item["starts_on"] for item in found["items"]}) == len(found["items"])


def test_a_document_can_be_cut_to_what_is_wanted(shared: Running) -> None:
    """The members that `fields` names, and what the document says of its own completeness."""
    found = get(shared, f"{HARBOR}/stars?fields=items.total,standing").json

    assert found.keys() == {"complete", "reduced", "parts", "items", "standing"}
    assert found["items"][-1] == {"total": 512}


def test_stars_come_from_the_history_alone(portico: Running) -> None:
    """The list of who starred is never asked for."""
    get(portico, f"{HARBOR}/stars")

    asked = {call.path for call in portico.sandbox.log}
    assert asked == {"/repos/solveig/harbor", "/repos/solveig/harbor/stargazers/history"}


def test_a_new_week_leaves_no_hole(portico: Running) -> None:
    """Pages of last week are not joined to this week's first page."""
    get(portico, f"{HARBOR}/stars")
    portico.clock.advance(7 * 86_400)
    portico.sandbox.world.star("solveig/harbor")
    get(portico, f"{HARBOR}/stars")

    found = get(portico, f"{HARBOR}/stars")

    assert found.json["complete"], found.json["parts"]
    assert found.json["items"][-1]["total"] == 513


def test_activity_is_a_year_by_week(shared: Running) -> None:
    """Every week has its days, and the owner's commits among all."""
    found = get(shared, f"{HARBOR}/activity").json

    assert len(found["items"]) == 52
    assert found["total"] == sum(sum(week["days"]) for week in found["items"]) == 140
    assert sum(week["owner_commits"] for week in found["items"]) == 70


def test_statistics_that_never_come_are_pending(portico: Running) -> None:
    """After a few attempts the part is pending, says when to ask again, and costs what it cost."""
    portico.sandbox.faults.add(
        Fault(FaultKind.ACCEPTED, path="*/stats/commit_activity", times=None)
    )

    reply = get(portico, f"{HARBOR}/activity")

    part = reply.json["parts"][1]
    assert (reply.status, reply.json["complete"], reply.json["items"]) == (200, False, None)
    assert (part["name"], part["state"], part["retry_after_s"]) == ("commits", "pending", 10)
    # The repository, four times the commits, twice the participation: once not ready.
    assert reply.headers["Portico-Points"].startswith("spent=7,")
    assert reply.headers["Cache-Control"] == "public, max-age=0"


@pytest.mark.parametrize(
    "kind",
    [
        FaultKind.HTML_OK,
        FaultKind.HTML_AS_JSON,
        FaultKind.INVALID_JSON,
        FaultKind.CUT_LENGTH,
        FaultKind.CUT_CHUNKED,
        FaultKind.BAD_GATEWAY_HTML,
        FaultKind.UNICORN,
    ],
)
@pytest.mark.parametrize("below", ["languages", "contributors", "readme"])
def test_a_part_that_fails_is_named(portico: Running, kind: FaultKind, below: str) -> None:
    """The repository is there; the part is missing, with the kind of failure; nothing is kept."""
    portico.sandbox.faults.add(Fault(kind, path=f"/repos/solveig/harbor/{below}", times=None))

    reply = get(portico, f"{HARBOR}/{below}")

    assert (reply.status, reply.json["complete"]) == (200, False)
    assert states(reply) == {"repo": "fresh", below: "missing"}
    assert reply.headers["Cache-Control"] == "public, max-age=0"


def test_a_repository_that_moved_to_another_owner_is_that_owners() -> None:
    """An owner who is not served to everybody is not served by a former name either."""
    with running(clock=StandingClock(), owners=("solveig",)) as portico:
        world = portico.sandbox.world
        world.transfer(world_repository(portico, "harbor"), "nordlys")

        reply = get(portico, f"{HARBOR}/languages")

    assert (reply.status, reply.json["type"]) == (403, "urn:portico:problem:not-allowed")


@pytest.mark.parametrize(
    "query",
    [
        "releases?limit=0",
        "releases?limit=101",
        "releases?cursor=",
        "releases?cursor=%F0%9F%A6%86",
        "releases?cursor=WzEsMiwzXQ",
        "contributors?cursor=WyJhIiwiYiJd",
        "readme?format=pdf",
        "readme?format=raw&fields=readme.text",
        "stars?fields=items.week",
        "stars?by=year",
    ],
)
def test_nonsense_is_refused_before_github_is_asked(shared: Running, query: str) -> None:
    """A request that cannot be meant is a problem that says what is wrong with it."""
    before = shared.sandbox.calls()

    reply = get(shared, f"{HARBOR}/{query}")

    assert (reply.status, shared.sandbox.calls() - before) == (400, 0)
    assert reply.json["detail"]


def test_a_cursor_of_another_list_is_refused(shared: Running) -> None:
    """Releases are not continued with a cursor for contributors."""
    cursor = get(shared, f"{HARBOR}/contributors?limit=1").json["next"]

    reply = get(shared, f"{HARBOR}/releases?cursor={cursor}")

    assert (reply.status, "another list" in reply.json["detail"]) == (400, True)


@pytest.mark.parametrize("below", ["", *(f"/{each}" for each in BELOW)])
def test_documents_are_as_openapi_says(shared: Running, below: str) -> None:
    """Whole, empty and failing ones alike: every field is described, and of its type."""
    openapi = get(shared, "/openapi.json").json
    operation = openapi["paths"][f"/v1/repos/{{owner}}/{{repo}}{below}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]

    found = [
        faults(get(shared, f"{path}{below}").json, schema, openapi) for path in (HARBOR, EMPTY)
    ]

    assert found == [[], []]
    assert "422" not in operation["responses"]
    assert operation["summary"]
    assert operation["description"]


def test_a_failing_document_is_as_openapi_says(portico: Running) -> None:
    """Named failures, waiting times and nulls are described too."""
    openapi = get(portico, "/openapi.json").json
    portico.sandbox.faults.add(Fault(FaultKind.ACCEPTED, path="*/stats/*", times=None))
    portico.sandbox.faults.add(Fault(FaultKind.FORBIDDEN, path="*/releases", times=None))

    for below in ("activity", "releases"):
        path = f"/v1/repos/{{owner}}/{{repo}}/{below}"
        content = openapi["paths"][path]["get"]["responses"]["200"]["content"]
        document = get(portico, f"{HARBOR}/{below}").json
        assert not document["complete"]
        assert faults(document, content["application/json"]["schema"], openapi) == []
