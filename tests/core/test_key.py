"""Keys: whatever may change an answer is in them, and what cannot is folded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.audience import PUBLIC, Audience, Principal
from portico.core.key import Key, key_of
from portico.core.message import Headers, Request
from tests.core.values import ALICE, BOB, get

AUDIENCES = st.one_of(st.just(PUBLIC), st.builds(Principal, st.text(max_size=4)))
# Few letters, so that generated parts often run together to the same text.
PARTS = st.text(alphabet="1:2/a\n", max_size=4)
KEYS = st.builds(Key, AUDIENCES, PARTS, PARTS, PARTS, PARTS, PARTS)


def keys_of(*requests: Request) -> set[Key]:
    """Return the public keys of these requests."""
    return {key_of(request, PUBLIC) for request in requests}


@given(AUDIENCES, AUDIENCES, st.text(max_size=8))
def test_two_audiences_never_share_a_key(one: Audience, other: Audience, path: str) -> None:
    """For the same request, keys and digests are equal only if the audiences are."""
    first, second = (key_of(get(f"/{path}"), audience) for audience in (one, other))

    assert (first == second) == (one == other)
    assert (first.digest == second.digest) == (one == other)


def test_a_principal_cannot_be_named_public() -> None:
    """No fingerprint makes a principal's digest that of everybody."""
    named = {
        key_of(get(), audience).digest for audience in (PUBLIC, Principal(""), Principal("public"))
    }

    assert len(named) == 3


@given(KEYS, KEYS)
def test_a_digest_names_one_key(one: Key, other: Key) -> None:
    """Different keys have different digests, however their parts run together."""
    assert (one.digest == other.digest) == (one == other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("a", "bc", ""), ("ab", "c", "")),
        (("", "1:a", ""), ("1:", "a", "")),
        (("1:a0:", "", ""), ("", "1:a0:", "")),
        (("a", "", "b"), ("a", "b", "")),
    ],
)
def test_parts_do_not_run_together(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    """Text that moves from one part to the next makes another digest."""
    digests = {
        Key(PUBLIC, path, query, accept, "v", "").digest for path, query, accept in (one, other)
    }

    assert len(digests) == 2


def test_a_digest_is_64_hex_digits_and_stays_the_same() -> None:
    """Stores keep digests for years: the way they are made must not change unnoticed."""
    digest = key_of(get("/repos/octo/hello", "page=2"), Principal(ALICE)).digest

    assert digest == "a0c37d2e0cbe2cf3dad65715ade3ef1cce42be45c15a31ea761ee3a37d50af6a"


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "",
        "application/json",
        "Application/JSON",
        " application/json ",
        "application/vnd.github+json",
        "application/vnd.github.v3+json",
    ],
)
def test_the_spellings_of_plain_json_are_one(accept: str) -> None:
    """All forms that GitHub answers alike share a key with a request that has no `Accept`."""
    assert keys_of(get(Accept=accept), get()) == keys_of(get())


@pytest.mark.parametrize(
    "accept",
    [
        "application/vnd.github.raw+json",
        "application/vnd.github.star+json",
        "application/vnd.github.v3.diff",
        "application/octet-stream",
        "application/json, text/html",
        "application/json;q=0.5",
    ],
)
def test_every_other_media_type_has_its_own_key(accept: str) -> None:
    """What changes the body changes the key."""
    assert keys_of(get(Accept=accept)) != keys_of(get())


def test_several_accept_lines_are_one_list() -> None:
    """Two `Accept` lines mean the same as one with a comma (RFC 9110 §5.3)."""
    lines = Headers([("Accept", "application/json"), ("accept", "text/html")])

    assert keys_of(Request("GET", "/x", "", lines)) == keys_of(
        get("/x", Accept="application/json, text/html")
    )


def test_the_default_version_is_the_same_as_none() -> None:
    """Who asks for GitHub's default version shares with who names none, and with nobody else."""
    named, empty, newer = (
        get(X_GitHub_Api_Version=value) for value in ("2022-11-28", "", "2026-03-10")
    )

    assert keys_of(named, empty, get()) == keys_of(get())
    assert keys_of(newer) != keys_of(get())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a=1&b=2", "b=2&a=1"),
        ("page=2&per_page=100&q=x", "q=x&page=2&per_page=100"),
    ],
)
def test_the_order_of_parameters_does_not_matter(one: str, other: str) -> None:
    """The same parameters in another order share a key."""
    assert keys_of(get(query=one)) == keys_of(get(query=other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a=1&a=2", "a=2&a=1"),
        ("a=1", "a=1&a=1"),
        ("a=1", "A=1"),
        ("a=B", "a=b"),
        ("a", "a="),
        ("a=1%262", "a=1&2"),
        ("", "page=1"),
    ],
)
def test_what_may_matter_in_a_query_is_kept(one: str, other: str) -> None:
    """Repeated parameters keep their order, and nothing is decoded or lower-cased."""
    assert keys_of(get(query=one)) != keys_of(get(query=other))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text("123", max_size=2)), max_size=6))
def test_only_the_order_between_names_is_folded(pairs: list[tuple[str, str]]) -> None:
    """A key's query holds each parameter's values in the order they came."""
    query = "&".join(f"{name}={value}" for name, value in pairs)
    kept = [
        tuple(pair.split("=")) for pair in key_of(get(query=query), PUBLIC).query.split("&") if pair
    ]

    for name in "abc":
        assert [v for n, v in kept if n == name] == [v for n, v in pairs if n == name]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/repos/Octo/Hello", "/repos/octo/hello"),
        ("/repos/OCTO/hello/issues", "/repos/octo/HELLO/issues"),
        ("/users/Octocat/repos", "/users/octocat/repos"),
        ("/orgs/Nordlys", "/orgs/nordlys"),
    ],
)
def test_the_case_of_owner_and_repository_is_folded(one: str, other: str) -> None:
    """GitHub ignores the case of logins and of repositories' names."""
    assert keys_of(get(one)) == keys_of(get(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/repos/octo/hello/contents/README", "/repos/octo/hello/contents/readme"),
        ("/repos/octo/hello/branches/Main", "/repos/octo/hello/branches/main"),
        ("/repos/octo/hello/branches/a%2Fb", "/repos/octo/hello/branches/a/b"),
        ("/repos/octo/hello", "/repos/octo/hello/"),
        ("/users/octo/REPOS", "/users/octo/repos"),
        ("/search/Code", "/search/code"),
        ("/repos/octo/hello", "/repositories/1"),
    ],
)
def test_the_rest_of_a_path_stays_as_it_came(one: str, other: str) -> None:
    """Files and branches have case, and an escaped slash is no slash."""
    assert keys_of(get(one)) != keys_of(get(other))


def test_an_escaped_slash_is_in_the_key_as_sent() -> None:
    """A branch's name is not decoded."""
    key = key_of(get("/repos/Octo/hello/branches/Fix%2FIt"), PUBLIC)

    assert key.path == "/repos/octo/hello/branches/Fix%2FIt"


@pytest.mark.parametrize("name", ["X-GitHub-Next-Global-ID", "GraphQL-Features"])
def test_a_field_that_changes_the_answer_is_in_the_key(name: str) -> None:
    """GitHub reads these fields; another value may bring another body."""
    keys = keys_of(
        *(Request("GET", "/x", "", Headers([(name, value)])) for value in ("", "1", "2"))
    )

    assert len(keys) == 3


@pytest.mark.parametrize("first", ["", "0"])
def test_a_second_line_of_such_a_field_is_in_the_key_too(first: str) -> None:
    """All lines are sent on, so hiding one behind another must not choose what others get."""
    name = "X-GitHub-Next-Global-ID"
    single = Request("GET", "/x", "", Headers([(name, first)]))
    doubled = Request("GET", "/x", "", Headers([(name, first), (name, "1")]))

    assert keys_of(single) != keys_of(doubled)


def test_fields_that_are_not_sent_on_do_not_split_the_store() -> None:
    """Cookies, agents and validators are not part of the key."""
    plain = get()
    dressed = get(Cookie="a=1", User_Agent="x", If_None_Match='"1"', Cache_Control="no-cache")

    assert keys_of(plain) == keys_of(dressed)


def test_head_and_get_share_a_key() -> None:
    """A HEAD is answered from the stored GET."""
    assert keys_of(Request("HEAD", "/x")) == keys_of(Request("GET", "/x"))


def test_principals_differ() -> None:
    """Two tokens have two stored responses."""
    assert key_of(get(), Principal(ALICE)) != key_of(get(), Principal(BOB))
