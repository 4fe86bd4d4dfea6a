"""The one way in which a benchmark ends early: a sentence for the person who ran it."""


class CannotMeasure(Exception):
    """Nothing trustworthy can be measured; the message says why, and what to do.

    It ends the run with exit code 2, and no report is written.
    """
