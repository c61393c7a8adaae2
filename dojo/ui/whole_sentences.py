"""Help that says of each command all that its first paragraph says."""

from __future__ import annotations

from typing import Any

from typer.core import TyperGroup


class WholeSentences(TyperGroup):
    """A command whose help says of each command all that its first paragraph says."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write a line a command, folded at its words."""
        for command in self.commands.values():
            paragraph = (command.help or "").partition("\n\n")[0]
            command.short_help = " ".join(paragraph.split())
        super().format_commands(ctx, formatter)
