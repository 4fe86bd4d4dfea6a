"""Whether GitHub sent a delivery."""

import hmac

import pytest

from portico.core.signature import is_signed

# The example of GitHub's own page on validating deliveries.
SECRET = b"It's a Secret to Everybody"
BODY = b"Hello, World!"
SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"


def test_githubs_own_example_is_signed() -> None:
    """The digest is HMAC-SHA256 of the raw body under the secret, in hexadecimal."""
    assert is_signed(BODY, SIGNATURE, SECRET)


def test_the_case_of_the_digits_does_not_matter() -> None:
    """Hexadecimal digits are the same in capitals; the name of the method is not."""
    assert is_signed(BODY, f"sha256={SIGNATURE[7:].upper()}", SECRET)
    assert not is_signed(BODY, SIGNATURE.upper(), SECRET)


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "sha256=",
        SIGNATURE[:-1],
        SIGNATURE + "0",
        SIGNATURE + "\n",
        f" {SIGNATURE}",
        SIGNATURE[7:],
        f"{SIGNATURE},{SIGNATURE}",
        SIGNATURE.replace("7", "8", 1),
        SIGNATURE.replace("sha256", "sha1"),
        "sha1=01dc10d0c83e72ed246219cdd91669667fe2ca59",
        SIGNATURE.replace("757", "\u0667\u0665\u0667"),
    ],
)
def test_anything_else_is_not(signature: str) -> None:
    """Absent, cut, prolonged, of another method or simply wrong."""
    assert not is_signed(BODY, signature, SECRET)


@pytest.mark.parametrize(
    ("body", "secret"), [(BODY, b"another"), (BODY + b" ", SECRET), (b"", SECRET)]
)
def test_another_body_or_secret_is_not(body: bytes, secret: bytes) -> None:
    """Each bit of the body counts, and so does each of the secret."""
    assert not is_signed(body, SIGNATURE, secret)


def test_an_empty_secret_signs_nothing() -> None:
    """With it, anybody could sign."""
    of_empty = f"sha256={hmac.digest(b'', BODY, 'sha256').hex()}"

    assert not is_signed(BODY, of_empty, b"")
