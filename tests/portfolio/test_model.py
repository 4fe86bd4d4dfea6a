"""The public documents: each field says what it is."""

import pytest
from pydantic import BaseModel

from portico.portfolio import model

DOCUMENTS = [
    kind
    for kind in vars(model).values()
    if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == model.__name__
]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda kind: kind.__name__)
def test_every_field_is_described(document: type[BaseModel]) -> None:
    """The schema that callers see leaves no field unexplained."""
    assert [name for name, field in document.model_fields.items() if not field.description] == []


def test_fields_for_links_are_urls_in_the_schema() -> None:
    """A generated client knows which fields are URLs."""
    fields = model.User.model_json_schema()["properties"]

    assert fields["blog_url"]["anyOf"][0]["format"] == "uri"
    assert "format" not in fields["blog"]["anyOf"][0]
