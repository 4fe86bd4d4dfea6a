"""The fields of a composed answer: its age, its lifetime, its validator, how it came about."""

from collections import Counter
from dataclasses import replace

import pytest

from portico.core.errors import GitHubUnreachable, NotFound
from portico.core.message import NO_HEADERS, Headers, Response
from portico.core.policy import Mode
from portico.core.tally import Cost
from portico.portfolio.fold import fold_portfolio, fold_repositories, fold_user
from portico.portfolio.page import Window
from portico.portfolio.part import Part, answered, failed
from portico.portfolio.plan import portfolio_plan, user_plan
from portico.web.documented import Problem
from portico.web.problems import problem
from portico.web.rendered import Rendered, cache_status, etag_of
from tests.portfolio.canned import GitHub, repositories, run, user

USER, PAGE = portfolio_plan("solveig", frugal=True)

FREE = Cost(0, 1)


def part(mode: Mode = Mode.MISS, *, age_s: float = 0.0, ttl_s: float = 300.0) -> Part:
    """Return a part that came about like this."""
    return answered(PAGE, Response(200, body=b"[]"), mode=mode, age_s=age_s, ttl_s=ttl_s)


@pytest.mark.parametrize(
    ("modes", "expected"),
    [
        ([Mode.HIT, Mode.HIT], "Portico; hit; ttl=300; detail=hit"),
        ([Mode.HIT, Mode.STALE], 'Portico; hit; ttl=300; detail="hit=1 stale=1"'),
        ([Mode.MISS, Mode.MISS], "Portico; fwd=uri-miss; ttl=300; detail=miss"),
        (
            [Mode.COALESCED, Mode.MISS],
            'Portico; fwd=uri-miss; ttl=300; detail="coalesced=1 miss=1"',
        ),
        ([Mode.REVALIDATED], "Portico; fwd=stale; ttl=300; detail=revalidated"),
        ([Mode.CHANGED, Mode.MISS], 'Portico; fwd=stale; ttl=300; detail="changed=1 miss=1"'),
        ([Mode.HIT, Mode.MISS], 'Portico; fwd=partial; ttl=300; detail="hit=1 miss=1"'),
    ],
)
def test_cache_status_sums_the_parts_up(modes: list[Mode], expected: str) -> None:
    """A hit needs every part from the store; otherwise it says why GitHub was asked."""
    assert cache_status(Counter(modes), ttl_s=300.5) == expected


def _sent(*parts: Part, is_public: bool = True) -> Headers:
    """Return the fields that are sent with what is composed of these parts."""
    document = fold_repositories([part()], Window(subject="solveig"))
    rendered = Rendered(document, parts, at=0.0, is_public=is_public)
    return Headers.from_asgi(rendered.answer(NO_HEADERS, now=0.0, cost=FREE).fields)


def test_max_age_holds_the_age_already_reached() -> None:
    """A client that subtracts `Age` from `max-age` is left with what the weakest part has left."""
    sent = _sent(part(age_s=100.9, ttl_s=199.1), part(age_s=5.0, ttl_s=295.0))

    assert (sent.get("Age"), sent.get("Cache-Control")) == ("100", "public, max-age=299")


@pytest.mark.parametrize(
    "parts", [[part(age_s=400.0, ttl_s=-100.0)], [part(), failed(USER, GitHubUnreachable())]]
)
def test_what_is_stale_or_incomplete_is_asked_again(parts: list[Part]) -> None:
    """Nobody keeps an answer that may be better in a moment."""
    assert _sent(*parts).get("Cache-Control") == "public, max-age=0"


def test_a_principals_answer_is_private() -> None:
    """What a caller's own token obtained is for no shared cache."""
    assert _sent(part(), is_public=False).get("Cache-Control") == "private, max-age=300"


@pytest.mark.parametrize("since_s", [0.0, 0.4, 9.0, 100.0])
@pytest.mark.parametrize("packs", [False, True])
def test_what_is_sent_later_is_what_would_be_made_later(since_s: float, packs: bool) -> None:
    """A document sent again differs from one made at that moment in nothing."""
    asked = Headers([("Accept-Encoding", "gzip")] if packs else [])
    answers = run(portfolio_plan("solveig", frugal=False), GitHub())
    young = [
        replace(answer, mode=Mode.HIT, age_s=7.3 * number, ttl_s=290.0 - 7 * number)
        for number, answer in enumerate(answers)
    ]
    old = [replace(each, age_s=each.age_s + since_s, ttl_s=each.ttl_s - since_s) for each in young]

    first, second = (
        Rendered(fold_portfolio(parts, frugal=False), parts, at=at, is_public=True)
        for parts, at in ((young, 50.0), (old, 50.0 + since_s))
    )
    first.answer(asked, now=50.0, cost=FREE)

    now = 50.0 + since_s
    assert first.answer(asked, now=now, cost=FREE) == second.answer(asked, now=now, cost=FREE)


def _portfolio_etag(github: GitHub, *, age_s: float = 0.0, mode: Mode = Mode.MISS) -> str:
    parts = run(portfolio_plan("solveig", frugal=True), github)
    aged = [replace(each, age_s=age_s, mode=mode) for each in parts]
    document = fold_portfolio(aged, frugal=True)
    return etag_of(document, document.model_dump_json().encode())


def test_the_validator_of_a_portfolio_outlives_its_age() -> None:
    """An unchanged portfolio has one validator, however old its parts are; a weak one."""
    young = _portfolio_etag(GitHub())

    assert _portfolio_etag(GitHub(), age_s=200.0, mode=Mode.HIT) == young
    assert young.startswith('W/"')


def test_the_validator_of_a_portfolio_changes_with_it() -> None:
    """One repository more is another portfolio."""
    assert _portfolio_etag(GitHub()) != _portfolio_etag(GitHub(repositories(1)))


def test_a_user_has_a_strong_validator() -> None:
    """A document without ages is the same byte for byte as long as its validator is."""
    etags = []
    for name in ("Åse", "Åse", "Siri"):
        document = fold_user(run(user_plan("solveig"), GitHub(user=user(name=name))))
        etags.append(etag_of(document, document.model_dump_json().encode()))

    assert etags[0] == etags[1] != etags[2]
    assert etags[0].startswith('"')


def test_the_documented_problem_is_the_one_that_is_sent() -> None:
    """OpenAPI and the errors themselves name the same members."""
    sent = problem(NotFound(), instance="/v1/users/x", request_id="0123")

    assert list(sent) == list(Problem.model_fields)
