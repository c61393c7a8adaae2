"""Says on the error stream why a command cannot do what was asked."""

from __future__ import annotations

import os
import sys


def complain(text: object) -> None:
    """Print to the error stream; on a terminal, folded at words."""
    lines = f"dojo: {text}"
    if sys.stderr.isatty():
        from dojo.ui.watch.layout import fold_lines

        # Its own width: what is printed may go through a pipe meanwhile.
        width = os.get_terminal_size(sys.stderr.fileno()).columns
        lines = "\n".join(fold_lines(lines, width, hang=6))
    print(lines, file=sys.stderr)
