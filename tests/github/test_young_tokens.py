"""GitHub asked with tokens of the App's that it does not know yet, or not any more."""

from __future__ import annotations

import asyncio

import pytest

from portico.core.audience import Credential
from portico.core.errors import CredentialRefused
from portico.core.message import Headers, Request
from portico.github.app_token import Rights
from portico.github.ask import ask
from portico.sandbox import tokens
from tests.github.apps import NORDLYS, Scene, scene

HIDDEN = Request("GET", "/repos/nordlys/aurora-internal")
WRITE = Request(
    "POST",
    "/repos/nordlys/aurora/issues",
    headers=Headers((("Content-Type", "application/json"),)),
    body=b'{"title":"t"}',
)


async def credential_of(given: Scene, rights: Rights = Rights.READ) -> Credential:
    """Return a token of the installation."""
    found = await given.app.tokens.get(NORDLYS, rights)
    assert found is not None
    return found


@pytest.mark.parametrize(("request_", "status"), [(HIDDEN, 200), (WRITE, 201)])
async def test_a_young_token_is_tried_again(request_: Request, status: int) -> None:
    """The 401s of its first seconds reach nobody; a write is done once."""
    async with scene() as given, given.app.tokens.running():
        given.sandbox.world.token_delay_s = 2.5
        credential = await credential_of(given, Rights.ALL)

        answer = await ask(given.app.upstream, request_, credential)

    statuses = [each.status for each in given.sandbox.log if each.path == request_.path]
    assert answer.status == status
    assert statuses == [401, 401, 401, status]


async def test_patience_with_a_young_token_ends() -> None:
    """After its first seconds a token that is unknown is no good, and the next is made anew."""
    async with scene() as given, given.app.tokens.running():
        given.sandbox.world.token_delay_s = 60
        credential = await credential_of(given)

        with pytest.raises(CredentialRefused):
            await ask(given.app.upstream, HIDDEN, credential)

        given.sandbox.world.token_delay_s = 0
        assert await credential_of(given) != credential


async def test_a_token_taken_back_is_given_up() -> None:
    """It is not tried again, and not lent again."""
    async with scene() as given, given.app.tokens.running():
        credential = await credential_of(given)
        given.advance(60)
        given.sandbox.world.revoke(credential.secret)

        with pytest.raises(CredentialRefused):
            await ask(given.app.upstream, HIDDEN, credential)

        assert given.sandbox.calls(HIDDEN.path) == 1
        renewed = await credential_of(given)
        assert (await ask(given.app.upstream, HIDDEN, renewed)).status == 200


async def test_all_calls_with_a_token_taken_back_are_told_so() -> None:
    """Of many at once too, none is answered GitHub's 401, which would be the caller's fault."""
    async with scene() as given, given.app.tokens.running():
        credential = await credential_of(given)
        given.advance(60)
        given.sandbox.world.revoke(credential.secret)

        asked = [ask(given.app.upstream, HIDDEN, credential) for _ in range(10)]
        outcomes = await asyncio.gather(*asked, return_exceptions=True)

        given.app.tokens.forget(NORDLYS.id)
        with pytest.raises(CredentialRefused):
            await ask(given.app.upstream, HIDDEN, credential)

    assert [type(outcome) for outcome in outcomes] == [CredentialRefused] * 10


@pytest.mark.parametrize(
    ("credential", "status"),
    [
        (None, 404),
        (Credential("Bearer", tokens.PUBLIC), 404),
        (Credential("Bearer", "ghp_" + "9" * 36), 401),
    ],
)
async def test_other_credentials_are_left_alone(credential: Credential | None, status: int) -> None:
    """What callers bring, and what they do not, is asked with once and answered as it is."""
    async with scene() as given, given.app.tokens.running():
        answer = await ask(given.app.upstream, HIDDEN, credential)

    assert answer.status == status
    assert given.sandbox.calls() == 1
