"""`Portico-Position`: a caller who brings one back is answered nothing older than it.

This process knows of all changes up to a position that it has reached itself, whichever process of
the same store made them; what they touched is marked, so the ordinary rules hold. Of any other
position nothing is known here, so GitHub is asked to confirm.
"""

from __future__ import annotations

from portico.core.errors import CallerError
from portico.core.message import Headers
from portico.core.position import FIELD, read_position
from portico.web.state import State


def not_older(headers: Headers, state: State) -> Headers:
    """Return the fields of a read with what its position asks for, if it has one.

    Raises:
        CallerError: the field is there and holds no position.

    """
    text = headers.get(FIELD)
    if text is None:
        return headers
    try:
        position = read_position(text)
    except ValueError as error:
        raise CallerError(str(error)) from error
    if state.gateway.invalidate.reached.covers(position):
        return headers
    return headers.having("Cache-Control", "no-cache")
