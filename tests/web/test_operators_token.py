"""The operator's token once GitHub refuses it, over real sockets."""

from __future__ import annotations

import pytest

from portico.sandbox import tokens
from tests.support.raw_client import ask
from tests.support.running import running

REPO = "/repos/solveig/harbor"


def test_a_token_taken_back_is_not_asked_with_again() -> None:
    """The first who meets it is told; soon everybody is served as without a token."""
    with running() as portico:
        portico.sandbox.world.revoke(tokens.PUBLIC)

        first = ask(portico.github + REPO)
        # Nothing tells when it has been examined anew.
        answers = [ask(portico.github + REPO) for _ in range(100)]

        assert first.status == 502
        assert "PORTICO_GITHUB_TOKEN" in first.everything
        assert answers[-1].status == 200
        of_it = [each for each in portico.sandbox.log if each.path == REPO]
        assert of_it[-1].authorization == ""
        assert portico.sandbox.calls("/user") == 1


@pytest.mark.parametrize("path", ["/repos/solveig/harbor", "/orgs/nordlys", "/users/solveig"])
def test_what_only_apps_may_ask_is_not_asked_with_it(path: str) -> None:
    """GitHub answers its 401 to anybody else; nobody is told that the operator's token is bad."""
    with running() as portico:
        reply = ask(f"{portico.github}{path}/installation")

        assert reply.status == 401
        assert "PORTICO_GITHUB_TOKEN" not in reply.everything
        assert {each.authorization for each in portico.sandbox.log} == {""}
