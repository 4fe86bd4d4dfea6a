"""What counts when the stages' answers are compared."""

import json

import pytest

from benchmarks.migration.stages import picture


def _body(**changes: object) -> bytes:
    part = {"name": "repos", "state": "fresh", "asked": 2, "age_s": 0, "modes": {"miss": 2}}
    return json.dumps({"complete": True, "parts": [part | changes]}).encode()


@pytest.mark.parametrize("changes", [{"age_s": 9}, {"modes": {"hit": 2}}])
def test_how_a_part_came_about_does_not_count(changes: dict[str, object]) -> None:
    """A stored answer shows the same as a fresh one."""
    assert picture(_body(**changes)) == picture(_body())


@pytest.mark.parametrize("changes", [{"state": "stale"}, {"asked": 3}, {"reason": "late"}])
def test_all_else_of_a_part_counts(changes: dict[str, object]) -> None:
    """A part that is stale, of more calls, or not whole shows something else."""
    assert picture(_body(**changes)) != picture(_body())


def test_the_order_and_spacing_of_json_do_not_count() -> None:
    """Two ways of writing the same JSON show the same."""
    assert picture(b'{"a": 1, "b": [2]}\n') == picture(b'{"b":[2],"a":1}')


def test_a_document_without_parts_counts_whole() -> None:
    """A single repository has no envelope: everything counts, also a field of that name."""
    assert picture(b'{"name":"harbor","age_s":1}') != picture(b'{"name":"harbor","age_s":2}')


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'"text"'])
def test_what_is_no_object_is_refused(body: bytes) -> None:
    """A page, a list or nothing is no answer of a stage."""
    with pytest.raises(ValueError, match=r"JSON|Expecting"):
        picture(body)
