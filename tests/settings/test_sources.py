"""`Settings()` itself reads the environment and `.env`, as pydantic-settings does."""

from pathlib import Path

import pytest

from portico.settings import Settings


def test_reads_environment_and_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment wins over `.env`, an argument over both, and lists are split at commas."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PORTICO_PORT=9001\nPORTICO_WORKERS=2\n")
    monkeypatch.setenv("PORTICO_PORT", "9002")
    monkeypatch.setenv("PORTICO_OWNERS", "Solveig,nordlys")

    settings = Settings(host="::1")

    assert (settings.port, settings.workers, settings.host) == (9002, 2, "::1")
    assert settings.owners == ("solveig", "nordlys")
