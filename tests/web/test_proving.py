"""Tags for another credential, over real sockets: what a fleet and a rotation cost."""

from __future__ import annotations

import pytest

from portico.sandbox import Fault, FaultKind
from portico.sandbox.tokens import INGRID, SOLVEIG, Token
from tests.support.raw_client import Reply, ask
from tests.support.running import Running, running

PRIVATE = "/repos/solveig/secret-cove/languages"
FLEET = 20
ENTRIES = 500


def a_fleet(portico: Running, scopes: tuple[str, ...] = ("repo",)) -> list[str]:
    """Return tokens of users who may all see the private repository."""
    world = portico.sandbox.world
    logins = [login for login in world.accounts if login != "ingrid"]
    tokens = []
    for number in range(FLEET):
        login = logins[number % len(logins)]
        world.add_collaborator("solveig/secret-cove", login)
        value = f"ghp_fleet{number:02}".ljust(40, "0")
        world.add_token(Token(value, login, scopes))
        tokens.append(value)
    return tokens


def come_to_trust(portico: Running) -> None:
    """Let the formula be seen to hold."""
    for name in ("harbor", "tidal-map", "portico-demo"):
        ask(f"{portico.github}/repos/solveig/{name}/languages", token=SOLVEIG)
    portico.sandbox.reset_counters()


def secrets_in(portico: Running, reply: Reply) -> list[str]:
    """Return what is private in an answer."""
    return [each for each in portico.sandbox.world.secrets() if each in reply.everything]


def test_a_fleet_pays_for_one_body() -> None:
    """Twenty tokens that may see a thing cost one body and nineteen free 304s."""
    with running() as portico:
        come_to_trust(portico)
        fleet = a_fleet(portico)

        replies = [ask(portico.github + PRIVATE, token=token) for token in fleet]

        assert {reply.status for reply in replies} == {200}
        assert len({reply.body for reply in replies}) == 1
        sent = [each.status for each in portico.sandbox.log]
        assert (sent.count(200), sent.count(304), portico.sandbox.points()) == (1, FLEET - 1, 1)


@pytest.mark.parametrize("kind", [None, FaultKind.RESET, FaultKind.UNICORN, FaultKind.BARE_304])
def test_who_may_not_see_it(kind: FaultKind | None) -> None:
    """The twenty-first, who may not, gets GitHub's 404 or its failure, and nothing of the body."""
    with running() as portico:
        come_to_trust(portico)
        for token in a_fleet(portico):
            ask(portico.github + PRIVATE, token=token)
        if kind is not None:
            portico.sandbox.faults.add(Fault(kind, times=None))

        for outsider in (INGRID, None):
            reply = ask(portico.github + PRIVATE, token=outsider)

            assert reply.status == 404 if kind is None else reply.status >= 400
            assert secrets_in(portico, reply) == []


def test_off_each_fetches_its_own() -> None:
    """Where the operator wants no sharing, each token is sent the body."""
    with running(share_proven=False) as portico:
        come_to_trust(portico)

        for token in a_fleet(portico):
            ask(portico.github + PRIVATE, token=token)

        assert {each.status for each in portico.sandbox.log} == {200}


def test_a_warm_store_outlives_a_token() -> None:
    """After a rotation, five hundred entries of one user are confirmed for no points."""
    with running() as portico:
        fleet = a_fleet(portico)[:1]
        world = portico.sandbox.world
        login = world.tokens[fleet[0]].login
        following = world.add_token(Token("ghp_next".ljust(40, "0"), login, ("repo",))).value
        targets = [
            f"{portico.github}/repos/solveig/harbor/languages?page={number}"
            for number in range(ENTRIES)
        ]
        come_to_trust(portico)
        for target in targets:
            ask(target, token=fleet[0])
        portico.sandbox.reset_counters()

        replies = [ask(target, token=following) for target in targets]

        assert {reply.status for reply in replies} == {200}
        assert [each.status for each in portico.sandbox.log] == [304] * ENTRIES
        assert portico.sandbox.points() == 0
