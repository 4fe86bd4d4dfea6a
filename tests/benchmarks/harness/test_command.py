"""How a benchmark ends, and how it is called in its report."""

from __future__ import annotations

import pytest
from rich.console import Console

from benchmarks.harness.command import called, exit_code
from benchmarks.harness.failures import CannotMeasure


def _amiss(_: Console) -> None:
    raise CannotMeasure("There is no such thing: [x]")


def _stopped(_: Console) -> None:
    raise KeyboardInterrupt


def test_an_end_has_its_code() -> None:
    """As a shell has it: 0, 2 for what was asked amiss, 130 for Ctrl-C."""
    assert [exit_code(run) for run in (lambda _: None, _amiss, _stopped)] == [0, 2, 130]


def test_what_was_amiss_is_said_in_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """To the letter, on standard error."""
    exit_code(_amiss)

    assert capsys.readouterr() == ("", "benchmarks: There is no such thing: [x]\n")


@pytest.mark.parametrize(
    ("arguments", "command"),
    [((), "make bench"), (("--quick", "--rounds=2"), 'make bench ARGS="--quick --rounds=2"')],
)
def test_a_report_says_how_to_run_it_again(arguments: tuple[str, ...], command: str) -> None:
    """With the same arguments, if there were any."""
    assert called("bench", arguments) == command
