"""What a line of fact says; nothing here imports numpy or torch."""

from __future__ import annotations

import re

BARE = re.compile(r"[\s\[\](),]*(?:(?:True|False)[\s\[\](),]*)*")


def is_bare(text: str) -> bool:
    """Tell whether a line of fact is nothing, or nothing but yes and no."""
    return BARE.fullmatch(text) is not None
