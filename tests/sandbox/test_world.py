"""The seeded world: what is promised to be in it, and that it is the same each time."""

from __future__ import annotations

import json

from portico.sandbox import Token, seeded_world, tokens
from tests.sandbox.asking import NOON_AT, Asker, value


def test_solveig_has_exactly_120_public_repositories(github: Asker) -> None:
    """Two pages of a hundred, varied: forks, archives, no language, no licence, other branches."""
    rows = [
        row
        for page in (1, 2)
        for row in value(github.get(f"/users/solveig/repos?per_page=100&page={page}"))
    ]

    assert len({row["name"] for row in rows}) == 120
    assert any(row["fork"] for row in rows)
    assert any(row["archived"] for row in rows)
    assert any(row["language"] is None for row in rows)
    assert {row["default_branch"] for row in rows} == {"main", "trunk"}
    assert len({row["language"] for row in rows}) > 5
    assert not any(row["private"] for row in rows)


def test_two_worlds_are_the_same(github: Asker) -> None:
    """Nothing is random: the same request has the same body in every new world."""
    targets = ["/user/repos?per_page=100", "/repos/solveig/harbor/issues?state=all&per_page=100"]
    other = Asker(now=NOON_AT + 12345)

    for target in targets:
        assert github.get(target, tokens.SOLVEIG).body == other.get(target, tokens.SOLVEIG).body


def test_nothing_seeded_lies_in_the_future(github: Asker) -> None:
    """Every instant shown is before the world's own time, milestones' due dates apart."""
    text = github.get("/users/solveig/repos?per_page=100").body.decode()

    assert "2026-11" not in text.replace("2026-11-01T00", "")
    for row in json.loads(text):
        assert row["created_at"] <= row["pushed_at"] <= "2026-11-02"


def test_an_ingenious_name_survives(github: Asker) -> None:
    """Quotes, tags, line breaks, direction marks and non-ASCII letters arrive as they are."""
    hostile = value(github.get("/users/bobby-tables"))

    assert hostile["name"] == '"><script>alert(1)</script>'
    assert "\n" in hostile["bio"]
    assert "\u202e" in hostile["bio"]
    assert len(value(github.get("/users/long-winded"))["bio"]) > 2000


def test_the_empty_user_has_nothing_but_a_login(github: Asker) -> None:
    """Tomas has no repositories and null wherever null can be."""
    tomas = value(github.get("/users/tomas"))

    assert value(github.get("/users/tomas/repos")) == []
    nulls = {key for key, each in tomas.items() if each is None}
    assert {"name", "company", "location", "bio", "email", "hireable"} <= nulls


def test_tokens_can_be_added(github: Asker) -> None:
    """A new credential works from then on."""
    github.world.add_token(Token("ghp_" + "n" * 36, "tomas", ("repo",)))

    assert value(github.get("/user", "ghp_" + "n" * 36))["login"] == "tomas"


def test_an_installation_token_has_the_new_form() -> None:
    """About 520 characters, dots and dashes, after ghs_ and the app's id."""
    assert tokens.INSTALLATION.startswith("ghs_4242_eyJ")
    assert tokens.INSTALLATION.count(".") == 2
    assert 500 < len(tokens.INSTALLATION) < 560


def test_a_push_shows_everywhere(github: Asker) -> None:
    """A push moves pushed_at, the branch, the commits and the file."""
    sha = github.world.push("solveig/harbor", path="README.md", content=b"new\n")

    repository = value(github.get("/repos/solveig/harbor"))
    assert repository["pushed_at"] == "2026-11-18T11:06:40Z"
    assert value(github.get("/repos/solveig/harbor/branches/main"))["commit"]["sha"] == sha
    assert value(github.get("/repos/solveig/harbor/commits"))[0]["sha"] == sha
    raw = {"accept": "application/vnd.github.raw"}
    assert github.get("/repos/solveig/harbor/readme", headers=raw).body == b"new\n"


def test_a_world_says_little_of_itself() -> None:
    """The repr of a world, and of a sandbox, holds no token."""
    text = repr(seeded_world())

    assert text == "<World of 10 accounts, 129 repositories>"
