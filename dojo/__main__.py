"""Lets `python -m dojo` be the command `dojo`."""

from dojo.ui.cli import main

main()
