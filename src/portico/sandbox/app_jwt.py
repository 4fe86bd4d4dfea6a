"""An App's own assertion: a JWT that it signs with RS256, read and verified without a library.

Order and words of the refusals are GitHub's. RFC 7519 (JWT), RFC 7515 (its signature), RFC 8017
§8.2.2 (RSASSA-PKCS1-v1_5). Claims:
https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass

from portico.sandbox.message import Json

# How far ahead `exp` may lie, in seconds.
LONGEST_S = 600
UNDECODABLE = "A JSON web token could not be decoded"
# Of a client id that is not known; seen in 2026: actions/create-github-app-token#386.
_ISSUER = "'Issuer' claim ('iss') must be an Integer"
_ISSUED_AT = (
    "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was "
    "issued"
)
_EXPIRED = (
    "'Expiration time' claim ('exp') must be a numeric value representing the future time at "
    "which the assertion expires"
)
_TOO_FAR = "'Expiration time' claim ('exp') is too far in the future"
# DER of DigestInfo for SHA-256, without the digest (RFC 8017 §9.2, note 1).
_SHA_256 = bytes.fromhex("3031300d060960864801650304020105000420")


class JwtError(Exception):
    """An assertion that is no good: GitHub's words, and its status."""

    def __init__(self, message: str, status: int = 401) -> None:
        """Take what GitHub says."""
        super().__init__(message)
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class App:
    """A registered GitHub App. `modulus` and `exponent` are its public key; 0: it has none yet."""

    id: int
    client_id: str
    slug: str
    owner: str
    modulus: int = 0
    exponent: int = 65_537


def looks_like_jwt(value: str) -> bool:
    """Whether a bearer is meant to be a JWT; no token of GitHub's begins so."""
    return value.startswith("eyJ")


def read_jwt(value: str, apps: Iterable[App], now: float) -> App:
    """Return the App that signed an assertion; raises a JwtError as GitHub would refuse it."""
    header, claims, signature, signed = _parts(value)
    issuer = str(claims.get("iss", ""))
    app = next((each for each in apps if issuer in {str(each.id), each.client_id}), None)
    if app is None and not issuer.isdecimal():
        raise JwtError(_ISSUER)
    if app is None:
        raise JwtError("Integration not found", 404)
    if header.get("alg") != "RS256" or not _is_signed(signed, signature, app):
        raise JwtError(UNDECODABLE)
    issued_at, expires_at = claims.get("iat"), claims.get("exp")
    if type(issued_at) is not int or issued_at > now:
        raise JwtError(_ISSUED_AT)
    if type(expires_at) is not int or expires_at <= now:
        raise JwtError(_EXPIRED)
    if expires_at > now + LONGEST_S:
        raise JwtError(_TOO_FAR)
    return app


def _parts(value: str) -> tuple[dict[str, Json], dict[str, Json], bytes, bytes]:
    """Return header, claims, signature, and what was signed."""
    pieces = value.split(".")
    try:
        header, claims = (json.loads(_decoded(piece)) for piece in pieces[:2])
        signature = _decoded(pieces[2])
    except (ValueError, IndexError, binascii.Error):
        raise JwtError(UNDECODABLE) from None
    if len(pieces) != 3 or not isinstance(header, dict) or not isinstance(claims, dict):
        raise JwtError(UNDECODABLE)
    return header, claims, signature, ".".join(pieces[:2]).encode()


def _decoded(piece: str) -> bytes:
    return base64.urlsafe_b64decode(piece + "=" * (-len(piece) % 4))


def _is_signed(signed: bytes, signature: bytes, app: App) -> bool:
    size = (app.modulus.bit_length() + 7) // 8
    hashed = _SHA_256 + hashlib.sha256(signed).digest()
    if size < len(hashed) + 11 or len(signature) != size:
        return False
    opened = pow(int.from_bytes(signature, "big"), app.exponent, app.modulus)
    padding = b"\xff" * (size - len(hashed) - 3)
    return opened.to_bytes(size, "big") == b"\x00\x01" + padding + b"\x00" + hashed
