"""The import contracts of pyproject.toml are kept, and they would notice if they were not."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Check the contracts for the sources below `root`, which go before the installed ones."""
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    environ = {**os.environ, "PYTHONPATH": str(root / "src")}
    return subprocess.run(
        command, cwd=root, env=environ, capture_output=True, text=True, check=False
    )


def test_every_import_keeps_the_contracts() -> None:
    """Nothing imports from above or sideways, and pure packages stay pure."""
    result = _lint_imports(ROOT)

    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("place", "trespass", "said"),
    [
        ("core", "import asyncio", "portico.core.trespass -> asyncio"),
        ("core", "import portico.settings", "portico.core.trespass -> portico.settings"),
        ("gateway", "import portico.clock", "portico.gateway.trespass -> portico.clock"),
        ("gateway", "import portico.sandbox", "portico.gateway.trespass"),
        ("sandbox", "import portico.core", "portico.sandbox.trespass -> portico.core"),
        ("web", "import requests", "portico.web.trespass -> requests"),
        (".", "", "trespass"),
    ],
)
def test_a_forbidden_import_is_noticed(
    place: str, trespass: str, said: str, tmp_path: Path
) -> None:
    """One forbidden import, or a module without a layer, breaks a contract that names it."""
    shutil.copytree(ROOT / "src", tmp_path / "src")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "src" / "portico" / place / "trespass.py").write_text(trespass)

    result = _lint_imports(tmp_path)

    assert result.returncode == 1
    assert said in result.stdout
