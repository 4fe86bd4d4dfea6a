"""The README: a document, a text, or safe HTML; and what there is without one."""

import base64
from typing import Any

import pytest

from portico.core.errors import GitHubBroken, GitHubTimedOut, NotFound, PorticoError, TooLarge
from portico.portfolio.repository.plan import readme_plan
from portico.portfolio.repository.readme import fold_html, fold_readme, fold_text
from tests.portfolio.repository.canned import ASKED, LATE, Harbor, run

PLAN = readme_plan("solveig", "harbor")
WITH_HTML = readme_plan("solveig", "harbor", with_html=True)


def file(content: bytes, **changes: object) -> dict[str, Any]:
    """Return a README as GitHub sends it; a private one's link is signed."""
    return {
        "name": "README.md",
        "path": "docs/README.md",
        "sha": "3a1bd4c82eb8e12e50da8ecf14888803a5c50e0f",
        "size": len(content),
        "content": base64.encodebytes(content).decode(),
        "encoding": "base64",
        "html_url": "https://github.com/solveig/harbor/blob/main/docs/README.md",
        "download_url": "https://raw.githubusercontent.com/solveig/harbor/main/x?token=SIGNED",
    } | changes


def test_a_readme_has_its_text() -> None:
    """Decoded, with where it is, and without the signed link."""
    found = fold_readme(run(PLAN, Harbor({"readme": file("# Ø\n".encode())})), asked=ASKED)

    assert found.readme is not None
    assert (found.readme.text, found.readme.encoding) == ("# Ø\n", "utf-8")
    assert (found.readme.path, found.complete) == ("docs/README.md", True)
    assert "SIGNED" not in found.model_dump_json()


def test_a_readme_that_is_no_text_has_none() -> None:
    """Bytes that are not UTF-8 are to be had raw, not as text that they are not."""
    parts = run(PLAN, Harbor({"readme": file(b"\xff\xfe")}))

    found = fold_readme(parts, asked=ASKED)

    assert found.readme is not None
    assert (found.readme.text, found.readme.encoding) == (None, None)
    assert fold_text(parts, asked=ASKED) == b"\xff\xfe"


def test_a_readme_over_a_megabyte_is_named() -> None:
    """GitHub then sends no content: the document says so, and the text is a problem."""
    parts = run(PLAN, Harbor({"readme": file(b"", encoding="none", size=2_000_000)}))

    found = fold_readme(parts, asked=ASKED)

    assert found.readme is not None
    assert (found.complete, found.readme.text, found.readme.size_bytes) == (False, None, 2_000_000)
    assert "megabyte" in (found.parts[1].reason or "")
    with pytest.raises(TooLarge):
        fold_text(parts, asked=ASKED)


@pytest.mark.parametrize("content", ["a", "é"])
def test_content_that_is_no_base64_is_githubs_failure(content: str) -> None:
    """Nothing is guessed."""
    parts = run(PLAN, Harbor({"readme": file(b"") | {"content": content}}))

    with pytest.raises(GitHubBroken):
        fold_text(parts, asked=ASKED)


def test_html_is_cleaned_and_its_links_resolved() -> None:
    """By where the file is on GitHub."""
    html = b'<p onclick="x"><a href="berths.md">b</a></p><script>alert(1)</script>'
    harbor = Harbor({"readme": file(b"x"), "readme.html": html})

    clean = fold_html(run(WITH_HTML, harbor), asked=ASKED)

    link = b"https://github.com/solveig/harbor/blob/main/docs/berths.md"
    assert clean == b'<p><a href="%b" rel="nofollow noopener noreferrer">b</a></p>' % link


@pytest.mark.parametrize(
    ("below", "kind"),
    [
        ({}, NotFound),
        ({"readme": LATE, "readme.html": LATE}, GitHubTimedOut),
        ({"readme": file(b"x"), "readme.html": LATE}, GitHubTimedOut),
        ({"readme": file(b"x"), "readme.html": b"\xff"}, GitHubBroken),
        ({"readme": file(b"x"), "readme.html": b"<b>" * 5_000}, TooLarge),
    ],
)
def test_html_that_is_not_to_be_had_is_a_problem(
    below: dict[str, object], kind: type[PorticoError]
) -> None:
    """A text cannot say what is missing of it."""
    with pytest.raises(kind):
        fold_html(run(WITH_HTML, Harbor(below)), asked=ASKED)


def test_no_readme_is_a_state() -> None:
    """The repository is there, so the document is."""
    found = fold_readme(run(PLAN, Harbor()), asked=ASKED)

    assert (found.readme, found.complete, found.parts[1].state) == (None, True, "absent")
