"""The settings themselves: defaults, what follows from them, and that they are complete."""

import pytest
from pydantic import ValidationError

from portico.settings import Settings


def test_the_defaults_serve_this_machine_only() -> None:
    """Without any setting Portico listens on loopback and asks github.com anonymously."""
    settings = Settings()

    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.github_api_url == "https://api.github.com"
    assert settings.github_token is None
    assert settings.store.startswith("sqlite:////")
    assert settings.store.endswith("/portico.db")


def test_settings_cannot_be_changed() -> None:
    """Settings are a value: nobody changes them after the start."""
    settings = Settings()

    with pytest.raises(ValidationError, match="frozen"):
        settings.port = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.0.2.1", False),
        ("portico.example", False),
    ],
)
def test_the_proxy_is_open_to_all_on_loopback_only(host: str, *, is_loopback: bool) -> None:
    """Where nobody said otherwise, callers without a token use the proxy on loopback only."""
    assert Settings(host=host).proxy_is_anonymous is is_loopback


def test_a_public_url_closes_the_proxy_to_callers_without_a_credential() -> None:
    """A public URL says that others than this machine come, wherever Portico listens."""
    assert Settings(public_url="https://portico.example").proxy_is_anonymous is False


def test_the_operator_has_the_last_word_on_the_proxy() -> None:
    """A set `PROXY_ANONYMOUS` counts, wherever Portico listens."""
    assert Settings(host="0.0.0.0", proxy_anonymous=True).proxy_is_anonymous is True
    assert Settings(host="127.0.0.1", proxy_anonymous=False).proxy_is_anonymous is False


@pytest.mark.parametrize(
    ("store", "path"),
    [
        ("sqlite:///portico.db", "portico.db"),
        ("sqlite:////var/lib/portico.db", "/var/lib/portico.db"),
        ("memory://", "None"),
    ],
)
def test_the_file_of_the_store_follows_from_its_url(store: str, path: str) -> None:
    """Three slashes make a path from the working directory, four an absolute one."""
    assert str(Settings(store=store).sqlite_path) == path


def test_a_secret_is_in_no_text_of_the_settings() -> None:
    """Neither `str`, `repr` nor JSON show a token."""
    settings = Settings.model_validate({"github_token": "ghp_planted", "webhook_secret": "planted"})

    assert "planted" not in f"{settings} {settings!r} {settings.model_dump_json()}"


def test_a_refused_secret_is_not_in_the_error() -> None:
    """Also who builds settings by hand sees no token in what pydantic says about it."""
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"github_token": "Bearer planted"})

    assert "planted" not in f"{caught.value} {caught.value!r}"


def test_every_setting_is_explained() -> None:
    """Each setting has a description that ends as a sentence, and an example."""
    for name, info in Settings.model_fields.items():
        assert info.description is not None, name
        assert info.description.endswith((".", ")")), name
        assert info.examples, name
