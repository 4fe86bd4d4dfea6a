"""The subjects of hit and miss: each is what its name promises, or is not measured."""

import asyncio

import pytest

from benchmarks.harness.failures import CannotMeasure
from benchmarks.hit_miss.subjects import COMPARISONS, SUBJECTS, Software, Subject
from tests.support.raw_server import HEAD, answering, raw_server

HIT = b"Cache-Status: Portico; hit; ttl=10\r\n"
MISS = b"Cache-Status: Portico; fwd=uri-miss\r\n"
BODY = b"Content-Length: 2\r\n\r\n{}"


def _subject(*, is_hit: bool = False, is_conditional: bool = False, **fields: str) -> Subject:
    return Subject(
        name="x",
        title="X",
        software=Software.PORTICO,
        target="/x",
        fields=tuple(fields.items()),
        is_hit=is_hit,
        is_conditional=is_conditional,
    )


def test_names_are_unique_and_known_to_the_comparisons() -> None:
    """Every comparison is of subjects that exist."""
    names = {subject.name for subject in SUBJECTS}

    assert len(names) == len(SUBJECTS)
    for comparison in COMPARISONS:
        for figure in (comparison.value, comparison.yardstick):
            with pytest.raises(KeyError) as missing:
                figure({})
            assert missing.value.args[0] in names


async def _order(answers: tuple[bytes, ...], subject: Subject) -> bytes | None:
    async with raw_server(answering(*answers)) as server:
        port = int(server.url.rpartition(":")[2])
        order = await asyncio.to_thread(subject.order, port, warm_up_s=0.1, duration_s=0.1)
        return order.body


async def test_a_hit_is_measured_by_its_second_answer() -> None:
    """The first answer may be a miss; the second is what all must be."""
    body = await _order((HEAD + MISS + BODY, HEAD + HIT + BODY), _subject(is_hit=True))

    assert body == b"{}"


async def test_what_is_no_hit_is_not_measured_as_one() -> None:
    """An answer that was fetched again is refused, in the words of its Cache-Status."""
    with pytest.raises(CannotMeasure, match=r"it is no hit: .*fwd=uri-miss"):
        await _order((HEAD + MISS + BODY,), _subject(is_hit=True))


async def test_what_is_not_compressed_is_not_measured_as_gzip() -> None:
    """A body as it is does not pass for a compressed one."""
    gzip = Subject(
        name="x",
        title="X",
        software=Software.PORTICO,
        target="/x",
        fields=(("Accept-Encoding", "gzip"),),
    )

    with pytest.raises(CannotMeasure, match="not compressed"):
        await _order((HEAD + BODY,), gzip)


async def test_an_error_is_not_measured() -> None:
    """A subject that answers 500 is refused."""
    broken = HEAD.replace(b"200 OK", b"500 No") + BODY

    with pytest.raises(CannotMeasure, match="it answers 500 instead of 200"):
        await _order((broken,), _subject())


async def test_a_conditional_request_must_be_confirmed() -> None:
    """A subject that ignores the validator is not measured as a 304."""
    with pytest.raises(CannotMeasure, match="it answers 200 instead of 304"):
        await _order((HEAD + b'ETag: "a"\r\n' + BODY,), _subject(is_conditional=True))
