"""The operator's token once GitHub refuses it, over real sockets."""

from __future__ import annotations

from portico.sandbox import tokens
from tests.support.raw_client import ask
from tests.support.running import running

REPO = "/repos/solveig/harbor"
OF_APPS = f"{REPO}/installation"  # to whoever is no App, GitHub says 401 of its path


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


def test_a_401_that_is_about_the_path_costs_one_look() -> None:
    """The token goes on being used, and is not examined once for each of them."""
    with running() as portico:
        for _ in range(20):
            ask(portico.github + OF_APPS)
        ask(portico.github + REPO)

        assert portico.sandbox.calls("/user") <= 1
        assert portico.sandbox.log[-1].authorization == f"Bearer {tokens.PUBLIC}"
