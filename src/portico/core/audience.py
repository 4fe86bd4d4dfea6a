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
from portico.core.errors import GitHubError
from portico.core.grant import Grant
from portico.core.lane import Lane


@dataclass(frozen=True, slots=True)
class Public:
    """Everybody: filled only anonymously, or with a credential that sees nothing private."""

    def __str__(self) -> str:
        return "public"


@dataclass(frozen=True, slots=True)
class Principal:
    """One holder of a GitHub credential, known by a keyed hash.

    The hash is of the credential, for an installation of its name, as its tokens change.
    """

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
        msg = "Authorization must be 'Bearer TOKEN', 'token TOKEN', or Basic with 'user:token'"
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
    return _keyed(credential.authorization, key)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """On whose behalf something is fetched.

    `bucket` names who pays: `user:ID` or `installation:ID` where it is known, else the
    fingerprint of the credential, "" where none is sent. `obtains` is the fingerprint of the
    credential itself, "" for none: GitHub's ETags differ by it. For the public audience
    `credential` is the operator's public-only one, if there is any. `grant` is that of the
    Portico key that was brought, if one was. `failure`, if set, is why nothing can be asked for
    this caller now; what is stored may still be shown. `address` is the network that a caller
    without a credential is counted by, "" where it is not counted.
    """

    audience: Audience
    credential: Credential | None
    bucket: str
    obtains: str
    grant: Grant | None = None
    failure: GitHubError | None = None
    address: str = ""

    @property
    def is_public(self) -> bool:
        """Whether what this caller gets is what everybody gets."""
        return self.audience == PUBLIC

    @property
    def lane(self) -> Lane:
        """How urgent this caller's calls are."""
        return self.grant.lane if self.grant else Lane.INTERACTIVE


def public_caller(operators: Credential | None, *, key: bytes, bucket: str | None = None) -> Caller:
    """Return the caller that everybody without a credential of their own forms."""
    mark = fingerprint(operators, key=key) if operators else ""
    paying = (bucket or mark) if operators else ""
    return Caller(audience=PUBLIC, credential=operators, bucket=paying, obtains=mark)


def principal_caller(credential: Credential, *, key: bytes, bucket: str | None = None) -> Caller:
    """Return the caller that brings this credential; `bucket` if it is known whose it is.

    Two tokens of one user share a bucket, never an audience: they may differ in reach.
    """
    mark = fingerprint(credential, key=key)
    audience = Principal(mark)
    return Caller(audience=audience, credential=credential, bucket=bucket or mark, obtains=mark)


def installation_caller(
    installation_id: int, credential: Credential | None, *, key: bytes
) -> Caller:
    """Return the caller that acts as a GitHub App's installation.

    Its tokens change by the hour, its bucket and its audience do not.
    """
    bucket = installation_bucket(installation_id)
    return Caller(
        audience=Principal(_keyed(bucket, key)),
        credential=credential,
        bucket=bucket,
        obtains=fingerprint(credential, key=key) if credential else "",
    )


def user_bucket(user_id: int) -> str:
    """Name the bucket that all tokens of one user spend from."""
    return f"user:{user_id}"


def installation_bucket(installation_id: int) -> str:
    """Name the bucket that all tokens of one installation spend from."""
    return f"installation:{installation_id}"


def _keyed(text: str, key: bytes) -> str:
    return hashlib.blake2b(text.encode(), key=key, digest_size=16).hexdigest()
