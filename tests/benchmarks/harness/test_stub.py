"""The stub's responses, byte for byte as they go out."""

from benchmarks.harness.stub import Ledger, answer_to

HEAD = b"GET /repos/solveig/harbor HTTP/1.1\r\nHost: stub:1\r\n\r\n"


def _etag(answer: bytes) -> bytes:
    return answer.partition(b"\r\nETag: ")[2].partition(b"\r\n")[0]


def test_the_length_is_that_of_the_body() -> None:
    """A client that trusts Content-Length reads exactly the body."""
    head, _, body = answer_to("/repos/solveig/harbor", HEAD).partition(b"\r\n\r\n")

    assert b"Content-Length: %d" % len(body) in head


def test_what_is_held_already_is_confirmed() -> None:
    """A request with the validator of the last answer gets 304 and no body."""
    etag = _etag(answer_to("/repos/solveig/harbor", HEAD))
    held = HEAD.replace(b"\r\n\r\n", b"\r\nIf-None-Match: %b\r\n\r\n" % etag)

    answer = answer_to("/repos/solveig/harbor", held)

    assert answer.startswith(b"HTTP/1.1 304 ")
    assert answer.endswith(b"\r\n\r\n")


def test_another_validator_is_not_confirmed() -> None:
    """A request with some other validator gets the whole answer."""
    held = HEAD.replace(b"\r\n\r\n", b'\r\nIf-None-Match: "other"\r\n\r\n')

    assert answer_to("/repos/solveig/harbor", held).startswith(b"HTTP/1.1 200 ")


def test_pages_lead_to_the_host_that_was_asked() -> None:
    """The Link field names the host of the request, as GitHub's does."""
    target = "/users/solveig-117/repos?per_page=100&page=1"

    assert b"Link: <http://stub:1/users/solveig-117/repos?" in answer_to(target, HEAD)


def test_the_ledger_counts_what_is_asked() -> None:
    """Calls, those under way and the most of them are counted, and each is traced once."""
    ledger = Ledger()
    ledger.begin()
    ledger.begin()
    ledger.end("/x", 1.0)

    assert ledger.counts() == {"calls": 2, "in_flight": 1, "most_in_flight": 2}
    assert ledger.counts()["most_in_flight"] == 1
    assert [target for target, _, _ in ledger.taken_trace()] == ["/x"]
    assert ledger.taken_trace() == []
