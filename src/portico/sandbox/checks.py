"""What is said of a commit: statuses, check suites with their runs, workflow runs.

Statuses are the older way and only ever added; the newest of each context counts. Check runs belong
to the suite of one commit. A workflow run of GitHub Actions is a suite with a run of its own name.
Source: https://docs.github.com/rest/guides/using-the-rest-api-to-interact-with-checks
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from portico.sandbox.model import Account

# States of a status, from the worst: the combined state is the worst of the newest.
_WORST_FIRST = ("error", "failure", "pending", "success")


@dataclass(frozen=True, slots=True)
class Status:
    """One statement about a commit in one context. `at` is in Unix seconds."""

    id: int
    sha: str
    state: str
    context: str
    creator: Account
    at: float
    description: str | None = None
    target_url: str | None = None


@dataclass(slots=True)
class CheckRun:
    """One check of a commit; running until it has a conclusion."""

    id: int
    name: str
    started_at: float
    conclusion: str | None = None
    completed_at: float | None = None

    @property
    def status(self) -> str:
        """Where it stands, in GitHub's words."""
        return "completed" if self.conclusion else "in_progress"


@dataclass(slots=True)
class CheckSuite:
    """All checks of one commit."""

    id: int
    head_sha: str
    head_branch: str
    created_at: float
    updated_at: float
    runs: list[CheckRun] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether every check has come to its end."""
        return bool(self.runs) and all(run.conclusion for run in self.runs)

    @property
    def status(self) -> str:
        """Where the whole of it stands, in GitHub's words."""
        return "completed" if self.is_complete else "in_progress"

    @property
    def conclusion(self) -> str | None:
        """What comes of the whole; None while something is running."""
        if not self.is_complete:
            return None
        found = {run.conclusion for run in self.runs}
        return "success" if found <= {"success", "neutral", "skipped"} else "failure"

    def run(self, name: str) -> CheckRun | None:
        """Return the newest run of that name."""
        return next((run for run in reversed(self.runs) if run.name == name), None)


@dataclass(slots=True)
class WorkflowRun:
    """One run of a workflow of GitHub Actions, with one job."""

    id: int
    job_id: int
    number: int
    name: str
    suite: CheckSuite
    actor: Account
    created_at: float
    updated_at: float
    event: str = "push"
    conclusion: str | None = None

    @property
    def status(self) -> str:
        """Where it stands, in GitHub's words."""
        return "completed" if self.conclusion else "in_progress"


@dataclass(slots=True)
class Checks:
    """Everything said of the commits of one repository, oldest first."""

    statuses: list[Status] = field(default_factory=list)
    suites: list[CheckSuite] = field(default_factory=list)
    workflow_runs: list[WorkflowRun] = field(default_factory=list)

    def statuses_of(self, sha: str) -> list[Status]:
        """Return all statuses of a commit, newest first."""
        return [each for each in reversed(self.statuses) if each.sha == sha]

    def newest_of(self, sha: str) -> list[Status]:
        """Return the newest status of each context of a commit."""
        newest: dict[str, Status] = {}
        for each in self.statuses_of(sha):
            newest.setdefault(each.context, each)
        return list(newest.values())

    def state_of(self, sha: str) -> str:
        """Return a commit's combined state; without any status it is pending."""
        found = {each.state for each in self.newest_of(sha)}
        return next((state for state in _WORST_FIRST if state in found), "pending")

    def suites_of(self, sha: str) -> list[CheckSuite]:
        """Return the check suites of a commit."""
        return [each for each in self.suites if each.head_sha == sha]
