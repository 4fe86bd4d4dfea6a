#!/usr/bin/env python3
"""Wait until the checks of a commit are finished, without polling.

    wait_for_checks.py OWNER/REPO COMMIT [--check NAME] [--portico URL] [--timeout SECONDS]

Exit code 0: all passed. 1: at least one did not. 2: they cannot be waited for. 124: time was up.
A token of GitHub's, or a key of Portico's, is read from GITHUB_TOKEN. Standard library only.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

PASSED, FAILED, CANNOT, TIME_WAS_UP = 0, 1, 2, 124
FINE = {"success", "neutral", "skipped"}
EVENTS = ("check_suite", "check_run", "status")
NOT_NOW = {429, 502, 503, 504}
# Three heartbeats: a connection on which nothing came for so long is dead.
SILENCE_S = 45.0


class Stopped(Exception):
    """There is no use in going on; holds the exit code."""


class Portico:
    """Asks Portico for GitHub's answers, and listens to what happens."""

    def __init__(self, url: str, token: str, deadline: float) -> None:
        self.address = urlsplit(url)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.deadline = deadline
        self.last_id = ""
        self.retry_s = 3.0

    def open(
        self, path: str, headers: dict[str, str]
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
        """Return a connection and its answer; where there is none, or not now, ask again."""
        is_https = self.address.scheme == "https"
        kind = http.client.HTTPSConnection if is_https else http.client.HTTPConnection
        while True:
            connection = kind(self.address.netloc, timeout=min(SILENCE_S, self.left_s()))
            try:
                sent = self.headers | headers
                connection.request("GET", self.address.path + path, headers=sent)
                answer = connection.getresponse()
            except (OSError, http.client.HTTPException) as error:
                self.pause(self.retry_s, f"no answer ({error})")
                continue
            if answer.status == 200:
                return connection, answer
            said = answer.read().decode(errors="replace")
            if answer.status not in NOT_NOW:
                print(f"{path}: {answer.status} {said}", file=sys.stderr)
                raise Stopped(CANNOT)
            after = answer.headers.get("Retry-After") or ""
            wait_s = float(after) if after.isdecimal() else self.retry_s
            self.pause(wait_s, f"answered {answer.status}")

    def read(self, path: str) -> Any:
        """Return GitHub's JSON, confirmed by GitHub just now: free with a token if unchanged."""
        _, answer = self.open(f"/api/v3{path}", {"Cache-Control": "no-cache"})
        return json.loads(answer.read())

    def read_all(self, path: str, name: str) -> list[Any]:
        """Return all items of a list, whatever the number of its pages."""
        found: list[Any] = []
        number = 1
        while True:
            page = self.read(f"{path}?per_page=100&page={number}")
            found += page[name]
            if not page[name] or len(found) >= page["total_count"]:
                return found
            number += 1

    def listen(self, repository: str) -> Iterator[tuple[str, Any]]:
        """Give "open" when the stream is open, then each event, and "heartbeat"."""
        query = urlencode([("repo", repository), *(("event", event) for event in EVENTS)])
        resuming = {"Last-Event-ID": self.last_id} if self.last_id else {}
        connection, stream = self.open(f"/live?{query}", resuming)
        yield "open", None
        name, data, place = "message", "", self.last_id
        while line := stream.readline().decode():
            field, _, value = line.rstrip("\r\n").partition(": ")
            if field == "event":
                name = value
            elif field == "data":
                data = value
            elif field == "id":
                place = value
            elif field == "retry":
                self.retry_s = int(value) / 1000
            elif value == "heartbeat":
                yield "heartbeat", None
            elif not field and not value:
                # A blank line ends a block; only then its id counts.
                self.last_id = place
                if data:
                    yield name, json.loads(data)
                name, data = "message", ""
            if connection.sock is not None:
                connection.sock.settimeout(min(SILENCE_S, self.left_s()))

    def left_s(self) -> float:
        """Return the time that is left."""
        left_s = self.deadline - time.monotonic()
        if left_s <= 0:
            raise Stopped(TIME_WAS_UP)
        return left_s

    def pause(self, seconds: float, why: str) -> None:
        """Wait before the next attempt."""
        print(f"{why}; again in {seconds:.0f} s", file=sys.stderr, flush=True)
        time.sleep(min(seconds, self.left_s()))


def verdict(portico: Portico, of_commit: str, expected: set[str]) -> int | None:
    """Return the exit code if all checks of a commit are finished, None while they are not."""
    suites = portico.read_all(f"{of_commit}/check-suites", "check_suites")
    # A suite without runs is of an App that has nothing to say, and stays "queued" for ever.
    suites = [suite for suite in suites if suite["latest_check_runs_count"]]
    runs = portico.read_all(f"{of_commit}/check-runs", "check_runs") if suites else []
    statuses = portico.read_all(f"{of_commit}/status", "statuses")
    found = {run["name"]: run["conclusion"] in FINE for run in runs}
    found |= {status["context"]: status["state"] == "success" for status in statuses}
    is_under_way = any(suite["status"] != "completed" for suite in suites) or any(
        status["state"] == "pending" for status in statuses
    )
    if not found or is_under_way or not expected <= found.keys():
        return None
    failed = [name for name, has_passed in found.items() if not has_passed]
    for name in failed:
        print(f"failed: {name}")
    print(f"{len(found)} finished, {len(failed)} of them failed")
    return FAILED if failed else PASSED


def wait(portico: Portico, repository: str, commit: str, expected: set[str]) -> int:
    """Return the exit code when the checks of a commit are finished."""
    sha = portico.read(f"/repos/{repository}/commits/{commit}")["sha"]
    print(f"waiting for the checks of {sha}", flush=True)
    while True:
        is_recent = False
        try:
            for name, event in portico.listen(repository):
                if name == "lost":
                    print(f"{repository} is not shown any more", file=sys.stderr)
                    return CANNOT
                is_about_it = name == "message" and event["details"].get("sha") == sha
                # GitHub's replicas lag behind its events: look once more at the next heartbeat.
                is_second_look = name == "heartbeat" and is_recent
                if name in ("open", "reset") or is_about_it or is_second_look:
                    is_recent = is_about_it
                    code = verdict(portico, f"/repos/{repository}/commits/{sha}", expected)
                    if code is not None:
                        return code
        except (OSError, http.client.HTTPException):
            pass
        # Cut, closing or overrun: the next stream goes on where this one ended.
        portico.pause(portico.retry_s, "the stream has ended")


def main() -> int:
    """Wait, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("repository", help="OWNER/REPO")
    parser.add_argument("commit", help="a commit, a branch or a tag")
    parser.add_argument("--check", action="append", default=[], help="one that must be there")
    parser.add_argument("--portico", default="http://localhost:8000", metavar="URL")
    parser.add_argument("--timeout", type=float, default=3_600, metavar="SECONDS")
    asked = parser.parse_args()
    if not urlsplit(asked.portico).hostname:
        parser.error("--portico takes a URL: http://HOST:PORT")
    deadline = time.monotonic() + asked.timeout
    portico = Portico(asked.portico, os.environ.get("GITHUB_TOKEN", ""), deadline)
    try:
        return wait(portico, asked.repository, asked.commit, set(asked.check))
    except Stopped as stopped:
        if stopped.args == (TIME_WAS_UP,):
            print("time was up", file=sys.stderr)
        return int(stopped.args[0])
    except (OSError, http.client.HTTPException) as error:
        # Else Python would end it with 1, which is the code of a check that failed.
        print(f"the answer broke off ({error})", file=sys.stderr)
        return CANNOT


if __name__ == "__main__":
    sys.exit(main())
