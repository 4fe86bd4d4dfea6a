"""The forms of values: what is taken, in which form, and what is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from portico.settings import values


@pytest.mark.parametrize(
    ("check", "text", "taken"),
    [
        (values.http_url, "https://api.github.com", "https://api.github.com"),
        (values.http_url, "http://127.0.0.1:9000/api/v3/", "http://127.0.0.1:9000/api/v3"),
        (values.http_url, "http://[::1]:9000", "http://[::1]:9000"),
        (values.http_url, "HTTPS://GitHub.Example/API/v3", "https://github.example/API/v3"),
        (values.origin, "https://Solveig.example", "https://solveig.example"),
        (values.origin, "https://solveig.example/", "https://solveig.example"),
        (values.origin, "https://solveig.example:443", "https://solveig.example"),
        (values.origin, "http://solveig.example:80/", "http://solveig.example"),
        (values.origin, "http://solveig.example:443", "http://solveig.example:443"),
        (values.origin, "https://[2001:db8::1]:443", "https://[2001:db8::1]"),
        (values.origin, "*", "*"),
        (values.host_name, "API.Internal", "api.internal"),
        (values.listening_host, "::1", "::1"),
        (values.listening_host, "0.0.0.0", "0.0.0.0"),
        (values.listening_host, "localhost", "localhost"),
        (values.network, "10.0.0.0/8", "10.0.0.0/8"),
        (values.network, "127.0.0.1", "127.0.0.1/32"),
        (values.network, "2001:DB8::/32", "2001:db8::/32"),
        (values.login, "Nordlys", "nordlys"),
        (values.login, "solveig_corp", "solveig_corp"),
        (values.store_url, "memory://", "memory://"),
        (values.store_url, "sqlite:///portico.db", "sqlite:///portico.db"),
        (values.store_url, "sqlite:////var/lib/portico.db", "sqlite:////var/lib/portico.db"),
    ],
)
def test_a_good_value_is_taken(check: Callable[[str], str], text: str, taken: str) -> None:
    """A good value is answered in its one normal form."""
    assert check(text) == taken


@pytest.mark.parametrize(
    ("check", "text", "wrong"),
    [
        (values.http_url, "api.github.com", "begins with http://"),
        (values.http_url, "ftp://api.github.com", "begins with http://"),
        (values.http_url, "https://", "names a host"),
        (values.http_url, "https://[::1", "is not a URL"),
        (values.http_url, "https://h:99999", "is not a URL"),
        (values.http_url, "https://solveig:pw@h", "user name or password"),
        (values.http_url, "https://@h", "user name or password"),
        (values.http_url, "https://h/?q", "no '\\?'"),
        (values.http_url, "https://h/?", "no '\\?'"),
        (values.http_url, "https://h/#", "no '\\?'"),
        (values.http_url, "https://h/a b", "space"),
        (values.origin, "https://h/path", "without a path"),
        (values.host_name, "https://h", "without scheme"),
        (values.host_name, "h:80", "without scheme, port"),
        (values.host_name, "a..b", "host name"),
        (values.host_name, "-a", "host name"),
        (values.listening_host, "[::1]", "IP address"),
        (values.listening_host, "127.0.0.1:80", "without scheme or port"),
        (values.network, "proxy.internal", "IP addresses, or networks"),
        (values.network, "10.0.0.1/8", "without bits beyond the prefix"),
        (values.network, "0.0.0.0/0", "not be everybody"),
        (values.network, "*", "IP addresses, or networks"),
        (values.login, "sol/veig", "GitHub logins"),
        (values.login, "a" * 40, "GitHub logins"),
        (values.store_url, "redis://h", "it knows sqlite:///PATH and memory://"),
        (values.store_url, "portico.db", "it knows sqlite:///PATH and memory://"),
        (values.store_url, "memory://x", "exactly memory://"),
        (values.store_url, "sqlite://x", "three slashes"),
        (values.store_url, "sqlite:///", "path of a file"),
        (values.store_url, "sqlite:///dir/", "path of a file"),
        (values.store_url, "sqlite:///a\0b", "NUL"),
    ],
)
def test_a_bad_value_is_refused(check: Callable[[str], str], text: str, wrong: str) -> None:
    """A bad value is refused, with words that say what is wrong."""
    with pytest.raises(ValueError, match=wrong):
        check(text)


@given(st.text(min_size=4, alphabet=st.characters(codec="utf-8")))
def test_no_words_repeat_the_value(text: str) -> None:
    """Whatever the value, the words about it do not contain it."""
    planted = f"\n{text}~"

    for check in (values.http_url, values.origin, values.host_name, values.login, values.store_url):
        with pytest.raises(ValueError, match=r"\w") as caught:
            check(planted)
        assert planted not in str(caught.value)


def test_a_tilde_is_the_home_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    """A `.env` file's reader puts it in full no more than a shell within quotes does."""
    monkeypatch.setenv("HOME", "/home/solveig")

    assert values.own_path(Path("~/keys.toml")) == Path("/home/solveig/keys.toml")
    assert values.store_url("sqlite:///~/portico.db") == "sqlite:////home/solveig/portico.db"
    with pytest.raises(ValueError, match="no such home directory"):
        values.own_path(Path("~nobody-of-that-name/keys.toml"))


def test_a_token_must_fit_into_a_header() -> None:
    """A token with a blank, a line break or a letter beyond ASCII is refused."""
    assert values.token(SecretStr("ghp_x")).get_secret_value() == "ghp_x"
    for wrong in ("Bearer ghp_x", "ghp_x\n", "ghp_x\r\nX: y", "ghp_ø"):
        with pytest.raises(ValueError, match="the token alone"):
            values.token(SecretStr(wrong))


def test_the_path_of_a_socket_must_fit_the_system() -> None:
    """A path is counted in bytes, not letters, and 107 of them are the most."""
    assert values.socket_path(Path("x" * 107)) == Path("x" * 107)
    with pytest.raises(ValueError, match="fewer than 108 bytes"):
        values.socket_path(Path("ø" * 54))


def test_a_list_is_split_at_its_commas() -> None:
    """Blanks around items and empty items are dropped; a list stays a list."""
    assert values.comma_list(" a ,b,, c,") == ("a", "b", "c")
    assert values.comma_list(("a,b",)) == ("a,b",)
