"""The documentation agrees with the code and with itself."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from portico import settings
from portico.web import reference, webhook_reference

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"\]\(<?([^)\s>]+)>?(?: \"[^\"]*\")?\)|^\[[^]]+\]: (\S+)", re.MULTILINE)


def _links(page: Path) -> list[str]:
    """Find the links of a page that stay inside the repository."""
    found = _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
    links = [inline or referenced for inline, referenced in found]
    return [link for link in links if not re.match(r"[a-z]+:", link)]


def _anchors(page: Path) -> set[str]:
    """Name the headings of a page as GitHub does in links to them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ +(.*?) *$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    ("name", "generated"),
    [("configuration.md", settings.reference), ("errors.md", reference.reference)],
)
def test_a_generated_page_is_up_to_date(name: str, generated: Callable[[], str]) -> None:
    """It is what `make docs` writes."""
    page = (ROOT / "docs" / name).read_text(encoding="utf-8")

    assert page == generated()


def test_the_tables_of_the_webhooks_page_are_up_to_date() -> None:
    """They are what `make docs` puts between their markers."""
    page = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")

    assert page.count("<!-- generated: ") == 5
    assert page == webhook_reference.renewed(page)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    """A link to a file or a heading of the repository finds it."""
    for link in _links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or target.suffix != ".md" or anchor in _anchors(target), link
