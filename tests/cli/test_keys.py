"""`portico keys`, as an operator uses it: each command in a process of its own."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from portico.core.portico_key import hash_of, is_well_formed
from portico.keyring.document import read_document
from tests.support.command import run_portico


def keys(tmp_path: Path, *arguments: str) -> CompletedProcess[str]:
    """Run `portico keys` on a file of the test's own."""
    variables = {"PORTICO_KEYS_FILE": str(tmp_path / "keys.toml")}
    return run_portico("keys", *arguments, cwd=tmp_path, **variables)


def test_a_key_is_shown_once_and_alone(tmp_path: Path) -> None:
    """Standard output is the key and nothing else, so that a script can take it."""
    said = keys(tmp_path, "add", "site", "--owner", "solveig", "--points-per-hour", "500")

    key = said.stdout.strip()
    text = (tmp_path / "keys.toml").read_text()
    rights = read_document(text).keys["site"]
    assert said.returncode == 0
    assert is_well_formed(key)
    assert key not in text + said.stderr
    assert [one.hash for one in rights.secrets] == [hash_of(key)]
    assert (rights.owners, rights.points_per_hour) == (("solveig",), 500)
    assert "500 points an hour" in said.stderr


def test_a_list_shows_rights_and_ends_and_no_secret(tmp_path: Path) -> None:
    """Who looks sees every name, what it may, and until when; of a secret the hash's beginning."""
    key = keys(tmp_path, "add", "site", "--owner", "solveig", "--expires", "2w").stdout.strip()
    keys(tmp_path, "add", "bot", "--owner", "*", "--expires", "never")

    said = keys(tmp_path, "list").stdout

    assert "site" in said
    assert "solveig" in said
    assert "13 days" in said
    assert "never expires" in said
    assert hash_of(key).removeprefix("sha256:")[:8] in said
    assert key not in said


def test_revoking_makes_a_key_worthless(tmp_path: Path) -> None:
    """All secrets of the name go; the name stays and says so."""
    keys(tmp_path, "add", "site", "--owner", "solveig")

    revoked = keys(tmp_path, "revoke", "site")

    assert revoked.stdout.strip() == "1 secret of site revoked."
    assert "none: revoked" in keys(tmp_path, "list").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (("add", "a b"), 2, "A name has letters"),
        (("add", "x", "--expires", "soon"), 2, "--expires takes a number"),
        (("add", "x", "--route", "fast"), 1, "must be one of immutable, slow"),
        (("add", "x", "--credential", "mine"), 1, "keys.x.credential"),
        (("add", "x", "--points-per-hour", "0"), 1, "keys.x.points_per_hour"),
        (("add", "x", "--method", "post"), 1, "methods that write need credential = 'app'"),
        (("revoke", "nobody"), 1, "There is no key called nobody"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(
    tmp_path: Path, arguments: tuple[str, ...], code: int, reason: str
) -> None:
    """A slip ends the command with a word on what would do, and leaves no file half written."""
    said = keys(tmp_path, *arguments)

    assert said.returncode == code
    assert reason in said.stderr
    assert "Traceback" not in said.stderr
    assert said.stdout == ""
    assert not (tmp_path / "keys.toml").exists()


def test_no_keys_yet(tmp_path: Path) -> None:
    """Whoever lists an empty ring is told how to make the first key."""
    assert "portico keys add" in keys(tmp_path, "list").stdout


def test_a_server_does_not_start_with_a_broken_file(tmp_path: Path) -> None:
    """The message names the file and the place; `portico check` says it too."""
    (tmp_path / "keys.toml").write_text("[keys.site]\nowner = ['x']\n")
    variables = {
        "PORTICO_KEYS_FILE": str(tmp_path / "keys.toml"),
        "PORTICO_STORE": "memory://",
        "PORTICO_GITHUB_API_URL": "http://127.0.0.1:9",
    }

    said = run_portico("serve", "--port", "0", cwd=tmp_path, **variables)
    checked = run_portico("check", cwd=tmp_path, **variables)

    assert (said.returncode, checked.returncode) == (1, 1)
    for written in (said.stderr, checked.stdout):
        assert "keys.toml: keys.site.owner: no such field; see docs/keys.md" in written


def test_check_counts_the_keys(tmp_path: Path) -> None:
    """Who has made some sees that they are found."""
    keys(tmp_path, "add", "site", "--owner", "solveig")

    said = run_portico(
        "check",
        cwd=tmp_path,
        PORTICO_KEYS_FILE=str(tmp_path / "keys.toml"),
        PORTICO_STORE="memory://",
        PORTICO_GITHUB_API_URL="http://127.0.0.1:9",
    )

    assert f"1 name in {tmp_path / 'keys.toml'}" in said.stdout


def test_a_bots_name_is_printed_whole(tmp_path: Path) -> None:
    """The brackets in an App's login are no markup."""
    made = keys(tmp_path, "add", "bot", "--owner", "dependabot[bot]").stderr

    assert "GET HEAD of dependabot[bot];" in made
    assert "GET HEAD of dependabot[bot];" in keys(tmp_path, "list").stdout
