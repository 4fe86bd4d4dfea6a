"""What a path below a repository shows: the finer tags by which events find it.

`SHAPES` is the table, first match first. Its tags are relative to the repository, so that
`issues/5/comments` of octo/hello is found by `repo:octo/hello/issues/5/comments`. `*` stands for
the lists of a facet, and for what shows its items under a name that the path does not tell:

- `refs/main` is on whatever the branch (or tag) main can be seen by, `refs/HEAD` on what the
  default branch shows, `heads/*` on what shows branches that its path does not name, `refs/*`
  the same for tags as well;
- `statuses/{sha}` and `check-runs/{sha}` are on what shows the checks of one commit, with `*` for
  the commit under another name than its id;
- `pulls/5` and `issues/5` name one thing, seen as pull request and as issue;
- `labelled` is on what shows labels and milestones whole.

A path that no line knows has only its facet's tag: every write to the facet finds it, no event
does, and its lifetime stays the short one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qsl, unquote


@dataclass(frozen=True, slots=True)
class Shape:
    """One line: a path below the repository, and the finer tags of what is there.

    In `path`, `{n}` is a number, `{sha}` a full object id, `{ref}` a ref that may hold slashes,
    `{rest}` anything; a final `/...` is anything or nothing. In `tags`, `{at}` is the ref that the
    query asks for. `untold` says why no event tells of every change; "" where events do.
    """

    path: str
    tags: tuple[str, ...] = ()
    untold: str = ""


_REACTIONS: Final = "no event tells of a reaction"
_MENTIONS: Final = "a mention in a commit or in another issue shows here unannounced"
_OTHERS: Final = "shows other issues, whose own events do not name this one"
_UNKNOWN: Final = "not known to this table"
_ASSETS: Final = "no event tells of an asset's upload or of its downloads"
_MERGEABLE: Final = "whether it can be merged is worked out behind the scenes"
_DELAYED: Final = "worked out hours later, or anew as weeks go by"
_SETTINGS: Final = "its settings change without any event"

SHAPES: Final[tuple[Shape, ...]] = (
    Shape("meta"),
    # Issues, and pull requests seen as issues.
    Shape("issues", ("issues/*", "labelled")),
    Shape("issues/comments", ("issues/comments",)),
    Shape("issues/comments/{n}", ("issues/comments/{n}",)),
    Shape("issues/comments/...", untold=_REACTIONS),
    Shape("issues/events/...", ("issues/events", "labelled"), untold=_MENTIONS),
    Shape("issues/{n}", ("issues/{n}", "labelled")),
    Shape("issues/{n}/comments", ("issues/{n}/comments",)),
    Shape("issues/{n}/events", ("issues/{n}/events", "labelled"), untold=_MENTIONS),
    Shape("issues/{n}/timeline", ("issues/{n}/timeline", "labelled"), untold=_MENTIONS),
    Shape("issues/{n}/labels", ("issues/{n}/labels", "labelled")),
    Shape("issues/{n}/sub_issues", ("issues/{n}/sub_issues", "labelled"), untold=_OTHERS),
    Shape("issues/{n}/parent", ("issues/{n}/parent", "labelled"), untold=_OTHERS),
    Shape("issues/{n}/dependencies/{rest}", ("issues/{n}/dependencies", "labelled"), _OTHERS),
    Shape("issues/{n}/reactions", untold=_REACTIONS),
    Shape("issues/{n}/...", ("issues/{n}", "labelled"), untold=_UNKNOWN),
    # Pull requests.
    Shape("pulls", ("pulls/*", "labelled", "heads/*")),
    Shape("pulls/comments", ("pulls/comments",)),
    Shape("pulls/comments/{n}", ("pulls/comments/{n}",)),
    Shape("pulls/comments/...", untold=_REACTIONS),
    Shape("pulls/{n}", ("pulls/{n}", "labelled", "heads/*"), untold=_MERGEABLE),
    Shape("pulls/{n}/commits", ("pulls/{n}/commits",)),
    Shape("pulls/{n}/files", ("pulls/{n}/commits",)),
    Shape("pulls/{n}/comments", ("pulls/{n}/comments",)),
    Shape("pulls/{n}/reviews/...", ("pulls/{n}/reviews",)),
    Shape("pulls/{n}/requested_reviewers", ("pulls/{n}/requested_reviewers",)),
    Shape("pulls/{n}/...", ("pulls/{n}", "labelled", "heads/*"), untold=_UNKNOWN),
    # Commits and what is said of them.
    Shape("commits", ("refs/{at}",)),
    Shape("commits/{sha}", ("commits/{sha}",)),
    Shape("commits/{sha}/status", ("statuses/{sha}",)),
    Shape("commits/{sha}/statuses", ("statuses/{sha}",)),
    Shape("commits/{sha}/check-runs", ("check-runs/{sha}",)),
    Shape("commits/{sha}/check-suites", ("check-runs/{sha}",)),
    Shape("commits/{sha}/comments", ("comments/{sha}",)),
    Shape("commits/{sha}/pulls", ("pulls/*",)),
    Shape("commits/{sha}/branches-where-head", ("heads/*",)),
    Shape("commits/{ref}/status", ("statuses/*", "refs/{ref}")),
    Shape("commits/{ref}/statuses", ("statuses/*", "refs/{ref}")),
    Shape("commits/{ref}/check-runs", ("check-runs/*", "refs/{ref}")),
    Shape("commits/{ref}/check-suites", ("check-runs/*", "refs/{ref}")),
    Shape("commits/{ref}/comments", ("comments/*", "refs/{ref}")),
    Shape("commits/{ref}/pulls", ("pulls/*", "refs/{ref}")),
    Shape("commits/{ref}", ("refs/{ref}",)),
    Shape("comments", ("comments/*",)),
    Shape("comments/{n}", ("comments/{n}",)),
    Shape("comments/...", untold=_REACTIONS),
    Shape("statuses/{sha}", ("statuses/{sha}",)),
    Shape("statuses/{ref}", ("statuses/*", "refs/{ref}")),
    Shape("check-runs/{n}/...", ("check-runs/{n}",)),
    Shape("check-suites/{n}/...", ("check-suites/{n}",)),
    # Refs, and what they show. What is named by its content never changes.
    Shape("branches", ("heads/*",)),
    Shape("branches/{ref}/protection/...", untold=_SETTINGS),
    Shape("branches/{ref}", ("refs/{ref}",)),
    Shape("tags"),
    Shape("git/ref/{ref}", ("refs/{ref}",)),
    Shape("git/refs/{ref}", ("refs/{ref}", "refs/*")),
    Shape("git/refs", ("refs/*",)),
    Shape("git/matching-refs/...", ("refs/*",)),
    Shape("git/trees/{sha}"),
    Shape("git/trees/{ref}", ("refs/{ref}",)),
    Shape("git/commits/{sha}"),
    Shape("git/blobs/{sha}"),
    Shape("git/tags/{sha}"),
    Shape("git/...", ("refs/*",), untold=_UNKNOWN),
    Shape("compare/{sha}...{sha}"),
    Shape("compare/{rest}", ("refs/*",), untold="the other side may be a fork, which tells nobody"),
    Shape("contents/...", ("refs/{at}",)),
    Shape("readme/...", ("refs/{at}",)),
    Shape("license", ("refs/{at}",)),
    Shape("community/...", ("refs/HEAD",), untold=_SETTINGS),
    Shape("languages"),
    Shape("topics"),
    Shape("contributors", untold=_DELAYED),
    Shape("stats/...", untold=_DELAYED),
    Shape("activity", ("refs/*",), untold="a forced push and a merge are told apart later"),
    # Releases, labels, milestones.
    Shape("releases", ("releases/*",), untold=_ASSETS),
    Shape("releases/latest", ("releases/latest",), untold=_ASSETS),
    Shape("releases/tags/{tag}", ("releases/tags/{tag}",), untold=_ASSETS),
    Shape("releases/assets/...", ("releases/assets",), untold=_ASSETS),
    Shape("releases/{n}/...", ("releases/{n}",), untold=_ASSETS),
    Shape("labels", ("labels/*",)),
    Shape("labels/{label}", ("labels/{label}",)),
    Shape("milestones", ("milestones/*",)),
    Shape("milestones/{n}", ("milestones/{n}",)),
    Shape("milestones/{n}/labels", ("milestones/{n}",)),
    # Actions and deployments.
    Shape("actions/runs", ("actions/runs/*",)),
    Shape("actions/runs/{n}", ("actions/runs/{n}",)),
    Shape("actions/runs/{n}/jobs", ("actions/runs/{n}/jobs",)),
    Shape("actions/runs/{n}/attempts/{n}/jobs", ("actions/runs/{n}/jobs",)),
    Shape("actions/runs/{n}/...", ("actions/runs/{n}",), untold="an artefact comes unannounced"),
    Shape("actions/jobs/{n}", ("actions/jobs/{n}",)),
    Shape("actions/workflows/{rest}/runs", ("actions/runs/*",)),
    Shape("actions/workflows/...", ("refs/HEAD",), untold="no event tells of switching one off"),
    Shape("actions/artifacts/...", ("actions/runs/*",), untold="an artefact comes unannounced"),
    Shape("deployments", ("deployments/*",)),
    Shape("deployments/{n}/...", ("deployments/{n}",)),
    # Whoever is interested.
    Shape("stargazers/..."),
    Shape("forks", untold="no event tells of a fork's own changes, or of its end"),
    Shape("pages/...", untold=_SETTINGS),
    Shape("keys/..."),
    Shape("collaborators/...", untold="an organisation's roles and teams count, too"),
    Shape("assignees/...", untold="an organisation's roles and teams count, too"),
    Shape("events", untold="shown minutes to hours late"),
)

_PATTERNS: Final = {
    "n": r"\d+",
    "sha": r"[0-9a-f]{40}",
    "ref": r"[^*]+?",
    "tag": r".+",
    "label": r"[^/]+",
    "rest": r".+",
}
GAP: Final = re.compile(r"\{(\w+)\}")
# The parameters by which a ref is asked for: `sha` by lists of commits, `ref` by contents.
_REF_PARAMETERS: Final = frozenset({"ref", "sha"})
# Git's way from one commit to another (gitrevisions(7)): it can lead to whatever a push moves.
_REVISION: Final = re.compile(r"[~^:]|@\{")


def shape_of(below: str, at: str = "") -> tuple[Shape, tuple[str, ...]] | None:
    """Return the line of a path below a repository, and its tags; None if no line knows it.

    `below` is `meta` for the repository itself. `at` is the ref that the query asks for, ""
    for the default branch.
    """
    for pattern, shape in _COMPILED.get(below.partition("/")[0], ()):
        found = pattern.fullmatch(below)
        if found:
            values = {gap: unquote(value) for gap, value in found.groupdict().items()}
            values["at"] = at or "HEAD"
            return shape, tuple(filled(tag, values) for tag in shape.tags)
    return None


def ref_in(query: str) -> str:
    """Return the ref that a query asks for, "" if it asks for none."""
    if "ref=" not in query and "sha=" not in query:
        return ""
    pairs = parse_qsl(query)
    return next((value for name, value in pairs if name in _REF_PARAMETERS), "")


def filled(tag: str, values: Mapping[str, str]) -> str:
    """Return a tag of the table with its gaps filled, each kind of name in its one form."""
    return GAP.sub(lambda gap: _normal(gap[1], values[gap[1]]), tag)


def matches(tag: str, cell: str) -> bool:
    """Return whether a cell of the table of events can name what has this tag, gaps and all."""
    pattern = "".join(
        re.escape(literal) + (_PATTERNS.get(gap, _PATTERNS["ref"]) if gap else "")
        for literal, gap in _pieces(tag)
    )
    # A number, an object id and a name all at once.
    return re.fullmatch(pattern, GAP.sub("0" * 40, cell)) is not None


def _normal(gap: str, value: str) -> str:
    if gap in ("at", "ref"):
        return plain_ref(value)
    # GitHub ignores the case of a label's name.
    return value.lower() if gap.endswith("label") else value


def plain_ref(ref: str) -> str:
    """Return a ref without `refs/heads/` or `refs/tags/`, so that its spellings are one.

    A branch and a tag of one name count as one thing; too much is safe.
    """
    if _REVISION.search(ref):
        return "*"
    name = ref.removeprefix("refs/")
    return name.removeprefix("heads/").removeprefix("tags/")


def _compiled(shape: Shape) -> re.Pattern[str]:
    path, dots, _ = shape.path.partition("/...")
    # What a gap matches is only kept where a tag has the same gap; it may occur twice in a path.
    wanted = set(GAP.findall(" ".join(shape.tags)))
    pattern = ""
    for literal, gap in _pieces(path):
        pattern += re.escape(literal)
        if gap:
            pattern += f"(?P<{gap}>{_PATTERNS[gap]})" if gap in wanted else _PATTERNS[gap]
            wanted.discard(gap)
    return re.compile(pattern + (r"(?:/.*)?" if dots else r"/?"))


def _pieces(path: str) -> list[tuple[str, str]]:
    """Split `issues/{n}/x` into (`issues/`, `n`), (`/x`, ``)."""
    parts = GAP.split(path)
    return list(zip(parts[::2], [*parts[1::2], ""], strict=True))


_COMPILED: Final[dict[str, tuple[tuple[re.Pattern[str], Shape], ...]]] = {
    facet: tuple((_compiled(shape), shape) for shape in SHAPES if shape.path.split("/")[0] == facet)
    for facet in {shape.path.split("/")[0] for shape in SHAPES}
}
