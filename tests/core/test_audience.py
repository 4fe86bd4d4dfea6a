"""Credentials: every form that clients send becomes one, and none is ever shown."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.audience import (
    PUBLIC,
    Credential,
    Principal,
    fingerprint,
    installation_caller,
    principal_caller,
    public_caller,
    read_authorization,
)

KEY = b"k" * 32
TOKEN = "ghp_" + "x" * 36
APP_TOKEN = f"ghs_12345_eyJ{'a' * 200}.eyJ{'b-_' * 60}.{'c' * 100}"


def basic(text: str) -> str:
    """Return a `Basic` field for `user:password`."""
    return "Basic " + base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "value",
    [
        f"Bearer {TOKEN}",
        f"bearer {TOKEN}",
        f"token {TOKEN}",
        f"Token   {TOKEN} ",
        basic(f"octocat:{TOKEN}"),
        basic(f"x-access-token:{TOKEN}"),
        basic(f"{TOKEN}:x-oauth-basic"),
        basic(f"{TOKEN}:"),
    ],
)
def test_all_forms_of_a_token_are_one_credential(value: str) -> None:
    """`token`, `Bearer` and `Basic` with a token inside have the same validators and audience."""
    assert read_authorization(value) == Credential("Bearer", TOKEN)


@pytest.mark.parametrize(
    "token",
    [
        APP_TOKEN,
        "github_pat_" + "A1_" * 27,
        "0123456789abcdef0123456789abcdef01234567",
        "eyJhbGciOi.eyJpc3Mi.c2ln-_x",
        "ptk_abc",
    ],
)
def test_tokens_of_every_shape_are_read(token: str) -> None:
    """Long installation tokens, JWTs and legacy hexadecimal tokens are credentials."""
    assert read_authorization(f"Bearer {token}").authorization == f"Bearer {token}"


@pytest.mark.parametrize(
    "text",
    [
        "Iv1.abc:secret",
        "octocat:0123456789abcdef0123456789abcdef01234567",
        ":",
        "a:b:c",
        f"x:{TOKEN}\r\nX-Injected: 1",
        f"x:{TOKEN} and more",
        f"x:{TOKEN}\x00",
    ],
)
def test_other_basic_credentials_stay_basic(text: str) -> None:
    """An App's id and secret stay encoded, and so does a token with something smuggled in."""
    credential = read_authorization(basic(text))

    assert credential.authorization == basic(text)


def error_of(value: str) -> ValueError | None:
    """Return the error that reading a field ends in, if it does."""
    try:
        read_authorization(value)
    except ValueError as error:
        return error
    return None


BAD = [
    "",
    "Bearer",
    "Bearer ",
    "Bearer a b",
    "Bearer a, Bearer b",
    "Bearer ghp_a\tb",
    "Bearer ghp_\x01",
    "Bearer ghp_é",
    "Basic !!!",
    "Basic bm9jb2xvbg==",
    "Basic /w==",
    "Digest abc",
    TOKEN,
]


@pytest.mark.parametrize("value", BAD)
def test_what_is_no_credential_is_refused(value: str) -> None:
    """A field that is not of a known form is an error."""
    with pytest.raises(ValueError, match=r"Authorization|Basic"):
        read_authorization(value)


@given(st.text(min_size=9))
def test_an_error_never_repeats_the_value(secret: str) -> None:
    """Whatever was sent, neither the message nor its causes hold it."""
    for scheme in ("Bearer", "Basic", "token", "Digest", secret):
        error = error_of(f"{scheme} {secret}")
        for each in (error, error and error.__cause__, error and error.__context__):
            assert secret not in repr(each)


@given(st.text())
def test_what_is_read_can_only_be_one_field(value: str) -> None:
    """Whatever was sent, the field that is sent on is printable and holds one credential."""
    try:
        credential = read_authorization(value)
    except ValueError:
        return
    assert re.fullmatch(r"(Bearer|Basic) [!-~]+", credential.authorization)


@given(st.binary(max_size=12))
def test_what_is_inside_basic_cannot_break_out(hidden: bytes) -> None:
    """Bytes that `Basic` hides never reach the field decoded unless they are a bare token."""
    encoded = base64.b64encode(b"user:ghp_" + hidden).decode()
    try:
        credential = read_authorization(f"Basic {encoded}")
    except ValueError:
        return
    assert re.fullmatch(r"(Bearer|Basic) [A-Za-z0-9._~+/=-]+", credential.authorization)


def test_nothing_shows_a_secret() -> None:
    """`repr` and `str` of a credential and of its caller hide it."""
    credential = Credential("Bearer", TOKEN)
    caller = principal_caller(credential, key=KEY)

    for shown in (repr(credential), str(credential), repr(caller), str(caller)):
        assert TOKEN not in shown
        assert "x" * 36 not in shown


def test_a_credential_is_named_as_in_githubs_audit_log() -> None:
    """The name is the base64 of the secret's SHA-256."""
    assert Credential("Bearer", "abc").name == "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="


@given(st.text("ab", min_size=1, max_size=3), st.text("ab", min_size=1, max_size=3))
def test_a_fingerprint_names_one_credential(one: str, other: str) -> None:
    """Fingerprints are equal only for equal credentials."""
    first, second = (fingerprint(Credential("Bearer", text), key=KEY) for text in (one, other))

    assert (first == second) == (one == other)


def test_a_fingerprint_depends_on_the_key_and_the_scheme() -> None:
    """Without the key, a copied store does not let anybody test guessed tokens."""
    credential = Credential("Bearer", TOKEN)
    marks = {
        fingerprint(credential, key=KEY),
        fingerprint(credential, key=b"other"),
        fingerprint(Credential("Basic", TOKEN), key=KEY),
    }

    assert len(marks) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", mark) for mark in marks)


def test_callers_have_the_audience_and_bucket_of_their_credential() -> None:
    """A token's holder is a principal of their own; everybody else is the public."""
    credential = Credential("Bearer", TOKEN)
    mark = fingerprint(credential, key=KEY)

    own = principal_caller(credential, key=KEY)
    public = public_caller(credential, key=KEY)
    anonymous = public_caller(None, key=KEY)

    assert (own.audience, own.bucket, own.credential) == (Principal(mark), mark, credential)
    assert (public.audience, public.bucket, public.credential) == (PUBLIC, mark, credential)
    assert (anonymous.audience, anonymous.bucket, anonymous.credential) == (PUBLIC, "", None)
    assert [caller.obtains for caller in (own, public, anonymous)] == [mark, mark, ""]


def test_two_tokens_of_one_user_share_a_bucket_and_no_audience() -> None:
    """The bucket is the user's; what each may see, and its ETags, stay apart."""
    one, other = (
        principal_caller(Credential("Bearer", text), key=KEY, bucket="user:7") for text in "ab"
    )

    assert one.bucket == other.bucket == "user:7"
    assert one.audience != other.audience
    assert one.obtains != other.obtains


def test_an_installation_keeps_its_audience_when_its_token_changes() -> None:
    """What was fetched for it stays its own after an hour; the ETags are another's."""
    before, after, without = (
        installation_caller(5150, Credential("Bearer", text) if text else None, key=KEY)
        for text in ("ghs_a", "ghs_b", "")
    )

    assert before.bucket == after.bucket == without.bucket == "installation:5150"
    assert before.audience == after.audience == without.audience
    assert len({before.obtains, after.obtains, without.obtains}) == 3
    assert installation_caller(5151, None, key=KEY).audience != before.audience
