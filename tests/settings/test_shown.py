"""The settings for people: masked secrets, and a page that depends on nothing but the code."""

from portico.settings import Settings, describe, reference


def _shown(settings: Settings) -> dict[str, str]:
    return {line.variable: line.value for line in describe(settings)}


def test_every_setting_is_shown_and_documented() -> None:
    """A new setting appears in `portico check` and in the documentation."""
    variables = {f"PORTICO_{field.upper()}" for field in Settings.model_fields}

    assert set(_shown(Settings())) == variables
    assert all(f"| `{variable}` |" in reference() for variable in variables)


def test_values_are_shown_as_they_are_written() -> None:
    """Lists, switches and what nobody set read as in the environment."""
    shown = _shown(Settings(owners=("solveig", "nordlys"), proxy_anonymous=True, port=0))

    assert shown["PORTICO_OWNERS"] == "solveig, nordlys"
    assert shown["PORTICO_PROXY_ANONYMOUS"] == "true"
    assert shown["PORTICO_PORT"] == "0"
    assert shown["PORTICO_PUBLIC_URL"] == "not set"


def test_secrets_are_shown_by_kind_and_length() -> None:
    """Of a token its public beginning and its length are shown, of another secret its length."""
    token = "ghp_" + "x" * 36
    settings = Settings.model_validate({"github_token": token, "webhook_secret": "hush" * 6})

    shown = _shown(settings)

    assert shown["PORTICO_GITHUB_TOKEN"] == "set (ghp_…, 40 characters)"
    assert shown["PORTICO_WEBHOOK_SECRET"] == "set (24 characters)"
    assert "xx" not in repr(describe(settings))
    assert "hush" not in repr(describe(settings))


def test_it_is_said_who_chose_a_value() -> None:
    """A value that somebody set is told from a default, also when they are the same."""
    chosen = [line.variable for line in describe(Settings(port=8000)) if not line.is_default]

    assert chosen == ["PORTICO_PORT"]


def test_the_page_names_no_directory_of_this_machine() -> None:
    """The default store is documented without the reader's home directory."""
    assert Settings().store not in reference()
    assert "sqlite:///USER-DATA/portico.db" in reference()
