"""Loads the dojo's plugin, also where the package is not installed."""

pytest_plugins = ["dojo.plugin"]
