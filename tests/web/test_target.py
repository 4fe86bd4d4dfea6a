"""Which face answers a target, and what is refused because it could mean two things."""

from __future__ import annotations

import pytest

from portico.core.errors import CallerError
from portico.web.asgi import Scope
from portico.web.protocol import TARGET_KEY
from portico.web.target import Faces, GitHubTarget, Misdirected

HOSTS = frozenset({"api.portico.example", "github.internal:8443"})
FACES = Faces(HOSTS)
USER = "/users/octo"


def scope(
    path: str,
    *,
    query: str = "",
    hosts: tuple[str, ...] = ("portico.example",),
    target: str | None = None,
    is_unix: bool = False,
) -> Scope:
    """Return the parts of an ASGI scope that a target is made of."""
    return {
        "raw_path": path.encode("latin-1"),
        "query_string": query.encode("latin-1"),
        "headers": [(b"host", host.encode("latin-1")) for host in hosts],
        "scheme": "http",
        "server": ("/run/portico.sock", None) if is_unix else ("127.0.0.1", 8000),
        TARGET_KEY: (target or path).encode("latin-1"),
    }


@pytest.mark.parametrize(
    ("path", "host", "expected"),
    [
        ("/api/v3/users/octo", "any.example", (USER, "http://any.example/api/v3")),
        ("/api/v3/users/octo", "any.example:81", (USER, "http://any.example:81/api/v3")),
        ("/api/v3/users/octo", "[::1]:8000", (USER, "http://[::1]:8000/api/v3")),
        ("/api/v3", "any.example", ("/", "http://any.example/api/v3")),
        ("/api/v3/", "any.example", ("/", "http://any.example/api/v3")),
        ("/api/graphql", "any.example", ("/graphql", "http://any.example/api/v3")),
        ("/users/octo", "api.portico.example", (USER, "http://api.portico.example")),
        ("/users/octo", "API.Portico.example", (USER, "http://API.Portico.example")),
        ("/users/octo", "api.portico.example:80", (USER, "http://api.portico.example:80")),
        ("/users/octo", "github.internal:8443", (USER, "http://github.internal:8443")),
        ("/v1/users/octo", "api.portico.example", ("/v1/users/octo", "http://api.portico.example")),
        ("/users/octo", "github.internal", None),
        ("/users/octo", "github.internal:80", None),
        ("/users/octo", "any.example", None),
        ("/v1/users/octo", "any.example", None),
        ("/api/v30/users", "any.example", None),
        ("/api/v3%2Fusers/octo", "any.example", None),
        ("/api/graphql/x", "any.example", None),
        ("/", "any.example", None),
    ],
)
def test_face(path: str, host: str, expected: tuple[str, str] | None) -> None:
    """GitHub's API is below its prefix on every host, and at the root of its own hosts."""
    target = FACES.github_target(scope(path, hosts=(host,)))

    assert target == (expected and GitHubTarget(expected[0], "", expected[1]))


@pytest.mark.parametrize("path", ["/users/octo", "/api/v3/users/octo"])
@pytest.mark.parametrize("host", ["api.github.com", "localhost", "127.0.0.1:80", "[::1]", "unix"])
def test_unix_socket(path: str, host: str) -> None:
    """The socket speaks GitHub's API at the root, and nothing is rewritten."""
    target = FACES.github_target(scope(path, query="a=b", hosts=(host,), is_unix=True))

    assert target == GitHubTarget(USER, "a=b", None)


@pytest.mark.parametrize("host", ["objects.githubusercontent.com", "evil.example:443"])
def test_other_hosts_on_the_unix_socket(host: str) -> None:
    """What a client sends to another host by way of the socket is not asked of the API."""
    with pytest.raises(Misdirected) as raised:
        FACES.github_target(scope("/users/octo", hosts=(host,), is_unix=True))

    assert raised.value.status == 421


def test_public_url_is_the_base() -> None:
    """Where the operator says how Portico is reached, `Host` is not believed."""
    faces = Faces(HOSTS, "https://portico.example/gh")

    target = faces.github_target(scope("/api/v3/users/octo", hosts=("evil.example",)))

    assert target is not None
    assert target.base == "https://portico.example/gh/api/v3"


@pytest.mark.parametrize(
    "path",
    [
        "/repos/octo/../hubot/x",
        "/repos/octo/./x",
        "/repos/octo/..",
        "/repos/octo/%2e%2e/hubot",
        "/repos/octo/%2E./hubot",
        "/repos/octo/.%2e",
        "//users/octo",
        "/users//octo",
        "/users/octo//",
        "/users/oc%0Ato",
        "/users/oc%0d%0aX-Evil:1",
        "/users/octo%00",
        "/users/octo%7f",
        "/users\\octo",
        "/users/%5cocto",
        "/users/oc to",
        "/users/octo%",
        "/users/octo%2",
        "/users/octo%zz",
    ],
)
@pytest.mark.parametrize("prefix", ["/api/v3", ""])
def test_hostile_path_is_refused(path: str, prefix: str) -> None:
    """What GitHub could read as another path is refused, never mended."""
    hosts = ("portico.example",) if prefix else ("api.portico.example",)

    with pytest.raises(CallerError):
        FACES.github_target(scope(prefix + path, hosts=hosts))


@pytest.mark.parametrize(
    "path",
    [
        "/repos/octo/hello/contents/a..b",
        "/repos/octo/hello/contents/...",
        "/repos/octo/hello/contents/.github",
        "/repos/octo/hello/branches/feature%2Fx",
        "/repos/octo/hello/compare/main...dev",
        "/repos/octo/hello/contents/%C3%A5.txt",
        "/repos/octo/hello/contents/a%20b",
        "/repos/octo/.github",
        "/users/octo/",
    ],
)
def test_usual_path_stays_as_it_is(path: str) -> None:
    """What only looks odd goes to GitHub byte for byte."""
    target = FACES.github_target(scope(f"/api/v3{path}", query="q=a%20b&q=%2F"))

    assert target is not None
    assert (target.path, target.query) == (path, "q=a%20b&q=%2F")


def test_needless_escape_cannot_hide_a_path() -> None:
    """`/%75ser` is `/user` to GitHub, so it is to Portico."""
    target = FACES.github_target(scope("/api/v3/%75ser"))

    assert target is not None
    assert target.path == "/user"


@pytest.mark.parametrize(
    "segment", ["ghp_" + "a" * 36, "x-github_pat_" + "a" * 82, "ptk_" + "a" * 43 + "012345"]
)
def test_a_token_in_the_path_is_refused(segment: str) -> None:
    """It would be in GitHub's log, and name what is stored."""
    with pytest.raises(CallerError, match="never in the URL"):
        FACES.github_target(scope(f"/api/v3/repos/octo/{segment}"))


def test_a_name_like_a_token_is_none() -> None:
    """Files and branches are called as they like."""
    named = scope("/api/v3/repos/octo/hello/contents/ghp_example.txt")

    assert FACES.github_target(named) is not None


@pytest.mark.parametrize(
    "query", ["access_token=abc", "a=b&access_token=abc", "client_secret=abc", "ACCESS_TOKEN=abc"]
)
def test_secret_in_the_query_is_refused(query: str) -> None:
    """A credential in a URL ends up in logs; the refusal does not repeat it."""
    with pytest.raises(CallerError) as raised:
        FACES.github_target(scope("/api/v3/user", query=query))

    assert "abc" not in raised.value.detail


def test_query_that_only_resembles_a_secret() -> None:
    """A search for the word is none."""
    assert FACES.github_target(scope("/api/v3/search/code", query="q=access_token=")) is not None


@pytest.mark.parametrize(
    "hosts",
    [
        (),
        ("",),
        ("a", "b"),
        ("a", "a"),
        ("a b",),
        ("a/b",),
        ("user@a",),
        ("a\r\nX: y",),
        ("a:port",),
        ("a:999999",),
        ("[::1",),
        ("å.example",),
        ('"><script>',),
    ],
)
@pytest.mark.parametrize("path", ["/api/v3/users/octo", "/v1/users/octo"])
def test_hostile_host_is_refused(hosts: tuple[str, ...], path: str) -> None:
    """A `Host` that is missing, doubled or no host ends up in no link (RFC 9112 §3.2)."""
    with pytest.raises(CallerError):
        FACES.github_target(scope(path, hosts=hosts))


@pytest.mark.parametrize(
    "target", ["http://evil.example/api/v3/users/octo", "https://portico.example/", "evil:80"]
)
def test_absolute_form_is_refused(target: str) -> None:
    """Portico is no forward proxy; such a target's host would be lost (RFC 9112 §3.2.2)."""
    with pytest.raises(CallerError, match="no forward proxy"):
        FACES.github_target(scope("/api/v3/users/octo", target=target))


@pytest.mark.parametrize(
    ("path", "hosts", "is_github"),
    [
        ("/api/v3/x//y", ("a",), True),
        ("/api/graphql", (), True),
        ("/v1/x", ("a", "b"), False),
        ("/x", ("api.portico.example", "b"), True),
    ],
)
def test_shape_of_the_refusal(path: str, hosts: tuple[str, ...], *, is_github: bool) -> None:
    """Whoever meant GitHub's API is refused in GitHub's shape."""
    assert FACES.is_github(scope(path, hosts=hosts)) is is_github
