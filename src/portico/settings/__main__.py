"""`python -m portico.settings` prints docs/configuration.md, for `make docs` and `make check`."""

import sys

from portico.settings.shown import reference

sys.stdout.write(reference())
