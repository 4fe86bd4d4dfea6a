"""What every test may rely on.

No test sees the `PORTICO_*` variables of the person who runs it: they are taken out of the
environment before the first test is collected. The one for the tests themselves is kept here.
`HYPOTHESIS_PROFILE=deep` looks longer for counter-examples.
"""

import os
from collections.abc import Callable
from functools import partial
from typing import NoReturn

import pytest
from hypothesis import settings as hypothesis_settings

from tests.support import tools

_OURS = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("PORTICO_")}
_MUST_EXIST = _OURS.get("PORTICO_TEST_REQUIRE") == "all"

# No deadline: a busy machine must not fail a property. Reproducible, so that a failure is one.
hypothesis_settings.register_profile("fast", max_examples=50, deadline=None, derandomize=True)
hypothesis_settings.register_profile("deep", max_examples=5000, deadline=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fast"))


@pytest.fixture(scope="session")
def require_tool() -> Callable[[str], str]:
    """Find a program by name: `require_tool("gh")` answers its path, skips or fails the test."""
    return partial(tools.require_tool, must_exist=_MUST_EXIST)


@pytest.fixture(scope="session")
def lack() -> Callable[[str], NoReturn]:
    """Say why a test cannot be run here: `lack("no IPv6")` skips or fails it."""
    return partial(tools.lack, must_exist=_MUST_EXIST)
