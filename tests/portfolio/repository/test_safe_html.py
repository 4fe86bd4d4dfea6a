"""README HTML: what may stand in anybody's page, and what never does."""

import re

import pytest

from portico.portfolio.repository.safe_html import (
    MOST_CHARACTERS,
    MOST_DEPTH,
    MOST_ENTITIES,
    MOST_IN_A_TAG,
    safe_html,
)

FILE = "https://github.com/solveig/harbor/blob/main/docs/README.md"
REL = 'rel="nofollow noopener noreferrer"'


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        "<scr<script>ipt>alert(1)</scr</script>ipt>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
        '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=a>">',
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        '<iframe src="https://evil.example" srcdoc="<script>alert(1)</script>"></iframe>',
        '<object data="x"></object><embed src="x">',
        "<style>*{background:url(https://evil.example)}</style>",
        '<link rel=stylesheet href="https://evil.example"><base href="https://evil.example">',
        '<meta http-equiv=refresh content="0;url=https://evil.example">',
        '<form action="https://evil.example"><button formaction="https://evil.example">x</form>',
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" JaVaScRiPt&colon;alert(1)">x</a>',
        '<a href="java\nscript:alert(1)">x</a>',
        '<a href="\x01javascript:alert(1)">x</a>',
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        '<a href="vbscript:x" onclick="alert(1)">x</a>',
        '<a href="https://github.com@evil.example/">x</a>',
        '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
        '<img src=x srcset="https://evil.example/a 2x" style="position:fixed">',
        '<video src="x" poster="javascript:alert(1)"></video><audio src="x">',
        '<div style="position:fixed;inset:0" class="modal" data-action="x">',
        "<template><script>alert(1)</script></template><textarea><script>",
        "<!-- <script>alert(1)</script> -->",
        "<xmp><script>alert(1)</script></xmp><plaintext><script>",
    ],
)
def test_nothing_acts_loads_or_imitates(html: str) -> None:
    """No script, handler, frame, style, form or foreign scheme is left, however it is written."""
    clean = safe_html(f"<p>before</p>{html}", file_url=FILE)

    assert clean.startswith("<p>before</p>")
    tags = re.findall(r"<[a-z][^>]*>", clean, re.IGNORECASE)
    left = " ".join(tags).lower()
    assert not re.search(r"<(?:script|style|svg|math|i?frame|form|button|object|embed|link)", left)
    assert not re.search(r"\s(?:on\w+|style|class|srcset|srcdoc|action|formaction|data-\w+)=", left)
    assert not re.search(r"javascript:|vbscript:|data:|evil\.example", left)


@pytest.mark.parametrize("tag", ["script", "style", "svg", "textarea", "iframe", "title"])
def test_what_is_not_for_reading_goes_with_its_text(tag: str) -> None:
    """A script's source or a style's rules do not become a paragraph."""
    assert safe_html(f"a<{tag}>body&#123;&#125;</{tag}>b", file_url=FILE) == "ab"


def test_of_inputs_only_a_box_is_left() -> None:
    """A task list keeps its boxes; a field for a password becomes one too, without its name."""
    html = '<input type="password" name="p" value="x"><input checked disabled>'

    clean = safe_html(html, file_url=FILE)

    assert clean == '<input type="checkbox"><input checked="" disabled="" type="checkbox">'


@pytest.mark.parametrize("name", ["cookie", "getElementById", "user-content-cookie"])
def test_ids_cannot_pass_for_the_pages_own(name: str) -> None:
    """Every id has GitHub's prefix, once; names are taken out."""
    clean = safe_html(f'<a id="{name}" name="{name}">x</a>', file_url=FILE)

    assert clean == f'<a id="user-content-{name.removeprefix("user-content-")}" {REL}>x</a>'


@pytest.mark.parametrize(
    ("href", "absolute"),
    [
        ("guide.md", "https://github.com/solveig/harbor/blob/main/docs/guide.md"),
        ("../src/a b.py", "https://github.com/solveig/harbor/blob/main/src/a%20b.py"),
        ("/nordlys", "https://github.com/nordlys"),
        ("//example.org/x", "https://example.org/x"),
        ("\\\\example.org\\x", "https://example.org/x"),
        ("https://example.org/x?a=1&amp;b=2", "https://example.org/x?a=1&amp;b=2"),
        ("#berths", "#user-content-berths"),
        ("#user-content-berths", "#user-content-berths"),
        ("mailto:harbor@example.org", "mailto:harbor@example.org"),
    ],
)
def test_links_lead_where_they_led_on_github(href: str, absolute: str) -> None:
    """Relative to the file's page; within the page to ids with their prefix."""
    clean = safe_html(f'<a href="{href}">x</a>', file_url=FILE)

    assert clean == f'<a href="{absolute}" {REL}>x</a>'


def test_pictures_come_from_the_file_itself() -> None:
    """A relative picture is the file in the repository, not the page about it."""
    clean = safe_html('<img src="../logo.png" alt="Logo" width="40">', file_url=FILE)

    assert 'src="https://github.com/solveig/harbor/raw/main/logo.png"' in clean


@pytest.mark.parametrize("file_url", [None, "javascript:alert(1)", "not a url"])
def test_without_a_page_relative_links_are_taken_out(file_url: str | None) -> None:
    """Where they led is not known."""
    html = '<a href="x">x</a><img src="y"><a href="https://example.org">z</a>'

    clean = safe_html(html, file_url=file_url)

    assert clean == f'<a {REL}>x</a><img><a href="https://example.org" {REL}>z</a>'


def test_what_people_write_stays() -> None:
    """Headings, lists, tables, code and details come through as they are."""
    html = (
        '<h2 align="center">T</h2><ul><li><b>a</b></li></ul><pre><code>x &lt; y</code></pre>'
        '<table><tbody><tr><td align="right">1</td></tr></tbody></table>'
        '<details open=""><summary>s</summary><p>t</p></details>'
    )

    assert safe_html(html, file_url=FILE) == html


@pytest.mark.parametrize(
    "html",
    [
        "x" * (MOST_CHARACTERS + 1),
        "&" * (MOST_ENTITIES + 1),
        f"<a {'x' * MOST_IN_A_TAG}>",
        f"<b></i><a {'x=1 ' * MOST_IN_A_TAG}>",
        "<div>" * (MOST_DEPTH + 1),
        # An end tag that closes nothing, or that is none, makes it no less deep.
        "<div></b>" * (MOST_DEPTH + 1),
        '<div title="</div>' * (MOST_DEPTH + 1),
        '<div title="x>y</div>">' * (MOST_DEPTH + 1) + '"',
        "<b><div></b>" * (MOST_DEPTH + 1),
        "<div><!-- </div> -->" * (MOST_DEPTH + 1),
        "<div><textarea></div></textarea>" * (MOST_DEPTH + 1),
    ],
)
def test_what_would_take_long_is_refused(html: str) -> None:
    """Cleaning takes time with the square of depth and length, so both have a bound."""
    with pytest.raises(ValueError, match="README"):
        safe_html(html, file_url=FILE)


def test_a_long_and_well_formed_readme_is_taken() -> None:
    """Thousands of elements side by side are not deep, and a long text is no long tag."""
    html = '<p title="a > b, it\'s">a <br> b &amp; <img src="x.png" /></p>\n' * 10_000

    clean = safe_html(f"{html}<pre>{'x ' * MOST_IN_A_TAG}</pre>", file_url=FILE)

    assert clean.count("<p ") == 10_000
