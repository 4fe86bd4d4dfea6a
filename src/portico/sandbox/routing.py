"""The table of endpoints: a method and a path pattern, and who answers.

A pattern's `{name}` is one segment, `{name:int}` a number, `{name:path}` the rest of the path.
Repository routes are written once and found under both of GitHub's spellings,
/repos/{owner}/{repo}/… and /repositories/{id}/….
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from portico.sandbox.call import Call
from portico.sandbox.errors import DOCS
from portico.sandbox.message import Answer

Handler = Callable[[Call], Answer]

_HOLE = re.compile(r"\{(\w+)(?::(\w+))?\}")
_KINDS = {None: "[^/]+", "int": "[0-9]+", "path": ".*"}
_REPOSITORY = r"/(?:repos/(?P<owner>[^/]+)/(?P<repo>[^/]+)|repositories/(?P<repository_id>[0-9]+))"


@dataclass(frozen=True, slots=True)
class Route:
    """An endpoint. `docs` is its page below docs.github.com/rest.

    `permission` is what x-accepted-github-permissions tells. `loses_fields`: the newer API version
    changes this endpoint, so the older one announces its end. `is_for_apps`: a JWT, and nothing
    else, opens it.
    """

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    docs: str
    permission: str = "metadata=read"
    loses_fields: bool = False
    is_for_apps: bool = False

    @property
    def docs_url(self) -> str:
        """The endpoint's documentation page, which errors name."""
        return f"{DOCS}/{self.docs}"


def _compile(path: str, prefix: str = "") -> re.Pattern[str]:
    holes = _HOLE.sub(lambda m: f"(?P<{m[1]}>{_KINDS[m[2]]})", path)
    return re.compile(prefix + holes)


def route(
    method: str,
    path: str,
    handler: Handler,
    docs: str,
    *,
    permission: str = "metadata=read",
    loses_fields: bool = False,
) -> Route:
    """Return a route of a path from the root."""
    return Route(method, _compile(path), handler, docs, permission, loses_fields)


def repository_route(
    method: str,
    path: str,
    handler: Handler,
    docs: str,
    *,
    permission: str = "metadata=read",
    loses_fields: bool = False,
) -> Route:
    """Return a route of a path below a repository."""
    pattern = _compile(path, _REPOSITORY)
    return Route(method, pattern, handler, docs, permission, loses_fields)


class Table:
    """All routes, looked up by method and path."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """Keep the routes in the order given; the first that fits is taken."""
        self._by_method: dict[str, list[Route]] = {}
        for each in routes:
            self._by_method.setdefault(each.method, []).append(each)

    def find(self, method: str, path: str) -> tuple[Route, Mapping[str, str]] | None:
        """Return the route and its decoded parameters; HEAD finds what GET finds."""
        for each in self._by_method.get("GET" if method == "HEAD" else method, []):
            found = each.pattern.fullmatch(path)
            if found is not None:
                values = {k: unquote(v) for k, v in found.groupdict().items() if v is not None}
                return each, values
        return None
