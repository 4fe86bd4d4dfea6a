"""The README's examples, client by client, run as they stand but for the address and the token."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from portico.sandbox.tokens import SOLVEIG
from tests.clients.with_octokit import HERE as OCTOKIT
from tests.clients.with_octokit import Node
from tests.support.running import Running

README = Path(__file__).parents[2] / "README.md"
_EXAMPLE = re.compile(r"^\*\*(\w+).*?^```\w+\n(.*?)^```", re.MULTILINE | re.DOTALL)


@pytest.fixture
def examples(portico: Running, socket_path: Path) -> Mapping[str, str]:
    """The examples by client, pointed at the Portico of this test."""
    text = README.read_text(encoding="utf-8")
    section = text.partition("## The proxy, client by client")[2].partition("\n## ")[0]
    return {
        name: code.replace("http://localhost:8000", portico.url).replace(
            "/tmp/portico.sock", str(socket_path)
        )
        for name, code in _EXAMPLE.findall(section)
    }


async def _python(code: str) -> dict[str, Any]:
    """Run an example that may await, and return what it has named."""
    compiled = compile(code, str(README), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    async with ClientSession() as session:
        named: dict[str, Any] = {"token": SOLVEIG, "session": session}
        result = eval(compiled, named)  # unlike exec, eval answers the coroutine
        if inspect.iscoroutine(result):
            await result
    return named


def _shell(code: str, config: Path) -> str:
    """Run an example of the shell, and return what it has printed."""
    ours = {"GH_CONFIG_DIR": str(config), "GH_TOKEN": SOLVEIG, "TOKEN": SOLVEIG}
    environment = {"PATH": os.environ["PATH"], "HOME": str(config)} | ours
    done = subprocess.run(
        ["bash", "-eu", "-c", code], env=environment, capture_output=True, check=True, text=True
    )
    return done.stdout


def test_each_client_has_its_example(examples: Mapping[str, str]) -> None:
    """No example is left unread by these tests."""
    assert set(examples) == {"PyGithub", "githubkit", "gidgethub", "Octokit", "gh", "curl"}


async def test_pygithub(examples: Mapping[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The example of PyGithub counts the repositories."""
    await _python(examples["PyGithub"])

    assert capsys.readouterr().out == "120\n"


async def test_githubkit(examples: Mapping[str, str]) -> None:
    """The example of githubkit reads a repository."""
    named = await _python(examples["githubkit"])

    assert named["repo"].full_name == "solveig/harbor"


async def test_gidgethub(examples: Mapping[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    """The example of gidgethub prints all repositories."""
    await _python(examples["gidgethub"])

    assert len(capsys.readouterr().out.splitlines()) == 120


def test_octokit(examples: Mapping[str, str], node: Callable[[], Node]) -> None:
    """The example of Octokit reads all pages."""
    code = f"const token = '{SOLVEIG}';\n{examples['Octokit']}\nconsole.log(repos.length);"
    done = subprocess.run(
        [node().program, "--input-type=module", "--eval", code],
        cwd=OCTOKIT,
        capture_output=True,
        check=True,
        text=True,
    )

    assert done.stdout == "120\n"


def test_gh(
    examples: Mapping[str, str], require_tool: Callable[[str], str], tmp_path: Path
) -> None:
    """The example of gh reads a repository over the socket."""
    require_tool("gh")

    assert '"full_name":"solveig/harbor"' in _shell(examples["gh"], tmp_path)


def test_curl(
    examples: Mapping[str, str], require_tool: Callable[[str], str], tmp_path: Path
) -> None:
    """The example of curl reads a repository."""
    require_tool("curl")

    assert '"full_name":"solveig/harbor"' in _shell(examples["curl"], tmp_path)
