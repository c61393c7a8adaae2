"""The error that a person reads."""


class UserError(Exception):
    """What was asked for cannot be done; the text says why and ends with the remedy.

    The command line catches it once, prints the text and exits with status 2.
    """
