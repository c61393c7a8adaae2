"""The errors that a person reads."""


class UserError(Exception):
    """What was asked for cannot be done; the text says why and ends with the remedy.

    The command line catches it once, prints the text and exits with status 2.
    """


class DataError(UserError):
    """A data set is not there, cannot be fetched, or is not what it should be.

    Nothing is wrong with what was asked for, so `dojo data` exits with status 1.
    """


class Interrupted(KeyboardInterrupt):
    """The person at the keyboard ends the run; no answer raises this one."""
