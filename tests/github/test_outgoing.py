"""What is put on the wire, as values."""

import pytest

from portico.core.audience import Credential
from portico.core.errors import CallerError
from portico.core.message import Headers, Request
from portico.github.outgoing import fields_of, root_of, url_of

CALLERS = Headers(
    (
        ("Accept", "application/vnd.github.v3+json"),
        ("Accept-Language", "nb"),
        ("Authorization", "Bearer of-the-caller"),
        ("Content-Type", "application/json"),
        ("Cookie", "a=b"),
        ("Forwarded", "for=192.0.2.1"),
        ("GraphQL-Features", "labels"),
        ("Host", "portico.example"),
        ("If-Match", '"a"'),
        ("If-None-Match", '"b"'),
        ("If-Unmodified-Since", "Thu, 01 Jan 2026 00:00:00 GMT"),
        ("Prefer", "respond-async"),
        ("Range", "bytes=0-1"),
        ("Transfer-Encoding", "chunked"),
        ("User-Agent", "curl"),
        ("X-Forwarded-For", "192.0.2.1"),
        ("X-GitHub-Api-Version", "2026-03-10"),
        ("X-GitHub-Next-Global-ID", "1"),
        ("X-GitHub-OTP", "123456"),
        ("X-GitHub-Stateless-S2S-Token", "enabled"),
    )
)
ALWAYS = {
    "User-Agent": "portico/1",
    "Accept": "application/vnd.github+json",
    "Accept-Encoding": "gzip",
    "X-GitHub-Api-Version": "2026-03-10",
}
ON_READS = {"GraphQL-Features": "labels", "If-None-Match": '"b"', "X-GitHub-Next-Global-ID": "1"}
ON_WRITES = ON_READS | {
    "Content-Type": "application/json",
    "If-Match": '"a"',
    "If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT",
    "Prefer": "respond-async",
    "X-GitHub-Stateless-S2S-Token": "enabled",
}


def sent(request: Request, credential: Credential | None = None) -> list[tuple[str, str]]:
    """Return the fields of a request as a list."""
    return list(fields_of(request, credential, user_agent="portico/1"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_carries_only_what_is_in_its_key(method: str) -> None:
    """Nothing that is outside the cache key can change an answer that others will get."""
    fields = sent(Request(method, "/x", headers=CALLERS))

    assert dict(fields) == ALWAYS | ON_READS
    assert len(fields) == len(dict(fields))


def test_a_write_carries_what_github_knows_of_and_nothing_else() -> None:
    """A write's conditions travel; cookies, passwords and addresses of the caller's do not."""
    fields = sent(Request("PATCH", "/x", headers=CALLERS))

    assert dict(fields) == ALWAYS | ON_WRITES
    assert len(fields) == len(dict(fields))


def test_the_credential_is_the_given_one() -> None:
    """The caller's own Authorization field is never what is sent."""
    fields = sent(Request("GET", "/x", headers=CALLERS), Credential("Bearer", "chosen"))

    assert [value for name, value in fields if name == "Authorization"] == ["Bearer chosen"]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\0", "é"])
@pytest.mark.parametrize("name", ["Accept", "X-GitHub-Api-Version", "If-None-Match"])
def test_a_field_that_could_break_the_message_is_refused(name: str, value: str) -> None:
    """A field with a control character or beyond ASCII is the caller's mistake."""
    with pytest.raises(CallerError, match=name):
        sent(Request("GET", "/x", headers=Headers([(name, value)])))


@pytest.mark.parametrize(
    ("method", "path", "query"),
    [
        ("GET", "/a b", ""),
        ("GET", "/a\r\nX-Evil: 1", ""),
        ("GET", "/é", ""),
        ("GET", "", ""),
        ("GET", "@evil.example/", ""),
        ("GET", "https://evil.example/", ""),
        ("GET", "/x", "a=b c"),
        ("GET", "/x", "a=\n"),
        ("GET /evil HTTP/1.1\r\n", "/x", ""),
        ("", "/x", ""),
    ],
)
def test_a_request_line_that_could_break_is_refused(method: str, path: str, query: str) -> None:
    """Whatever would end a request line early, or name another host, is the caller's mistake."""
    with pytest.raises(CallerError):
        url_of(root_of("https://api.github.com"), Request(method, path, query))


@pytest.mark.parametrize("root", ["https://api.github.com", "https://ghe.example:8443/api/v3/"])
@pytest.mark.parametrize("path", ["//evil.example/x", "/@evil.example", "/../../x", "/:80/x"])
def test_no_path_leads_to_another_host(root: str, path: str) -> None:
    """The host, and so whoever gets the credential, is the configured one."""
    url = url_of(root_of(root), Request("GET", path, "a=b"))

    assert url.origin() == root_of(root).origin()
    assert url.raw_path_qs == root_of(root).raw_path.rstrip("/") + path + "?a=b"


@pytest.mark.parametrize(
    "api_url",
    [
        "",
        "api.github.com",
        "ftp://api.github.com",
        "https://",
        "https://user:secret@api.github.com",
        "https://api.github.com/?a=b",
        "https://api.github.com/#a",
    ],
)
def test_an_address_that_is_none_is_refused(api_url: str) -> None:
    """An address that cannot be GitHub's is refused, without repeating a password in it."""
    with pytest.raises(ValueError, match="GitHub's address") as caught:
        root_of(api_url)

    assert "secret" not in str(caught.value)
