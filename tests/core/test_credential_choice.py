"""Which credential asks: reach first, then budget."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portico.core.credential_choice import Offer, choose

PUBLIC = Offer("user:1", None, 10)
NORDLYS = Offer("installation:5150", "nordlys", 0)
OWNERS = st.sampled_from([None, "nordlys", "solveig"])
OFFERS = st.lists(
    st.builds(
        Offer,
        st.text("abc", min_size=1, max_size=3),
        OWNERS,
        st.one_of(st.none(), st.integers(0, 5_000)),
    )
)


@given(OFFERS, OWNERS)
def test_everybody_is_never_served_by_what_sees_more(offers: list[Offer], owner: str) -> None:
    """For a public answer only a public-only credential is taken, whatever is left."""
    choice = choose(offers, owner=owner, for_public=True)

    assert choice is None or choice.account is None


@given(OFFERS, OWNERS)
def test_nobody_is_asked_about_with_anothers_credential(offers: list[Offer], owner: str) -> None:
    """An installation asks about its own account's things alone."""
    choice = choose(offers, owner=owner, for_public=False)

    assert choice is None or choice.account in (None, owner)


@given(OFFERS, OWNERS)
def test_of_those_that_reach_the_fullest_is_taken(offers: list[Offer], owner: str) -> None:
    """Of equal reach none has more left; what nobody has used is full."""
    choice = choose(offers, owner=owner, for_public=False)

    if choice is not None and choice.remaining is not None:
        rivals = [each.remaining for each in offers if each.account == choice.account]
        assert all(left is not None and left <= choice.remaining for left in rivals)


def test_reach_comes_before_budget() -> None:
    """An empty installation is not passed over for a credential that does not see as much."""
    assert choose([PUBLIC, NORDLYS], owner="nordlys", for_public=False) == NORDLYS
    assert choose([PUBLIC, NORDLYS], owner="solveig", for_public=False) == PUBLIC
    assert choose([PUBLIC, NORDLYS], owner=None, for_public=False) == PUBLIC
    assert choose([NORDLYS], owner="solveig", for_public=False) is None
