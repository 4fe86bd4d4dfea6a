"""Portico: a self-hosted asynchronous gateway between your code and GitHub.

This module holds the version and nothing else, so that importing it is free of side effects.
The version is written here once: the build, the User-Agent and `portico --version` read it.
"""

__version__ = "0.1.0"
