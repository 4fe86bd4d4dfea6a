"""Another attempt: once, for reads, and only after what passes by itself."""

import pytest

from portico.core.errors import (
    BudgetExhausted,
    GitHubBroken,
    GitHubTimedOut,
    GitHubUnreachable,
    Overloaded,
    PorticoError,
)
from portico.core.message import Request
from portico.core.retry import DELAY_S, delay_before_next_s


@pytest.mark.parametrize(
    ("outcome", "is_repeated"),
    [
        (502, True),
        (503, True),
        (504, True),
        (GitHubUnreachable(), True),
        (200, False),
        (304, False),
        (401, False),
        (403, False),
        (404, False),
        (409, False),
        (422, False),
        (429, False),
        (500, False),
        (GitHubTimedOut(), False),
        (GitHubBroken(), False),
        (BudgetExhausted(), False),
        (Overloaded(), False),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_only_what_passes_by_itself_is_repeated(
    method: str, outcome: int | PorticoError, *, is_repeated: bool
) -> None:
    """A refusal is never repeated, nor a silence that has used up the caller's patience."""
    delay_s = delay_before_next_s(Request(method, "/x"), outcome, attempt=1)

    assert delay_s == (DELAY_S if is_repeated else None)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("outcome", [502, 503, GitHubUnreachable()])
def test_a_write_is_never_repeated(method: str, outcome: int | PorticoError) -> None:
    """Whether it took place is not known."""
    assert delay_before_next_s(Request(method, "/x"), outcome, attempt=1) is None


@pytest.mark.parametrize("outcome", [502, GitHubUnreachable()])
def test_there_is_no_third_attempt(outcome: int | PorticoError) -> None:
    """Two attempts are all."""
    assert delay_before_next_s(Request("GET", "/x"), outcome, attempt=2) is None
