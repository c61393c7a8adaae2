"""What is imported at once is not searched for garbage, then or later."""

import gc
import sys

import pytest

from dojo.imports import have, uncollected


@pytest.fixture(autouse=True)
def collecting():
    """Leave the collector as it was."""
    yield
    gc.enable()


def test_what_is_imported_is_searched_neither_then_nor_later():
    gc.unfreeze()
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    assert gc.get_freeze_count() > 10_000


def test_an_import_that_fails_leaves_the_collector_on():
    with pytest.raises(ImportError), uncollected():
        raise ImportError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off():
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()


def test_what_is_imported_already_freezes_nothing():
    gc.unfreeze()
    have("json")
    assert gc.get_freeze_count() == 0


def test_what_is_not_imported_yet_is_then(tmp_path, monkeypatch):
    (tmp_path / "brought.py").write_text("import gc\nCOLLECTS = gc.isenabled()\n")
    monkeypatch.syspath_prepend(tmp_path)
    have("brought")
    assert sys.modules.pop("brought").COLLECTS is False
