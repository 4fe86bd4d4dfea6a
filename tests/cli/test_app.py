"""A GitHub App from the command line: what is wrong with it is said clearly, and no secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portico.sandbox import Sandbox, tokens
from portico.sandbox.server import run_in_thread
from tests.support.app_key import APP_ID, app_pem, pem_of, private_key, register
from tests.support.command import run_portico, started_portico

AHEAD_S = 300


@pytest.fixture(name="sandbox")
def _sandbox() -> Sandbox:
    sandbox = Sandbox()
    register(sandbox.world)
    return sandbox


@pytest.fixture(name="variables")
def _variables(sandbox: Sandbox, tmp_path: Path) -> Iterator[dict[str, str]]:
    """The App as an operator configures it."""
    key = tmp_path / "app.pem"
    key.write_text(app_pem())
    key.chmod(0o600)
    with run_in_thread(sandbox) as url:
        yield {
            "PORTICO_GITHUB_API_URL": url,
            "PORTICO_GITHUB_APP_ID": APP_ID,
            "PORTICO_GITHUB_APP_KEY_FILE": str(key),
            "PORTICO_STORE": "memory://",
        }


def test_check_shows_each_credential_with_its_bucket(
    tmp_path: Path, variables: dict[str, str], sandbox: Sandbox
) -> None:
    """The token's user and the App's installations, each with what is left of it."""
    world = sandbox.world
    other = world.install(world.apps[0], "solveig", permissions={"metadata": "read"})

    said = run_portico("check", cwd=tmp_path, PORTICO_GITHUB_TOKEN=tokens.PUBLIC, **variables)

    assert said.returncode == 0, said.stdout
    number = world.accounts["portico-demo"].id
    for words in (
        f"user:{number}: ",
        "harbor-pilot, installed on 2 accounts",
        f"nordlys, all repositories, installation:{tokens.INSTALLATION_ID}: 5000 of 5000",
        f"solveig, all repositories, installation:{other.id}: 10100 of 10100",
    ):
        assert words in said.stdout
    assert "ghs_" not in said.stdout
    assert "PRIVATE KEY" not in said.stdout


def test_check_tells_of_a_suspended_installation(
    tmp_path: Path, variables: dict[str, str], sandbox: Sandbox
) -> None:
    """Exit code 1, on which account, and what its owner can do."""
    sandbox.world.suspend(tokens.INSTALLATION_ID)

    said = run_portico("check", cwd=tmp_path, **variables)

    assert said.returncode == 1
    assert "'nordlys' is suspended; its owner can let it go on" in said.stdout


def test_a_clock_that_is_off_is_told_of(
    tmp_path: Path, variables: dict[str, str], sandbox: Sandbox
) -> None:
    """Allowed for, and named with the remedy, at the check and at the start."""
    truly = sandbox.world.clock
    sandbox.world.clock = lambda: truly() - AHEAD_S

    said = run_portico("check", cwd=tmp_path, **variables)
    with started_portico("serve", "--port", "0", cwd=tmp_path, **variables) as server:
        server.until(r"(ahead of GitHub's)")
        server.until(r"(Application startup complete)")
        server.stop()

    assert said.returncode == 0, said.stdout
    assert "seconds ahead of GitHub's" in said.stdout
    assert "NTP" in said.stdout


def test_a_key_that_everybody_may_read_is_told_of(
    tmp_path: Path, variables: dict[str, str]
) -> None:
    """A warning with the command that mends it."""
    path = Path(variables["PORTICO_GITHUB_APP_KEY_FILE"])
    path.chmod(0o644)

    said = run_portico("check", cwd=tmp_path, **variables)

    assert said.returncode == 0
    assert f"chmod o-rwx {path}" in said.stdout


@pytest.mark.parametrize(
    ("key", "app_id", "words"),
    [
        ("nothing but words", APP_ID, "PORTICO_GITHUB_APP_KEY_FILE is no private key in PEM form"),
        (pem_of(private_key(), password=b"x"), APP_ID, "PORTICO_GITHUB_APP_KEY_FILE is encrypted"),
        (pem_of(private_key("another")), APP_ID, "must be of one App"),
        (app_pem(), "17", "GitHub knows no App of the id in PORTICO_GITHUB_APP_ID"),
        (app_pem(), "Iv23liNobodysAtAll00", "no App of the id in PORTICO_GITHUB_APP_ID"),
    ],
)
def test_serve_ends_where_the_app_cannot_be_used(
    tmp_path: Path, variables: dict[str, str], key: str, app_id: str, words: str
) -> None:
    """Exit code 2, the variable, the remedy, and nothing of the key; `check` says it too."""
    Path(variables["PORTICO_GITHUB_APP_KEY_FILE"]).write_text(key)
    chosen = variables | {"PORTICO_GITHUB_APP_ID": app_id}

    ended = run_portico("serve", "--port", "0", cwd=tmp_path, **chosen)
    checked = run_portico("check", cwd=tmp_path, **chosen)

    assert (ended.returncode, checked.returncode) == (2, 1)
    assert words in ended.stderr
    assert words in checked.stdout
    written = ended.stderr + ended.stdout + checked.stdout + checked.stderr
    assert not any(line in written for line in key.splitlines() if len(line) == 64)
    assert "Traceback" not in written


def test_a_file_that_is_not_there_is_named(tmp_path: Path, variables: dict[str, str]) -> None:
    """With its path and the system's reason."""
    missing = str(tmp_path / "missing.pem")

    ended = run_portico(
        "serve", cwd=tmp_path, **(variables | {"PORTICO_GITHUB_APP_KEY_FILE": missing})
    )

    assert ended.returncode == 2
    assert f"{missing} cannot be read" in ended.stderr


def test_several_tokens_are_refused_with_the_reason(tmp_path: Path) -> None:
    """What GitHub's terms say, and what to do instead."""
    ended = run_portico(
        "serve", cwd=tmp_path, PORTICO_GITHUB_TOKEN=f"{tokens.PUBLIC},{tokens.SOLVEIG}"
    )

    assert ended.returncode == 2
    assert "section H" in ended.stderr
    assert tokens.PUBLIC not in ended.stderr


def test_worker_processes_have_the_app_too(tmp_path: Path, variables: dict[str, str]) -> None:
    """Each reads the key and the installations for itself."""
    chosen = variables | {
        "PORTICO_WORKERS": "2",
        "PORTICO_STORE": f"sqlite:///{tmp_path / 'portico.db'}",
    }
    with started_portico("serve", "--port", "0", cwd=tmp_path, **chosen) as server:
        for _ in range(2):
            server.until(r"(Application startup complete)")
        code = server.stop()

    assert code == 0
    assert "Traceback" not in server.output
