"""Every stage, served as the benchmark serves it, gives the same JSON for the same question.

The upstream is the sandbox: two pages of repositories, forks, empty accounts, hostile texts, a
renamed repository, refusals, a call that fails. The predecessor's answers are the expected ones.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pytest

from benchmarks.harness.processes import HOST, free_port, get, running
from benchmarks.migration.stages import STAGES, Stage, picture
from portico.sandbox import Fault, FaultKind, Sandbox, tokens
from portico.sandbox.server import run_in_thread

PREDECESSOR: Final = "flask-sync"
# Of what the sandbox knows, and within GitHub's limit on calls at once.
IN_FRONT_OF_THE_SANDBOX: Final = MappingProxyType(
    {
        "GITHUB_TOKEN": tokens.PUBLIC,
        "GITHUB_CONNECTIONS": "50",
        "PORTICO_GITHUB_TOKEN": tokens.PUBLIC,
    }
)
# A call that always fails, so that a portfolio is incomplete in every stage.
BROKEN: Final = "/repos/nordlys/kelp/languages"


@dataclass(frozen=True, slots=True)
class Answer:
    """A status, and what the body shows."""

    status: int
    shown: object


def _questions(stage: Stage) -> list[str]:
    """Return the paths that are asked of a stage, in the same order for all."""
    repositories = [
        ("solveig", "harbor"),
        ("solveig", "old-harbor"),
        ("bobby-tables", "drop.tables_"),
    ]
    logins = ("solveig", "tomas", "bobby-tables", "nordlys")
    return [
        *(stage.one.format(owner=owner, repo=repo) for owner, repo in repositories),
        *(stage.repositories.format(login=login) for login in logins),
        *(stage.portfolio.format(login=login) for login in logins),
    ]


def _refused(stage: Stage) -> list[str]:
    """Return paths to which there is no document."""
    return [
        stage.one.format(owner="solveig", repo="secret-cove"),
        stage.repositories.format(login="nobody-at-all"),
        stage.portfolio.format(login="nobody-at-all"),
        stage.portfolio.format(login="not a login"),
        stage.one.format(owner="solveig", repo="not a name"),
    ]


@contextmanager
def _served(stage: Stage, upstream_url: str) -> Iterator[int]:
    """Serve a stage in front of the sandbox; gives its port."""
    port = free_port()
    environment = {**stage.environment, **IN_FRONT_OF_THE_SANDBOX}
    argv = stage.command(HOST, port, upstream_url)
    with running(argv, port, environment=environment, on=frozenset()):
        yield port


def _answers(port: int, paths: list[str]) -> list[Answer]:
    answers = (get(port, path.replace(" ", "%20")) for path in paths)
    return [Answer(status, picture(body)) for status, _, body in answers]


@pytest.fixture(scope="module")
def upstream_url() -> Iterator[str]:
    """Serve a sandbox in which one call fails, whoever makes it."""
    sandbox = Sandbox()
    sandbox.faults.add(Fault(FaultKind.SERVER_ERROR, path=BROKEN, times=None))
    with run_in_thread(sandbox) as url:
        yield url


@pytest.fixture(scope="module")
def expected(upstream_url: str) -> list[Answer]:
    """Ask the predecessor."""
    (stage,) = (stage for stage in STAGES if stage.name == PREDECESSOR)
    with _served(stage, upstream_url) as port:
        return _answers(port, _questions(stage))


@pytest.fixture(scope="module", params=STAGES, ids=lambda stage: stage.name)
def served(request: pytest.FixtureRequest, upstream_url: str) -> Iterator[tuple[Stage, int]]:
    """Serve one stage after the other; gives the stage and its port."""
    with _served(request.param, upstream_url) as port:
        yield request.param, port


def test_the_predecessor_answers(expected: list[Answer]) -> None:
    """What the others are compared with is whole where it can be, and says where it is not."""
    shown = [answer.shown for answer in expected]

    assert [answer.status for answer in expected] == [200] * len(expected)
    assert len(shown[7]["repositories"]) == 120  # type: ignore[index]
    assert [document["complete"] for document in shown[7:]] == [True, True, True, False]  # type: ignore[index]


def test_every_stage_gives_the_same_json(served: tuple[Stage, int], expected: list[Answer]) -> None:
    """A stage's documents are the predecessor's, and so they are when asked for again."""
    stage, port = served

    assert _answers(port, _questions(stage)) == expected
    assert _answers(port, _questions(stage)) == expected


def test_every_stage_refuses_alike(served: tuple[Stage, int]) -> None:
    """Where there is no document, each stage answers with the same problem and its status."""
    stage, port = served
    answers = _answers(port, _refused(stage))

    not_found, bad = "urn:portico:problem:not-found", "urn:portico:problem:bad-request"
    assert [answer.status for answer in answers] == [404, 404, 404, 400, 400]
    assert [answer.shown["type"] for answer in answers] == [not_found] * 3 + [bad] * 2  # type: ignore[index]
