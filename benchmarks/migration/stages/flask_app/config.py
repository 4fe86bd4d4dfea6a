"""The configuration as Flask's own guide writes it: a class that reads the environment.

It is read when the module is imported, so the environment must be complete before, and a number
that is none ends the process with a traceback.
Source: https://flask.palletsprojects.com/en/stable/config/#configuring-from-environment-variables
"""

from __future__ import annotations

import os


class Config:
    """Where GitHub is and how to ask it. Upper case, as `app.config.from_object` wants it."""

    GITHUB_API_URL = os.environ.get("GITHUB_API_URL", "https://api.github.com")
    GITHUB_TOKEN = os.environ.get("GITHUB_TOKEN")
    # GitHub ends its own work after 10 seconds.
    GITHUB_TIMEOUT_S = float(os.environ.get("GITHUB_TIMEOUT_S", "15"))
    # GitHub allows 100 requests at once.
    GITHUB_CONNECTIONS = int(os.environ.get("GITHUB_CONNECTIONS", "100"))
    # 0: the calls of one answer are made one after the other.
    FAN_OUT_THREADS = int(os.environ.get("FAN_OUT_THREADS", "0"))
