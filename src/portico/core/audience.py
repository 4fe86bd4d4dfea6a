"""Who may see an answer, and the credential that obtains it.

An audience is part of a cache key's type (`core.key.Key`): there is no way to make a key
without saying for whom. Two audiences never share a stored response.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from portico.core import portico_key
from portico.core.grant import Grant
from portico.core.lane import Lane


@dataclass(frozen=True, slots=True)
class Public:
    """Everybody: filled only anonymously, or with a credential that sees nothing private."""

    def __str__(self) -> str:
        return "public"


@dataclass(frozen=True, slots=True)
class Principal:
    """One holder of a GitHub credential, known by a keyed hash of that credential."""

    fingerprint: str

    def __str__(self) -> str:
        return f"principal:{self.fingerprint}"


Audience: TypeAlias = Public | Principal
PUBLIC: Final = Public()
_TOKEN_PREFIXES: Final = ("ghp_", "gho_", "ghu_", "ghs_", "github_pat_", portico_key.PREFIX)
# token68 of RFC 9110 §11.2: whatever is sent on must not be able to end the field.
_TOKEN68: Final = re.compile(r"[A-Za-z0-9._~+/-]+=*")


@dataclass(frozen=True, slots=True)
class Credential:
    """A GitHub credential in one fixed form.

    GitHub hashes the `Authorization` value into its ETags, so `token X` and `Bearer X` would
    have different validators; both become `Bearer` here. `Basic` (user and token, or App id and
    secret) stays what it is.
    """

    scheme: Literal["Bearer", "Basic"]
    secret: str = field(repr=False)

    @property
    def authorization(self) -> str:
        """The value of the `Authorization` field. A secret: never log it."""
        return f"{self.scheme} {self.secret}"

    @property
    def name(self) -> str:
        """Base64 of the secret's SHA-256: how GitHub's own audit log names a token."""
        return base64.b64encode(hashlib.sha256(self.secret.encode()).digest()).decode()


def read_authorization(value: str) -> Credential:
    """Return the credential of an `Authorization` field.

    Raises:
        ValueError: the value is not of the form `token X`, `Bearer X` or `Basic base64(user:X)`.
            The message never repeats the value.

    """
    scheme, _, secret = value.strip().partition(" ")
    secret = secret.strip()
    if not _TOKEN68.fullmatch(secret):
        msg = "Authorization must be 'Bearer TOKEN', 'token TOKEN' or 'Basic CREDENTIALS'"
        raise ValueError(msg)
    match scheme.lower():
        case "bearer" | "token":
            return Credential("Bearer", secret)
        case "basic":
            return _from_basic(secret)
        case _:
            msg = "Authorization has an unknown scheme; use 'Bearer TOKEN'"
            raise ValueError(msg)


def _from_basic(secret: str) -> Credential:
    try:
        text = base64.b64decode(secret, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    user, colon, password = text.partition(":")
    if not colon:
        msg = "Basic credentials must be the base64 of 'user:token'"
        raise ValueError(msg)
    # GitHub takes a token as password, under any user name: the same credential as Bearer.
    for token in (password, user):
        if token.startswith(_TOKEN_PREFIXES) and _TOKEN68.fullmatch(token):
            return Credential("Bearer", token)
    return Credential("Basic", secret)


def fingerprint(credential: Credential, *, key: bytes) -> str:
    """Return the credential's name in cache keys: a keyed BLAKE2b hash, 32 hex digits.

    Keyed, so that a copied store does not let anybody test guessed tokens against it.
    """
    digest = hashlib.blake2b(credential.authorization.encode(), key=key, digest_size=16)
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Caller:
    """On whose behalf something is fetched.

    `bucket` is the fingerprint of the credential that pays, "" where none is sent. For the
    public audience `credential` is the operator's public-only one, if there is any. `grant` is
    that of the Portico key that was brought, if one was.
    """

    audience: Audience
    credential: Credential | None
    bucket: str
    grant: Grant | None = None

    @property
    def is_public(self) -> bool:
        """Whether what this caller gets is what everybody gets."""
        return self.audience == PUBLIC

    @property
    def lane(self) -> Lane:
        """How urgent this caller's calls are."""
        return self.grant.lane if self.grant else Lane.INTERACTIVE


def public_caller(operators: Credential | None, *, key: bytes) -> Caller:
    """Return the caller that everybody without a credential of their own forms."""
    return Caller(PUBLIC, operators, fingerprint(operators, key=key) if operators else "")


def principal_caller(credential: Credential, *, key: bytes) -> Caller:
    """Return the caller that brings this credential."""
    mark = fingerprint(credential, key=key)
    return Caller(Principal(mark), credential, mark)
