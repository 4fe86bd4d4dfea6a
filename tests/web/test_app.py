"""Keys that act as the GitHub App, over real sockets: private reach, for whom it is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from portico.core.portico_key import key_of_bytes
from portico.keyring.editing import add_key
from portico.keyring.keyring import LOOK_EVERY_S
from portico.sandbox import Sandbox, tokens
from portico.sandbox.faults import Fault, FaultKind
from tests.support.app_key import APP_ID, app_pem, register
from tests.support.clock import ManualClock
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running

KEY: Final = key_of_bytes(b"k" * 32)
OTHER: Final = key_of_bytes(b"o" * 32)
HIDDEN: Final = "/api/v3/repos/nordlys/aurora-internal"
ISSUES: Final = "/api/v3/repos/nordlys/aurora/issues"
WEBHOOK_SECRET: Final = "of-the-webhook"
TITLE: Final = b'{"title":"t"}'
WRITER: Final = ("GET", "HEAD", "POST", "PATCH")

Give = Callable[..., None]


@pytest.fixture
def keys_file(tmp_path: Path) -> Path:
    """Return where the keys are."""
    return tmp_path / "keys.toml"


@pytest.fixture
def portico(keys_file: Path) -> Iterator[Running]:
    """A Portico with the seeded App, which is installed on nordlys."""
    clock = ManualClock()
    sandbox = Sandbox(now=clock.now)
    register(sandbox.world)
    with running(
        sandbox=sandbox,
        clock=clock,
        keys_file=keys_file,
        github_app_id=APP_ID,
        github_app_key=app_pem(),
        webhook_secret=WEBHOOK_SECRET,
    ) as started:
        yield started


@pytest.fixture
def grant(keys_file: Path, portico: Running) -> Give:
    """Return what gives a key its rights; it acts as the App unless told otherwise."""

    def give(key: str = KEY, name: str = "bot", **rights: object) -> None:
        chosen = {"credential": "app", "owners": ("nordlys",)} | rights
        now = portico.clock.now()
        add_key(keys_file, name, key, now=now, lifetime_s=86_400, rights=chosen)
        portico.clock.advance(LOOK_EVERY_S)

    return give


def asked(
    portico: Running, target: str, *, key: str | None = KEY, method: str = "GET", body: bytes = b""
) -> Reply:
    """Ask with a key."""
    return ask(f"{portico.url}{target}", method, body=body, token=key)


def mode(reply: Reply) -> str:
    """Return how an answer came about."""
    return str(reply.headers["Cache-Status"]).rpartition("detail=")[2]


def minted(portico: Running) -> int:
    """Return how many tokens were made."""
    return sum(each.path.endswith("/access_tokens") for each in portico.sandbox.log)


def test_a_key_reads_what_the_installation_reaches(portico: Running, grant: Give) -> None:
    """The holder sees the private repository and spends the installation's points."""
    grant()

    reply = asked(portico, HIDDEN)

    assert (reply.status, mode(reply)) == (200, "miss")
    assert reply.headers["X-RateLimit-Remaining"] == "4999"
    sent = portico.sandbox.log[-1].authorization.removeprefix("Bearer ")
    assert portico.sandbox.world.tokens[sent].permissions["contents"] == "read"
    assert "ghs_" not in reply.everything


def test_nobody_else_sees_it(portico: Running, grant: Give) -> None:
    """Neither an anonymous caller nor a key for public data, before or after, fresh or not."""
    grant()
    grant(OTHER, "site", credential="public")
    before = [asked(portico, HIDDEN, key=key).status for key in (None, OTHER)]
    asked(portico, HIDDEN)

    after = [asked(portico, HIDDEN, key=key) for key in (None, OTHER, tokens.INGRID)]

    assert before == [404, 404]
    assert [reply.status for reply in after] == [404, 404, 404]
    marker = portico.sandbox.world["nordlys/aurora-internal"].secret
    assert not any(marker in reply.everything for reply in after)


def test_all_keys_of_an_owner_share_what_is_stored(portico: Running, grant: Give) -> None:
    """Two holders of the same reach are one audience: the second costs nothing."""
    grant()
    grant(OTHER, "second")
    asked(portico, HIDDEN)

    assert mode(asked(portico, HIDDEN, key=OTHER)) == "hit"
    assert minted(portico) == 1


def test_a_warm_store_outlives_the_token(portico: Running, grant: Give) -> None:
    """After an hour the token is another, the stored answer is the same installation's."""
    grant()
    asked(portico, HIDDEN)
    portico.clock.advance(3_600)

    again = asked(portico, HIDDEN)

    assert (again.status, mode(again)) in {(200, "stale"), (200, "revalidated"), (200, "changed")}
    assert minted(portico) == 2


def test_without_a_token_what_is_stored_stands_in(portico: Running, grant: Give) -> None:
    """GitHub makes no token just now: the stored answer is shown, and nothing is asked without."""
    grant()
    asked(portico, ISSUES)
    portico.clock.advance(3_600)
    portico.sandbox.faults.add(Fault(FaultKind.SERVER_ERROR, path="/app/*", times=None))

    stored, unknown = asked(portico, ISSUES), asked(portico, HIDDEN)

    assert (stored.status, mode(stored)) == (200, "rescued")
    assert unknown.status == 502
    assert portico.sandbox.calls("/repos/") == 1


def test_a_write_goes_with_a_token_that_may_write(portico: Running, grant: Give) -> None:
    """For who was granted the method; it is seen by the next read."""
    grant(methods=WRITER)
    before = asked(portico, ISSUES)

    made = asked(portico, ISSUES, method="POST", body=TITLE)

    assert made.status == 201
    assert len(asked(portico, ISSUES).json) == len(before.json) + 1
    assert minted(portico) == 2


def test_who_may_only_read_does_not_write(portico: Running, grant: Give) -> None:
    """Refused by the grant before GitHub is asked, or a token made."""
    grant()

    assert asked(portico, ISSUES, method="POST", body=TITLE).status == 403
    assert (portico.sandbox.calls("/repos/"), minted(portico)) == (0, 0)


def test_where_the_app_is_not_installed_there_is_what_is_public(
    portico: Running, grant: Give
) -> None:
    """Asked for as for everybody, and shared with everybody; nothing private, and no writing."""
    grant(owners=("solveig",), methods=WRITER)
    reply = asked(portico, "/api/v3/repos/solveig/harbor")

    assert reply.status == 200
    assert portico.sandbox.log[-1].authorization == f"Bearer {tokens.PUBLIC}"
    assert mode(asked(portico, "/api/v3/repos/solveig/harbor", key=None)) == "hit"
    assert asked(portico, "/api/v3/repos/solveig/secret-cove").status == 404
    write = asked(portico, "/api/v3/repos/solveig/harbor/issues", method="POST", body=TITLE)
    assert write.status == 403
    assert "not installed on 'solveig'" in write.json["message"]


def test_a_suspended_installation_shows_nothing(portico: Running, grant: Give) -> None:
    """Not what is stored either, once there is no token; the holder is told why."""
    grant()
    asked(portico, HIDDEN)
    portico.sandbox.world.suspend(tokens.INSTALLATION_ID)
    portico.clock.advance(3_600)

    reply = asked(portico, HIDDEN)

    assert reply.status == 403
    assert "suspended" in reply.json["message"]


def test_a_suspension_that_is_delivered_counts_at_once(portico: Running, grant: Give) -> None:
    """The token is not used to the end of its hour, and what is stored is not shown."""
    grant()
    portico.sandbox.add_hook(secret=WEBHOOK_SECRET)
    before = asked(portico, HIDDEN)
    portico.sandbox.world.suspend(tokens.INSTALLATION_ID)
    for each in portico.sandbox.outbox:
        ask(f"{portico.url}/webhooks/github", "POST", headers=dict(each.headers), body=each.body)

    after = asked(portico, HIDDEN)

    assert (before.status, after.status) == (200, 403)
    assert "its owner can let it go on" in after.json["message"]


@pytest.mark.parametrize(
    ("target", "rights"),
    [
        ("/api/v3/installation/repositories", {"routes": ("own",)}),
        ("/api/v3/search/repositories?q=org:nordlys", {"routes": ("search",)}),
        ("/v1/users/nordlys/portfolio", {}),
        ("/v1/repos/nordlys/aurora-internal", {}),
    ],
)
def test_every_face_asks_as_the_installation(
    portico: Running, grant: Give, target: str, rights: dict[str, object]
) -> None:
    """What names the owner in a query, in a document's path, or not at all."""
    grant(**rights)

    reply = asked(portico, target)

    assert reply.status == 200
    used = {each.authorization for each in portico.sandbox.log if "/app/" not in each.path}
    assert used
    assert all(value.startswith("Bearer ghs_") for value in used)


def test_graphql_names_its_subject_in_the_body(portico: Running, grant: Give) -> None:
    """The installation of the granted owner asks, with a token that cannot change anything."""
    grant(routes=("graphql",), graphql=("rateLimit",), methods=WRITER)
    query = b'{"query":"{ rateLimit { limit } }"}'

    reply = asked(portico, "/api/graphql", method="POST", body=query)

    assert reply.json == {"data": {"rateLimit": {"limit": 5000}}}
    sent = portico.sandbox.log[-1].authorization.removeprefix("Bearer ")
    assert set(portico.sandbox.world.tokens[sent].permissions.values()) == {"read"}


def test_a_mutation_about_no_one_account_is_not_sent(portico: Running, grant: Give) -> None:
    """A key for every owner does not say on whose behalf; a query is asked as for everybody."""
    grant(
        owners=("*",),
        routes=("graphql",),
        graphql=("addStar", "rateLimit"),
        methods=WRITER,
    )
    mutation = (
        b'{"query":"mutation { addStar(input: {starrableId: \\"x\\"}) { clientMutationId } }"}'
    )
    query = b'{"query":"{ rateLimit { limit } }"}'

    refused = asked(portico, "/api/graphql", method="POST", body=mutation)
    answered = asked(portico, "/api/graphql", method="POST", body=query)

    assert refused.status == 403
    assert "about no one account" in refused.json["message"]
    assert answered.status == 200
    assert portico.sandbox.log[-1].authorization == f"Bearer {tokens.PUBLIC}"


def test_a_repository_that_moved_away_is_not_reached(portico: Running, grant: Give) -> None:
    """A key for an owner does not act as the installation on another."""
    world = portico.sandbox.world
    world.make_private("solveig/harbor")
    world.transfer("solveig/harbor", "nordlys")
    grant(owners=("solveig",))

    reply = asked(portico, "/api/v3/repos/solveig/harbor")

    assert reply.status == 404
    assert world["nordlys/harbor"].secret not in reply.everything


def test_a_new_token_that_github_does_not_know_yet_is_no_ones_trouble(
    portico: Running, grant: Give
) -> None:
    """The holder waits a few seconds, once."""
    grant()
    portico.sandbox.world.token_delay_s = 2

    assert asked(portico, HIDDEN).status == 200


def test_a_batch_is_about_one_owner(portico: Running, grant: Give) -> None:
    """What one installation reaches is asked for in a batch; of two owners, each by itself."""
    grant(owners=("nordlys", "solveig"))

    one = asked(portico, "/v1/batch?repo=nordlys/aurora-internal&user=nordlys")
    two = asked(portico, "/v1/batch?repo=nordlys/aurora-internal&user=solveig")

    assert [item["state"] for item in one.json["items"]] == ["fresh", "fresh"]
    assert two.status == 403
    assert "one owner" in two.json["detail"]
