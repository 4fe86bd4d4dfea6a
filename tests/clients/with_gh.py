"""gh, GitHub's command line, over Portico's Unix socket: one process for each call.

All that gh sends, to whatever host, goes through the socket named in its configuration. It believes
that it talks to github.com, so nothing in the answers is rewritten.
"""

# ruff: noqa: D102 - what each method does is said once, in driver.py

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from tests.clients.driver import Json, Trouble


class GhError(Exception):
    """gh ended with an exit code of 1; the message is what it wrote to standard error."""


class Gh:
    """A `Driver`."""

    raises: ClassVar[Mapping[Trouble, type[Exception]]] = dict.fromkeys(Trouble, GhError)

    def __init__(self, socket: Path, token: str, *, gh: str, config: Path) -> None:
        self._gh = gh
        # Nothing of the person who runs the tests: neither tokens nor aliases nor another host.
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self._environment = kept | {
            "GH_CONFIG_DIR": str(config),
            "GH_NO_UPDATE_NOTIFIER": "1",
            "GH_TOKEN": token,
            "NO_COLOR": "1",
        }
        self.run("config", "set", "http_unix_socket", str(socket))

    def user(self, login: str) -> str | None:
        return self.run("api", f"users/{login}", "--jq", ".name").strip()

    def repository(self, full_name: str) -> str:
        return self.run("api", f"repos/{full_name}", "--jq", ".full_name").strip()

    def repositories(self, login: str, *, per_page: int) -> list[str]:
        path = f"users/{login}/repos?per_page={per_page}"
        return self.run("api", "--paginate", path, "--jq", ".[].full_name").split()

    def search(self, query: str) -> list[str]:
        # One argument a word: gh puts quotes around an argument with spaces.
        found = self.run("search", "repos", *query.split(), "--json", "fullName")
        return [repository["fullName"] for repository in json.loads(found)]

    def open_issue(self, full_name: str, title: str) -> int:
        path = f"repos/{full_name}/issues"
        return int(self.run("api", path, "-f", f"title={title}", "--jq", ".number"))

    def issue(self, full_name: str, number: int) -> str:
        return self.run("api", f"repos/{full_name}/issues/{number}", "--jq", ".title").strip()

    def issues(self, full_name: str) -> list[str]:
        return self.run("api", f"repos/{full_name}/issues", "--jq", ".[].title").splitlines()

    def get(self, path: str) -> Json:
        return json.loads(self.run("api", path))

    def told(self, error: Exception) -> tuple[int, str]:
        found = re.fullmatch(r"gh: (.*) \(HTTP (\d+)\)", str(error), re.DOTALL)
        assert found, str(error)
        return int(found[2]), found[1]

    def run(self, *arguments: str) -> str:
        """Run gh and return what it printed."""
        done = subprocess.run(
            [self._gh, *arguments],
            env=self._environment,
            capture_output=True,
            check=False,
            text=True,
            timeout=30,
        )
        if done.returncode:
            raise GhError(done.stderr.strip())
        return done.stdout
