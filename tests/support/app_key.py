"""A GitHub App with a key made for this run, and what it signs with it."""

from __future__ import annotations

from functools import cache
from typing import Final

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from portico.sandbox import World, tokens
from portico.sandbox.app_jwt import App

APP_ID: Final = str(tokens.INSTALLATION_APP_ID)
CLIENT_ID: Final = "Iv23liSandboxHarborPi"


@cache
def private_key(which: str = "own") -> rsa.RSAPrivateKey:
    """Return a key; the same for the same word. Making one takes a moment."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def pem_of(key: rsa.RSAPrivateKey, *, password: bytes | None = None) -> str:
    """Return a key as GitHub hands it out (PKCS #1), or encrypted, as it never does."""
    locked = serialization.BestAvailableEncryption(password) if password else None
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8
        if locked
        else serialization.PrivateFormat.TraditionalOpenSSL,
        locked or serialization.NoEncryption(),
    ).decode()


def app_pem() -> str:
    """Return the seeded App's private key."""
    return pem_of(private_key())


def register(world: World) -> App:
    """Give the seeded App, which is installed on nordlys, its key."""
    numbers = private_key().public_key().public_numbers()
    return world.add_app(
        App(
            tokens.INSTALLATION_APP_ID,
            CLIENT_ID,
            "harbor-pilot",
            "nordlys",
            modulus=numbers.n,
            exponent=numbers.e,
        )
    )


def assertion(
    now: float,
    *,
    issuer: str = APP_ID,
    issued_at: float | None = None,
    lifetime_s: float = 540,
    key: rsa.RSAPrivateKey | None = None,
) -> str:
    """Return an App's JWT, good unless told otherwise."""
    claims = {
        "iat": int(now) - 60 if issued_at is None else int(issued_at),
        "exp": int(now + lifetime_s),
        "iss": issuer,
    }
    return jwt.encode(claims, key or private_key(), algorithm="RS256")
