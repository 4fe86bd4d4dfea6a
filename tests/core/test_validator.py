"""GitHub's entity tags, computed, and when the computation is relied upon."""

from __future__ import annotations

import pytest

from portico.core.audience import Credential
from portico.core.entry import Entry
from portico.core.message import Headers, Request, Response
from portico.core.resource import RouteClass
from portico.core.validator import (
    MATCHES_TO_TRUST,
    MATCHES_TO_TRUST_AGAIN,
    Formula,
    agrees,
    computed_etag,
    etag_for,
)
from tests.core.values import NOW

# Recorded of GitHub, asked anonymously with `Accept: */*` (PyGithub's testGetBranchesWhereHead).
RECORDED_BODY = (
    b'[{"name":"release-v2-0","commit":{"sha":"0791cc7b1a706ab5d7c607ddff35de4d486ba3e9",'
    b'"url":"https://api.github.com/repos/PyGithub/PyGithub/commits/'
    b'0791cc7b1a706ab5d7c607ddff35de4d486ba3e9"},"protected":false}]'
)
RECORDED_ETAG = '"717c5c48f3e422fc79179d2410bef733347be76673684d8432ed5721f118ca40"'

PRIVATE_VARY = "Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept"
OCTO = Credential("Bearer", "token-of-octo")
HUBOT = Credential("Bearer", "token-of-hubot")
REQUEST = Request("GET", "/repos/octo/hello")
BODY = b'{"id":1}'


def stored(obtained_with: str, **fields: str) -> Entry:
    """Return `BODY`, stored with these header fields."""
    headers = Headers(fields.items())
    return Entry(
        response=Response(200, headers, BODY),
        route_class=RouteClass.SLOW,
        tags=frozenset(),
        obtained_with=obtained_with,
        fetched_at=NOW,
        confirmed_at=NOW,
    )


def test_the_formula_gives_a_recorded_tag() -> None:
    """A recorded body and `Accept` give the tag that GitHub sent with them."""
    assert computed_etag("*/*", None, RECORDED_BODY) == RECORDED_ETAG


def test_the_tag_is_another_for_another_credential() -> None:
    """The same body has another tag for each credential, and for none."""
    tags = {
        computed_etag("a/b", authorization, BODY)
        for authorization in (None, OCTO.authorization, HUBOT.authorization)
    }

    assert len(tags) == 3


def test_a_stored_body_gets_the_tag_of_the_credential_to_come() -> None:
    """What one credential obtained is asked about with the tag that another would be given."""
    of_octo = stored("octo", ETag='"of octo"', Vary=PRIVATE_VARY)

    found = etag_for(of_octo, REQUEST, HUBOT)

    accept = "application/vnd.github+json"
    assert found == computed_etag(accept, HUBOT.authorization, BODY)


def test_what_does_not_vary_by_credential_has_one_tag() -> None:
    """An answer to a credential that does not vary by it has the same tag for all."""
    of_the_app = stored("jwt", ETag='"of the app"', Vary="Accept")

    assert etag_for(of_the_app, REQUEST, HUBOT) == etag_for(of_the_app, REQUEST, OCTO)


def test_what_was_obtained_anonymously_gets_a_tag_with_the_credential() -> None:
    """GitHub's anonymous answers do not vary by credential; its answer to one will."""
    of_nobody = stored("", ETag='"of nobody"', Vary="Accept")

    assert etag_for(of_nobody, REQUEST, HUBOT) != etag_for(of_nobody, REQUEST, None)


def test_a_git_id_is_sent_as_it_is() -> None:
    """The tag of `/contents` is the Git object's id, whoever asks."""
    request = Request("GET", "/repos/octo/hello/contents/README.md")
    of_octo = stored("octo", ETag='W/"980a0d"')

    assert etag_for(of_octo, request, HUBOT) == '"980a0d"'


def test_what_has_no_tag_gets_none() -> None:
    """Search results, which GitHub gives no tag, are not asked about with one."""
    assert etag_for(stored("octo"), REQUEST, HUBOT) is None


@pytest.mark.parametrize("mark", ["", "W/"])
def test_an_answer_agrees_weakly(mark: str) -> None:
    """A tag agrees with the formula whether GitHub marks it weak or not."""
    etag = computed_etag("application/vnd.github+json", OCTO.authorization, BODY)
    answer = Response(200, Headers((("ETag", mark + etag), ("Vary", PRIVATE_VARY))), BODY)

    assert agrees(REQUEST, OCTO, answer) is True


def test_an_answer_disagrees() -> None:
    """A tag that is made otherwise is noticed."""
    answer = Response(200, Headers((("ETag", '"0123"'), ("Vary", PRIVATE_VARY))), BODY)

    assert agrees(REQUEST, OCTO, answer) is False


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/repos/octo/hello", Response(304, Headers((("ETag", '"x"'),)))),
        ("/search/issues", Response(200, Headers(), BODY)),
        ("/repos/octo/hello/contents/a", Response(200, Headers((("ETag", '"x"'),)), BODY)),
    ],
    ids=["304", "no tag", "contents"],
)
def test_what_cannot_be_compared_says_nothing(path: str, answer: Response) -> None:
    """An answer without a body, without a tag, or of `/contents` says nothing of the formula."""
    assert agrees(Request("GET", path), OCTO, answer) is None


def test_it_may_be_tried_before_it_is_trusted() -> None:
    """Nothing speaks against trying the formula; to rest upon it takes matches."""
    formula = Formula()

    assert formula.may_be_tried(RouteClass.SLOW)
    assert not formula.is_trusted(RouteClass.SLOW)


def test_it_is_trusted_after_matches_of_that_class() -> None:
    """Matches of one class make that class trusted, and no other."""
    formula = Formula()
    for _ in range(MATCHES_TO_TRUST):
        formula.learn(RouteClass.SLOW, agrees=True)

    assert formula.is_trusted(RouteClass.SLOW)
    assert not formula.is_trusted(RouteClass.MOVING)


def test_one_difference_turns_its_class_off() -> None:
    """One difference ends it for its class alone, and is told once."""
    formula = Formula()
    for _ in range(MATCHES_TO_TRUST):
        formula.learn(RouteClass.SLOW, agrees=True)
        formula.learn(RouteClass.MOVING, agrees=True)

    told = [formula.learn(RouteClass.SLOW, agrees=False) for _ in range(2)]

    assert told == [True, False]
    assert formula.refuted() == {RouteClass.SLOW}
    assert not formula.may_be_tried(RouteClass.SLOW)
    assert not formula.is_trusted(RouteClass.SLOW)
    assert formula.is_trusted(RouteClass.MOVING)


def test_it_comes_back_after_many_matches_in_a_row() -> None:
    """A class that was off is on again after a long row of matches, not before."""
    formula = Formula()
    formula.learn(RouteClass.SLOW, agrees=False)
    for _ in range(MATCHES_TO_TRUST_AGAIN - 1):
        formula.learn(RouteClass.SLOW, agrees=True)
    before = formula.is_trusted(RouteClass.SLOW)

    formula.learn(RouteClass.SLOW, agrees=True)

    assert not before
    assert formula.is_trusted(RouteClass.SLOW)
