"""The first question: serve what is stored, ask GitHub, or both; and what forbids serving it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.entry import Entry
from portico.core.freshness import Directives, read_directives
from portico.core.message import Request
from portico.core.policy import Plan, before_sending, is_reuse_forbidden
from portico.core.resource import RouteClass
from portico.core.stretch import Shortage, may_be_stretched, stretched
from tests.core.values import ALICE, BOB, NOW, get, stored

DIRECTIVES = st.lists(
    st.one_of(
        st.sampled_from(["no-cache", "no-store", "only-if-cached", "max-stale", "max-age", "x"]),
        st.builds(
            "{}={}".format,
            st.sampled_from(["max-age", "min-fresh", "max-stale"]),
            st.one_of(st.integers(0, 1_000), st.just(10**9), st.just("soon")),
        ),
    ),
    max_size=4,
).map(", ".join)
ENTRIES = st.builds(
    stored,
    age_s=st.integers(0, 2_000).map(float) | st.floats(0, 1e8),
    route_class=st.sampled_from(RouteClass),
    status=st.sampled_from([200, 204, 301, 404]),
    etag=st.sampled_from([None, '"abc"', 'W/"abc"']),
    marked=st.booleans(),
    obtained_with=st.sampled_from(["", ALICE, BOB]),
)


SHORTAGES = st.builds(
    Shortage,
    lasts_s=st.floats(0, 1_700),
    left_s=st.floats(1_701, 3_600),
    counted_s=st.just(1_800.0),
)


def plan_of(entry: Entry, cache_control: str, shortage: Shortage | None) -> Plan:
    """Return the plan, with times stretched as the gateway does where there is a shortage."""
    life = stretched(entry, shortage) if shortage and may_be_stretched(entry) else None
    request = get(Cache_Control=cache_control)
    return before_sending(request, entry, now=NOW, obtains=ALICE, stretched=life)


def decide(entry: Entry | None, cache_control: str = "", *, request: Request | None = None) -> str:
    """Return the plan in words: `answer`, `ask`, `answer and ask` or `neither`."""
    asked = request or (get(Cache_Control=cache_control) if cache_control else get())
    plan = before_sending(asked, entry, now=NOW, obtains=ALICE)
    assert plan.answer in (None, entry)
    words = [word for word, part in (("answer", plan.answer), ("ask", plan.ask)) if part]
    return " and ".join(words) or "neither"


@pytest.mark.parametrize(
    ("age_s", "cache_control", "plan"),
    [
        # A user or repository: fresh for 300 s, renewed behind the answer for a day more.
        (0, "", "answer"),
        (300, "", "answer"),
        (300.5, "", "answer and ask"),
        (86_700, "", "answer and ask"),
        (86_701, "", "ask"),
        (0, "no-cache", "ask"),
        (0, "no-store", "answer"),
        (10, "max-age=10", "answer"),
        (11, "max-age=10", "ask"),
        (1, "max-age=0", "ask"),
        (0, "max-age", "answer"),
        (1, "max-age=soon", "ask"),
        (301, "max-age=600", "answer and ask"),
        (600, "max-age=600", "answer and ask"),
        (601, "max-age=600", "ask"),
        (200, "min-fresh=100", "answer"),
        (201, "min-fresh=100", "ask"),
        (0, "min-fresh=301", "ask"),
        (0, "min-fresh=soon", "ask"),
        (301, "min-fresh=1, max-stale", "ask"),
        (86_701, "max-stale", "answer and ask"),
        (86_701, "max-stale=90000", "answer and ask"),
        (86_701, "max-stale=80000", "ask"),
        (7 * 86_400 + 300, "max-stale", "answer and ask"),
        (7 * 86_400 + 301, "max-stale", "ask"),
        (50, "max-age=10, max-stale=40", "answer and ask"),
        (51, "max-age=10, max-stale=40", "ask"),
        (10, "max-age=10, max-stale=40", "answer"),
        (0, "only-if-cached", "answer"),
        (301, "only-if-cached", "answer"),
        (86_701, "only-if-cached", "neither"),
        (86_701, "only-if-cached, max-stale", "answer"),
        (11, "only-if-cached, max-age=10", "neither"),
        (0, "only-if-cached, no-cache", "neither"),
        (0, "no-cache, max-stale", "ask"),
    ],
)
def test_a_slow_entry(age_s: float, cache_control: str, plan: str) -> None:
    """Fresh is served, stale is served and renewed, and the caller may ask for more or less."""
    assert decide(stored(age_s=age_s), cache_control) == plan


@pytest.mark.parametrize(
    ("route_class", "age_s", "cache_control", "plan"),
    [
        (RouteClass.IMMUTABLE, 30 * 86_400, "", "answer"),
        (RouteClass.IMMUTABLE, 30 * 86_400 + 1, "", "ask"),
        (RouteClass.IMMUTABLE, 1e9, "max-stale", "answer and ask"),
        (RouteClass.MOVING, 60, "", "answer"),
        (RouteClass.MOVING, 360, "", "answer and ask"),
        (RouteClass.MOVING, 361, "", "ask"),
        (RouteClass.DECIDING, 10, "", "answer"),
        (RouteClass.DECIDING, 11, "", "ask"),
        (RouteClass.DECIDING, 11, "max-stale=1", "answer and ask"),
        (RouteClass.DECIDING, 3_611, "max-stale", "ask"),
        (RouteClass.SEARCH, 61, "", "answer and ask"),
        (RouteClass.OWN, 0, "", "ask"),
        (RouteClass.OWN, 0, "max-stale", "ask"),
        (RouteClass.OWN, 0, "only-if-cached", "neither"),
    ],
)
def test_other_classes(
    route_class: RouteClass, age_s: float, cache_control: str, plan: str
) -> None:
    """Each class has its own times, and the caller's own is never served unasked."""
    assert decide(stored(age_s=age_s, route_class=route_class), cache_control) == plan


@pytest.mark.parametrize(
    ("cache_control", "plan"),
    [("", "ask"), ("max-stale", "ask"), ("only-if-cached", "neither")],
)
def test_nothing_stored(cache_control: str, plan: str) -> None:
    """Without an entry GitHub is asked, unless the caller forbids it."""
    assert decide(None, cache_control) == plan


@pytest.mark.parametrize(("age_s", "plan"), [(60, "answer"), (61, "ask")])
def test_an_absence_is_never_served_stale(age_s: float, plan: str) -> None:
    """A stored 404 is answered for a minute, then asked for again even with `max-stale`."""
    assert decide(stored(age_s=age_s, status=404), "max-stale") == plan


def test_directives_on_several_lines_all_count() -> None:
    """Two `Cache-Control` lines are one list (RFC 9110 §5.3)."""
    request = get(cache_control="max-stale", Cache_Control="no-cache")

    assert decide(stored(), request=request) == "ask"


def test_pragma_counts_where_cache_control_is_absent() -> None:
    """An old client's `Pragma: no-cache` asks GitHub."""
    assert decide(stored(), request=get(Pragma="no-cache")) == "ask"


@pytest.mark.parametrize(
    ("no_cache", "marked", "route_class"),
    list(itertools.product([False, True], [False, True], [RouteClass.SLOW, RouteClass.OWN])),
)
def test_three_things_forbid_reuse(
    *, no_cache: bool, marked: bool, route_class: RouteClass
) -> None:
    """The caller's `no-cache`, a change that was told, or that it is the caller's own."""
    entry = stored(marked=marked, route_class=route_class)
    expected = no_cache or marked or route_class is RouteClass.OWN

    assert is_reuse_forbidden(Directives(no_cache=no_cache), entry) is expected


@given(ENTRIES, DIRECTIVES, st.none() | SHORTAGES)
def test_a_forbidden_entry_is_never_the_answer(
    entry: Entry, cache_control: str, shortage: Shortage | None
) -> None:
    """No permission, `max-stale` and a shortage included, outweighs the prohibition."""
    plan = plan_of(entry, cache_control, shortage)

    if "no-cache" in cache_control or entry.marked or entry.route_class is RouteClass.OWN:
        assert plan.answer is None


@given(st.none() | ENTRIES, DIRECTIVES)
def test_only_if_cached_never_asks(entry: Entry | None, cache_control: str) -> None:
    """GitHub is not asked for who wants only what is stored (RFC 9111 §5.2.1.7)."""
    request = get(Cache_Control=f"only-if-cached, {cache_control}")

    assert before_sending(request, entry, now=NOW, obtains=ALICE).ask is None


@given(st.none() | ENTRIES, DIRECTIVES)
def test_without_only_if_cached_something_happens(entry: Entry | None, cache_control: str) -> None:
    """There is always an answer or a question."""
    directives = read_directives(cache_control)

    plan = before_sending(get(Cache_Control=cache_control), entry, now=NOW, obtains=ALICE)

    assert plan.answer or plan.ask or directives.only_if_cached


@given(ENTRIES, DIRECTIVES, st.none() | SHORTAGES)
def test_an_answer_is_as_fresh_as_was_asked(
    entry: Entry, cache_control: str, shortage: Shortage | None
) -> None:
    """What is served is no older than `max-age` plus `max-stale`, and fresh for `min-fresh`."""
    directives = read_directives(cache_control)

    plan = plan_of(entry, cache_control, shortage)

    if plan.answer is not None:
        age_s = entry.age_s(NOW)
        if directives.max_age_s is not None:
            assert age_s <= directives.max_age_s + directives.max_stale_s
        assert (
            age_s + directives.min_fresh_s <= entry.lifetime.fresh_s or not directives.min_fresh_s
        )


@given(ENTRIES, DIRECTIVES)
def test_what_is_served_without_asking_is_fresh(entry: Entry, cache_control: str) -> None:
    """An answer that is not being renewed is within the table and within `max-age`."""
    directives = read_directives(cache_control)

    plan = before_sending(get(Cache_Control=cache_control), entry, now=NOW, obtains=ALICE)

    if plan.answer is not None and plan.ask is None and not directives.only_if_cached:
        assert entry.age_s(NOW) <= entry.lifetime.fresh_s
        assert directives.max_age_s is None or entry.age_s(NOW) <= directives.max_age_s


@given(ENTRIES, DIRECTIVES, st.none() | SHORTAGES)
def test_nothing_is_served_beyond_stale_and_rescue_times(
    entry: Entry, cache_control: str, shortage: Shortage | None
) -> None:
    """No directive and no shortage stretches an answer beyond what the table allows its class."""
    plan = plan_of(entry, cache_control, shortage)

    if plan.answer is not None:
        life = entry.lifetime
        assert entry.age_s(NOW) <= life.fresh_s + max(life.stale_s, life.rescue_s)


@pytest.mark.parametrize(
    ("entry", "path", "sent"),
    [
        (stored(age_s=1e7), "/repos/octo/hello", '"abc"'),
        (stored(age_s=1e7, etag='W/"abc"'), "/repos/octo/hello", '"abc"'),
        (stored(age_s=1e7, etag=None), "/repos/octo/hello", None),
        (stored(age_s=1e7, status=404), "/repos/octo/hello", None),
        (stored(age_s=1e7, status=301), "/repos/octo/hello", None),
        (stored(age_s=1e7, status=204), "/repos/octo/hello", None),
        # Made with another credential: it could only miss.
        (stored(age_s=1e7, obtained_with=BOB), "/repos/octo/hello", None),
        (stored(age_s=1e7, obtained_with=""), "/repos/octo/hello", None),
        # The id of a Git object, the same for all.
        (stored(age_s=1e7, obtained_with=BOB), "/repos/octo/hello/contents/README.md", '"abc"'),
        (stored(age_s=1e7, obtained_with=BOB), "/repos/octo/hello/contents", '"abc"'),
        (stored(age_s=1e7, obtained_with=BOB), "/repos/octo/hello/readme", None),
        (None, "/repos/octo/hello", None),
    ],
)
def test_the_question_is_conditional_where_a_304_can_come(
    entry: Entry | None, path: str, sent: str | None
) -> None:
    """The stored validator is sent only with the credential that it was made with."""
    plan = before_sending(get(path), entry, now=NOW, obtains=ALICE)

    assert plan.ask is not None
    assert plan.ask.headers.get("If-None-Match") == sent


def test_the_callers_own_validators_are_not_sent() -> None:
    """Portico's validators mean nothing to GitHub, and dates give wrong 304s."""
    request = get(If_None_Match='"mine"', If_Modified_Since="Sun, 06 Nov 1994 08:49:37 GMT")

    unknown = before_sending(request, None, now=NOW, obtains=ALICE).ask
    known = before_sending(request, stored(age_s=1e7), now=NOW, obtains=ALICE).ask

    assert unknown is not None
    assert "If-None-Match" not in unknown.headers
    assert "If-Modified-Since" not in unknown.headers
    assert known is not None
    assert known.headers.all("If-None-Match") == ('"abc"',)


def test_nothing_else_of_the_question_changes() -> None:
    """Path, query and other fields are asked as they came."""
    request = get("/repos/octo/hello", "page=2", Accept="application/vnd.github.star+json")

    assert before_sending(request, None, now=NOW, obtains="").ask == request
