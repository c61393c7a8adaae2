"""What a kata is: its place, its facts, its functions, its bank, page and address."""

import pytest
from conftest import REPOSITORY

from dojo import files
from dojo.errors import UserError
from dojo.kata import bank, pages, urls
from dojo.kata.catalog import Kata, find, find_root, katas
from dojo.kata.signatures import (
    axes_of,
    changes,
    returns,
    uses_gradients,
    uses_optimizers,
    uses_torch,
)
from dojo.kata.stubs import is_started, stub_for, stub_of, sync

NETS = '''\
    """Nets: what a net is, in one sentence: this one.

    Level: 4 of 5
    Minutes: 25
    Needs: scaling, other-kata
    Optional: LeNetSmall
    """

    import torch.nn as nn
    import numpy as np

    __all__ = ["LeNet", "LeNetSmall", "train_net", "train"]


    class LeNet:
        """A net."""

        def forward(self, X: np.ndarray) -> np.ndarray:
            """Return X.

            Parameters
            ----------
            X, Y : ndarray of shape (N, C)
            b : ndarray of shape (C,)
            """
            return X


    class LeNetSmall(LeNet):
        pass


    def train_net(net: LeNet) -> float:
        """Return 1.

        Parameters
        ----------
        net : LeNet
            Has weights of shape (D, C), and no axes of its own.
        """
        return 1.0


    def train(net: LeNet):
        return 2.0
'''


@pytest.fixture
def nets(clone):
    """A second kata, of classes."""
    clone.add_kata("k10_small_nets", NETS, "", NETS)
    return katas(clone.root)[1]


def test_a_kata_is_known_by_its_place(nets, clone):
    assert nets.slug == "small-nets"
    assert nets.module == "katas.ch0_tiny.k10_small_nets"
    places = [nets.stub, nets.reference, nets.grader, nets.bank, nets.page]
    assert [path.relative_to(clone.root).as_posix() for path in places] == [
        "katas/ch0_tiny/k10_small_nets.py",
        "solutions/ch0_tiny/k10_small_nets.py",
        "tests/ch0_tiny/test_k10_small_nets.py",
        "tests/ch0_tiny/mistakes_k10_small_nets.py",
        "docs/en/ch0_tiny/k10_small_nets.md",
    ]


def test_its_facts_stand_in_the_docstring(nets, clone):
    assert nets.title == "Nets"
    assert nets.claim == "what a net is, in one sentence: this one."
    assert (nets.level, nets.minutes) == (4, 25)
    assert nets.needs == ("scaling", "other-kata")
    assert nets.optional == ("LeNetSmall",)
    assert nets.functions == ("LeNet", "LeNetSmall", "train_net", "train")
    first = katas(clone.root)[0]
    assert (first.needs, first.optional) == ((), ())


def test_facts_that_are_no_numbers_are_0(clone):
    clone.reference.write_text('"""Empty."""\n', "utf-8")
    (kata,) = katas(clone.root)
    assert (kata.level, kata.minutes, kata.claim, kata.functions) == (0, 0, "", ())


@pytest.mark.parametrize(
    ("test", "function"),
    [
        ("test_train_net_learns", "train_net"),
        ("test_train_returns", "train"),
        ("test_train", "train"),
        ("test_train[case-1]", "train"),
        ("test_train_network_learns", "train"),
        ("test_lenet_is_small", "LeNet"),
        ("test_LeNet_is_small", "LeNet"),
        ("test_le_net_small_is_small", "LeNetSmall"),
        ("test_training_is_slow", None),
        ("test_the_train", None),
    ],
)
def test_a_test_belongs_to_the_longest_name_that_it_begins_with(nets, test, function):
    assert nets.function_of(test) == function


def test_katas_come_in_the_order_of_the_tree(clone):
    for name in ("ch2_more/k02_b", "ch2_more/k01_a", "ch0_tiny/k10_z"):
        path = clone.root / "solutions" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text("", "utf-8")
    (clone.root / "solutions/ch0_tiny/notes.py").write_text("", "utf-8")
    stems = [kata.stem for kata in katas(clone.root)]
    assert stems == ["k01_scaling", "k10_z", "k01_a", "k02_b"]


def test_a_clone_is_found_from_below_and_elsewhere_it_is_the_tools_own(
    clone, tmp_path, monkeypatch
):
    monkeypatch.chdir(clone.root / "katas" / "ch0_tiny")
    assert find_root() == clone.root
    monkeypatch.chdir(tmp_path)
    assert find_root() == REPOSITORY


UNKNOWN = {
    "scalling": "there is no kata 'scalling'; did you mean scaling?",
    "SCALLING": "there is no kata 'SCALLING'; did you mean scaling?",
    "scale": "there is no kata 'scale'; did you mean scaling::scale?",
    "k07": "there is no kata 'k07'; dojo list has all.",
    "scaling::scal": "scaling has no function 'scal'; did you mean scale? "
    "it has scale, mean_square",
    "scaling::zzz": "scaling has no function 'zzz'; it has scale, mean_square",
}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_name_says_what_may_be_meant(clone, name):
    with pytest.raises(UserError) as caught:
        find(clone.root, name)
    assert str(caught.value) == UNKNOWN[name]


def test_a_number_names_a_kata_where_no_other_has_it(clone):
    assert find(clone.root, "k01")[0].slug == "scaling"
    assert find(clone.root, "k01::scale")[1] == "scale"
    assert find(clone.root, "scaling::") == (katas(clone.root)[0], None)
    other = clone.root / "solutions/ch1_more/k01_adding.py"
    other.parent.mkdir()
    other.write_text('__all__ = ["add"]\n', "utf-8")
    with pytest.raises(UserError, match=r"k01 is ambiguous: .*k01_scaling.*k01_adding"):
        find(clone.root, "k01")


# What signatures and docstrings promise.


def test_what_a_reference_imports_says_what_it_answers_in(nets, clone):
    assert uses_torch(nets)
    assert not uses_torch(katas(clone.root)[0])


def test_an_optimizer_is_seen_in_reference_and_grader(nets, clone):
    assert not uses_optimizers(nets)
    adam = "import torch\n\n\ndef test_train():\n    torch.optim.Adam\n"
    clone.add_kata("k11_b", NETS, adam, NETS)
    clone.add_kata("k12_c", NETS.replace("torch.nn", "torch.optim"), "", NETS)
    assert [uses_optimizers(kata) for kata in katas(clone.root)[2:]] == [True, True]


@pytest.mark.parametrize(
    ("line", "has"),
    [
        ("from torch import optim", True),
        ("from torch.optim import SGD", True),
        ("import torch.optim as o; o.SGD; torch.optim", True),
        ("from torch.optim.sgd import sgd", False),
        ("because = 'torch.optim.SGD'", False),
        ("torch.optim.SGD(", True),
    ],
)
def test_an_optimizer_is_a_class_in_the_code_of_a_grader(nets, clone, line, has):
    clone.add_kata("k11_b", NETS, f"{line}\n", NETS)
    assert uses_optimizers(katas(clone.root)[-1]) is has


def test_a_gradient_is_seen_in_reference_and_grader(nets, clone):
    assert not uses_gradients(nets)
    clone.add_kata("k11_b", NETS, "def test_train():\n    y.backward()\n", NETS)
    clone.add_kata("k12_c", NETS.replace("torch.nn", "torch.autograd"), "", NETS)
    assert [uses_gradients(kata) for kata in katas(clone.root)[2:]] == [True, True]


def test_annotations_are_promises_and_their_lack_is_none(nets):
    assert returns(nets) == {"LeNet.forward": "np.ndarray", "train_net": "float"}


def test_a_docstring_names_the_axes(nets, clone):
    assert axes_of(nets, "LeNet") == {"X": ("N", "C"), "Y": ("N", "C"), "b": ("C",)}
    assert axes_of(nets, "train_net") == {}
    assert axes_of(katas(clone.root)[0], "mean_square") == {"x": ("N",)}


# The bank.


def test_a_bank_is_read_in_its_order_without_being_run(clone):
    path = clone.root / "tests/ch0_tiny/mistakes_k01_scaling.py"
    path.write_text(path.read_text("utf-8") + "\n\nraise SystemExit\n", "utf-8")
    mistakes = bank.read(katas(clone.root)[0])
    assert [mistake.code for mistake in mistakes][:3] == [
        "adds-the-factor",
        "scales-twice",
        "ignores-the-factor",
    ]
    assert mistakes[0].says == "The factor is added: scaling multiplies."
    (kata,) = katas(clone.root)
    assert [m.name for m in bank.of_function(kata, "mean_square")] == [
        "sums",
        "squares_the_mean",
        "takes_the_root",
    ]


def test_a_bank_may_be_missing_and_its_answers_are_themselves(nets, clone):
    assert bank.read(nets) == ()
    (kata, _) = katas(clone.root)
    adds = bank.of_function(kata, "scale")[0]
    assert bank.answer(kata, adds)(2.0, 5.0) == 7.0


def test_a_code_is_a_name_with_hyphens():
    names = ["takes_z_for_a", "LeNet_without_pooling", "_private"]
    codes = [bank.Mistake("k", "f", name, "Says.").code for name in names]
    assert codes == ["takes-z-for-a", "le-net-without-pooling", "private"]


def test_what_a_method_may_change_is_counted_without_self(clone):
    text = clone.reference.read_text("utf-8") + "\n\n" + CHANGES
    clone.reference.write_text(text, "utf-8")
    (kata,) = katas(clone.root)
    assert changes(kata)["Steps.take"] == {"params": 1}
    assert returns(kata)["Steps.take"] == "float"


CHANGES = '''\
class Steps:
    def take(self, lr: float, params: list) -> float:
        """Take a step.

        Parameters
        ----------
        lr : float
        params : list of Tensor, changed in place
        """
'''


# Pages and addresses.


def test_hints_come_by_their_numbers_without_their_indent():
    text = (
        "## Hints\n\n### `f`\n\n"
        '??? tip "Hint 2"\n\n    Then\n\n        code\n\nNo hint.\n\n'
        '???+ tip "A hint 1"\n\n    First\n'
    )
    assert pages.hints_in(text) == {"f": ["First", "Then\n\n    code"]}


def test_a_hint_ends_where_its_indent_does():
    text = '## Hints\n??? tip "Hint 1"\n\n    A\n\nText.\n\n    code of the page\n'
    assert pages.hints_in(text) == {"": ["A"]}


def test_hints_with_a_gap_are_none():
    text = '## Hints\n### `f`\n??? tip "Hint 1"\n    A\n\n??? tip "Hint 3"\n    C\n'
    assert pages.hints_in(text) == {"f": []}
    assert pages.hints_in("## Hints\n") == {}


def test_headings_have_their_marks_and_those_in_fences_are_none():
    text = "# Title { #top }\n```sh\n# comment\n```\n\n  ~~~\n# more\n  ~~~\n### Deep\n"
    assert pages.headings_in(text) == ["# Title", "### Deep"]
    text = "````\n```\n# no\n```\n````\n## Yes\n"
    assert pages.headings_in(text) == ["## Yes"]


def test_a_page_that_is_not_written_is_empty(nets, clone):
    assert (pages.headings(nets), pages.hints(nets)) == ([], {})
    first = katas(clone.root)[0]
    assert pages.hints_of(first, "scale")[:2] == [
        "Look at the operator. Which one belongs to a factor?",
        "Multiply.",
    ]
    assert pages.headings(first)[:2] == ["# Scaling", "## Idea"]


def test_a_page_has_an_address(clone):
    (kata,) = katas(clone.root)
    assert urls.page_path(kata, "hints") == "ch0_tiny/k01_scaling.html#hints"
    assert urls.page_path(kata) == "ch0_tiny/k01_scaling.html"
    built = clone.root / "site/en/ch0_tiny/k01_scaling.html"
    assert urls.built_page(kata) == built
    assert urls.file_url(kata, "top") == f"{built.resolve().as_uri()}#top"


# Stubs.


SOURCE = '''\
"""A kata."""

import numpy as np

__all__ = ["f", "Net"]

LIMIT = 3
_SECRET = 4


# What a helper is for.
def _helper() -> int:
    return _SECRET


def f(x: int) -> int:
    """Return x.

    More words.
    """
    # A comment in the body.
    y = x
    return y


def g() -> int:
    return 1


class Net:
    """A net."""

    def forward(self) -> int: return 1

    # Of the helper.
    @property
    def _hidden(self) -> int:
        return 2
'''
STUB = '''\
"""A kata."""

import numpy as np

__all__ = ["f", "Net"]

LIMIT = 3


def f(x: int) -> int:
    """Return x.

    More words.
    """
    raise NotImplementedError


def g() -> int:
    return 1


class Net:
    """A net."""
'''


def test_a_stub_is_the_reference_to_the_letter_but_for_bodies_and_helpers():
    source = SOURCE.replace("-> int: return 1", "-> int:\n        return 1")
    wanted = STUB + (
        "\n    def forward(self) -> int:\n        raise NotImplementedError\n"
    )
    assert stub_of(source) == wanted


def test_sync_makes_what_is_missing_mends_a_stub_and_leaves_answers(clone):
    (kata,) = katas(clone.root)
    clone.stub.unlink()
    assert sync(kata) == "made"
    assert sync(kata) == ""
    assert not is_started(kata)
    clone.stub.write_text(stub_for(kata) + "# mine\n", "utf-8")
    assert sync(kata) == "mended"
    path = clone.answer("")
    answers = path.read_text("utf-8")
    assert is_started(kata)
    assert sync(kata) == "started"
    assert path.read_text("utf-8") == answers
    assert sync(kata, force=True) == "mended"
    copies = (clone.root / ".dojo/backups").rglob("*.py")
    assert answers in [copy.read_text("utf-8") for copy in copies]


# Files.


def test_a_write_that_fails_leaves_the_old_text_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "answers.py"
    files.write_text(path, "old")

    def fails(*names):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(OSError, match="disk full"):
        files.write_text(path, "new")
    assert path.read_text("utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_mark_that_windows_puts_first_is_no_text(tmp_path):
    path = tmp_path / "answers.py"
    path.write_text("x = 1\n", "utf-8-sig")
    assert files.read_text(path) == files.read_source(path) == "x = 1\n"


def test_a_write_keeps_the_mode_and_makes_the_folder(tmp_path):
    path = tmp_path / "new" / "answers.py"
    files.write_text(path, "old")
    assert path.stat().st_mode & 0o777 == 0o644
    path.chmod(0o600)
    files.write_text(path, "new")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_reader_sees_the_old_text_or_the_new_while_one_is_written(
    tmp_path, monkeypatch
):
    path = tmp_path / "answers.py"
    files.write_text(path, "old")
    seen = []
    sync_to_disk = files.os.fsync

    def spying(handle):
        seen.append(path.read_text("utf-8"))
        sync_to_disk(handle)

    monkeypatch.setattr(files.os, "fsync", spying)
    files.write_text(path, "new")
    assert seen == ["old"]
    assert path.read_text("utf-8") == "new"


def test_a_kata_equals_another_of_the_same_place(clone):
    (kata,) = katas(clone.root)
    assert Kata(clone.root, "ch0_tiny", "k01_scaling") == kata
    assert len({kata, Kata(clone.root, "ch0_tiny", "k01_scaling")}) == 1


def test_a_chapter_is_called_what_its_page_is_headed_with(tmp_path):
    assert pages.title_of_chapter(tmp_path, "ch3_mlp") == "3 Mlp"
    (tmp_path / "ch3_mlp").mkdir()
    text = "# 3 Multilayer perceptrons\n\nWith layers.\n"
    (tmp_path / "ch3_mlp" / "index.md").write_text(text, "utf-8")
    assert pages.title_of_chapter(tmp_path, "ch3_mlp") == "3 Multilayer perceptrons"
