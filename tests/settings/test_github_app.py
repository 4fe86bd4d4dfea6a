"""A GitHub App's settings: both or neither, and one key."""

from __future__ import annotations

import pytest

from portico.settings import Settings, SettingsError, load

ID = {"PORTICO_GITHUB_APP_ID": "4242"}
KEY = {"PORTICO_GITHUB_APP_KEY": "-----BEGIN geheim"}
FILE = {"PORTICO_GITHUB_APP_KEY_FILE": "/run/secrets/app.pem"}


def problems(variables: dict[str, str]) -> dict[str, str]:
    """Return what is wrong, by variable."""
    with pytest.raises(SettingsError) as raised:
        load(variables, env_file=None)
    assert "geheim" not in str(raised.value)
    return {problem.variable: problem.wrong for problem in raised.value.problems}


@pytest.mark.parametrize("variables", [{}, ID | KEY, ID | FILE])
def test_whole_or_absent(variables: dict[str, str]) -> None:
    """An id with one key, or nothing of either."""
    assert isinstance(load(variables, env_file=None), Settings)


@pytest.mark.parametrize(
    ("variables", "variable", "words"),
    [
        (ID, "_ID", "set PORTICO_GITHUB_APP_KEY_FILE"),
        (KEY, "_ID", "whose key is it"),
        (FILE, "_ID", "whose key is it"),
        (ID | KEY | FILE, "_KEY_FILE", "give the key once"),
    ],
)
def test_half_is_an_error(variables: dict[str, str], variable: str, words: str) -> None:
    """What is missing, or too much, is named with what to do."""
    [(named, wrong)] = problems(variables).items()

    assert named == f"PORTICO_GITHUB_APP{variable}"
    assert words in wrong


@pytest.mark.parametrize("app_id", ["harbor-pilot", "Iv1", "-1", "geheim" * 20])
def test_an_id_of_the_wrong_form_is_not_repeated(app_id: str) -> None:
    """The App's name is not its id; somebody may have put the key there."""
    wrong = problems({"PORTICO_GITHUB_APP_ID": app_id, **KEY})

    assert "from the App's settings" in wrong["PORTICO_GITHUB_APP_ID"]


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("PORTICO_GITHUB_TOKEN", "ghp_geheim1,ghp_geheim2"),
        ("PORTICO_GITHUB_TOKEN", "github_pat_geheim ghp_geheim"),
        ("PORTICO_GITHUB_TOKEN", f"{'0a' * 20}, {'1b' * 20}"),
        ("PORTICO_GITHUB_TOKENS", "ghp_geheim"),
    ],
)
def test_several_tokens_are_refused_with_the_reason(variable: str, value: str) -> None:
    """GitHub's terms forbid it; what reaches further is named."""
    wrong = problems({variable: value})[variable]

    assert "section H" in wrong
    assert "PORTICO_GITHUB_APP_ID" in wrong
