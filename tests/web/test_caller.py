"""On whose behalf a request is answered, and with whose credential GitHub is asked for it."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace

import pytest

from portico.core.audience import PUBLIC, Credential, Principal
from portico.core.cap import Caps
from portico.core.errors import CredentialNeeded, NotAllowed
from portico.core.message import Headers, Request, Response
from portico.gateway.tally import Tally
from portico.keyring.keyring import Keyring
from portico.telemetry.metrics import Metrics
from portico.web.caller import caller_of, github_caller, refuse_other_owners
from portico.web.state import State
from tests.gateway.scene import SECRET, Scene

OPERATORS = Credential("Bearer", "token-of-operator")
TOKEN = "ghp_" + "a" * 36
NOBODY = Headers()
HOLDER = Headers([("Authorization", f"Bearer {TOKEN}")])


@dataclass(frozen=True, slots=True)
class Operator:
    """Implements `web.state.OperatorCredential`."""

    credential: Credential | None = field(default=OPERATORS)
    bucket: str | None = None


def state(
    *, owners: frozenset[str] = frozenset(), is_proxy_anonymous: bool = True, has_token: bool = True
) -> State:
    """Return the state of a Portico whose operator has a token, or has none."""
    made = state_over(Scene())
    return replace(
        made,
        operator=Operator(OPERATORS if has_token else None),
        owners=owners,
        is_proxy_anonymous=is_proxy_anonymous,
    )


def state_over(scene: Scene) -> State:
    """Return the state of a Portico over a scripted GitHub, with no limits but a small body."""
    return State(
        gateway=scene.gateway,
        clock=scene.clock,
        operator=Operator(),
        keyring=Keyring(None, now=scene.clock.now),
        caps=Caps(),
        tally=Tally(scene.store, scene.clock),
        metrics=Metrics(buckets=tuple, events=frozenset(), listeners=int),
        secret=SECRET,
        owners=frozenset(),
        is_proxy_anonymous=True,
        is_local=True,
        deadline_s=10.0,
        body_limit_bytes=1_000,
    )


def asking(headers: Headers, path: str, *, is_read: bool = True) -> Request:
    """Return a request for GitHub's own API."""
    return Request("GET" if is_read else "POST", path, headers=headers)


def test_nobody_is_everybody() -> None:
    """Without a credential one is the public, asked for with the operator's token."""
    caller = caller_of(NOBODY, state())

    assert (caller.audience, caller.credential) == (PUBLIC, OPERATORS)
    assert caller_of(NOBODY, state(has_token=False)).credential is None


@pytest.mark.parametrize(
    "value",
    [
        f"Bearer {TOKEN}",
        f"token {TOKEN}",
        f"bearer  {TOKEN}",
        "Basic " + base64.b64encode(f"octo:{TOKEN}".encode()).decode(),
        "Basic " + base64.b64encode(f"{TOKEN}:x-oauth-basic".encode()).decode(),
    ],
)
def test_holder_is_known_by_the_token_in_whatever_form(value: str) -> None:
    """However a token is sent, it is one principal, with the token itself as credential."""
    caller = caller_of(Headers([("Authorization", value)]), state())

    assert caller == caller_of(HOLDER, state())
    assert caller.credential == Credential("Bearer", TOKEN)
    assert isinstance(caller.audience, Principal)
    assert TOKEN not in repr(caller)


@pytest.mark.parametrize(
    "values",
    [
        ("",),
        ("Bearer",),
        (TOKEN,),
        (f"Digest {TOKEN}",),
        (f"Bearer {TOKEN} x",),
        (f"Bearer {TOKEN}å",),
        ("Basic ????",),
        (f"Bearer {TOKEN}", f"Bearer {TOKEN}"),
        (f"Bearer {TOKEN}", ""),
    ],
)
def test_unreadable_credential_is_refused(values: tuple[str, ...]) -> None:
    """What cannot be read is never taken for nobody, and never repeated."""
    headers = Headers(("Authorization", value) for value in values)

    with pytest.raises(CredentialNeeded) as raised:
        caller_of(headers, state())
    with pytest.raises(CredentialNeeded):
        github_caller(asking(headers, "/users/octo", is_read=True), state())
    assert TOKEN not in raised.value.detail


def test_holder_pays_and_reads_with_the_own_token() -> None:
    """Who brings a token never uses the operator's, whatever is asked and whoever is listed."""
    strict = state(owners=frozenset({"solveig"}), is_proxy_anonymous=False)

    for path, is_read in (("/user", True), ("/users/octo", True), ("/repos/octo/x", False)):
        caller = github_caller(asking(HOLDER, path, is_read=is_read), strict)
        assert caller.credential == Credential("Bearer", TOKEN)


@pytest.mark.parametrize(
    "path",
    [
        "/user",
        "/user/repos",
        "/user/emails",
        "/notifications",
        "/issues",
        "/gists",
        "/gists/starred",
        "/app",
        "/installation/repositories",
        "/feeds",
        "/",
        "/user/",
        "/notifications/threads/1",
        "/some/day/github/adds/this",
    ],
)
def test_own_things_of_the_operator_are_nobodys(path: str) -> None:
    """Where the answer depends on the credential, nobody is not lent the operator's."""
    caller = github_caller(asking(NOBODY, path, is_read=True), state())

    assert (caller.audience, caller.credential) == (PUBLIC, None)


@pytest.mark.parametrize(
    "path", ["/users/octo", "/repos/octo/hello", "/search/users", "/user/1001", "/rate_limit"]
)
def test_public_things_are_asked_with_the_operators_token(path: str) -> None:
    """What everybody may see is paid by the operator."""
    assert github_caller(asking(NOBODY, path, is_read=True), state()).credential == OPERATORS


def test_two_tokens_of_one_user_spend_from_one_bucket() -> None:
    """Once GitHub has told whose a caller's token is, the bucket has that user's name."""
    made = replace(state(), operator=Operator(bucket="user:7"))
    before = caller_of(HOLDER, made)
    answer = Response(200, NOBODY, b'{"login":"octo","id":7}')
    made.holders.learn(before.obtains, Request("GET", "/user"), answer)

    after = caller_of(HOLDER, made)

    assert before.bucket == before.obtains
    assert (after.bucket, after.audience) == ("user:7", before.audience)
    assert caller_of(NOBODY, made).bucket == "user:7"


def test_nobody_writes() -> None:
    """A write needs the writer's own credential."""
    with pytest.raises(CredentialNeeded):
        github_caller(asking(NOBODY, "/repos/octo/hello/issues", is_read=False), state())


def test_anonymous_proxy_can_be_closed() -> None:
    """Where it is closed, nobody gets nothing of GitHub's API."""
    with pytest.raises(CredentialNeeded):
        github_caller(asking(NOBODY, "/users/octo", is_read=True), state(is_proxy_anonymous=False))


@pytest.mark.parametrize(
    ("path", "is_allowed"),
    [
        ("/users/solveig", True),
        ("/users/SOLVEIG/repos", True),
        ("/repos/Solveig/harbor", True),
        ("/users/octo", False),
        ("/repos/octo/solveig", False),
        ("/repositories/7", False),
        ("/search/users", False),
        ("/users", False),
        ("/user/1001", False),
        ("/repos/solveig%2Fharbor", False),
        ("/users/solvei%67", True),
    ],
)
def test_owners(path: str, *, is_allowed: bool) -> None:
    """Where owners are listed, nobody is served what is not plainly theirs."""
    listed = state(owners=frozenset({"solveig"}))

    if is_allowed:
        assert github_caller(asking(NOBODY, path, is_read=True), listed).credential == OPERATORS
    else:
        with pytest.raises(NotAllowed):
            github_caller(asking(NOBODY, path, is_read=True), listed)


def test_owners_of_clean_endpoints() -> None:
    """The same list holds there, whatever the case of the login."""
    listed = state(owners=frozenset({"solveig"}))

    refuse_other_owners("SolVeig", listed)
    with pytest.raises(NotAllowed):
        refuse_other_owners("octo", listed)
    refuse_other_owners("octo", state())
