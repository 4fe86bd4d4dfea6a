"""The table of stages: complete, unambiguous, and each row served by a command of its own kind."""

import importlib.util
from collections import Counter

from benchmarks.migration.stages import STAGES, Kind


def test_every_stage_has_its_own_name_and_title() -> None:
    """A row can be named on the command line and told apart in a table."""
    for names in ([stage.name for stage in STAGES], [stage.title for stage in STAGES]):
        assert [name for name, count in Counter(names).items() if count > 1] == []


def test_every_kind_is_there() -> None:
    """WSGI, ASGI, admission, the traps, models, Portico cold and warm are all measured."""
    assert {stage.kind for stage in STAGES} == set(Kind)
    assert sorted({stage.stage for stage in STAGES}) == ["0", "1", "1b", "2", "3"]


def test_what_a_stage_needs_is_installed_for_tests() -> None:
    """The environment of developers has every library that a stage is made with."""
    needed = {module for stage in STAGES for module in stage.needs}

    assert [module for module in needed if importlib.util.find_spec(module) is None] == []


def test_a_command_names_its_address_and_its_upstream() -> None:
    """Host, port and upstream that the runner chose are in each command line."""
    for stage in STAGES:
        line = " ".join(stage.command("127.0.0.1", 8123, "http://127.0.0.1:9123"))
        assert "127.0.0.1" in line, stage.name
        assert "8123" in line, stage.name
        assert "GITHUB_API_URL=http://127.0.0.1:9123" in line, stage.name


def test_all_stages_have_the_same_settings_but_for_their_threads() -> None:
    """No stage of the Flask API or its successors is configured better than another."""
    own = {"FAN_OUT_THREADS"}
    settings = {
        tuple(sorted((name, value) for name, value in stage.environment.items() if name not in own))
        for stage in STAGES
        if stage.stage != "3"
    }

    assert len(settings) == 1
