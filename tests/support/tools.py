"""Programs beside Python that some tests drive: gh, node, npm.

A test that needs one skips where it is absent, and says which. Where `PORTICO_TEST_REQUIRE=all` is
set, as in CI, it fails instead, so that nothing is skipped there without being noticed.
"""

import shutil

import pytest


def require_tool(name: str, *, must_exist: bool) -> str:
    """Find the program `name` and answer its path; skip the test, or fail it, if there is none."""
    path = shutil.which(name)
    if path is not None:
        return path
    if must_exist:
        pytest.fail(f"{name} is not installed, and PORTICO_TEST_REQUIRE=all asks for it")
    pytest.skip(f"{name} is not installed")
