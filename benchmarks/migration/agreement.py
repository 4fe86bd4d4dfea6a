"""Before anything is measured: every stage gives the same answers to the same questions.

A stage that answers something else is not measured against the others, it is refused: it may be
faster because it does less. What counts is `stages.picture`. The upstream answers without a
delay here, as only the answers matter.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Sequence
from typing import Final

from benchmarks.harness.failures import CannotMeasure
from benchmarks.harness.processes import Cores, Server, get, running
from benchmarks.migration.stages import Stage, picture
from benchmarks.migration.workloads import Workload

_SHOWN: Final = 120


def require_agreement(
    stages: Sequence[Stage],
    workloads: Sequence[Workload],
    *,
    github: Server,
    port: Callable[[], int],
    cores: Cores,
    on_stage: Callable[[Stage], None] = lambda _: None,
) -> None:
    """Ask every stage everything, and compare.

    Raises:
        CannotMeasure: one cannot be asked, or answers something else than the first.

    """
    expected: dict[str, object] = {}
    for stage in stages:
        on_stage(stage)
        at = port()
        argv = stage.command("127.0.0.1", at, f"http://127.0.0.1:{github.port}")
        with running(argv, at, environment=stage.environment, on=cores.server) as server:
            for workload in workloads:
                found = _ask(stage, workload, server)
                first = expected.setdefault(workload.name, found)
                if found != first:
                    where = difference(first, found)
                    raise CannotMeasure(
                        f"The stage {stage.name} answers {workload.title} otherwise than "
                        f"{stages[0].name}: {where}"
                    )


def _ask(stage: Stage, workload: Workload, server: Server) -> object:
    target = workload.steady_target(stage)
    try:
        status, _, body = get(server.port, target)
        if status == 200:
            return picture(body)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CannotMeasure(f"The stage {stage.name} has no answer to {target}: {error}") from error
    raise CannotMeasure(f"The stage {stage.name} answers {status} to {target}: {body[:_SHOWN]!r}")


def difference(one: object, other: object, where: str = "") -> str:
    """Return in words where two JSON values differ first; they do differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in sorted({*one, *other}):
            if key not in one or key not in other:
                return f"{where}.{key} is only there in {'one' if key in one else 'the other'}"
            if one[key] != other[key]:
                return difference(one[key], other[key], f"{where}.{key}")
    if isinstance(one, list) and isinstance(other, list):
        if len(one) != len(other):
            return f"{where or 'it'} has {len(one)} and {len(other)} elements"
        for index, (left, right) in enumerate(zip(one, other, strict=True)):
            if left != right:
                return difference(left, right, f"{where}[{index}]")
    return f"{where or 'it'} is {one!r:.{_SHOWN}} and {other!r:.{_SHOWN}}"
