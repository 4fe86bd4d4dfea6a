"""Where the core of stage 1 goes: the parts of a profile, and a whole small run."""

import pytest

from benchmarks.migration.parts import PARTS, REST, by_part, measured


def _row(own_s: float, callers: dict[str, float]) -> tuple[int, int, float, float, object]:
    """Return a row of a profile: a function's own seconds, and those of each of its callers."""
    called = {(path, 1, "f"): (1, 1, called_s, called_s) for path, called_s in callers.items()}
    return 1, 1, own_s, own_s, called


def test_time_counts_for_the_package_and_a_builtins_for_its_caller() -> None:
    """What a package has written in C, or calls of Python's own, is its time."""
    aiohttp, uvicorn = "/x/site-packages/aiohttp/client.py", "/x/site-packages/uvicorn/server.py"
    stats = {
        (aiohttp, 1, "get"): _row(0.5, {uvicorn: 0.5}),
        ("/lib/python3/asyncio/tasks.py", 1, "wait"): _row(0.25, {}),
        ("~", 0, "<built-in method len>"): _row(3.0, {aiohttp: 2.0, uvicorn: 1.0}),
    }

    assert by_part(stats) == {
        PARTS["/site-packages/aiohttp/"]: 2.5,
        PARTS["/site-packages/uvicorn/"]: 1.0,
        REST: 0.25,
    }


def test_stage_1_is_measured_whole() -> None:
    """Every part is found in a run, and the shares make a whole."""
    found = measured(0.1, 2, 0.0)

    assert found.cpu_us > 0
    assert set(found.shares) == {*PARTS.values(), REST}
    assert sum(found.shares.values()) == pytest.approx(1)
