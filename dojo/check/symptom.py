"""Shows the symptom of a bug hunt: its page's snippets, run on one text or another."""

from __future__ import annotations

import contextlib
import io
import sys
import types
import warnings

from dojo.kata import pages
from dojo.kata.catalog import Hunt


def module_of(name: str, text: str) -> types.ModuleType:
    """Return a text as a module, which nothing else in this process knows of."""
    module = types.ModuleType(name)
    module.__file__ = f"<{name}>"
    exec(compile(text, module.__file__, "exec", dont_inherit=True), module.__dict__)
    return module


def stand_in(name: str, text: str) -> None:
    """Let a text be the module of a name in this process."""
    sys.modules[name] = module_of(name, text)


def printed(hunt: Hunt, text: str) -> tuple[str, str]:
    """Return what a hunt's page prints if the file has this text, and an error.

    The error is empty where every snippet ran; a warning is one.
    """
    output, raised = io.StringIO(), ""
    kept = sys.modules.get(hunt.module)
    with contextlib.redirect_stdout(output), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            stand_in(hunt.module, text)
            for snippet in pages.snippets_in(pages.source(hunt)):
                exec(compile(snippet.code, "<snippet>", "exec"), {"__name__": "shown"})
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
        finally:
            sys.modules.pop(hunt.module, None)
            if kept is not None:
                sys.modules[hunt.module] = kept
    return output.getvalue(), raised
