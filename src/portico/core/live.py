"""What listeners may ask for, which happenings they are told of, and in which words.

Pure. Being able to see a repository is all that a listener proves (`core/proofs.py`), so only what
everybody who can see it may know is told: `TOLD` names the events, `DETAILS` the scalars. Never the
payload, nor who did it. What belongs to an account rather than to a repository is not told at all:
nothing would prove that a listener may know.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from portico.core.event_stream import Json
from portico.core.happening import Happening, RepositoryRef, Scalar
from portico.core.proofs import ending_of

# As many as one call of /v1/batch takes.
MOST_SUBJECTS: Final = 100

# Events of which everybody may know who can see the repository.
TOLD: Final = frozenset(
    {
        "check_run",
        "check_suite",
        "commit_comment",
        "create",
        "delete",
        "deployment",
        "deployment_status",
        "discussion",
        "discussion_comment",
        "fork",
        "gollum",
        "issue_comment",
        "issue_dependencies",
        "issues",
        "label",
        "milestone",
        "public",
        "pull_request",
        "pull_request_review",
        "pull_request_review_comment",
        "pull_request_review_thread",
        "push",
        "release",
        "repository",
        "star",
        "status",
        "sub_issues",
        "watch",
        "workflow_job",
        "workflow_run",
    }
)

# Scalars of a happening that speak of its repository alone. Not among them: `moved_number` and
# `other_number`, which may be an issue's in a repository that the listener cannot see.
DETAILS: Final = frozenset(
    {
        "base",
        "before",
        "branch",
        "check_run_id",
        "check_suite_id",
        "comment_id",
        "conclusion",
        "deployment_id",
        "environment",
        "head",
        "is_default_branch",
        "is_draft",
        "is_forced",
        "is_merged",
        "is_prerelease",
        "is_pull",
        "is_tag",
        "job_id",
        "label",
        "milestone",
        "name",
        "number",
        "ref",
        "ref_type",
        "release_id",
        "review_id",
        "review_state",
        "run_id",
        "sha",
        "state",
        "status",
        "tag",
    }
)

_PARAMETERS: Final = ("repo", "user", "event", "last_event_id")
_LOGIN: Final = re.compile(r"[A-Za-z0-9-][A-Za-z0-9_-]{0,38}(?:\[bot\])?")
_FULL_NAME: Final = re.compile(rf"{_LOGIN.pattern}/(?!\.{{1,2}}\Z)[A-Za-z0-9._-]{{1,100}}")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a listener asks for: repositories by name, all of some owners', some events or all.

    Names compare without case: the keys of `repositories` are in lower case and lead to the name
    as it was asked for, `owners` are in lower case. `events` is empty for all of them.
    """

    repositories: Mapping[str, str] = field(default_factory=dict)
    owners: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One happening, as those are told of it who may see its repository.

    `names` are all full names that its repository has or had by it, in lower case.
    `is_about_access`: who can see the repository may have changed by it.
    """

    event: str
    action: str | None
    repository: RepositoryRef
    names: frozenset[str]
    at: float | None
    details: Mapping[str, Scalar]
    is_about_access: bool = False

    @property
    def owners(self) -> frozenset[str]:
        """Logins of all whose repository it is or was, in lower case."""
        return frozenset(name.partition("/")[0] for name in self.names)

    def document(self, event_id: str, delivery: str, *, heard_at: float) -> dict[str, Json]:
        """Return what a listener reads.

        `delivery` is the GUID by which GitHub told of it, at `heard_at` (Unix seconds).
        """
        return {
            "id": event_id,
            "delivery": delivery,
            "event": self.event,
            "action": self.action,
            "repository": self.repository.full_name,
            "owner": self.repository.owner,
            "at": None if self.at is None else _iso(self.at),
            "heard_at": _iso(heard_at),
            "details": dict(self.details),
        }


def tell(happening: Happening) -> Told | None:
    """Return what listeners are told of a happening, None if nothing."""
    repository = happening.repository
    if repository is None or happening.event not in TOLD:
        return None
    if happening.event == "release" and happening.details.get("is_draft") is not False:
        # Only those who may push see a draft, and reading is all that a listener proves.
        return None
    former = happening.repositories.get("former", ())
    return Told(
        event=happening.event,
        action=happening.action,
        repository=repository,
        names=frozenset(each.full_name.lower() for each in (repository, *former)),
        at=happening.at,
        details={name: each for name, each in happening.details.items() if name in DETAILS},
        is_about_access=ending_of(happening) is not None,
    )


def read_wanted(pairs: Iterable[tuple[str, str]]) -> Wanted:
    """Return what a query asks for.

    Raises:
        ValueError: a parameter or value that is not known, too many, or nothing asked for. The
            message never repeats a value: it may be a secret in the wrong place.

    """
    values: dict[str, list[str]] = {name: [] for name in _PARAMETERS}
    for name, value in pairs:
        if name not in values:
            raise ValueError(f"There is an unknown parameter; known are {', '.join(_PARAMETERS)}")
        values[name].append(value)
    _check(values["repo"], _FULL_NAME, "repo: one value is not of the form OWNER/NAME")
    _check(values["user"], _LOGIN, "user: one value is no login of a user or an organisation")
    if len(values["repo"]) + len(values["user"]) > MOST_SUBJECTS:
        raise ValueError(f"repo, user: ask for at most {MOST_SUBJECTS} together")
    if not values["repo"] and not values["user"]:
        raise ValueError("Say what to listen for: repo=OWNER/NAME or user=LOGIN, or several")
    if not TOLD.issuperset(values["event"]):
        raise ValueError(f"event: one value is no event that is told of; those are {_list(TOLD)}")
    return Wanted(
        repositories={name.lower(): name for name in values["repo"]},
        owners=frozenset(login.lower() for login in values["user"]),
        events=frozenset(values["event"]),
    )


def _check(values: Iterable[str], form: re.Pattern[str], otherwise: str) -> None:
    if not all(form.fullmatch(value) for value in values):
        raise ValueError(otherwise)


def _iso(at: float) -> str:
    """Return an instant as GitHub writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
