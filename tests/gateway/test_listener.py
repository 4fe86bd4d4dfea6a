"""One listener: what it is told and when, what it is never told, and how its stream ends."""

from __future__ import annotations

import pytest

from portico.core.errors import (
    BudgetExhausted,
    CredentialNeeded,
    GitHubUnreachable,
    NotFound,
    Overloaded,
)
from portico.core.happening import Happening, RepositoryRef
from portico.core.history import MOST_KEPT
from portico.core.proofs import GRANTED_S, SETTLING_AT_THE_EDGE_S, SETTLING_S
from portico.gateway.listener import MOST_BEHIND
from tests.gateway.live_scene import (
    EVERYBODY,
    HELLO,
    OCTOS,
    VAULT,
    For,
    LiveScene,
    change,
    issue,
    named,
    of_owner,
)
from tests.gateway.scene import ANYBODY, OCTO, OPERATORS
from tests.support.upstream import ok

PRIVATE_HELLO = RepositoryRef(id=1, full_name="octo/hello", is_private=True)


async def test_what_was_asked_for_by_name() -> None:
    """Happenings of the repository are told in order; those of others are not."""
    scene = LiveScene()

    async with scene.ear(named("Octo/Hello")) as ear:
        await scene.happen(issue(1), issue(7, VAULT), issue(2))

    assert ear.told == [1, 2]


async def test_what_was_asked_for_by_owner() -> None:
    """Of an owner everything is told that the listener can see, and nothing else."""
    scene = LiveScene()
    other = RepositoryRef(id=3, full_name="mona/hi", is_private=False)

    async with scene.ear(of_owner("octo"), OCTOS()) as own, scene.ear(of_owner("octo")) as ear:
        await scene.happen(issue(1), issue(2, VAULT), issue(3, other))

    assert own.told == [1, 2]
    assert ear.told == [1]


async def test_only_some_events() -> None:
    """Who asks for certain events hears of no others."""
    scene = LiveScene()

    async with scene.ear(named("octo/hello", events=frozenset({"push"}))) as ear:
        await scene.happen(issue(1), Happening(event="push", repository=HELLO))

    assert [event["event"] for event in ear.heard.happenings] == ["push"]


async def test_before_the_first_happening() -> None:
    """A stream opens with a place to resume from, before anything has happened."""
    scene = LiveScene()

    async with scene.ear(named("octo/hello")) as ear:
        opened_at = ear.heard.last_id
        await scene.happen(issue(1))
    async with scene.ear(named("octo/hello"), last_id=opened_at) as again:
        pass

    assert again.told == [1]
    assert ear.heard.retry_ms == 3_000


async def test_resumed() -> None:
    """After a cut everything comes that happened meanwhile, once and in order."""
    scene = LiveScene()
    async with scene.ear(named("octo/hello")) as ear:
        await scene.happen(issue(1))
    await scene.happen(issue(2), issue(3))

    async with scene.ear(named("octo/hello"), last_id=ear.heard.last_id) as again:
        await scene.happen(issue(4))

    assert again.told == [2, 3, 4]
    assert again.words == []


async def test_resumed_too_late() -> None:
    """Who comes back when something is no longer kept is told so, and misses nothing after that."""
    scene = LiveScene()
    async with scene.ear(named("octo/hello")) as ear:
        await scene.happen(issue(1))
    await scene.happen(*(issue(number) for number in range(MOST_KEPT + 1)))

    async with scene.ear(named("octo/hello"), last_id=ear.heard.last_id) as again:
        await scene.happen(issue(-1))

    assert (again.words, again.told) == (["reset"], [-1])
    assert again.heard.events[0].last_id != ear.heard.last_id


async def test_resumed_after_a_restart() -> None:
    """An id of another process is one of which nothing is known."""
    scene = LiveScene()

    async with scene.ear(named("octo/hello"), last_id="cd34-1795000000000000") as ear:
        pass

    assert ear.words == ["reset"]


async def test_heartbeats_keep_the_place() -> None:
    """A heartbeat is no event, and lets a quiet listener resume though much happened elsewhere."""
    scene = LiveScene()
    async with scene.ear(named("octo/hello")) as ear:
        await scene.happen(*(issue(number, VAULT) for number in range(MOST_KEPT + 1)))
        await scene.beat()

    async with scene.ear(named("octo/hello"), last_id=ear.heard.last_id) as again:
        pass

    assert ear.heard.comments[-1] == "heartbeat"
    assert ear.heard.events == []
    assert again.words == []


async def test_a_slow_reader_is_dropped() -> None:
    """Who falls too far behind is told so at the end, and can go on from the last id."""
    scene = LiveScene()
    async with scene.ear(named("octo/hello")) as ear:
        await scene.happen(issue(0))
        ear.is_open.clear()
        await scene.happen(*(issue(number) for number in range(1, MOST_BEHIND + 3)))
        ear.is_open.set()
        await scene.happen()
        assert ear.is_over

    async with scene.ear(named("octo/hello"), last_id=ear.heard.last_id) as again:
        pass

    assert ear.words == ["overrun"]
    assert ear.told + again.told == list(range(MOST_BEHIND + 3))


async def test_a_reader_who_keeps_up_in_bursts() -> None:
    """A burst that is less than the bound drops nobody, one after the other."""
    scene = LiveScene()

    async with scene.ear(named("octo/hello")) as ear:
        for _ in range(3):
            await scene.happen(*(issue(number) for number in range(MOST_BEHIND)))

    assert (ear.words, len(ear.told)) == ([], 3 * MOST_BEHIND)


async def test_what_is_not_there() -> None:
    """Who names only what GitHub does not show is refused with GitHub's reason."""
    scene = LiveScene()

    with pytest.raises(NotFound):
        async with scene.ear(named("octo/vault", "octo/none")):
            pass
    assert len(scene.live) == 0


async def test_some_of_what_was_named_is_not_there() -> None:
    """What GitHub does not show is named at the beginning; the rest is listened to."""
    scene = LiveScene()

    async with scene.ear(named("Octo/Vault", "octo/hello")) as ear:
        await scene.happen(issue(1), issue(2, VAULT))

    assert ear.heard.named("lost")[0].json["repository"] == "Octo/Vault"
    assert ear.told == [1]


async def test_github_is_down_at_the_beginning() -> None:
    """Without GitHub's word nobody begins to listen to what they named."""
    scene = LiveScene()
    scene.github.fails = GitHubUnreachable()

    with pytest.raises(GitHubUnreachable):
        async with scene.ear(named("octo/hello")):
            pass


async def test_github_is_down_later() -> None:
    """While GitHub is down nothing is told; when it is back everything is, in order."""
    scene = LiveScene()

    async with scene.ear(of_owner("octo")) as ear:
        scene.github.fails = GitHubUnreachable()
        await scene.happen(issue(1), issue(2))
        await scene.beat()
        held_back = list(ear.told)
        scene.github.fails = None
        await scene.beat()

    assert held_back == []
    assert ear.told == [1, 2]
    assert ear.heard.comments.count("heartbeat") == 2


async def test_what_is_stored_is_no_proof() -> None:
    """An answer in the store, however fresh, does not let anything be told."""
    scene = LiveScene()
    await scene.scene.get("/repos/octo/hello", OPERATORS)
    scene.github.fails = GitHubUnreachable()

    async with scene.ear(of_owner("octo"), For(OPERATORS)) as ear:
        await scene.happen(issue(1))

    assert ear.told == []


async def test_a_proof_is_shared_and_lasts() -> None:
    """However many listen as the same audience, GitHub is asked once for as long as it holds."""
    scene = LiveScene()

    async with scene.ear(of_owner("octo")) as ear, scene.ear(of_owner("octo")) as other:
        await scene.happen(issue(1), issue(2))
        await scene.happen(issue(3))
        asked = scene.asked
        await scene.pass_s(GRANTED_S)
        await scene.happen(issue(4))

    assert ear.told == other.told == [1, 2, 3, 4]
    assert (asked, scene.asked) == (1, 2)


async def test_one_principals_proof_is_not_anothers() -> None:
    """Each audience needs GitHub's word of its own."""
    scene = LiveScene()

    async with scene.ear(named("octo/vault"), OCTOS()), scene.ear(of_owner("octo")) as ear:
        await scene.happen(issue(1, VAULT))

    assert ear.told == []


async def test_made_private() -> None:
    """Who loses sight of it is told that alone; who can still see it, the whole of it."""
    scene = LiveScene()
    scene.github.sees["token-of-octo"]["octo/hello"] = 1

    async with (
        scene.ear(named("octo/hello"), OCTOS()) as own,
        scene.ear(named("octo/hello", "octo/other")) as one_of_two,
        scene.ear(of_owner("octo")) as by_owner,
        scene.ear(named("octo/hello", events=frozenset({"push"}))) as of_pushes,
    ):
        await scene.happen(issue(1))
        scene.github.hide("octo/hello")
        await scene.happen(change("privatized", PRIVATE_HELLO), issue(2, PRIVATE_HELLO))
        await scene.pass_s(SETTLING_S)

    assert [event["event"] for event in own.heard.happenings] == ["issues", "repository", "issues"]
    assert one_of_two.words == ["lost", "lost"]
    assert (of_pushes.words, of_pushes.is_over) == (["lost"], True)
    assert (by_owner.words, by_owner.told) == ([], [1])
    for ear in (one_of_two, by_owner, of_pushes):
        assert "privatized" not in str(ear.heard.events)


async def test_nothing_left_to_listen_to() -> None:
    """When all that was named is lost the stream ends, so that nobody waits for ever."""
    scene = LiveScene()

    async with scene.ear(named("octo/hello")) as ear:
        scene.github.hide("octo/hello")
        await scene.happen(change("deleted"))
        await scene.pass_s(SETTLING_S)
        assert ear.is_over

    assert ear.words == ["lost"]


async def test_github_lags_behind() -> None:
    """A replica that still shows what was made private proves nothing: it is not asked yet."""
    scene = LiveScene()

    async with scene.ear(of_owner("octo"), OCTOS()) as ear:
        await scene.happen(change("privatized", PRIVATE_HELLO), issue(1, PRIVATE_HELLO))
        asked_at_once = scene.asked
        scene.github.hide("octo/hello")
        await scene.pass_s(SETTLING_S)

    assert asked_at_once == 0
    assert ear.told == []


async def test_a_private_time_is_nobodys_business() -> None:
    """What was told while a repository was private is not told to everybody when it is public."""
    scene = LiveScene()

    async with scene.ear(named("octo/hello")) as ear, scene.ear(of_owner("octo")) as other:
        await scene.happen(issue(1, PRIVATE_HELLO), issue(2))

    assert ear.told == other.told == [2]


async def test_a_public_repository_that_is_private_by_now() -> None:
    """Proof decides, not what the delivery says: it may be old, or the change's may be lost."""
    scene = LiveScene()
    scene.github.hide("octo/hello")

    async with scene.ear(of_owner("octo")) as ear:
        await scene.happen(issue(1))

    assert ear.told == []


async def test_a_name_that_leads_to_another_repository() -> None:
    """A public repository under the name that a private one had proves nothing of that one."""
    scene = LiveScene()
    scene.github.sees[EVERYBODY]["octo/hello"] = 77

    async with scene.ear(of_owner("octo")) as ear:
        await scene.happen(issue(1))

    assert ear.told == []


async def test_a_member_who_was_removed() -> None:
    """Whoever lost their access is told nothing more, whatever they had been shown."""
    scene = LiveScene()
    removed = Happening(event="member", action="removed", repository=VAULT)

    async with scene.ear(named("octo/vault"), OCTOS()) as ear:
        await scene.happen(issue(1, VAULT))
        scene.github.hide("octo/vault", of="token-of-octo")
        await scene.happen(removed, issue(2, VAULT))
        await scene.pass_s(SETTLING_S)

    assert (ear.told, ear.words) == ([1], ["lost"])


async def test_history_is_proven_too() -> None:
    """What was public when it happened is not told to who resumes after it became private."""
    scene = LiveScene()
    async with scene.ear(of_owner("octo")) as ear:
        await scene.happen()
    await scene.happen(issue(1))
    scene.github.hide("octo/hello")
    scene.clock.advance(GRANTED_S)

    async with scene.ear(of_owner("octo"), last_id=ear.heard.last_id) as again:
        pass

    assert (again.told, again.words) == ([], [])


async def test_a_change_while_github_is_asked() -> None:
    """An answer to a question from before the change proves nothing."""
    scene = LiveScene()

    async with scene.ear(of_owner("octo")) as ear:
        scene.github.gate.clear()
        await scene.happen(issue(1))
        scene.github.hide("octo/hello")
        await scene.happen(change("privatized"))
        scene.github.gate.set()
        await scene.pass_s(SETTLING_S)

    assert ear.told == []


async def test_a_key_that_was_revoked() -> None:
    """At the next heartbeat its holder has lost everything, and the stream ends."""
    scene = LiveScene()
    behalf = For()

    async with scene.ear(of_owner("octo"), behalf) as ear:
        await scene.happen(issue(1))
        behalf.refusal = CredentialNeeded()
        await scene.beat()
        await scene.happen(issue(2))
        assert ear.is_over

    assert (ear.told, ear.words) == ([1], ["lost"])


async def test_a_key_whose_cap_is_used_up() -> None:
    """What costs points waits until there are some again; what is proven is told."""
    scene = LiveScene()
    behalf = For()

    async with scene.ear(of_owner("octo"), behalf) as ear:
        behalf.refusal = BudgetExhausted()
        await scene.happen(issue(1))
        held_back = list(ear.told)
        behalf.refusal = None
        await scene.beat()

    assert (held_back, ear.told) == ([], [1])
    assert behalf.points == 1


async def test_as_many_as_may_listen() -> None:
    """One more is told when to come back, and takes no place."""
    scene = LiveScene(most_listeners=1)

    async with scene.ear(named("octo/hello")):
        with pytest.raises(Overloaded) as caught:
            async with scene.ear(named("octo/hello")):
                pass
    async with scene.ear(named("octo/hello")):
        pass

    assert caught.value.retry_after_s == 30


async def test_a_denial_counts_for_a_time() -> None:
    """Of a repository that a listener cannot see GitHub is not asked at each happening."""
    scene = LiveScene()
    secret = RepositoryRef(id=9, full_name="octo/secret", is_private=True)

    async with scene.ear(of_owner("octo"), For(OCTO)) as ear:
        await scene.happen(issue(1, secret), issue(2, secret), issue(3, secret))

    assert (ear.told, scene.asked) == ([], 1)


async def test_everybody_costs_nothing_for_what_is_private() -> None:
    """What a delivery calls private is kept from everybody without asking."""
    scene = LiveScene()

    async with scene.ear(of_owner("octo"), For(OPERATORS)) as ear:
        await scene.happen(issue(1, VAULT))

    assert (ear.told, scene.asked) == ([], 0)


async def test_a_strange_name() -> None:
    """A delivery with a name that GitHub cannot know is told to nobody, and holds nobody up."""
    scene = LiveScene()
    strange = RepositoryRef(id=8, full_name="octo/a b?c", is_private=False)

    async with scene.ear(of_owner("octo")) as ear:
        await scene.happen(issue(1, strange), issue(2))

    assert ear.told == [2]


async def test_an_answer_that_makes_no_sense() -> None:
    """A body that is none of a repository proves nothing."""
    scene = LiveScene()
    scene.github.fails = ok(b"[]")

    async with scene.ear(of_owner("octo")) as ear:
        await scene.happen(issue(1))

    assert ear.told == []


async def test_githubs_own_cache() -> None:
    """Without a credential GitHub's cache may show for a minute what was made private."""
    scene = LiveScene()

    async with scene.ear(of_owner("octo"), For(ANYBODY)) as ear:
        await scene.happen(change("publicized"), issue(1))
        await scene.pass_s(SETTLING_AT_THE_EDGE_S - 5)
        asked_before = scene.asked
        await scene.pass_s(5)

    assert (asked_before, scene.asked) == (0, 1)
    assert ear.told == [None, 1]
    assert ear.heard.comments.count("heartbeat") == 2
