"""What a path below a repository shows, and by which finer tags events find it."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.core.shapes import SHAPES, Shape, matches, plain_ref, ref_in, shape_of

SHA = "0791cc7b1a706ab5d7c607ddff35de4d486ba3e9"


@pytest.mark.parametrize(
    ("below", "path", "tags"),
    [
        ("meta", "meta", ()),
        ("issues", "issues", ("issues/*", "labelled")),
        ("issues/", "issues", ("issues/*", "labelled")),
        ("issues/5", "issues/{n}", ("issues/5", "labelled")),
        ("issues/5/timeline", "issues/{n}/timeline", ("issues/5/timeline", "labelled")),
        ("issues/5/reactions", "issues/{n}/reactions", ()),
        ("issues/5/assignees/bob", "issues/{n}/...", ("issues/5", "labelled")),
        ("issues/comments", "issues/comments", ("issues/comments",)),
        ("issues/comments/9", "issues/comments/{n}", ("issues/comments/9",)),
        ("issues/comments/9/reactions", "issues/comments/...", ()),
        ("pulls/5", "pulls/{n}", ("pulls/5", "labelled", "heads/*")),
        ("pulls/5/merge", "pulls/{n}/...", ("pulls/5", "labelled", "heads/*")),
        ("pulls/5/files", "pulls/{n}/files", ("pulls/5/commits",)),
        ("pulls/5/reviews/8/comments", "pulls/{n}/reviews/...", ("pulls/5/reviews",)),
        ("commits", "commits", ("refs/HEAD",)),
        (f"commits/{SHA}", "commits/{sha}", (f"commits/{SHA}",)),
        ("commits/main", "commits/{ref}", ("refs/main",)),
        ("commits/fix/it", "commits/{ref}", ("refs/fix/it",)),
        ("commits/heads%2Ffix%2Fit", "commits/{ref}", ("refs/fix/it",)),
        ("commits/main~2", "commits/{ref}", ("refs/*",)),
        (f"commits/{SHA}/status", "commits/{sha}/status", (f"statuses/{SHA}",)),
        ("commits/fix/it/status", "commits/{ref}/status", ("statuses/*", "refs/fix/it")),
        (f"commits/{SHA}/check-suites", "commits/{sha}/check-suites", (f"check-runs/{SHA}",)),
        ("check-runs/7/annotations", "check-runs/{n}/...", ("check-runs/7",)),
        ("branches/fix/it", "branches/{ref}", ("refs/fix/it",)),
        ("branches/main/protection/restrictions", "branches/{ref}/protection/...", ()),
        ("git/ref/tags/v1", "git/ref/{ref}", ("refs/v1",)),
        (f"git/trees/{SHA}", "git/trees/{sha}", ()),
        (f"compare/{SHA}...{SHA}", "compare/{sha}...{sha}", ()),
        ("compare/main...bob:fix", "compare/{rest}", ("refs/*",)),
        ("contents", "contents/...", ("refs/HEAD",)),
        ("contents/a/b.md", "contents/...", ("refs/HEAD",)),
        ("releases/tags/v1.0", "releases/tags/{tag}", ("releases/tags/v1.0",)),
        ("releases/7/assets", "releases/{n}/...", ("releases/7",)),
        ("labels/Good%20First", "labels/{label}", ("labels/good first",)),
        ("actions/runs/7/attempts/2/jobs", "actions/runs/{n}/attempts/{n}/jobs", None),
        ("actions/workflows/ci.yml/runs", "actions/workflows/{rest}/runs", ("actions/runs/*",)),
        ("stargazers/history", "stargazers/...", ()),
    ],
)
def test_a_path_has_its_shape(below: str, path: str, tags: tuple[str, ...] | None) -> None:
    """The first line that fits, its tags filled with what the path names."""
    found = shape_of(below)

    assert found is not None
    assert found[0].path == path
    assert tags is None or found[1] == tags


@pytest.mark.parametrize("below", ["something", "issues/abc", "metal", "issuesx", "", "/"])
def test_what_no_line_knows_has_no_shape(below: str) -> None:
    """It keeps its facet's tag, and its short life."""
    assert shape_of(below) is None


@pytest.mark.parametrize(
    ("query", "ref"),
    [
        ("", ""),
        ("per_page=3", ""),
        ("ref=main", "main"),
        ("a=1&sha=heads%2Ffix", "heads/fix"),
        ("xref=main", ""),
        ("ref=", ""),
    ],
)
def test_a_query_names_a_ref(query: str, ref: str) -> None:
    """By `ref` for contents, by `sha` for lists of commits."""
    assert ref_in(query) == ref


@pytest.mark.parametrize(
    ("ref", "plain"),
    [
        ("main", "main"),
        ("heads/main", "main"),
        ("refs/heads/main", "main"),
        ("refs/tags/v1", "v1"),
        ("refs/pull/5/head", "pull/5/head"),
        ("heads", "heads"),
        ("main^", "*"),
        ("main@{1}", "*"),
    ],
)
def test_the_spellings_of_a_ref_are_one(ref: str, plain: str) -> None:
    """What leads from one commit to another may end at any of them."""
    assert plain_ref(ref) == plain


@pytest.mark.parametrize(
    ("tag", "cell", "expected"),
    [
        ("issues/{n}", "issues/{number}", True),
        ("issues/{n}", "issues/*", False),
        ("issues/{n}", "issues/comments", False),
        ("issues/*", "issues/*", True),
        ("refs/{at}", "refs/HEAD", True),
        ("refs/{ref}", "refs/{ref}", True),
        ("refs/{ref}", "refs/*", False),
        ("statuses/{sha}", "statuses/{sha}", True),
        ("releases/{n}", "releases/{release_id}", True),
        ("releases/{n}", "releases/latest", False),
    ],
)
def test_a_cell_of_the_table_of_events_may_name_a_tag(tag: str, cell: str, expected: bool) -> None:
    """Gaps on both sides, whatever each calls them."""
    assert matches(tag, cell) is expected


@given(st.sampled_from(SHAPES), st.text("ab/%~.…", min_size=1), st.text())
def test_any_path_has_a_shape_or_none(shape: Shape, text: str, at: str) -> None:
    """Whatever fills the gaps of a line."""
    below = re.sub(r"\{\w+\}", lambda _: text, shape.path)

    found = shape_of(below, at)

    assert found is None or all("{" not in tag or "{" in below + at for tag in found[1])


def test_every_line_can_be_reached() -> None:
    """None is hidden behind one above it."""
    samples = {"n": "5", "sha": SHA, "ref": "main", "tag": "v1", "label": "bug", "rest": "x"}
    paths = {
        shape.path: re.sub(r"\{(\w+)\}", lambda gap: samples[gap[1]], shape.path).replace(
            "/...", "/more/of/it"
        )
        for shape in SHAPES
    }

    found = {path: shape_of(sample) for path, sample in paths.items()}

    assert {path: shape and shape[0].path for path, shape in found.items()} == {
        path: path for path in paths
    }
