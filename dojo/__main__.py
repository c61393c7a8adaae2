"""Lets `python -m dojo` be the command `dojo`."""

from dojo.cli import main

main()
