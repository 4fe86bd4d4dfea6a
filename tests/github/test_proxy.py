"""HTTP proxies of the environment."""

from pathlib import Path

import pytest

from portico.core.audience import Credential
from portico.core.errors import GitHubUnreachable
from portico.core.message import Request
from portico.github.client import GitHubClient
from portico.github.outgoing import root_of
from portico.github.proxy import proxy_for
from tests.support.raw_server import OK, answering, raw_server
from tests.support.talking import fetch

VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture(autouse=True)
def _no_proxy_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


def test_no_variable_means_no_proxy() -> None:
    """Without a variable GitHub is asked directly."""
    assert proxy_for(root_of("https://api.github.com")) is None


@pytest.mark.parametrize("value", ["http://proxy.example:3128", "proxy.example:3128"])
def test_the_proxy_is_the_one_of_the_scheme(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`https_proxy` counts for https:// alone, with or without a scheme of its own."""
    monkeypatch.setenv("https_proxy", value)

    assert str(proxy_for(root_of("https://api.github.com"))) == "http://proxy.example:3128"
    assert proxy_for(root_of("http://api.github.com")) is None


@pytest.mark.parametrize("exempt", ["*", "api.github.com", ".github.com", "api.github.com:443"])
def test_a_host_of_no_proxy_is_asked_directly(exempt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """`no_proxy` exempts hosts, domains, and hosts with their port."""
    monkeypatch.setenv("https_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("no_proxy", exempt)

    assert proxy_for(root_of("https://api.github.com")) is None
    assert (proxy_for(root_of("https://ghe.example")) is None) is (exempt == "*")


@pytest.mark.parametrize("value", ["socks5://user:secret@proxy.example", "http://"])
def test_a_proxy_that_speaks_no_http_is_refused(
    value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy that cannot be used is an error at the start; its password is not repeated."""
    monkeypatch.setenv("https_proxy", value)
    with pytest.raises(ValueError, match="https_proxy must name an HTTP proxy") as caught:
        proxy_for(root_of("https://api.github.com"))

    assert "secret" not in str(caught.value)


async def test_a_request_goes_through_the_proxy_untouched(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy gets the absolute form of the target, its escapes as they were."""
    async with raw_server(answering(OK)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        async with GitHubClient("http://github.example", timeout_s=5, version="1") as client:
            await fetch(client, path="/a%2Fb%20c/../d")

    assert proxy.heads[0].startswith("GET http://github.example/a%2Fb%20c/../d HTTP/1.1\r\n")


async def test_a_proxy_never_sees_what_is_meant_for_github(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of an https request a proxy learns the host: no credential, and none from a .netrc."""
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    async with raw_server(answering(REFUSAL)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        async with GitHubClient("https://github.example", timeout_s=5, version="1") as client:
            with pytest.raises(GitHubUnreachable, match="it answered 403"):
                await client.send(Request("GET", "/x"), Credential("Bearer", "chosen"))

    assert proxy.heads[0].startswith("CONNECT github.example:443 HTTP/1.1\r\n")
    assert not proxy.fields().keys() & {"authorization", "proxy-authorization"}
