"""Whose code stands behind `katas`, and what it may do while it runs."""

import faulthandler
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from conftest import REPOSITORY

from dojo.answer import answers as answers_module
from dojo.answer import clock as clock_module
from dojo.answer.answers import Answers, LeftOut
from dojo.answer.clock import Clock, OutOfTime
from dojo.answer.forbidden import refuse
from dojo.answer.seam import Seam
from dojo.answer.torch_state import reset_torch
from dojo.answer.witness import Witness
from dojo.compare.context import COMPARING, Comparing
from dojo.compare.mismatch import Mismatch, NotKept, NotStarted
from dojo.kata import bank, catalog

X = np.array([[1.0, 2.0], [3.0, 5.0]])


@pytest.fixture
def clock():
    clock = Clock(watched=True)
    yield clock
    clock.close()


@pytest.fixture
def witness():
    return Witness()


@pytest.fixture
def load(clone, clock, witness):
    """Write an answer and return one of its functions, as a grader has it."""

    def loaded(source, function="scale"):
        clone.answer(source)
        (kata,) = catalog.katas(clone.root)
        return Answers(kata, clone.stub, witness, clock).get(function)

    return loaded


def mismatch_of(call, *args, **kwargs):
    """Return the broken rung of a call that must fail."""
    with pytest.raises(Mismatch) as caught:
        call(*args, **kwargs)
    return caught.value


# What an answer is given stays as it was.

CHANGES = {
    "an array": ("x[0] = 9", X),
    "a tensor": ("x.mul_(2)", torch.ones(2)),
    "a dict": ("x['b'] = 1", {"W": X}),
    "a list": ("x.append(1)", [X]),
    "an array in a list in a dict": ("x['layers'][0][...] = 0", {"layers": [X]}),
}


@pytest.mark.parametrize("named", [False, True])
def test_what_the_docstring_says_is_changed_in_place_may_be(clone, load, named):
    line = "    x : list of Tensor, changed in place\n    factor : list of Tensor\n"
    docstring = f'"""Return x.\n\n    Parameters\n    ----------\n{line}    """'
    path = clone.root / "solutions/ch0_tiny/k01_scaling.py"
    text = path.read_text("utf-8")
    start = text.index('"""', text.index("def scale"))
    end = text.index('"""', start + 3) + 3
    path.write_text(text[:start] + docstring + text[end:], "utf-8")
    answer = load("""
        def scale(parameters, factor=3.0, x=None):
            for p in parameters or x:
                p.mul_(2)
            if len(factor) > 1:
                factor[0].mul_(2)
            return np.zeros(2)
    """)
    given = [torch.ones(2)], [torch.ones(3)]
    if named:
        answer(None, given[1], x=given[0])
    else:
        answer(*given)
    assert given[0][0].tolist() == [2.0, 2.0]
    assert mismatch_of(answer, given[0], given[1] * 2).rung == "unchanged"


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("what", CHANGES)
def test_an_answer_may_not_change_what_it_is_given(load, what, named):
    change, given = CHANGES[what]
    answer = load(f"def scale(x, factor=3.0):\n    {change}\n    return np.zeros(2)\n")
    given = {"x": given, "factor": 2.0} if named else {"x": given}
    args = () if named else (given.pop("x"),)
    mismatch = mismatch_of(answer, *_fresh(args), **_fresh(given))
    assert mismatch.rung == "unchanged"


def _fresh(value):
    if isinstance(value, dict):
        return {key: _fresh(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(map(_fresh, value))
    return value.clone() if isinstance(value, torch.Tensor) else np.copy(value)


SCALE_IN_PLACE = '''
    """In place: a mark at the name's end says so.

    Level: 1 of 5
    """

    import numpy as np

    __all__ = ["scale_", "Scaler"]


    def scale_(x: np.ndarray) -> None:
        x *= 2


    class Scaler(dict):
        def __init__(self, x: np.ndarray) -> None:
            self["x"] = x

        def scale(self, x: np.ndarray) -> np.ndarray:
            return 2 * x

        def scale_(self, x: np.ndarray) -> None:
            x *= 2
'''


@pytest.fixture
def in_place(clone, clock, witness):
    """Return the answers to a second kata, whose names say what they change."""

    def loaded(old="", new=""):
        assert old in SCALE_IN_PLACE
        answer = SCALE_IN_PLACE.replace(old, new)
        clone.add_kata("k02_in_place", SCALE_IN_PLACE, "", answer)
        kata = catalog.katas(clone.root)[1]
        return Answers(kata, kata.stub, witness, clock)

    return loaded


def test_a_name_that_ends_in_a_mark_may_change_its_input(in_place):
    x = X.copy()
    in_place().get("scale_")(x)
    in_place().get("Scaler")(x).scale_(x)
    assert (x == 4 * X).all()


def test_a_method_may_not_change_its_input_nor_may_a_special_one(in_place):
    wrong = in_place("return 2 * x", "x *= 2; return x").get("Scaler")
    assert mismatch_of(wrong(X).scale, X.copy()).rung == "unchanged"
    greedy = in_place('self["x"] = x', 'self["x"] = x; x *= 2').get("Scaler")
    assert mismatch_of(greedy, X.copy()).rung == "unchanged"


def test_a_method_may_change_the_object_that_it_belongs_to(in_place):
    counting = in_place("return 2 * x", "self['calls'] = 1; return 2 * x").get("Scaler")
    scaler = counting(X)
    assert (scaler.scale(X) == 2 * X).all()
    assert scaler["calls"] == 1


def test_a_method_keeps_what_it_promises(in_place):
    wrong = in_place("return 2 * x", "return [2]").get("Scaler")
    mismatch = mismatch_of(wrong(X).scale, X)
    assert mismatch.because == "Scaler.scale returns an array"


def test_a_function_keeps_what_it_promises(load):
    wrong = load("def scale(x, factor=3.0): return [1.0]")
    mismatch = mismatch_of(wrong, X)
    assert isinstance(mismatch, NotKept)
    assert mismatch.because == "scale returns an array"


# NumPy's warnings are errors.

WARNINGS = {
    "overflow": "np.exp(1000.0 * np.abs(x))",
    "divide": "x / (x - x)",
    "invalid": "np.sqrt(-np.abs(x) - 1)",
}


@pytest.mark.parametrize("warning", WARNINGS)
def test_a_warning_of_numpy_is_an_error_with_its_line(load, warning):
    x = X if warning != "divide" else X[:1]
    answer = load(f"def scale(x, factor=3.0):\n    return {WARNINGS[warning]}\n")
    mismatch = mismatch_of(answer, x)
    assert mismatch.rung == "finite"
    assert mismatch.because == "no step may overflow, divide by zero or make a NaN"
    assert mismatch.where.startswith("k01_scaling.py:")
    assert WARNINGS[warning] in mismatch.where


def test_the_line_shown_is_the_last_of_the_learners_own(load):
    answer = load("""
        def _root(x):
            return np.sqrt(x)
        def scale(x, factor=3.0):
            return _root(-x)
    """)
    assert mismatch_of(answer, X).where.endswith(": return np.sqrt(x)")


def test_a_nan_that_was_given_may_come_back(load):
    answer = load("def scale(x, factor=3.0): return x - np.inf * np.sign(x)")
    infinite = np.array([np.inf, 1.0])
    assert np.isnan(answer(np.array([np.nan, np.inf]))).all()
    assert mismatch_of(answer, infinite).rung == "finite"


def test_the_graders_own_warnings_stay_warnings(load):
    answer = load("def scale(x, factor=3.0): return x")
    answer(X)
    with np.errstate(all="ignore"):
        assert np.isinf(X / np.zeros(2)).all()


# Forbidden oracles.

TORCH_FORMS = {
    "torch.softmax": [
        "torch.softmax(x, -1)",
        "x.softmax(-1)",
        "F.softmax(x, -1)",
        "torch.nn.Softmax(-1)(x)",
        "torch.special.softmax(x, -1)",
        "torch.ops.aten.softmax.int(x, -1)",
    ],
    "torch.relu": [
        "torch.relu_(x)",
        "x.relu_()",
        "torch.nn.ReLU()(x)",
        "torch.ops.aten.relu(x)",
        "torch.ops.aten.relu_(x)",
    ],
    "torch.tanh": [
        "torch.ops.aten.tanh_backward(x, x)",
        "torch.ops.aten.tanh.out(x, out=x.clone())",
    ],
    "torch.matmul": ["x @ x", "torch.Tensor.matmul(x, x)"],
    "torch.conv2d": ["torch.nn.Conv2d(1, 1, 2)(x)", "F.conv2d(x, x)"],
    "torch.max_pool2d": [
        "F.max_pool2d(x, 2, return_indices=True)",
        "torch.ops.aten.max_pool2d_with_indices(x, 2)",
    ],
    "torch.nn.functional.avg_pool2d": ["torch.nn.AvgPool2d(2)(x)"],
}
PAIRS = [(name, form) for name, forms in TORCH_FORMS.items() for form in forms]


@pytest.mark.parametrize(("oracle", "form"), PAIRS)
def test_an_oracle_of_torch_is_closed_in_every_form(load, witness, oracle, form):
    answer = load(f"""
        import torch
        import torch.nn.functional as F
        def scale(x, factor=3.0):
            return {form}
    """)
    x = torch.ones(1, 1, 4, 4)
    witness.begin(("numpy.tanh", oracle))
    mismatch = mismatch_of(answer, x)
    assert mismatch.rung == "forbidden"
    assert mismatch.got == f"a call of {oracle}"
    witness.begin(())
    with pytest.raises(NotKept):  # it ran, and gave a tensor
        answer(x)
    torch.softmax(torch.relu(x), -1)


PACKAGED = {
    "torch.optim": [
        "torch.optim.SGD([x], 0.1)",
        "Adam([x])",
        "tools().AdamW([x])",
        "adam([x], [x], [None])",
        "importlib.import_module('torch.optim.sgd').sgd([x], [x], [None])",
    ],
    "torch.distributions": ["torch.distributions.Normal(x, 1.0)", "Normal(x, 2.0)"],
}
MADE = [(name, form) for name, forms in PACKAGED.items() for form in forms]


@pytest.mark.parametrize(("package", "form"), MADE)
def test_nothing_is_made_of_a_forbidden_package(load, witness, package, form):
    answer = load(f"""
        import importlib
        import torch
        from torch.distributions import Normal
        from torch.optim import Adam
        from torch.optim.adam import adam
        def tools():
            return importlib.import_module("torch.optim")
        def scale(x, factor=3.0):
            {form}
            return np.zeros(2)
    """)
    x = torch.ones(2)
    witness.begin((package, "torch.relu"))
    assert mismatch_of(answer, x).got == f"a call of {package}"
    witness.begin(())
    if not form.endswith("[None])"):  # which lacks what such a step needs
        assert (answer(x) == np.zeros(2)).all()


NUMPY_FORMS = [
    "np.tanh(x)",
    "tanh(x)",
    "flat(x)",
    "_helper(x)",
    "importlib.import_module('numpy').tanh(x)",
]


@pytest.mark.parametrize("form", NUMPY_FORMS)
def test_an_oracle_of_numpy_is_closed_under_every_name(load, witness, form):
    answer = load(f"""
        import importlib
        from numpy import tanh, tanh as flat
        def _helper(x):
            return np.tanh(x)
        def scale(x, factor=3.0):
            return {form}
    """)
    witness.begin(("numpy.tanh",))
    assert mismatch_of(answer, X).got == "a call of numpy.tanh"
    witness.begin(())
    assert (answer(X) == np.tanh(X)).all()


def test_an_oracle_is_open_again_though_the_answer_failed():
    def fails():
        with refuse(("numpy.tanh",), {}):
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert np.tanh(0.0) == 0.0


def test_a_kata_of_numpy_takes_no_torch(load):
    answer = load("""
        import torch
        def scale(x, factor=3.0):
            return torch.from_numpy(x).mul(factor).numpy()
    """)
    assert (answer(X) == 3 * X).all()
    token = COMPARING.set(Comparing(tensors=False))
    try:
        mismatch = mismatch_of(answer, X)
    finally:
        COMPARING.reset(token)
    assert mismatch.rung == "forbidden"
    assert mismatch.because == "this kata is written in NumPy alone"


# Not started.


def test_what_calls_an_unstarted_function_says_which(load):
    answer = load("""
        def mean_square(x):
            raise NotImplementedError
        def scale(x, factor=3.0):
            return mean_square(x) * x
    """)
    mismatch = mismatch_of(answer, X)
    assert isinstance(mismatch, NotStarted)
    assert mismatch.because == "scale calls mean_square, which is not started"


def test_an_unstarted_function_is_not_started_and_one_with_words_is(load):
    answer = load("def scale(x, factor=3.0): raise NotImplementedError")
    mismatch = mismatch_of(answer, X)
    assert isinstance(mismatch, NotStarted)
    assert mismatch.because == "scale is not started"
    answer = load("def scale(x, factor=3.0): raise NotImplementedError('no float16')")
    with pytest.raises(NotImplementedError, match="no float16"):
        answer(X)


def test_an_error_that_a_test_may_expect_comes_through(load):
    answer = load("def scale(x, factor=3.0): raise KeyError('k')")
    with pytest.raises(KeyError):
        answer(X)


def test_the_witness_knows_the_last_call_and_forgets_it_with_the_test(load, witness):
    answer = load("def scale(x, factor=3.0): return x * factor")
    answer(X, 2.0)
    answer(X)
    assert witness.calls["scale"]["factor"] == 3.0
    assert witness.calls["scale"]["x"] is X
    assert (witness.returned["scale"] == 3 * X).all()
    assert witness.inside is None
    witness.begin()
    assert (witness.calls, witness.returned) == ({}, {})


def test_what_runs_is_known_though_it_raises(load, witness):
    seen = []
    np.seen_by_a_test = lambda: seen.append(witness.inside)
    try:
        answer = load("""
            def scale(x, factor=3.0):
                np.seen_by_a_test()
                raise KeyError
        """)
        with pytest.raises(KeyError):
            answer(X)
    finally:
        del np.seen_by_a_test
    assert seen == ["scale"]
    assert witness.inside is None


# A file that cannot be loaded.

BROKEN = {
    "import nothing_of_that_name": "ModuleNotFoundError: No module named",
    "raise KeyError": "KeyError",
    "raise SystemExit(0)": "SystemExit: 0",
    "from solutions.ch0_tiny.k01_scaling import scale": "which holds the answer",
    "import solutions.ch0_tiny.k01_scaling": "which holds the answer",
    "from solutions.ch0_tiny import k01_scaling": "which holds the answer",
    "from solutions import ch0_tiny": "which holds the answer",
    "def f():\n    import solutions.ch0_tiny.k01_scaling as s": "holds the answer",
    "from solutions.ch0_tiny.k02_later import later": "which holds the answer",
}


@pytest.mark.parametrize("source", BROKEN)
def test_a_file_that_cannot_be_loaded_says_why_of_each_function(load, clone, source):
    for function in ("scale", "mean_square"):
        with pytest.raises(Mismatch) as caught:
            load(source, function)
        assert caught.value.rung == "imports"
        assert caught.value.because.startswith("k01_scaling.py:")
        assert BROKEN[source] in caught.value.because
        assert "\n" not in caught.value.because
    line = clone.stub.read_text("utf-8").splitlines().index(source.split("\n")[0]) + 1
    if "answer" not in BROKEN[source]:
        assert caught.value.because.startswith(f"k01_scaling.py:{line}: ")


def test_a_later_kata_may_use_the_reference_of_an_earlier_one(in_place):
    answers = in_place(
        "import numpy as np",
        "import numpy as np\n    from solutions.ch0_tiny.k01_scaling import scale",
    )
    # Nothing but the guard is asked: the clone is not on Python's path here.
    assert "holds the answer" not in (answers.broken or "")


def test_an_import_that_does_not_end_is_ended(load, clone, monkeypatch):
    monkeypatch.setattr(answers_module, "IMPORT_SECONDS", 0.1)
    monkeypatch.setattr(clock_module, "WALL", 1000.0)
    source = f"while time.process_time() < {time.process_time() + 3}: pass"
    with pytest.raises(Mismatch) as caught:
        load(f"import time\n{source}")
    line = clone.stub.read_text("utf-8").splitlines().index(source) + 1
    assert caught.value.because == (
        f"k01_scaling.py:{line}: OutOfTime: did not end within 0.1 s"
    )


def test_a_missing_file_is_not_started_and_a_missing_function_is_a_mistake(
    clone, load, clock, witness
):
    mismatch = mismatch_of(load, "del scale")
    assert mismatch.because == "k01_scaling.py has no function named scale"
    (kata,) = catalog.katas(clone.root)
    answers = Answers(kata, clone.root / "k01_scaling.py", witness, clock)
    assert isinstance(mismatch_of(answers.get, "scale"), NotStarted)


def test_an_optional_function_may_be_left_out(clone, clock, witness):
    text = clone.reference.read_text("utf-8")
    text = text.replace("Needs: nothing", "Needs: nothing\nOptional: mean_square")
    clone.reference.write_text(text, "utf-8")
    clone.answer("del mean_square, scale")
    (kata,) = catalog.katas(clone.root)
    answers = Answers(kata, clone.stub, witness, clock)
    with pytest.raises(LeftOut):
        answers.get("mean_square")
    assert mismatch_of(answers.get, "scale").rung == "imports"


def test_what_a_file_sets_for_all_of_torch_is_undone(load):
    load("""
        import torch
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        torch.autograd.set_detect_anomaly(True)
    """)
    try:
        assert torch.get_default_dtype() == torch.float32
        assert torch.is_grad_enabled()
        assert not torch.is_anomaly_enabled()
    finally:
        reset_torch()


def test_a_file_is_compiled_with_no_setting_of_the_dojos_own(load):
    answer = load("def scale(x: int, factor=3.0): return x")
    assert answer.__annotations__ == {"x": int}


# The seam.


@pytest.fixture
def seam(clone, clock, witness):
    seam = Seam(clone.root, clone.root / "katas", witness, clock)
    before = {name: sys.modules[name] for name in sys.modules if name[:5] == "katas"}
    seam.install()
    yield seam
    if seam in sys.meta_path:
        seam.remove()
    for name in [name for name in sys.modules if name[:5] == "katas"]:
        del sys.modules[name]
    sys.modules.update(before)


def test_the_name_katas_is_the_learners_until_it_is_given_back(seam, clone):
    clone.answer("def scale(x, factor=3.0): return 7 * x")
    from katas.ch0_tiny.k01_scaling import scale

    assert (scale(X) == 7 * X).all()
    assert repr(scale) == "<answer scaling::scale>"
    for name in ("katas.ch9_none", "katas.ch0_tiny.k09_none", "numpy", "katastrophe"):
        assert seam.find_spec(name) is None
    seam.remove()
    assert seam not in sys.meta_path


def test_a_file_is_loaded_at_the_first_call_and_once(seam, clone):
    clone.answer("def scale(x, factor=3.0): return 7 * x")
    from katas.ch0_tiny.k01_scaling import scale

    clone.answer("def scale(x, factor=3.0): return 8 * x")
    with pytest.raises(AttributeError):
        _ = scale.__doc__x
    assert (scale(X) == 8 * X).all()
    clone.answer("def scale(x, factor=3.0): return 9 * x")
    assert (scale(X) == 8 * X).all()


def test_pytest_sees_no_attribute_before_the_tests_run(seam, clone):
    clone.answer('def scale(x, factor=3.0):\n    "Words."\nscale.note = "mine"')
    from katas.ch0_tiny.k01_scaling import scale

    with pytest.raises(AttributeError):
        _ = scale.note
    seam.is_open = True
    assert scale.note == "mine"
    with pytest.raises(AttributeError):
        _ = scale.__wrapped__


def test_a_known_mistake_stands_in_the_reference_inside_its_block_alone(seam, clone):
    clone.answer("def scale(x, factor=3.0): return 7 * x")
    from katas.ch0_tiny.k01_scaling import mean_square, scale

    (kata,) = catalog.katas(clone.root)
    adds = next(m for m in bank.read(kata) if m.code == "adds-the-factor")
    with seam.use(kata, seam.with_mistake(kata, adds)):
        assert (scale(X) == 3 + X).all()
        assert mean_square(X) == np.mean(X * X)
        assert seam.path_of(kata) == kata.reference
    assert (scale(X) == 7 * X).all()
    assert seam.path_of(kata) == kata.stub
    assert seam.with_mistake(kata, adds) is seam.with_mistake(kata, adds)


def test_an_instance_of_an_answers_class_is_one(seam, clone):
    clone.add_kata("k02_in_place", SCALE_IN_PLACE, "", SCALE_IN_PLACE)
    clock, witness = Clock(watched=True), Witness()
    second = Seam(clone.root, clone.root / "katas", witness, clock)
    seam.remove()
    second.install()
    try:
        from katas.ch0_tiny.k02_in_place import Scaler

        assert isinstance(Scaler(X), Scaler)
        assert not isinstance(X, Scaler)
    finally:
        second.remove()
        clock.close()


# The clock.


def test_the_hard_hand_prints_the_line_before_it_ends_the_process():
    code = "import os, signal\nfrom dojo.answer.clock import Clock\nclock = Clock()\n"
    code += "os.kill(os.getpid(), signal.SIGVTALRM)\n"
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True
    )
    assert ran.returncode == -signal.SIGVTALRM
    assert 'File "<string>", line 4' in ran.stderr


def spin(seconds):
    """Compute for so much processor time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def ended_by(clock, seconds, call):
    with pytest.raises(OutOfTime) as caught, clock.limit(seconds):
        call()
    return caught.value.seconds


def test_a_limit_counts_processor_time(clock, monkeypatch):
    monkeypatch.setattr(clock_module, "WALL", 1000.0)
    start = time.process_time()
    assert ended_by(clock, 0.1, lambda: spin(3)) == 0.1
    assert time.process_time() - start < 2


def test_behind_it_stands_a_wall_clock_four_times_as_long(clock):
    with clock.limit(0.3):
        time.sleep(0.4)
    start = time.monotonic()
    assert ended_by(clock, 0.05, lambda: time.sleep(5)) == 0.2
    assert 0.2 <= time.monotonic() - start < 4


def test_the_outer_of_two_limits_counts_again_when_the_inner_ends(clock):
    def nested():
        assert ended_by(clock, 0.05, lambda: time.sleep(5)) == 0.2
        time.sleep(5)

    assert ended_by(clock, 0.1, nested) == 0.4


@pytest.mark.parametrize(("wall", "spend"), [(4.0, time.sleep), (1000.0, spin)])
def test_an_answer_that_swallows_the_first_alarm_hears_another(
    clock, monkeypatch, wall, spend
):
    monkeypatch.setattr(clock_module, "WALL", wall)

    def swallows():
        try:
            spend(3)
        except OutOfTime:
            spend(3)

    start = time.process_time(), time.monotonic()
    ended_by(clock, 0.05, swallows)
    spent = time.process_time() - start[0], time.monotonic() - start[1]
    assert spent[wall == 4.0] < 2.5


def test_an_alarm_waits_until_the_tools_own_code_has_ended(
    clock, load, witness, monkeypatch
):
    monkeypatch.setattr(clock_module, "MOST_KNOCKS", 1000)
    answer = load("def scale(x, factor=3.0): return 3 * x")
    streams = sys.stdout, sys.stderr

    def knocked_at():
        alarm = signal.getsignal(signal.SIGPROF)
        sys.setprofile(lambda frame, event, arg: alarm(signal.SIGPROF, frame))
        try:
            answer(X)
        finally:
            sys.setprofile(None)

    with pytest.raises(OutOfTime) as caught, clock.limit(99):
        knocked_at()
    assert "scale" in [entry.name for entry in caught.traceback]
    assert witness.inside is None
    assert (sys.stdout, sys.stderr) == streams


def test_an_alarm_waits_for_the_tools_own_code_a_little_only(clock, monkeypatch):
    monkeypatch.setattr(clock_module, "PAUSE", 0.0)
    frame = clock.limit(1).gen.gi_frame
    with clock.limit(99):
        alarm = signal.getsignal(signal.SIGPROF)
        for _ in range(clock_module.MOST_KNOCKS):
            alarm(signal.SIGPROF, frame)
        with pytest.raises(OutOfTime):
            alarm(signal.SIGPROF, frame)


def test_a_limit_leaves_no_alarm_and_no_handler(clock):
    signals = (signal.SIGPROF, signal.SIGALRM)
    timers = (signal.ITIMER_PROF, signal.ITIMER_REAL, signal.ITIMER_VIRTUAL)
    before = [signal.getsignal(number) for number in signals]
    with clock.limit(9):
        left = [round(signal.getitimer(timer)[0]) for timer in timers]
        assert left == [9, 36, 11]
    assert [signal.getsignal(number) for number in signals] == before
    assert all(signal.getitimer(timer) == (0, 0) for timer in timers)


@pytest.mark.parametrize("watched", [False, True])
def test_a_thread_watches_the_wall_unless_another_process_does(monkeypatch, watched):
    calls = []
    monkeypatch.setattr(
        faulthandler,
        "dump_traceback_later",
        lambda seconds, **options: calls.append((seconds, options["exit"])),
    )
    monkeypatch.setattr(
        faulthandler, "cancel_dump_traceback_later", lambda: calls.append("off")
    )
    clock = Clock(watched=watched)
    with clock.limit(1.5):
        pass
    clock.close()
    assert calls == ([] if watched else [(8.0, True), "off"])


def test_a_clock_gives_back_what_it_holds():
    handles = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    clock = Clock()
    clock.close()
    assert not faulthandler.unregister(signal.SIGVTALRM)
    if handles:
        assert len(os.listdir("/proc/self/fd")) == handles


COUNTED = "calls = []\n\n\ndef scale(X, factor=2.0):\n    calls.append(X)\n    {}\n"


def test_a_run_that_several_tests_look_at_is_made_once(load, clone, clock, witness):
    load(COUNTED.format("return X * factor"))
    (kata,) = catalog.katas(clone.root)
    answers = Answers(kata, clone.stub, witness, clock)

    def make():
        return answers.get("scale")(X)

    first = answers.once(make)
    witness.begin()
    assert answers.once(make) is first
    assert len(answers.module.calls) == 1
    assert witness.made["scale"].number == 1, "the call is noted for this test too"
    with answers.edited(compile("other = 1", "x", "exec"), {"other"}):
        assert answers.once(make) is not first
    assert answers.once(make) is first
    assert len(answers.module.calls) == 2


def test_what_a_kept_run_raised_is_raised_in_each_test(load, clone, clock, witness):
    load(COUNTED.format("raise ValueError('no')"))
    (kata,) = catalog.katas(clone.root)
    answers = Answers(kata, clone.stub, witness, clock)

    def make():
        return answers.get("scale")(X)

    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            answers.once(make)
    assert len(answers.module.calls) == 1
