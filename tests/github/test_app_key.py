"""A GitHub App's key: read, or refused by the variable's name with the remedy."""

from __future__ import annotations

from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from portico.github.app_key import (
    AppKeyUnusable,
    exposure,
    key_from_file,
    key_from_text,
)
from tests.support.app_key import app_pem, pem_of, private_key

NOW = 1_795_000_000.5


def public_pem() -> str:
    """Return the public half of a key."""
    return (
        private_key()
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        .decode()
    )


def elliptic_pem() -> str:
    """Return a key that is no RSA key."""
    return (
        ec.generate_private_key(ec.SECP256R1())
        .private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        .decode()
    )


def test_an_assertion_is_what_github_asks_for() -> None:
    """RS256, issued a minute ago, good for nine, by the App."""
    credential = key_from_text("4242", app_pem()).assertion(NOW)

    claims = jwt.decode(
        credential.secret,
        private_key().public_key(),
        algorithms=["RS256"],
        options={"verify_exp": False, "verify_iat": False},
    )
    assert claims == {"iat": 1_794_999_940, "exp": 1_795_000_540, "iss": "4242"}


def test_a_key_may_stand_on_one_line(tmp_path: Path) -> None:
    """Variables that cannot hold several lines hold a key all the same; files have them."""
    file = tmp_path / "key.pem"
    file.write_text(app_pem())

    keys = [key_from_text("1", app_pem().replace("\n", "\\n")), key_from_file("1", file)]

    assert keys[0].assertion(NOW) == keys[1].assertion(NOW)


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("", "-----BEGIN RSA PRIVATE KEY-----"),
        ("ghp_" + "s3cret" * 6, "-----BEGIN RSA PRIVATE KEY-----"),
        (pem_of(private_key(), password=b"geheim"), "openssl rsa -in KEY"),
        (app_pem()[:400], "damaged or cut off"),
        (public_pem(), "public key"),
        (elliptic_pem(), "no RSA key"),
        (pem_of(rsa.generate_private_key(65_537, 1_024)), "fewer than 2048 bits"),
    ],
)
def test_what_is_no_such_key_is_refused(text: str, remedy: str, tmp_path: Path) -> None:
    """The message names the variable and what to do, and holds nothing of the key."""
    file = tmp_path / "key.pem"
    file.write_text(text)

    with pytest.raises(AppKeyUnusable) as of_text:
        key_from_text("1", text)
    with pytest.raises(AppKeyUnusable) as of_file:
        key_from_file("1", file)

    for raised, variable in ((of_text, "_APP_KEY "), (of_file, "_APP_KEY_FILE ")):
        message = str(raised.value)
        assert message.startswith(f"PORTICO_GITHUB{variable}")
        assert remedy in message
        assert raised.value.__context__ is None
        lines = [line for line in text.splitlines() if line and not line.startswith("-----")]
        assert not any(line in message for line in lines)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """With the path and the system's reason."""
    with pytest.raises(AppKeyUnusable, match=r"nothing\.pem cannot be read") as raised:
        key_from_file("1", tmp_path / "nothing.pem")

    assert str(raised.value).startswith("PORTICO_GITHUB_APP_KEY_FILE")


@pytest.mark.parametrize(("mode", "is_told"), [(0o644, True), (0o640, False), (0o600, False)])
def test_a_file_that_everybody_may_read_is_told_of(
    mode: int, is_told: bool, tmp_path: Path
) -> None:
    """A warning with the command that mends it; a group may be meant."""
    file = tmp_path / "key.pem"
    file.write_text("")
    file.chmod(mode)

    said = exposure(file)

    assert (said is not None) is is_told
    assert said is None or f"chmod o-rwx {file}" in said
    assert exposure(tmp_path / "nothing.pem") is None


def test_nothing_shows_a_key() -> None:
    """Neither key nor assertion is in a `repr`."""
    key = key_from_text("4242", app_pem())

    assert "PRIVATE" not in repr(key)
    assert "RSA" not in repr(key)
    assert key.assertion(NOW).secret not in repr(key.assertion(NOW))
