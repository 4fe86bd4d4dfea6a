"""Different libraries, one credential: what one has read, the others get from the store."""

from __future__ import annotations

import pytest

from portico.sandbox.tokens import INGRID, SOLVEIG
from tests.clients.clients import NAMES, Clients
from tests.clients.driver import Trouble
from tests.support.running import Running

# githubkit asks for another version of the API, and never without a confirmation.
SHARING = [name for name in NAMES if name != "githubkit"]


def test_one_answer_serves_all_libraries(portico: Running, clients: Clients) -> None:
    """Their spellings of `Accept` and of the token's scheme differ; the answer is the same."""
    names = {clients.named(name).repository("solveig/harbor") for name in SHARING}

    assert names == {"solveig/harbor"}
    assert portico.sandbox.points() == 1


@pytest.mark.parametrize("name", NAMES)
def test_private_data_stays_with_its_token(name: str, clients: Clients) -> None:
    """What one token has just read is not there for a token that may not see it."""
    owner, outsider = clients.named(name, SOLVEIG), clients.named(name, INGRID)
    path = "/repos/solveig/secret-cove"

    assert owner.get(path)["private"] is True
    with pytest.raises(outsider.raises[Trouble.NOT_FOUND]) as raised:
        outsider.get(path)
    assert outsider.told(raised.value)[0] == 404
