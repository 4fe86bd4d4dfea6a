"""What some tests need beside Python: programs (gh, node, npm), many open files, IPv6.

A test skips where it is absent, and says what. Where `PORTICO_TEST_REQUIRE=all` is set, as in CI,
it fails instead, so that nothing is skipped there without being noticed.
"""

import shutil
from typing import NoReturn

import pytest


def require_tool(name: str, *, must_exist: bool) -> str:
    """Find the program `name` and answer its path; skip the test, or fail it, if there is none."""
    path = shutil.which(name)
    return path or lack(f"{name} is not installed", must_exist=must_exist)


def lack(reason: str, *, must_exist: bool) -> NoReturn:
    """Skip the test that cannot be run here, or fail it."""
    if must_exist:
        pytest.fail(f"{reason}, and PORTICO_TEST_REQUIRE=all asks for it")
    pytest.skip(reason)
