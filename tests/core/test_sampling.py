"""Samples, doubts, misses: when covered mode ends for something, and when it comes back."""

from portico.core.sampling import DELIVERY_TAKES_S, LEFT_FOR_S, SAMPLE_EVERY_S, Sampling
from tests.core.values import NOW

HELLO = "octo/hello"
TAGS = frozenset({"repo:octo/hello"})


def touched(_: frozenset[str], __: int) -> bool:
    """Say that an event came."""
    return True


def untouched(_: frozenset[str], __: int) -> bool:
    """Say that no event came."""
    return False


def test_the_rate() -> None:
    """One in so many seconds for each subject and audience, however many are served."""
    sampling = Sampling()
    moments = [NOW + second for second in range(0, int(2.5 * SAMPLE_EVERY_S), 10)]
    asked = [at for at in moments if sampling.wants(HELLO, "public", now=at)]
    sampling.wants(HELLO, "somebody", now=NOW)

    assert asked == [NOW + SAMPLE_EVERY_S, NOW + 2 * SAMPLE_EVERY_S]
    assert sampling.wants(HELLO, "somebody", now=NOW + SAMPLE_EVERY_S)
    assert sampling.samples == 3


def test_a_change_that_is_told_of_in_time() -> None:
    """While its delivery may be on the way, nothing is covered; when it is there, all is well."""
    sampling = Sampling()
    sampling.doubt(HELLO, TAGS, 7, now=NOW)
    in_doubt = sampling.is_trusted(HELLO, now=NOW)
    was_missed = sampling.settle(HELLO, touched, now=NOW + 1)

    assert not in_doubt
    assert not was_missed
    assert sampling.is_trusted(HELLO, now=NOW + 1)
    assert sampling.misses == 0


def test_it_is_the_doubts_own_tags_that_count() -> None:
    """An event counts if it touched what was sampled, since it was."""
    sampling = Sampling()
    sampling.doubt(HELLO, TAGS, 7, now=NOW)
    sampling.settle(HELLO, lambda tags, since: (tags, since) == (TAGS, 7), now=NOW)

    assert sampling.is_trusted(HELLO, now=NOW)


def test_a_change_that_is_not_told_of() -> None:
    """After its time no event has come: it was missed, once, and that lasts a day."""
    sampling = Sampling()
    sampling.doubt(HELLO, TAGS, 7, now=NOW)
    too_soon = sampling.settle(HELLO, untouched, now=NOW + DELIVERY_TAKES_S - 1)
    at = NOW + DELIVERY_TAKES_S
    was_missed = sampling.settle(HELLO, untouched, now=at)

    assert (too_soon, was_missed) == (False, True)
    assert not sampling.settle(HELLO, untouched, now=at)
    assert sampling.misses == 1
    assert sampling.left(now=at) == {HELLO: at + LEFT_FOR_S}
    assert not sampling.is_trusted(HELLO, now=at + LEFT_FOR_S - 1)
    assert sampling.is_trusted("octo/other", now=at)
    assert sampling.is_trusted(HELLO, now=at + LEFT_FOR_S)
    assert sampling.left(now=at + LEFT_FOR_S) == {}


def test_a_second_change_gives_no_further_time() -> None:
    """The first doubt stands until it is settled."""
    sampling = Sampling()
    sampling.doubt(HELLO, TAGS, 7, now=NOW)
    sampling.doubt(HELLO, TAGS, 8, now=NOW + 50)

    assert sampling.settle(HELLO, untouched, now=NOW + DELIVERY_TAKES_S)


def test_back_by_a_ping() -> None:
    """What the pinging hook watches is covered again, and nothing else."""
    sampling = Sampling()
    sampling.leave(HELLO, until=NOW + 100)
    sampling.leave("hubot/x", until=NOW + 100)
    back = sampling.forgive(lambda subject: subject.startswith("octo/"))

    assert back == {HELLO}
    assert sampling.is_trusted(HELLO, now=NOW)
    assert not sampling.is_trusted("hubot/x", now=NOW)


def test_memory_is_bounded() -> None:
    """Of too many subjects the oldest are forgotten."""
    sampling = Sampling(most_subjects=2)
    for number in range(4):
        sampling.leave(f"octo/{number}", until=NOW + 100)
        sampling.wants(f"octo/{number}", "public", now=NOW)

    assert set(sampling.left(now=NOW)) == {"octo/2", "octo/3"}
    # Forgotten, so as good as never seen.
    assert not sampling.wants("octo/0", "public", now=NOW + SAMPLE_EVERY_S)
    assert sampling.wants("octo/3", "public", now=NOW + SAMPLE_EVERY_S)
