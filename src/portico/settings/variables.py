"""From `PORTICO_*` variables to `Settings`, or to a list of everything that is wrong with them.

Rules of this file: all problems are reported at once; a problem names the variable, what is wrong
and an example, and never repeats a value, as any of them may be a secret in the wrong place.
"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, DotEnvSettingsSource, PydanticBaseSettingsSource

from portico.settings.model import PREFIX, Settings
from portico.settings.values import ONLY_ONE

# What pydantic's own checks find, in words that complete "PORTICO_X …".
_WORDS = {
    "bool_parsing": "must be true or false",
    "finite_number": "must be a finite number",
    "float_parsing": "must be a number",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be {ge} or above",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number of fewer digits",
    "less_than_equal": "must be {le} or below",
    "literal_error": "must be {expected}",
}

# Names under which several tokens might be looked for.
_SEVERAL_TOKENS = frozenset({"PORTICO_GITHUB_TOKENS", "PORTICO_GITHUB_PATS"})

# What `portico budget` and `portico top` send; of a client, so no setting.
_OF_CLIENTS = frozenset({"PORTICO_KEY"})

# Kubernetes puts these into every container for a Service whose name begins with "portico".
# https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables
_OF_KUBERNETES = re.compile(
    r"PORTICO_(\w+_)?(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP|SCTP)(_\w+)?)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: `variable` and `wrong` are a sentence, `example` would do."""

    variable: str
    wrong: str
    example: str | None = None

    def __str__(self) -> str:
        """Say it in one line or two."""
        line = f"{self.variable} {self.wrong}{'' if self.wrong.endswith('?') else '.'}"
        return f"{line}\n    for example: {self.example}" if self.example else line


class SettingsError(Exception):
    """The settings cannot be used; the message lists every problem and holds no value."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        count = "One setting is" if len(problems) == 1 else f"{len(problems)} settings are"
        listed = "".join(f"\n\n  {problem}" for problem in problems)
        super().__init__(f"{count} wrong:{listed}\n\nAll settings: docs/configuration.md")


class _Given(Settings):
    """Settings of what was given alone: the variables have been read, and not all of them count."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Leave out the environment and `.env`."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)


def load(
    environ: Mapping[str, str] | None = None, env_file: str | Path | None = ".env"
) -> Settings:
    """Read the settings from `environ` (the process's own if None) and `env_file` (if it exists).

    `environ` wins over the file; an empty value counts as not set; blanks around a value are
    dropped. Raises `SettingsError` if anything is wrong, an unknown `PORTICO_` name included.
    """
    variables = {**_of_file(env_file), **_ours(os.environ if environ is None else environ)}
    known = {variable_of(field): field for field in Settings.model_fields}
    problems = [_unknown(name, known) for name in variables if name not in known]
    values = {field: variables[name] for name, field in known.items() if variables.get(name)}
    try:
        given = _Given.model_validate(values)
    except ValidationError as error:
        problems += _problems(error)
    else:
        if not problems:
            return Settings.model_construct(given.model_fields_set, **dict(given))
    # Raised out here, without the pydantic error as its context: that one remembers the input.
    raise SettingsError(tuple(problems))


def variable_of(field: str) -> str:
    """Name the variable of a field of `Settings`."""
    return PREFIX + field.upper()


def _of_file(path: str | Path | None) -> dict[str, str]:
    """Read the variables of a `.env` file; a file that does not exist has none."""
    if path is None:
        return {}
    try:
        variables = DotEnvSettingsSource(Settings, env_file=path, case_sensitive=True).env_vars
    except (OSError, UnicodeDecodeError):
        problem = Problem(variable=str(path), wrong="cannot be read as a text file in UTF-8")
        raise SettingsError((problem,)) from None
    return _ours({name: value or "" for name, value in variables.items()})


def _ours(variables: Mapping[str, str]) -> dict[str, str]:
    """Pick the variables with our prefix, in whatever case, so that a wrong case is noticed."""
    return {
        name: value.strip()
        for name, value in variables.items()
        if name.upper().startswith(PREFIX)
        and name not in _OF_CLIENTS
        and not _OF_KUBERNETES.fullmatch(name)
    }


def _unknown(name: str, known: Mapping[str, str]) -> Problem:
    """Say which name was probably meant; the prefix, which all share, says nothing about it."""
    if name in _SEVERAL_TOKENS:
        return Problem(
            variable=name, wrong=f"is no setting: PORTICO_GITHUB_TOKEN is, and it {ONLY_ONE}"
        )
    close = get_close_matches(name[len(PREFIX) :].lower(), known.values(), n=1)
    hint = f"; did you mean {variable_of(close[0])}?" if close else ""
    return Problem(variable=name, wrong=f"is no setting of Portico{hint}")


def _problems(error: ValidationError) -> Iterator[Problem]:
    """Translate what pydantic found, once for each variable."""
    seen: set[str] = set()
    for detail in error.errors(include_url=False, include_input=False):
        field = str(detail["loc"][0])
        if field not in seen:
            seen.add(field)
            yield Problem(
                variable=variable_of(field), wrong=_wrong(detail), example=example_of(field)
            )


def _wrong(detail: ErrorDetails) -> str:
    """Say what is wrong in words; pydantic's own where we have none."""
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        return str(context["error"])
    words = _WORDS.get(detail["type"])
    return words.format_map(context) if words else f"is wrong: {detail['msg']}"


def example_of(field: str) -> str:
    """Show a line that would do, for a field of `Settings`."""
    examples = Settings.model_fields[field].examples or []
    return f"{variable_of(field)}={examples[0]}" if examples else variable_of(field)
