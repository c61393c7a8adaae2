"""What is imported at once is not searched for garbage, then or later."""

import gc

import pytest

from dojo.imports import uncollected


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
