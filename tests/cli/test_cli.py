"""The command line, as newcomers and operators meet it: each command in a process of its own."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from portico.sandbox import Sandbox, tokens
from portico.sandbox.server import run_in_thread
from tests.support.command import run_portico, started_portico


@pytest.fixture(name="github")
def _github() -> Iterator[str]:
    with run_in_thread(Sandbox()) as url:
        yield url


def _get(url: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    with urlopen(Request(url, headers=headers), timeout=20) as answer:
        fields = {name.lower(): value for name, value in answer.headers.items()}
        return answer.status, fields, answer.read()


def test_help_teaches(tmp_path: Path) -> None:
    """`--help` names every command and where to begin."""
    said = run_portico("--help", cwd=tmp_path)

    assert said.returncode == 0
    for word in ("serve", "demo", "sandbox", "check", "replay", "PORTICO_GITHUB_TOKEN"):
        assert word in said.stdout


def test_demo_shows_the_main_job(tmp_path: Path) -> None:
    """The whole picture of 120 repositories in one call; the second call asks GitHub nothing."""
    with started_portico("demo", "--port", "0", "--latency", "0", cwd=tmp_path) as demo:
        url = demo.until(r"Portico is at (http://[^\s,]+)")
        github = demo.until(r"curl -s (http://\S+)/_sandbox/counters")
        demo.until(r"(Application startup complete)")
        before = _calls(github)
        first = json.loads(_get(f"{url}/v1/users/solveig/portfolio")[2])
        between = _calls(github)
        _, fields, body = _get(f"{url}/v1/users/solveig/portfolio")
        after = _calls(github)
        code = demo.stop()

    assert len(first["repositories"]) == 120
    assert first["complete"] is True
    assert between - before > 100
    assert after == between
    assert json.loads(body)["totals"] == first["totals"]
    assert "hit" in fields["cache-status"]
    assert code == 0
    assert list(tmp_path.iterdir()) == []


def test_demo_refreshes_what_a_webhook_tells_of(tmp_path: Path) -> None:
    """A change of the small GitHub is seen by the very next read, though what it had was fresh."""
    with started_portico("demo", "--port", "0", "--latency", "0", cwd=tmp_path) as demo:
        url = demo.until(r"Portico is at (http://[^\s,]+)")
        github = demo.until(r"curl -s (http://\S+)/_sandbox/counters")
        demo.until(r"(Application startup complete)")
        before = json.loads(_get(f"{url}/v1/repos/solveig/harbor")[2])
        star = b'{"do": "star", "repository": "solveig/harbor"}'
        with urlopen(Request(f"{github}/_sandbox/change", data=star), timeout=20):
            pass
        fates = _fates_when_posted(github)
        after = json.loads(_get(f"{url}/v1/repos/solveig/harbor")[2])

    assert fates == {"arrived"}
    assert after["stars"] == before["stars"] + 1


def test_docs_open_without_a_network(tmp_path: Path) -> None:
    """`/docs` loads nothing from other hosts."""
    with started_portico("demo", "--port", "0", cwd=tmp_path) as demo:
        url = demo.until(r"Portico is at (http://[^\s,]+)")
        demo.until(r"(Application startup complete)")
        page = _get(f"{url}/docs")[2].decode()
        script = page.partition('src="')[2].partition('"')[0]
        loaded = _get(f"{url}{script}")

    assert "https://" not in page
    assert loaded[0] == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_drains_and_ends_with_0(tmp_path: Path, github: str, number: signal.Signals) -> None:
    """A signal ends the server cleanly, and what was stored is there at the next start."""
    variables = {
        "PORTICO_GITHUB_API_URL": github,
        "PORTICO_GITHUB_TOKEN": tokens.PUBLIC,
        "PORTICO_STORE": f"sqlite:///{tmp_path / 'portico.db'}",
    }
    modes = []
    for _ in range(2):
        with started_portico("serve", "--port", "0", cwd=tmp_path, **variables) as server:
            url = server.until(r"Portico is at (http://\S+)")
            server.until(r"(Application startup complete)")
            modes.append(_get(f"{url}/api/v3/users/solveig")[1]["cache-status"])
            code = server.stop(number)
            assert code == 0, server.output

    assert "detail=miss" in modes[0]
    assert "detail=hit" in modes[1]


def test_a_log_line_tells_mode_age_points_and_no_secret(tmp_path: Path, github: str) -> None:
    """One line a request, in JSON if wanted; a token appears nowhere in it."""
    variables = {
        "PORTICO_GITHUB_API_URL": github,
        "PORTICO_STORE": "memory://",
        "PORTICO_LOG_FORMAT": "json",
    }
    with started_portico("serve", "--port", "0", cwd=tmp_path, **variables) as server:
        url = server.until(r"Portico is at (http://[^\s\"]+)")
        server.until(r"(Application startup complete)")
        fields = {"Authorization": f"Bearer {tokens.SOLVEIG}"}
        _get(f"{url}/api/v3/user?state={tokens.SOLVEIG}", **fields)
        server.stop()

    lines = [json.loads(line) for line in server.output.splitlines() if '"GET' in line]
    [line] = [line for line in lines if "/api/v3/user" in json.dumps(line)]
    assert line["mode"] == "miss"
    assert line["points"] == 1
    assert line["status"] == 200
    assert {"age_s", "milliseconds", "request_id"} <= set(line)
    assert tokens.SOLVEIG not in server.output


def test_wrong_settings_end_at_once(tmp_path: Path) -> None:
    """Exit code 2, every wrong variable with what is wrong and an example, never a value."""
    secret = "ghp_" + "s3cret" * 6 + " x"

    said = run_portico(
        "serve", cwd=tmp_path, PORTICO_PORT="http", PORTICO_GITHUB_TOKEN=secret, PORTICO_OWNER="x"
    )

    assert said.returncode == 2
    for words in ("PORTICO_PORT", "for example", "PORTICO_GITHUB_TOKEN", "PORTICO_OWNERS?"):
        assert words in said.stderr
    assert "s3cret" not in said.stderr + said.stdout


def test_serve_refuses_a_token_with_private_reach(tmp_path: Path, github: str) -> None:
    """Such a token would show private data to everybody; the message says which kind to make."""
    said = run_portico(
        "serve",
        cwd=tmp_path,
        PORTICO_GITHUB_API_URL=github,
        PORTICO_GITHUB_TOKEN=tokens.SOLVEIG,
        PORTICO_STORE="memory://",
    )

    assert said.returncode == 2
    assert "Public repositories" in said.stderr
    assert tokens.SOLVEIG not in said.stderr


def test_serve_refuses_a_token_that_github_does_not_know(tmp_path: Path, github: str) -> None:
    """Mistyped, expired or revoked; the message says what to make instead, and repeats nothing."""
    token = "ghp_" + "9" * 36

    said = run_portico(
        "serve",
        cwd=tmp_path,
        PORTICO_GITHUB_API_URL=github,
        PORTICO_GITHUB_TOKEN=token,
        PORTICO_STORE="memory://",
    )

    assert said.returncode == 2
    assert "PORTICO_GITHUB_TOKEN cannot be used" in said.stderr
    assert "mistyped, expired or revoked (401)" in said.stderr
    assert "Public repositories" in said.stderr
    assert token not in said.stderr


def test_a_taken_port_is_named(tmp_path: Path, github: str) -> None:
    """Exit code 1, which port, and what to do."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        said = run_portico(
            "serve",
            cwd=tmp_path,
            PORTICO_GITHUB_API_URL=github,
            PORTICO_PORT=port,
            PORTICO_STORE="memory://",
        )

    assert said.returncode == 1
    assert port in said.stderr
    assert "PORTICO_PORT=" in said.stderr


def test_a_store_that_cannot_be_opened_is_named(tmp_path: Path, github: str) -> None:
    """Exit code 1, and the variable to change."""
    (tmp_path / "file").write_text("")

    said = run_portico(
        "serve",
        "--port",
        "0",
        cwd=tmp_path,
        PORTICO_GITHUB_API_URL=github,
        PORTICO_STORE=f"sqlite:///{tmp_path}/file/portico.db",
    )

    assert said.returncode == 1
    assert "PORTICO_STORE" in said.stderr


def test_check_tries_everything(tmp_path: Path, github: str) -> None:
    """Store, GitHub, token, its bucket and its reach; the token itself is not printed."""
    said = run_portico(
        "check",
        cwd=tmp_path,
        PORTICO_GITHUB_API_URL=github,
        PORTICO_GITHUB_TOKEN=tokens.PUBLIC,
        PORTICO_STORE=f"sqlite:///{tmp_path}/portico.db",
        COLUMNS="300",
    )

    assert said.returncode == 0, said.stdout + said.stderr
    for words in ("keeps what is written", "answers", "portico-demo", "nothing private", "of 5000"):
        assert words in said.stdout
    assert tokens.PUBLIC not in said.stdout


@pytest.mark.parametrize(
    ("token", "words"),
    [("ghp_" + "n0" * 18, "does not know it"), (tokens.SOLVEIG, "scopes go beyond")],
)
def test_check_fails_for_a_bad_token(tmp_path: Path, github: str, token: str, words: str) -> None:
    """Exit code 1, and why."""
    said = run_portico(
        "check",
        cwd=tmp_path,
        PORTICO_GITHUB_API_URL=github,
        PORTICO_GITHUB_TOKEN=token,
        PORTICO_STORE="memory://",
        COLUMNS="300",
    )

    assert said.returncode == 1
    assert words in said.stdout


def test_check_says_that_the_proxy_is_not_named(tmp_path: Path, github: str) -> None:
    """A note with the variable, only as long as it is not set."""
    variables = {
        "PORTICO_GITHUB_API_URL": github,
        "PORTICO_STORE": "memory://",
        "PORTICO_PUBLIC_URL": "https://portico.example",
        "COLUMNS": "300",
    }
    said = run_portico("check", cwd=tmp_path, **variables)
    named = run_portico("check", cwd=tmp_path, PORTICO_TRUSTED_PROXIES="127.0.0.1", **variables)

    assert (said.returncode, named.returncode) == (0, 0)
    assert "PORTICO_TRUSTED_PROXIES names none" in said.stdout
    assert "cannot be told apart" not in named.stdout


def test_check_says_when_github_cannot_be_reached(tmp_path: Path) -> None:
    """Exit code 1, and the variable to look at."""
    said = run_portico(
        "check",
        cwd=tmp_path,
        PORTICO_GITHUB_API_URL="http://127.0.0.1:1",
        PORTICO_STORE="memory://",
        COLUMNS="300",
    )

    assert said.returncode == 1
    assert "PORTICO_GITHUB_API_URL" in said.stdout


def test_sandbox_runs_alone(tmp_path: Path) -> None:
    """It prints its tokens, answers, and ends with 0."""
    with started_portico("sandbox", "--port", "0", cwd=tmp_path) as command:
        url = command.until(r"is at (http://\S+?)\. ")
        status, fields, _ = _get(f"{url}/users/solveig", **{"User-Agent": "test"})
        code = command.stop()

    assert status == 200
    assert "etag" in fields
    assert code == 0


def _fates_when_posted(github: str) -> set[str]:
    """Return what became of the deliveries, once none of them is on its way any more."""
    while True:
        fates = {each["fate"] for each in json.loads(_get(f"{github}/_sandbox/deliveries")[2])}
        if "leaving" not in fates:
            return fates


def _calls(github: str) -> int:
    return int(json.loads(_get(f"{github}/_sandbox/counters")[2])["calls"])


def test_a_store_in_use_is_named(tmp_path: Path, github: str) -> None:
    """A second server on the same store would not hear of the first one's writes: exit code 1."""
    variables = {
        "PORTICO_GITHUB_API_URL": github,
        "PORTICO_STORE": f"sqlite:///{tmp_path / 'portico.db'}",
    }
    with started_portico("serve", "--port", "0", cwd=tmp_path, **variables) as first:
        first.until(r"(Application startup complete)")
        second = run_portico("serve", "--port", "0", cwd=tmp_path, **variables)
        beside = run_portico("check", cwd=tmp_path, COLUMNS="300", **variables)

    assert second.returncode == 1
    assert "in use by another Portico" in second.stderr
    assert beside.returncode == 0, beside.stdout


def test_workers_see_each_others_writes(tmp_path: Path, github: str) -> None:
    """With two workers, a read after a write is never what another worker had stored before it."""
    variables = {
        "PORTICO_GITHUB_API_URL": github,
        "PORTICO_STORE": f"sqlite:///{tmp_path / 'portico.db'}",
        "PORTICO_WORKERS": "2",
    }
    fields = {"Authorization": f"Bearer {tokens.SOLVEIG}", "Connection": "close"}
    titles = []
    with started_portico("serve", "--port", "0", cwd=tmp_path, **variables) as server:
        url = server.until(r"Portico is at (http://\S+)")
        server.until(r"(Application startup complete)")
        server.until(r"(Application startup complete)")
        issues = f"{url}/api/v3/repos/solveig/harbor/issues"
        for number in range(5):
            # New connections each time, so that both workers store what they read.
            for _ in range(6):
                _get(f"{issues}?per_page=1", **fields)
            title = f"written {number}"
            body = json.dumps({"title": title}).encode()
            with urlopen(Request(issues, data=body, headers=fields), timeout=20) as answer:
                assert answer.status == 201
            titles += [
                (title, json.loads(_get(f"{issues}?per_page=1", **fields)[2])[0]["title"])
                for _ in range(6)
            ]
        code = server.stop()

    assert [read for _, read in titles] == [written for written, _ in titles]
    assert code == 0


def test_the_demo_is_its_own(tmp_path: Path) -> None:
    """What is set for the real GitHub, as it may be where Portico serves too, is not heeded."""
    variables = {"PORTICO_WORKERS": "2", "PORTICO_OWNERS": "nobody", "PORTICO_LOG_LEVEL": "loud"}
    with started_portico("demo", "--port", "0", cwd=tmp_path, **variables) as demo:
        url = demo.until(r"Portico is at (http://[^\s,]+)")
        demo.until(r"(Application startup complete)")
        status, _, _ = _get(f"{url}/v1/users/solveig")

    assert status == 200


@pytest.mark.parametrize("command", ["demo", "sandbox"])
def test_a_port_that_cannot_be_is_wrong_usage(tmp_path: Path, command: str) -> None:
    """It ends with exit code 2 and a word, before anything is started."""
    said = run_portico(command, "--port", "65536", cwd=tmp_path)

    assert said.returncode == 2
    assert "--port" in said.stderr
    assert "Traceback" not in said.stderr


def test_check_prints_what_is_set_to_the_letter(tmp_path: Path, github: str) -> None:
    """Brackets in a path are no markup, neither to be left out nor to be stumbled over."""
    store = f"sqlite:///{tmp_path}/a[bold]/[/red].db"

    said = run_portico(
        "check", cwd=tmp_path, PORTICO_GITHUB_API_URL=github, PORTICO_STORE=store, COLUMNS="300"
    )

    assert said.returncode == 0, said.stderr
    assert said.stdout.count(store) == 2
