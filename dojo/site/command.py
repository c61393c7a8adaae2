"""The end of each of the site's commands: what a person can mend is said in words."""

from __future__ import annotations

import sys
from collections.abc import Callable

from dojo.errors import UserError


def run(main: Callable[[], None]) -> None:
    """Run a command; print a `UserError` and exit with status 2."""
    try:
        main()
    except UserError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
