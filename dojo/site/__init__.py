"""Builds the site: pages, mathematics, figures."""
