"""From variables to settings: where values come from, and what is said about wrong ones."""

import os
import traceback
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portico.settings import Settings, SettingsError, load
from portico.settings.variables import example_of, variable_of


def _refused(environ: dict[str, str]) -> SettingsError:
    """Load what must be refused."""
    with pytest.raises(SettingsError) as caught:
        load(environ, env_file=None)
    return caught.value


def test_variables_become_settings() -> None:
    """Each variable sets its field, lists are split at commas and need no JSON."""
    settings = load(
        {
            "PORTICO_PORT": "0",
            "PORTICO_OWNERS": "Solveig, nordlys",
            "PORTICO_CORS_ORIGINS": "https://a.example,https://b.example",
            "PORTICO_GITHUB_HOSTS": "api.internal",
            "PORTICO_LOG_LEVEL": "DEBUG",
            "PORTICO_PUBLIC_URL": "https://portico.example/",
        },
        env_file=None,
    )

    assert settings.port == 0
    assert settings.owners == ("solveig", "nordlys")
    assert settings.cors_origins == ("https://a.example", "https://b.example")
    assert settings.github_hosts == ("api.internal",)
    assert settings.log_level == "debug"
    assert settings.public_url == "https://portico.example"


def test_the_process_environment_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument the variables of the process count."""
    monkeypatch.setitem(os.environ, "PORTICO_PORT", "8123")

    assert load(env_file=None).port == 8123


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """A file fills in what the environment does not set; other programs' variables do not count."""
    file = tmp_path / ".env"
    file.write_text("PORTICO_PORT=1\nexport PORTICO_WORKERS='2'\nDATABASE_URL=x\n# a comment\n")

    settings = load({"PORTICO_PORT": "3", "PATH": "x"}, env_file=file)

    assert (settings.port, settings.workers) == (3, 2)


def test_an_absent_file_is_no_error(tmp_path: Path) -> None:
    """A missing `.env` is the usual case."""
    assert load({}, env_file=tmp_path / "absent").port == 8000


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    """A `.env` that is no text is an error with its name, not a traceback about codecs."""
    file = tmp_path / ".env"
    file.write_bytes(b"PORTICO_PORT=\xff\xfe")

    with pytest.raises(SettingsError, match=r"\.env cannot be read as a text file"):
        load({}, env_file=file)


def test_only_what_is_given_counts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Neither the process's variables nor a `.env` beside it come in by another way."""
    monkeypatch.setitem(os.environ, "PORTICO_PORT", "8123")
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".env").write_text("PORTICO_WORKERS=2\n")

    settings = load({}, env_file=None)

    assert type(settings) is Settings
    assert (settings.port, settings.workers) == (8000, 1)


def test_a_blank_variable_of_the_process_counts_as_not_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whitespace is what an empty field of a form leaves."""
    monkeypatch.setitem(os.environ, "PORTICO_PORT", " ")

    assert load(env_file=None).port == 8000


@pytest.mark.parametrize("text", ["$(openssl rand -hex 32)", "${SECRET}", "`cat secret`"])
@pytest.mark.parametrize(
    "variable", ["PORTICO_WEBHOOK_SECRET", "PORTICO_GITHUB_TOKEN", "PORTICO_GITHUB_APP_KEY"]
)
def test_a_command_is_no_secret(variable: str, text: str) -> None:
    """A `.env` file runs nothing, so everybody would know the secret."""
    refused = _refused({variable: text})

    assert "is the text of a command or of a variable" in str(refused)
    assert text not in str(refused)


def test_empty_counts_as_not_set() -> None:
    """An empty variable means the default, as `${NAME:-}` of a compose file gives it."""
    names = (variable_of(field) for field in Settings.model_fields)

    assert load(dict.fromkeys(names, " "), env_file=None) == Settings()


@pytest.mark.parametrize(
    ("variable", "value", "wrong"),
    [
        ("PORTICO_PORT", "http", "PORTICO_PORT must be a whole number."),
        ("PORTICO_PORT", "65536", "PORTICO_PORT must be 65535 or below."),
        ("PORTICO_PORT", "-1", "PORTICO_PORT must be 0 or above."),
        ("PORTICO_PORT", "tcp://10.0.0.1:80", "set by Kubernetes for a Service named portico"),
        ("PORTICO_WORKERS", "0", "PORTICO_WORKERS must be 1 or above."),
        ("PORTICO_UPSTREAM_TIMEOUT_S", "soon", "PORTICO_UPSTREAM_TIMEOUT_S must be a number."),
        ("PORTICO_UPSTREAM_TIMEOUT_S", "nan", "must be a finite number."),
        ("PORTICO_UPSTREAM_TIMEOUT_S", "0", "must be above 0"),
        ("PORTICO_UPSTREAM_CONCURRENCY", "101", "must be 100 or below."),
        ("PORTICO_PROXY_ANONYMOUS", "maybe", "must be true or false."),
        ("PORTICO_LOG_FORMAT", "xml", "must be 'console' or 'json'."),
        ("PORTICO_STORE", "redis://h", "it knows sqlite:///PATH and memory://"),
        ("PORTICO_OWNERS", "ok,not ok", "must list GitHub logins"),
        ("PORTICO_GITHUB_TOKEN", "Bearer x", "must be the token alone"),
        ("PORTICO_PUBLIC_URL", "portico.example", "begins with http:// or https://"),
    ],
)
def test_a_wrong_value_is_explained(variable: str, value: str, wrong: str) -> None:
    """The message names the variable, says what is wrong and gives an example line."""
    error = _refused({variable: value})

    assert wrong in str(error)
    assert f"for example: {variable}=" in str(error)
    assert [problem.variable for problem in error.problems] == [variable]


def test_everything_wrong_is_said_at_once() -> None:
    """All problems are listed in one message, each variable once."""
    error = _refused({"PORTICO_PORT": "x", "PORTICO_WORKERS": "x", "PORTICO_OWNERS": "?,!"})

    assert str(error).startswith("3 settings are wrong:")
    assert len(error.problems) == 3


def test_several_processes_need_a_store_to_share() -> None:
    """Memory cannot be shared by processes, and the message says so."""
    error = _refused({"PORTICO_WORKERS": "2", "PORTICO_STORE": "memory://"})

    assert "processes cannot share their memory" in str(error)


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("PORTICO_GITHUB_TOKN", "did you mean PORTICO_GITHUB_TOKEN?"),
        ("PORTICO_LOGLEVEL", "did you mean PORTICO_LOG_LEVEL?"),
        ("portico_port", "did you mean PORTICO_PORT?"),
        ("PORTICO_QQQQQQ", "is no setting of Portico."),
    ],
)
def test_an_unknown_name_is_an_error(name: str, meant: str) -> None:
    """A slip in a name is refused, with the name that was probably meant."""
    assert meant in str(_refused({name: "1"}))


def test_a_file_may_not_hold_unknown_names_either(tmp_path: Path) -> None:
    """Names in `.env` are looked at like those of the environment."""
    file = tmp_path / ".env"
    file.write_text("PORTICO_PROT=1\n")

    with pytest.raises(SettingsError, match="did you mean PORTICO_PORT"):
        load({}, env_file=file)


def test_what_kubernetes_adds_is_not_ours() -> None:
    """The variables of Kubernetes services whose name begins with "portico" are left alone."""
    names = (
        "PORTICO_SERVICE_HOST",
        "PORTICO_SERVICE_PORT",
        "PORTICO_SERVICE_PORT_HTTP",
        "PORTICO_PORT_8000_TCP",
        "PORTICO_PORT_8000_TCP_ADDR",
        "PORTICO_REDIS_SERVICE_HOST",
    )

    assert load(dict.fromkeys(names, "tcp://10.0.0.1:80"), env_file=None) == Settings()


@given(st.sampled_from(sorted(Settings.model_fields)), st.from_regex(r"\A[a-z]{12}\Z"))
def test_no_value_is_ever_repeated(field: str, secret: str) -> None:
    """A secret in any variable shows neither in the message nor in the traceback behind it."""
    planted = f"ghp_\x01 {secret}://{secret}@"

    error = _refused({variable_of(field): planted, "PORTICO_NOT_KNOWN": planted})

    printed = "".join(traceback.format_exception(error))
    assert secret not in f"{error} {error!r} {error.problems!r} {printed}"
    assert error.__context__ is None


# What is good beside something else only.
_BESIDE = {
    "github_app_id": {"PORTICO_GITHUB_APP_KEY": "k"},
    "github_app_key_file": {"PORTICO_GITHUB_APP_ID": "1"},
}


# The examples of these are placeholders that are refused.
@pytest.mark.parametrize(
    "field", sorted({*Settings.model_fields} - {"github_token", "github_app_key"})
)
def test_every_example_is_a_good_value(field: str) -> None:
    """What the messages and the documentation show as an example is taken."""
    variable, _, example = example_of(field).partition("=")

    settings = load({variable: example, **_BESIDE.get(field, {})}, env_file=None)

    assert getattr(settings, field) != Settings.model_fields[field].default
