"""The locks: whole, the same on every machine, and free of what the product must not carry."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ["requirements.txt", "requirements-dev.txt", "requirements-bench.txt"]

# A gateway that waits must not wait in a thread, nor carry two web servers.
NOT_AT_RUN_TIME = {"flask", "werkzeug", "gunicorn", "requests", "httpx", "httpx2", "gevent"}


def _pins(lock: str) -> dict[str, str]:
    """Read the names and versions of a lock."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[^]]*\])?==([^ ]+)", text, re.MULTILINE))


def _name(requirement: str) -> str:
    """Take the name from a requirement, in its normal form."""
    found = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_the_product_carries_no_second_web_stack() -> None:
    """Flask, its servers and synchronous clients are not installed at run time."""
    pins = _pins("requirements.txt")

    assert "fastapi" in pins
    assert NOT_AT_RUN_TIME.isdisjoint(pins)


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_carries_no_address(lock: str) -> None:
    """A lock holds names, versions and hashes: no URL, no index, no path."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    wrong = re.compile(r"://|^\s*-(?!-hash=sha256:)|(^|[\s=])[~.]?/|@ ")

    assert [line for line in lines if wrong.search(line)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_its_hashes(lock: str) -> None:
    """Every requirement is followed by at least one hash."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    hashed = re.findall(r"^[a-z0-9].*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)

    assert len(hashed) == len(_pins(lock))


def test_the_locks_agree() -> None:
    """What is tested is what is shipped and measured: the same versions in all locks."""
    shipped, tested, measured = (_pins(lock) for lock in LOCKS)

    assert shipped.items() <= measured.items() <= tested.items()


def test_the_benchmarks_have_the_second_web_stack() -> None:
    """Flask, its servers and the clients compared are where they are measured."""
    assert set(_pins("requirements-bench.txt")) >= NOT_AT_RUN_TIME


def test_the_locks_hold_what_the_project_asks_for() -> None:
    """A requirement added to pyproject.toml is in the lock too."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

    assert {_name(line) for line in project["project"]["dependencies"]} <= set(_pins(LOCKS[0]))
    for group, lock in (("dev", LOCKS[1]), ("bench", LOCKS[2])):
        lines = [line for line in project["dependency-groups"][group] if isinstance(line, str)]
        assert {_name(line) for line in lines} <= set(_pins(lock))
