"""Rows for tests of the runner: a stage that runs anywhere, and one that answers otherwise."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from benchmarks.harness.processes import python
from benchmarks.migration.stages import STAGES, Stage

FASTAPI: Final = next(stage for stage in STAGES if stage.name == "fastapi")
PORTICO_WARM: Final = next(stage for stage in STAGES if stage.name == "portico-warm")


def _the_stub(_host: str, port: int, _upstream_url: str) -> list[str]:
    return python("benchmarks.harness.stub", f"--port={port}", "--latency-ms=0")


# What GitHub itself would answer: JSON, but not the document that all stages make of it.
RAW: Final[Stage] = replace(FASTAPI, name="raw", title="Raw", command=_the_stub)
