"""Content codings."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.errors import GitHubBroken
from portico.core.message import Headers
from portico.github.coding import PIECE_BYTES, Gunzip, decoder_of, without_coding


def decoded(coding: str, *chunks: bytes) -> list[bytes]:
    """Return the pieces that come of these chunks, the end included."""
    decoder = decoder_of(Headers([("Content-Encoding", coding)] if coding else []))
    pieces = [piece for chunk in chunks for piece in decoder.feed(chunk)]
    decoder.end()
    return pieces


@given(st.lists(st.binary(max_size=2_000), min_size=1, max_size=3), st.integers(1, 400))
def test_a_body_comes_out_as_it_went_in_wherever_it_is_cut(members: list[bytes], step: int) -> None:
    """However the coded bytes arrive, of one gzip member or several, the body is the same."""
    coded = b"".join(gzip.compress(member) for member in members)
    chunks = [coded[at : at + step] for at in range(0, len(coded), step)]

    assert b"".join(decoded("gzip", *chunks)) == b"".join(members)


@given(st.integers(1, 60))
def test_a_body_that_lacks_its_end_is_never_complete(missing: int) -> None:
    """A gzip stream without its last bytes is not taken for a whole one."""
    coded = gzip.compress(bytes(range(256)))
    with pytest.raises(GitHubBroken):
        decoded("gzip", coded[:-missing])


@pytest.mark.parametrize("size", [PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 50 * PIECE_BYTES])
def test_a_small_body_that_becomes_a_large_one_comes_in_pieces(size: int) -> None:
    """Whatever the ratio, no more than one piece is in memory at a time."""
    pieces = decoded("gzip", gzip.compress(bytes(size)))

    assert sum(map(len, pieces)) == size
    assert max(map(len, pieces)) <= PIECE_BYTES


def test_a_decoder_gives_nothing_before_it_is_asked() -> None:
    """Decoding goes on only as far as the reader reads."""
    pieces = Gunzip().feed(gzip.compress(bytes(50 * PIECE_BYTES)))

    assert len(next(pieces)) == PIECE_BYTES


@pytest.mark.parametrize(
    "coded",
    [
        b"abc",
        zlib.compress(b"abc"),
        gzip.compress(b"abc") + b"rubbish",
        gzip.compress(b"abc")[:-8] + b"\0" * 8,
    ],
    ids=["no gzip", "zlib", "more behind it", "another checksum"],
)
def test_what_is_no_gzip_is_refused(coded: bytes) -> None:
    """Bytes that are not what Content-Encoding says are GitHub's failure."""
    with pytest.raises(GitHubBroken):
        decoded("gzip", coded)


@pytest.mark.parametrize("coding", ["", "identity", "Identity"])
def test_a_body_without_coding_is_passed_on(coding: str) -> None:
    """No coding, by either of its names, leaves the bytes alone."""
    assert decoded(coding, b"a", b"b") == [b"a", b"b"]


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
def test_an_empty_body_is_whole(coding: str) -> None:
    """Where there is no body at all, none is missed."""
    assert decoded(coding) == []


@pytest.mark.parametrize("coding", ["br", "deflate", "gzip, gzip", "zstd"])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    """Only what Accept-Encoding named is taken."""
    with pytest.raises(GitHubBroken):
        decoded(coding, b"abc")


def test_a_body_that_is_not_there_may_have_any_coding() -> None:
    """The answer to HEAD, and a 304, describe a body that does not come."""
    assert decoded("br") == []


def test_fields_of_the_coded_form_go_with_the_coding() -> None:
    """A length of the coded bytes would be wrong for the decoded ones; without coding it stays."""
    plain = Headers([("Content-Length", "3"), ("ETag", '"a"')])

    assert without_coding(plain) == plain
    assert without_coding(plain.having("Content-Encoding", "gzip")) == Headers([("ETag", '"a"')])
