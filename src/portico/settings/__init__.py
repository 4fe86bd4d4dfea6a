"""What an operator can set, read from `PORTICO_*` variables and `.env`.

- `model.py`: every setting, with its unit, its default and the reason for it
- `github_app.py`: those of a GitHub App, both or neither; `webhooks.py`: those of webhooks
- `values.py`: what a value must look like
- `variables.py`: from the environment to `Settings`, or to a list of what is wrong
- `shown.py`: the settings for people: the effective ones, and the page of all of them

Only `portico.app` and `portico.cli` read settings; everything below receives plain values.
Nothing is read on import: the caller builds `Settings`, and everything is checked before anything
starts.
"""

from portico.settings.model import Settings
from portico.settings.shown import Shown, describe, reference
from portico.settings.variables import Problem, SettingsError, load

__all__ = ["Problem", "Settings", "SettingsError", "Shown", "describe", "load", "reference"]
