"""A checker for as much of JSON Schema as Portico's OpenAPI uses; it refuses all else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

_NOTES: Final = {"title", "description", "examples", "default", "format", "$ref", "anyOf"}
_RULES: Final = {"type", "properties", "required", "items", "enum", "const", "additionalProperties"}
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def faults(
    value: object, schema: Mapping[str, Any], openapi: Mapping[str, Any], at: str = "$"
) -> list[str]:
    """Return where `value` is not as the schema says; properties it does not name are faults."""
    assert schema.keys() <= _NOTES | _RULES, f"{at}: unknown rules {schema.keys()}"
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return faults(value, openapi["components"]["schemas"][name], openapi, at)
    if "anyOf" in schema:
        each = [faults(value, option, openapi, at) for option in schema["anyOf"]]
        return min(each, key=len)
    kind = schema.get("type")
    is_number = isinstance(value, bool) and kind in {"integer", "number"}
    if kind and (is_number or not isinstance(value, _TYPES[kind])):
        return [f"{at}: {value!r} is no {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{at}: {value!r} is none of {schema['enum']}"]
    return _faults_within(value, schema, openapi, at)


def _faults_within(
    value: object,
    schema: Mapping[str, Any],
    openapi: Mapping[str, Any],
    at: str,
) -> list[str]:
    if isinstance(value, list):
        items = schema.get("items", {})
        found = [faults(each, items, openapi, f"{at}[{n}]") for n, each in enumerate(value)]
        return [fault for each in found for fault in each]
    if not isinstance(value, dict):
        return []
    known, other = schema.get("properties", {}), schema.get("additionalProperties")
    found = [
        faults(each, known.get(name, other), openapi, f"{at}.{name}")
        for name, each in value.items()
        if name in known or other
    ]
    if not other:
        found.append([f"{at}.{name}: not described" for name in value.keys() - known.keys()])
    missing = set(schema.get("required", ())) - value.keys()
    found.append([f"{at}.{name}: required" for name in missing])
    return [fault for each in found for fault in each]
