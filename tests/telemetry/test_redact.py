"""The redactor: no secret survives it, and a log stays readable."""

import base64
import json
import string

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from portico.telemetry.redact import redact

WORD = string.ascii_letters + string.digits
HEX = "0123456789abcdef"


def word(size: int, alphabet: str = WORD) -> st.SearchStrategy[str]:
    """Return a strategy for a word of so many letters."""
    return st.text(alphabet, min_size=size, max_size=size)


def part() -> st.SearchStrategy[str]:
    """Return a strategy for one part of a JWT."""
    return st.text(WORD + "-_", min_size=10, max_size=60)


JWT = st.builds("eyJ{}.eyJ{}.{}".format, part(), part(), part())
SHAPED = st.one_of(
    st.builds("{}{}".format, st.sampled_from(["ghp_", "gho_", "ghu_", "ghs_", "ghr_"]), word(36)),
    st.builds("github_pat_{}_{}".format, word(22), word(59)),
    st.builds("ghs_{}_{}".format, st.integers(1, 10**7), JWT),
    st.builds("ptk_{}".format, st.text(WORD + "-_", min_size=22, max_size=43)),
    JWT,
)
# What stands around is anything that a token could not go on with.
AROUND = st.text(st.characters(exclude_characters=WORD + "-_.", codec="utf-8"), max_size=20)

NAMED = (
    "Authorization: Bearer {}",
    "authorization: token {}",
    "Authorization: Basic {}",
    "Proxy-Authorization: Basic {}",
    "{{'Authorization': 'Bearer {}'}}",
    "[(b'authorization', b'token {}'), (b'host', b'x')]",
    "<CIMultiDictProxy('Host': 'x', 'Authorization': 'Bearer {}')>",
    "Cookie: user_session={}; logged_in=yes",
    "GET /user?access_token={}&a=b",
    "GET /x?a=b&client_secret={}",
    "https://raw.example/f?token={} 200",
    "https://s3.example/f?X-Amz-Credential=x&X-Amz-Signature={}&X-Amz-Date=y",
    "https://s3.example/f?X-Amz-Security-Token={}",
    "https://blob.example/f?se=1&sig={}&sp=r",
    '{{"id":1,"temp_clone_token":"{}","size":2}}',
    '{{"client_secret": "{}"}}',
    "{{'password': '{}'}}",
    "Settings(github_token='{}', port=1)",
    "https://{}@github.com/o/r.git",
    "https://x-access-token:{}@github.com/o/r.git",
    "PORTICO_GITHUB_TOKEN={}",
    "PORTICO_WEBHOOK_SECRET={}",
)


@given(SHAPED, AROUND, AROUND)
def test_a_token_never_survives_whatever_stands_around_it(
    token: str, before: str, after: str
) -> None:
    """No token of a known shape is in the text that comes out, nor any longer part of it."""
    kept = redact(before + token + after)

    assert token not in kept
    assert token[-12:] not in kept


@given(SHAPED, word(5), word(5))
def test_letters_next_to_a_token_do_not_save_it(token: str, before: str, after: str) -> None:
    """A token is found in the middle of a word, too."""
    assert token not in redact(before + token + after)


@pytest.mark.parametrize("form", NAMED)
@given(secret=st.one_of(word(40, HEX), word(20), word(64)))
def test_a_secret_without_a_shape_is_known_by_its_name(form: str, secret: str) -> None:
    """A value that follows a telling name goes, whatever it looks like."""
    assert secret not in redact(form.format(secret))


@given(st.text(WORD, min_size=1, max_size=20), st.text(WORD, min_size=8, max_size=40))
def test_basic_credentials_are_taken_out_without_their_field(user: str, password: str) -> None:
    """`Basic` with a user and a password is a secret even out of its header field."""
    value = base64.b64encode(f"{user}:{password}".encode()).decode()
    assume(any(letter in value for letter in string.ascii_uppercase + string.digits + "=+/"))

    assert value not in redact(f"sent Basic {value} to it")


@given(st.dictionaries(word(5), SHAPED, min_size=1, max_size=3))
@example({"a": "ghs_1_eyJ0000000000.eyJ0000000000.00000TOKEN"})
@example({"a": "token"})
@example({"a": "cookie"})
def test_json_stays_json(members: dict[str, str]) -> None:
    """Taking secrets out of JSON, or of JSON within JSON, leaves JSON."""
    inner = json.dumps({**members, "client_secret": 'it\'s "mine"', "n": 1})

    assert json.loads(redact(inner))["n"] == 1
    assert json.loads(json.loads(redact(json.dumps(inner))))["n"] == 1
    assert "mine" not in redact(inner)


@given(st.text())
def test_redacting_again_changes_nothing(text: str) -> None:
    """What has been redacted once is left alone."""
    assert redact(redact(text)) == redact(text)


@pytest.mark.parametrize(
    "secret",
    [
        "X-Hub-Signature: sha1=" + "0f" * 20,
        "x-hub-signature-256: sha256=" + "0f" * 32,
        "got sha256=" + "0f" * 32,
        "token " + "0f" * 20,
        "bearer abcdefgh",
        "X-GitHub-OTP: 123456",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIE0f0f\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nMIIE0f0f",
    ],
)
def test_what_proves_something_is_taken_out(secret: str) -> None:
    """Signatures, keys and legacy tokens are secrets as well."""
    kept = redact(f"before {secret}\nafter")

    assert "[redacted]" in kept
    assert not any(part in kept for part in ("0f0f", "abcdefgh", "123456"))


@pytest.mark.parametrize(
    "text",
    [
        "GET /repos/o/r/commits/" + "0f" * 20 + " 200 hit",
        'ETag: W/"' + "0f" * 32 + '"',
        "GET /search/code?q=token+in:file 200 miss",
        "PORTICO_GITHUB_TOKEN is set",
        "Send 'Authorization' with a token of your own",
        "no token given: basic data only",
        "https://api.github.com/repos/o/r?ref=a@b",
        "solveig@users.example",
        "",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    """Commits, validators and plain words are left as they are."""
    assert redact(text) == text


def test_a_long_text_takes_no_long_time() -> None:
    """No rule goes over the same letters again and again: this would take minutes."""
    text = "token" + "a" * 200_000 + " -----BEGIN " + "A" * 200_000 + "authorization" * 1_000

    assert redact(text)
