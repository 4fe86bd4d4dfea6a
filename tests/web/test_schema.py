"""The checker of schemas finds what it is there for."""

from typing import Any, Final

import pytest

from tests.web.schema import faults

OPENAPI: Final[dict[str, Any]] = {"components": {"schemas": {"Id": {"type": "integer"}}}}
SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "id": {"$ref": "#/components/schemas/Id"},
        "names": {"type": "array", "items": {"type": "string"}},
        "state": {"anyOf": [{"type": "string", "enum": ["a", "b"]}, {"type": "null"}]},
        "modes": {"type": "object", "additionalProperties": {"type": "integer"}},
    },
    "required": ["id"],
}


def test_what_is_as_described_has_no_fault() -> None:
    """References, lists, choices and maps are followed."""
    value = {"id": 1, "names": ["x"], "state": None, "modes": {"hit": 3}}

    assert faults(value, SCHEMA, OPENAPI) == []


@pytest.mark.parametrize(
    ("value", "where"),
    [
        ({}, "$.id"),
        ({"id": "1"}, "$.id"),
        ({"id": True}, "$.id"),
        ({"id": 1, "names": ["x", 2]}, "$.names[1]"),
        ({"id": 1, "state": "c"}, "$.state"),
        ({"id": 1, "modes": {"hit": "3"}}, "$.modes.hit"),
        ({"id": 1, "other": 1}, "$.other"),
        ([], "$"),
    ],
)
def test_each_fault_is_told_with_its_place(value: object, where: str) -> None:
    """Wrong types, missing and undescribed properties."""
    (found,) = faults(value, SCHEMA, OPENAPI)

    assert found.startswith(f"{where}:")


def test_an_unknown_rule_is_not_passed_over() -> None:
    """A rule that is not checked would hold for everything."""
    with pytest.raises(AssertionError, match="unknown rules"):
        faults(1, {"type": "integer", "minimum": 3}, OPENAPI)
