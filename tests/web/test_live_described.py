"""`/live` in OpenAPI: what is said there is what is answered."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.raw_client import ask
from tests.support.running import Running, running


@pytest.fixture(scope="module")
def portico() -> Iterator[Running]:
    """A Portico for all tests here."""
    with running() as started:
        yield started


def test_it_is_listed(portico: Running) -> None:
    """Whoever reads the list of endpoints finds it, with its parameters."""
    listed = ask(f"{portico.url}/openapi.json").json["paths"]["/live"]["get"]

    assert [each["name"] for each in listed["parameters"]] == [
        "repo",
        "user",
        "event",
        "last_event_id",
        "Last-Event-ID",
    ]


def test_every_event_that_is_listed_can_be_asked_for(portico: Running) -> None:
    """No name in the list is refused."""
    (events,) = (
        each["schema"]["items"]["enum"]
        for each in ask(f"{portico.url}/openapi.json").json["paths"]["/live"]["get"]["parameters"]
        if each["name"] == "event"
    )
    query = "&".join(f"event={each}" for each in events)
    answer = ask(f"{portico.url}/live?repo=solveig/harbor&{query}", "HEAD")

    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
