"""A GitHub App's identity: its id, and the key that it signs with.

Whatever is wrong with the key is said by the name of the variable, with the remedy, and without
a byte of the key. The assertion is a JWT of RFC 7519; its claims:
https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
"""

from __future__ import annotations

import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from portico.core.audience import Credential

KEY_VARIABLE: Final = "PORTICO_GITHUB_APP_KEY"
FILE_VARIABLE: Final = "PORTICO_GITHUB_APP_KEY_FILE"
# GitHub's advice against clocks that differ, and its limit, less what a slow road may take.
BACKDATED_S: Final = 60
LIFETIME_S: Final = 540
_FEWEST_BITS: Final = 2_048
# A key has 1.7 KB; whatever is far longer is something else.
_LONGEST_BYTES: Final = 65_536
_MAKE_ONE: Final = "make one under 'Private keys' in the App's settings on GitHub, and give that"


class AppKeyUnusable(Exception):
    """The App's key cannot be used; the message names the variable and the remedy."""


@dataclass(frozen=True, slots=True)
class AppKey:
    """An App by its id (or client id) and its private key, which nothing shows."""

    app_id: str
    _key: RSAPrivateKey = field(repr=False)

    def assertion(self, now: float) -> Credential:
        """Return a JWT that proves to be the App; `now` is by GitHub's clock."""
        issued_at = int(now) - BACKDATED_S
        claims = {"iat": issued_at, "exp": int(now) + LIFETIME_S, "iss": self.app_id}
        return Credential("Bearer", jwt.encode(claims, self._key, algorithm="RS256"))


def key_from_text(app_id: str, text: str) -> AppKey:
    """Return the App whose key a variable holds.

    Raises:
        AppKeyUnusable: it is no such key.

    """
    # How a key is put on one line where a variable cannot hold several.
    whole = text.replace("\\n", "\n") if "\n" not in text.strip() else text
    return AppKey(app_id, _private_key(whole.encode(), KEY_VARIABLE))


def key_from_file(app_id: str, path: Path) -> AppKey:
    """Return the App whose key a file holds.

    Raises:
        AppKeyUnusable: it cannot be read, or is no such key.

    """
    try:
        with path.open("rb") as file:
            content = file.read(_LONGEST_BYTES)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise AppKeyUnusable(
            f"{FILE_VARIABLE}: {path} cannot be read ({why}); give the path of the key's file, "
            "and let the user that runs Portico read it"
        ) from None
    return AppKey(app_id, _private_key(content, FILE_VARIABLE))


def exposure(path: Path) -> str | None:
    """Return a warning if others than its owner and group may read a key's file."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return None
    if not mode & (stat.S_IROTH | stat.S_IWOTH):
        return None
    return f"{FILE_VARIABLE}: every user of this machine may read {path}; run: chmod o-rwx {path}"


def _private_key(content: bytes, variable: str) -> RSAPrivateKey:
    wrong: str | None = None
    key: object = None
    try:
        key = load_pem_private_key(content, password=None)
    except TypeError:
        wrong = (
            "is encrypted, and Portico has no passphrase; decrypt it (openssl rsa -in KEY -out NEW)"
        )
    except (ValueError, UnsupportedAlgorithm):
        wrong = _wrong_form(content)
    # Raised out here, without the parser's error as its context: that one may quote its input.
    if wrong is None and not isinstance(key, RSAPrivateKey):
        wrong = f"is no RSA key, and GitHub takes no other for an App; {_MAKE_ONE}"
    if isinstance(key, RSAPrivateKey) and key.key_size < _FEWEST_BITS:
        wrong = f"is an RSA key of fewer than {_FEWEST_BITS} bits; {_MAKE_ONE}"
    if wrong is not None or not isinstance(key, RSAPrivateKey):
        raise AppKeyUnusable(f"{variable} {wrong}")
    return key


def _wrong_form(content: bytes) -> str:
    if b"-----BEGIN" not in content:
        return (
            "is no private key in PEM form (it begins with -----BEGIN RSA PRIVATE KEY-----); "
            f"{_MAKE_ONE}, whole"
        )
    if b"PUBLIC KEY-----" in content or b"CERTIFICATE-----" in content:
        return f"is a public key or a certificate, and no private key; {_MAKE_ONE}"
    if b"ENCRYPTED" in content:
        return (
            "is encrypted, and Portico has no passphrase; decrypt it (openssl rsa -in KEY -out NEW)"
        )
    return f"is a private key that is damaged or cut off; give the whole file, or {_MAKE_ONE}"
