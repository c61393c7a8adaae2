"""Shows the symptom of a bug hunt: its page's snippets, run on one text or another."""

from __future__ import annotations

import contextlib
import io
import sys
import types
import warnings

from dojo.kata import pages
from dojo.kata.catalog import Hunt


def stand_in(name: str, text: str) -> types.ModuleType:
    """Let a text be the module of a name, in this process, and return it."""
    module = types.ModuleType(name)
    module.__file__ = f"<{name}>"
    sys.modules[name] = module
    exec(compile(text, module.__file__, "exec", dont_inherit=True), module.__dict__)
    return module


def printed(hunt: Hunt, text: str) -> str:
    """Return what the snippets of a hunt's page print if its file has this text.

    An error or a warning is printed in the place of what would have followed.
    """
    output = io.StringIO()
    kept = sys.modules.get(hunt.module)
    with contextlib.redirect_stdout(output), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            stand_in(hunt.module, text)
            for snippet in pages.snippets_in(pages.source(hunt)):
                exec(compile(snippet.code, "<snippet>", "exec"), {"__name__": "shown"})
        except Exception as error:
            print(f"{type(error).__name__}: {error}")
        finally:
            del sys.modules[hunt.module]
            if kept is not None:
                sys.modules[hunt.module] = kept
    return output.getvalue()
