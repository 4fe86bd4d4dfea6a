"""What a URL of GitHub's API is about: its class of route, its subject, its tags.

Two tables hold the knowledge. `ROUTES` gives each path its class (which decides freshness);
`TOUCHED` says which facets of a repository a write below it makes stale. A path that no line
knows is `MOVING`, the shortest-lived class that may still be served from the store.

Tags are how writes and webhooks find stored responses: `repo:octo/hello` (all of it),
`repo:octo/hello/issues` (one facet), `repo:octo/hello/issues/5` (finer, by `core/shapes.py`), the
same by id (`repo:#1296269`), `repos:octo` (all repositories of that owner), `owner:octo`, `search`
and `search/issues`, `lists` (of repositories), `feeds` (of events), `missing`, also of one
repository (answers that say "not here"), `reference` (licences, …).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from portico.core.shapes import Shape, ref_in, shape_of


class RouteClass(StrEnum):
    """Classes of route that share a row of the freshness table."""

    IMMUTABLE = "immutable"
    SLOW = "slow"
    MOVING = "moving"
    DECIDING = "deciding"
    OWN = "own"
    SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Resource:
    """What a path is about.

    `owner` and `repository` are lower case, as GitHub ignores their case; either is
    `#` and digits where the path names it by id. They are None where the path names none.
    `shape` is the line of `core/shapes.py` that the path below a repository is of.
    `is_public_feed`: events of a user among which there are no private ones, whoever asks.
    """

    route_class: RouteClass
    owner: str | None
    repository: str | None
    facet: str | None
    tags: frozenset[str]
    shape: Shape | None = None
    is_public_feed: bool = False

    @property
    def missing_tags(self) -> frozenset[str]:
        """What an answer that says "not here" carries besides: it ends when something comes."""
        own = {f"repo:{self.repository}/{MISSING}"} if self.repository else set()
        return frozenset({MISSING, *own})

    @property
    def is_for_everybody(self) -> bool:
        """Whether the path is known to show the same whoever asks, if they see it at all.

        Only such paths may be asked with the operator's credential for somebody who brings none.
        A user's events are not: to that user GitHub shows private ones among them. Those that
        are asked for as public ones are.
        """
        if self.route_class is RouteClass.OWN:
            return False
        if self.repository is None and self.facet in _VIEWERS_FACETS and not self.is_public_feed:
            return False
        return (
            self.owner is not None
            or self.repository is not None
            or not self.tags.isdisjoint(_SUBJECTLESS)
        )


_SHA: Final = r"[0-9a-f]{40}"
_REPO: Final = r"/(?:repos/[^/]+/[^/]+|repositories/\d+)"
_REF_PARTS: Final = "status|statuses|check-runs|check-suites"
_SLOW_FACETS: Final = (
    "languages|topics|license|readme|contributors|tags|labels|milestones|releases|stats"
    "|community|forks|stargazers/(?:history|count)"
)
_USER_LISTS: Final = "repos|orgs|starred|followers|following|gists"
_REFERENCE: Final = "licenses|gitignore/templates|emojis|meta|codes_of_conduct|versions"
_OWN: Final = (
    "user|notifications|issues|gists|app|installation|applications|marketplace_listing"
    "|rate_limit|repository_invitations|feeds|classrooms|assignments"
)
_OWN_BELOW: Final = (
    rf"{_REPO}/(?:notifications|subscription|codespaces|installation)"
    r"|/(?:orgs/[^/]+|organizations/\d+)/issues|/(?:users/[^/]+|user/\d+)/events/orgs"
    r"|/(?:orgs|users)/[^/]+/installation"
)

_VIEWERS_FACETS: Final = frozenset({"events", "received_events", "subscriptions"})
# https://docs.github.com/en/rest/activity/events#list-public-events-for-a-user
_PUBLIC_FEED: Final = re.compile(r"/users/[^/]+/events/public")
_SUBJECTLESS: Final = frozenset({"search", "reference"})
_SUBJECTLESS_TAGS: Final = {
    "/repositories": "lists",
    "/events": "feeds",
    "/advisories": "advisories",
}

ROUTES: Final[tuple[tuple[re.Pattern[str], RouteClass], ...]] = tuple(
    (re.compile(pattern), route_class)
    for pattern, route_class in (
        # A full object id names content that can never change.
        (rf"{_REPO}/(?:commits|git/(?:commits|trees|blobs|tags))/{_SHA}", RouteClass.IMMUTABLE),
        (rf"{_REPO}/compare/{_SHA}\.\.\.{_SHA}", RouteClass.IMMUTABLE),
        # What people and bots act upon at once.
        (rf"{_REPO}/pulls/\d+(?:/(?:merge|reviews|requested_reviewers))?", RouteClass.DECIDING),
        # The name of a ref may hold slashes.
        (rf"{_REPO}/commits/.+/(?:{_REF_PARTS})", RouteClass.DECIDING),
        (rf"{_REPO}/(?:check-runs|check-suites|statuses)/.+", RouteClass.DECIDING),
        (rf"{_REPO}/actions/(?:runs|jobs)/\d+(?:/jobs)?", RouteClass.DECIDING),
        (rf"{_REPO}/git/(?:ref|refs|matching-refs)(?:/.+)?", RouteClass.DECIDING),
        (rf"{_REPO}/branches/.+", RouteClass.DECIDING),
        # What changes by the day, and is shown rather than acted upon.
        (rf"{_REPO}(?:/(?:{_SLOW_FACETS})(?:/.*)?)?", RouteClass.SLOW),
        (rf"/(?:users/[^/]+|user/\d+)(?:/(?:{_USER_LISTS}))?", RouteClass.SLOW),
        (r"/(?:orgs/[^/]+|organizations/\d+)(?:/(?:repos|(?:public_)?members))?", RouteClass.SLOW),
        (r"/(?:users|organizations|repositories)", RouteClass.SLOW),
        (rf"/(?:{_REFERENCE})(?:/.*)?", RouteClass.SLOW),
        (r"/search/.+", RouteClass.SEARCH),
        # The caller's own things: what they show depends on nothing but the credential.
        (rf"/(?:{_OWN})(?:/.*)?|/|(?:{_OWN_BELOW})(?:/.*)?", RouteClass.OWN),
    )
)

# Facet of a repository that was written below -> the other facets that show it.
# A facet that is not listed touches the whole repository: too much is safe, too little is not.
TOUCHED: Final[dict[str, tuple[str, ...]]] = {
    "issues": ("issues", "pulls", "meta", "events", "labels", "milestones", "assignees"),
    "pulls": ("pulls", "issues", "meta", "events", "commits", "branches", "git", "compare"),
    "labels": ("labels", "issues", "pulls"),
    "milestones": ("milestones", "issues", "pulls"),
    "releases": ("releases", "tags", "git", "events"),
    "statuses": ("statuses", "commits", "pulls", "branches"),
    "check-runs": ("check-runs", "check-suites", "commits", "pulls", "actions"),
    "check-suites": ("check-runs", "check-suites", "commits", "pulls", "actions"),
    "actions": ("actions", "check-runs", "check-suites", "commits"),
    "deployments": ("deployments",),
    "hooks": ("hooks",),
    "keys": ("keys",),
    "topics": ("topics", "meta"),
    "subscription": ("subscription", "subscribers", "meta"),
    "collaborators": ("collaborators", "assignees", "invitations"),
}

_SUBJECT: Final = re.compile(
    r"/(?:(?:repos|networks)/(?P<owner>[^/]+)/(?P<repo>[^/]+)|repositories/(?P<repo_id>\d+)"
    r"|(?:users|orgs)/(?P<login>[^/]+)|(?:user|organizations)/(?P<owner_id>\d+))"
    r"(?:/(?P<below>(?P<facet>[^/]+)(?:/.*)?)?)?"
)
_STARRED: Final = re.compile(r"/user/(?:starred|subscriptions)/([^/]+)/([^/]+)")
_REPO_LISTS: Final = frozenset({"repos", "starred", "subscriptions"})
# Besides: an organisation that is renamed is so in its members' lists.
_ORGANIZATION_LISTS: Final = frozenset({"orgs"})
_FEEDS: Final = frozenset({"events", "received_events"})
# A merge is a push: it changes whatever shows the branch.
_PUSH: Final = re.compile(rf"{_REPO}/pulls/\d+/(?:merge|update-branch)")
# On everything that is held for a principal, whatever it is about.
PRINCIPALS: Final = "principals"
# On a stored 301, 404, 410 or 451. Who makes, renames or moves a repository cannot be told by
# the path whose absence ends.
MISSING: Final = "missing"
# RFC 3986 §2.3: these mean the same escaped, and GitHub takes them so.
_ESCAPED_UNRESERVED: Final = re.compile(
    r"%(?:2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)", re.IGNORECASE
)


def classify(path: str, query: str = "") -> Resource:
    """Return what a path (percent-encoded, relative to the API's root) is about.

    Of the query only the ref counts that it asks for: a push to another leaves the answer alone.
    """
    return _classify(path, ref_in(query))


@lru_cache(maxsize=8_192)
def _classify(path: str, at: str) -> Resource:
    path = without_needless_escapes(path)
    route_class = next(
        (found for pattern, found in ROUTES if pattern.fullmatch(path)), RouteClass.MOVING
    )
    subject = _SUBJECT.fullmatch(path)
    if subject is None:
        return Resource(route_class, None, None, None, _subjectless_tags(path, route_class))
    facet = subject["facet"] or "meta"
    if subject["repo_id"] or subject["repo"]:
        owner = subject["owner"].lower() if subject["owner"] else None
        name = f"{owner}/{subject['repo'].lower()}" if owner else f"#{subject['repo_id']}"
        found = shape_of(subject["below"] or "meta", at)
        shape, finer = found or (None, ())
        tags = repository_tags(name, facet, *finer)
        if wide := all_of_owner(f"repo:{name}"):
            tags |= {wide}
        return Resource(route_class, owner, name, facet, tags, shape)
    owner = subject["login"].lower() if subject["login"] else f"#{subject['owner_id']}"
    tags = owner_tags(owner, facet)
    is_public_feed = _PUBLIC_FEED.fullmatch(path) is not None
    return Resource(route_class, owner, None, facet, tags, is_public_feed=is_public_feed)


def _subjectless_tags(path: str, route_class: RouteClass) -> frozenset[str]:
    """Return the tags of a path that names neither repository nor owner."""
    if path.startswith("/search/"):
        kind = path.split("/")[2]
        return frozenset({"search", f"search/{kind}"})
    found = {tag for start, tag in _SUBJECTLESS_TAGS.items() if path.startswith(start)}
    if route_class is RouteClass.SLOW:
        # All others of that class are somebody's.
        found.add("reference")
    return frozenset(found)


def without_needless_escapes(path: str) -> str:
    """Return the path with unreserved characters as themselves (RFC 3986 §6.2.2.2).

    Else `/%75ser` would pass for nobody's own, and `/repos/%6Fcto/x` miss what is said of octo/x.
    """
    if "%" not in path:
        return path
    return _ESCAPED_UNRESERVED.sub(lambda found: chr(int(found[0][1:], 16)), path)


def repository_tags(repository: str, facet: str, *finer: str) -> frozenset[str]:
    """Return the tags of one facet of a repository, named `owner/name` or `#id`."""
    tags = {f"repo:{repository}", *(f"repo:{repository}/{each}" for each in (facet, *finer))}
    return frozenset(tags | {"feeds"} if facet == "events" else tags)


def all_of_owner(tag: str) -> str | None:
    """Return the tag of all repositories of whose repository a tag names, None if it names none."""
    kind, _, name = tag.partition(":")
    owner, slash, _ = name.partition("/")
    return f"repos:{owner}" if kind == "repo" and slash and not owner.startswith("#") else None


def owner_tags(owner: str, facet: str) -> frozenset[str]:
    """Return the tags of one facet of a user or organisation, named `login` or `#id`."""
    tags = {f"owner:{owner}", f"owner:{owner}/{facet}"}
    if facet in _REPO_LISTS:
        # Every write to a repository shows in somebody's list of repositories.
        tags.add("lists")
    if facet in _ORGANIZATION_LISTS:
        tags.add("lists/orgs")
    if facet in _FEEDS:
        tags.add("feeds")
    return frozenset(tags)


def touched_by_write(method: str, path: str) -> frozenset[str]:
    """Return the tags of what a request with an unsafe method may have changed.

    Empty where the path names nothing that is known; the caller then marks all that the
    principal has stored.
    """
    path = without_needless_escapes(path)
    starred = _STARRED.fullmatch(path)
    if starred:
        name = f"{starred[1]}/{starred[2]}".lower()
        return frozenset({f"repo:{name}/meta", f"repo:{name}/stargazers", "lists"})
    resource = classify(path)
    if resource.repository is None:
        return resource.tags | {MISSING} if resource.tags else resource.tags
    name = resource.repository
    if resource.facet is None or resource.facet not in TOUCHED or _PUSH.fullmatch(path):
        tags = {f"repo:{name}", "lists", "search", MISSING}
        if resource.owner and resource.facet == "meta" and method in ("PATCH", "DELETE"):
            tags.add(f"owner:{resource.owner}")
        return frozenset(tags)
    facets = TOUCHED[resource.facet]
    # Lists of repositories show what the repository itself shows.
    lists = {"lists"} if "meta" in facets else set()
    return frozenset({*(f"repo:{name}/{facet}" for facet in facets), "search", *lists})
