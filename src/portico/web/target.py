"""A request's target -> which face answers it, and the path that GitHub would see.

GitHub's API is at `/api/v3` and `/api/graphql` on every host, as clients of GitHub Enterprise
Server call it, and at the root on the hosts of PORTICO_GITHUB_HOSTS and on the Unix socket.

Paths stay percent-encoded from here to GitHub. What could mean one thing to Portico and another
to GitHub (`..`, `//`, control characters, an absolute-form target) is refused, never repaired.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from portico.core.errors import CallerError
from portico.core.resource import without_needless_escapes
from portico.web.asgi import Scope
from portico.web.protocol import TARGET_KEY

REST_PREFIX: Final = "/api/v3"
GRAPHQL_PATH: Final = "/api/graphql"
_HOST: Final = re.compile(r"[A-Za-z0-9.-]+(?::\d{1,5})?|\[[0-9A-Fa-f:.]+\](?::\d{1,5})?")
_ADDRESS: Final = re.compile(r"[\d.]+|\[.*\]")
_DOTS: Final = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_CONTROL: Final = re.compile(r"%(?:[01][0-9a-f]|7f|5c)|[\x00-\x20\x7f\\]", re.IGNORECASE)
_BROKEN_ESCAPE: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
# GitHub took credentials here once; in a URL they end up in logs.
# Whole tokens only: a file may well be called `ghp_example`.
_TOKEN: Final = re.compile(r"gh[pousr]_[A-Za-z0-9_.-]{36}|github_pat_\w{22}|ptk_[\w-]{43}")
_SECRET_PARAMETER: Final = re.compile(r"(?:^|&)(?:access_token|client_secret)=", re.IGNORECASE)


class Misdirected(CallerError):
    """The request is for another host (RFC 9110 §15.5.20)."""

    code = "misdirected"
    status = 421
    title = "The request is for another host"
    advice = "Send it to that host itself."


@dataclass(frozen=True, slots=True)
class GitHubTarget:
    """A request for GitHub's own API.

    `path` is relative to the API's root. `base` is the URL that stands for that root in what
    the caller reads, without a slash at the end; None where nothing is to be rewritten.
    """

    path: str
    query: str
    base: str | None


@dataclass(frozen=True, slots=True)
class Faces:
    """Which hosts, beside `/api/v3`, speak GitHub's API; and one's own URL, if configured."""

    github_hosts: frozenset[str] = frozenset()
    public_url: str | None = None
    api_hosts: frozenset[str] = frozenset({"api.github.com"})
    """The names by which the API itself is meant on the Unix socket."""

    def github_target(self, scope: Scope) -> GitHubTarget | None:
        """Return what is asked of GitHub's API, or None for Portico's own endpoints.

        Raises:
            CallerError: the target is malformed or ambiguous.

        """
        path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        below = _below_prefix(path)
        if is_unix_socket(scope):
            self._refuse_other_hosts(host_of(scope))
            return GitHubTarget(_checked(below or path, query), query, None)
        host = host_of(scope)
        if below is None and not self._is_github_host(host):
            return None
        base = self._base(scope["scheme"], host, at_root=below is None)
        return GitHubTarget(_checked(below or path, query), query, base)

    def is_github(self, scope: Scope) -> bool:
        """Return whether a request, malformed as it may be, was meant for GitHub's API."""
        if is_unix_socket(scope) or scope["raw_path"].startswith(b"/api/"):
            return True
        hosts = (v.decode("latin-1") for name, v in scope["headers"] if name == b"host")
        return any(self._is_github_host(host) for host in hosts)

    def _refuse_other_hosts(self, host: str) -> None:
        """Refuse what a client sends to another host by way of the socket.

        `gh` sends all its traffic there, downloads from other hosts of GitHub's included; the
        API has nothing at their paths, and their signed queries are not for it.
        """
        name = _less_port(host)
        # A name without a dot, or an address, is the client's own for the socket.
        if "." in name and not _ADDRESS.fullmatch(name) and name not in self.api_hosts:
            raise Misdirected(f"Only GitHub's API is on this socket, not {name}")

    def _is_github_host(self, host: str) -> bool:
        return host.lower() in self.github_hosts or _less_port(host) in self.github_hosts

    def _base(self, scheme: str, host: str, *, at_root: bool) -> str:
        if at_root:
            return f"{scheme}://{host}"
        return (self.public_url or f"{scheme}://{host}") + REST_PREFIX


def is_unix_socket(scope: Scope) -> bool:
    """Return whether a request came over the Unix socket."""
    server = scope.get("server")
    return server is not None and server[1] is None


def host_of(scope: Scope) -> str:
    """Return the `Host` of a request.

    Raises:
        CallerError: there is none, there are several, or it is no host; or the target is in
            absolute form, so that it may name another.

    """
    target: bytes = scope.get(TARGET_KEY, b"/")
    if not target.startswith((b"/", b"*")):
        message = "Send the path alone in the request line: Portico is no forward proxy"
        raise CallerError(message)
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    host = hosts[0].decode("latin-1") if len(hosts) == 1 else ""
    if not _HOST.fullmatch(host):
        raise CallerError("The request needs exactly one valid Host field")
    return host


def _below_prefix(path: str) -> str | None:
    """Return the path relative to the API's root if it lies below a prefix, else None."""
    if path == GRAPHQL_PATH:
        return "/graphql"
    if path == REST_PREFIX:
        return "/"
    if path.startswith(REST_PREFIX + "/"):
        return path[len(REST_PREFIX) :]
    return None


def _less_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdecimal() else host.lower()


def _checked(path: str, query: str) -> str:
    path = without_needless_escapes(path)
    if not path.startswith("/") or "//" in path:
        raise CallerError("The path has an empty segment ('//')")
    if _DOTS.search(path):
        raise CallerError("The path has a '.' or '..' segment")
    if _CONTROL.search(path) or _BROKEN_ESCAPE.search(path):
        raise CallerError("The path has a control character, a backslash or a broken escape")
    if _SECRET_PARAMETER.search(query) or ("_" in path and _TOKEN.search(path)):
        raise CallerError("Send credentials in the Authorization field, never in the URL")
    return path
