"""The command `dojo watch`."""
