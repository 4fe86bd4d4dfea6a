"""The finder of programs: present, absent, absent where it must be present."""

import pytest

from tests.support.tools import lack, require_tool


def test_a_program_that_is_there_is_found() -> None:
    """The path of an installed program is answered."""
    assert require_tool("make", must_exist=False).endswith("/make")


def test_a_test_without_its_program_skips_and_says_which() -> None:
    """A missing program skips the test by name."""
    with pytest.raises(pytest.skip.Exception, match="no-such-program is not installed"):
        require_tool("no-such-program", must_exist=False)


def test_nothing_is_skipped_where_all_is_required() -> None:
    """A missing program, or another lack, fails the test where everything must be there."""
    either = (pytest.fail.Exception, pytest.skip.Exception)
    with pytest.raises(either, match="no-such-program") as of_a_program:
        require_tool("no-such-program", must_exist=True)
    with pytest.raises(either, match="No IPv6, and PORTICO_TEST_REQUIRE=all") as of_another:
        lack("No IPv6", must_exist=True)

    # A skip that nobody expects would not fail this test, but skip it.
    assert [of_a_program.type, of_another.type] == [pytest.fail.Exception] * 2
