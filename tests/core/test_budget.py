"""The budget: every answer teaches, in whatever order they come, and refusals end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core import budget as budget_module
from portico.core.budget import SECONDARY_WAIT_S, Budget, Refusal
from portico.core.limits import Limit
from portico.core.message import Headers, Response
from portico.core.price import Price, price_of
from portico.core.window import Window, read_window
from tests.core.values import ALICE, BOB, NOW, get, headers

RESET_AT = NOW + 1_800
CORE = price_of(get("/repos/octo/hello"))
SEARCH = price_of(get("/search/issues"))
SECONDARY = b'{"message":"You have exceeded a secondary rate limit."}'
# What answers of one window may say, in the order in which they arrive.
COUNTS = st.lists(st.integers(0, 5_000), min_size=1, max_size=12)


def told(
    remaining: int, *, reset_at: float = RESET_AT, resource: str = "core", status: int = 200
) -> Response:
    """Return an answer that tells of a bucket."""
    fields = {
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(int(reset_at)),
        "X-RateLimit-Resource": resource,
    }
    return Response(status, headers(fields), b"{}")


def taught(*answers: Response, now: float = NOW) -> Budget:
    """Return a budget that has learnt from these answers."""
    budget = Budget()
    for answer in answers:
        budget.learn(ALICE, answer, now=now)
    return budget


def remaining(budget: Budget, *, now: float = NOW, resource: str = "core") -> int | None:
    """Return the count that the budget believes."""
    window = budget.window(ALICE, resource, now=now)
    return window.remaining if window else None


@pytest.mark.parametrize("status", [200, 201, 301, 304, 403, 404, 422, 500, 503])
def test_every_answer_teaches(status: int) -> None:
    """304s and errors tell of the bucket as well."""
    assert remaining(taught(told(7, status=status))) == 7


@given(COUNTS)
def test_answers_out_of_order_never_raise_the_count(counts: list[int]) -> None:
    """Within a window the lowest count told is believed, whatever arrives last."""
    budget = Budget()
    for number, count in enumerate(counts, 1):
        budget.learn(ALICE, told(count), now=NOW)
        assert remaining(budget) == min(counts[:number])


@given(st.permutations([(300, 0), (200, 0), (5_000, 60), (4_900, 60), (1, 0)]))
def test_a_later_window_wins_in_any_order(answers: list[tuple[int, int]]) -> None:
    """The window that ends last is believed, and its lowest count."""
    budget = taught(*(told(count, reset_at=RESET_AT + later) for count, later in answers))

    assert remaining(budget) == 4_900


def test_an_earlier_window_does_not_come_back() -> None:
    """An answer that was under way when the window turned teaches nothing."""
    budget = taught(told(5_000, reset_at=RESET_AT + 3_600), told(3))

    assert remaining(budget) == 5_000


def test_any_window_replaces_one_that_has_passed() -> None:
    """After a reset even a window that ends earlier is news."""
    budget = taught(told(0, reset_at=NOW + 10))

    budget.learn(ALICE, told(9, reset_at=NOW + 5), now=NOW + 11)

    assert remaining(budget, now=NOW) == 9


def test_nothing_left_refuses_until_the_reset() -> None:
    """The refusal names the limit and when it ends; at that instant it is over."""
    budget = taught(told(0))

    assert budget.refusal(ALICE, CORE, now=NOW) == Refusal(Limit.PRIMARY, RESET_AT)
    assert budget.refusal(ALICE, CORE, now=RESET_AT - 0.1) is not None
    assert budget.refusal(ALICE, CORE, now=RESET_AT) is None


def test_a_passed_reset_leaves_a_full_bucket() -> None:
    """What is shown after the reset is a new window."""
    budget = taught(told(0, resource="search"))

    window = budget.window(ALICE, "search", now=RESET_AT + 1)

    assert window == Window("search", 5_000, 5_000, RESET_AT + 61)


def test_buckets_do_not_mix() -> None:
    """Neither another credential nor another resource pays."""
    budget = taught(told(0, resource="search"), told(9))

    assert budget.refusal(ALICE, SEARCH, now=NOW) is not None
    assert budget.refusal(ALICE, CORE, now=NOW) is None
    assert budget.refusal(BOB, SEARCH, now=NOW) is None
    assert budget.window(BOB, "search", now=NOW) is None


def test_windows_are_told_by_name() -> None:
    """All that is known of a bucket comes in the order of the resources' names."""
    budget = taught(told(1, resource="search"), told(2), told(3, resource="graphql"))

    names = [window.resource for window in budget.windows(ALICE, now=NOW)]

    assert names == ["core", "graphql", "search"]
    assert budget.windows(BOB, now=NOW) == ()


@pytest.mark.parametrize(
    ("fields", "wait_s"),
    [
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": " 30 "}, 30),
        ({}, SECONDARY_WAIT_S),
        ({"Retry-After": "0"}, SECONDARY_WAIT_S),
        ({"Retry-After": "soon"}, SECONDARY_WAIT_S),
        ({"Retry-After": "Sun, 06 Nov 1994 08:49:37 GMT"}, SECONDARY_WAIT_S),
        ({"Retry-After": "9" * 400}, 2**31),
    ],
)
def test_a_secondary_limit_cools_for_as_long_as_it_says(
    fields: dict[str, str], wait_s: float
) -> None:
    """`Retry-After` where there is a number, a minute where there is none."""
    budget = taught(Response(403, headers(fields), SECONDARY))

    assert budget.refusal(ALICE, CORE, now=NOW) == Refusal(Limit.SECONDARY, NOW + wait_s)
    assert budget.refusal(ALICE, SEARCH, now=NOW + wait_s - 0.1) is not None
    assert budget.refusal(BOB, CORE, now=NOW) is None
    assert budget.refusal(ALICE, CORE, now=NOW + wait_s) is None


def test_a_shorter_wait_does_not_end_a_longer_one() -> None:
    """Of two waits the one that ends later holds."""
    budget = taught(
        *(Response(403, headers({"Retry-After": wait}), SECONDARY) for wait in ("90", "10"))
    )

    assert budget.refusal(ALICE, CORE, now=NOW + 89) == Refusal(Limit.SECONDARY, NOW + 90)


def test_a_missing_right_cools_nothing() -> None:
    """A 403 that is no limit leaves the bucket open."""
    answer = Response(403, Headers(), b'{"message":"Resource not accessible by integration"}')

    assert taught(answer).refusal(ALICE, CORE, now=NOW) is None


ANSWERS = st.builds(
    lambda count, later, status, body, wait: Response(
        status,
        Headers((*told(count, reset_at=NOW + later).headers, *wait)),
        body,
    ),
    st.integers(0, 3),
    st.integers(-100, 4_000),
    st.sampled_from([200, 304, 403, 429]),
    st.sampled_from([b"{}", SECONDARY]),
    st.sampled_from([(), (("Retry-After", "120"),)]),
)


@given(st.lists(ANSWERS, max_size=8), st.sampled_from([CORE, SEARCH]))
def test_no_refusal_outlives_its_own_word(answers: list[Response], price: Price) -> None:
    """Whatever was learnt: after the instant that a refusal names, that refusal is over."""
    budget = taught(*answers)
    now, refusals = NOW, 0

    while refusal := budget.refusal(ALICE, price, now=now):
        assert refusal.until > now
        now, refusals = refusal.until, refusals + 1

    assert refusals <= 2
    assert now <= NOW + 4_000


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "1"},
        *(
            {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "1", "X-RateLimit-Reset": bad}
            for bad in ("", "soon", "-1", "1e9", "1_000", "9" * 400, "9" * 5_000, "٣", "1.5", "nan")
        ),
        {"X-RateLimit-Limit": "x", "X-RateLimit-Remaining": "1", "X-RateLimit-Reset": "1"},
        {"X-RateLimit-Limit": "60", "X-RateLimit-Remaining": "-1", "X-RateLimit-Reset": "1"},
    ],
)
def test_nonsense_teaches_nothing(fields: dict[str, str]) -> None:
    """Absent or broken fields are no window, and no error."""
    assert read_window(headers(fields)) is None


@given(st.text(), st.text(), st.text())
def test_reading_a_window_never_raises(limit: str, left: str, reset: str) -> None:
    """Whatever the three fields hold."""
    read_window(
        headers(
            {"X-RateLimit-Limit": limit, "X-RateLimit-Remaining": left, "X-RateLimit-Reset": reset}
        )
    )


@pytest.mark.parametrize("reset_at", [NOW + 86_401, RESET_AT * 10, RESET_AT * 1_000])
def test_an_impossible_reset_does_not_close_the_bucket(reset_at: float) -> None:
    """Days ahead, or in milliseconds: it is not believed, nor does it outrank the true ones."""
    budget = taught(told(0, reset_at=reset_at))
    assert budget.refusal(ALICE, CORE, now=NOW) is None

    budget.learn(ALICE, told(5), now=NOW)

    assert remaining(budget) == 5


def test_a_window_is_told_as_github_tells_it() -> None:
    """The five fields can be read back to the same window."""
    window = Window("search", 30, 12, RESET_AT)

    fields = window.headers()

    assert read_window(fields) == window
    assert fields.get("X-RateLimit-Used") == "18"


def test_the_resource_is_core_where_github_does_not_say() -> None:
    """Old answers have no `X-RateLimit-Resource`."""
    window = read_window(told(1).headers.without("X-RateLimit-Resource"))

    assert window is not None
    assert window.resource == "core"


def test_the_longest_unused_bucket_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller may bring any token, so memory is bounded; who is active is remembered."""
    monkeypatch.setattr(budget_module, "MOST_BUCKETS", 2)
    budget = Budget()
    for bucket in ("one", "two", "one", "three"):
        budget.learn(bucket, told(0), now=NOW)

    known = [bool(budget.windows(bucket, now=NOW)) for bucket in ("one", "two", "three")]

    assert known == [True, False, True]


def test_cooling_buckets_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A secondary limit without rate fields is forgotten as well."""
    monkeypatch.setattr(budget_module, "MOST_BUCKETS", 2)
    budget = Budget()
    for bucket in ("one", "two", "one", "three"):
        budget.learn(bucket, Response(403, Headers(), SECONDARY), now=NOW)

    cooling = [
        budget.refusal(bucket, CORE, now=NOW) is not None for bucket in ("one", "two", "three")
    ]

    assert cooling == [True, False, True]
