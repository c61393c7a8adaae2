"""Answers that could take the verdicts of others away, with no ill will at all."""

import gc
import io
import json
import re
import signal
import sys
import threading
import weakref

import pytest

from dojo.answer.process_exit import Threads
from dojo.answer.witness import MOST_STREAMS, Witness
from dojo.compare.words import TEXT_LIMIT, plain, said
from dojo.errors import Interrupted
from dojo.verdict import judge
from dojo.verdict.raised import fit

EVIL = """\
class Evil(Exception):
    def __str__(self):
        {body}
    __repr__ = __str__
"""


def graded_beside(clone, head, line):
    """Return the verdict of a function with this line; the one beside it is right."""
    indented = head.replace("\n", "\n        ")
    clone.answer(f"""
        import os, sys
        {indented}
        def scale(x, factor=3.0):
            {line}
            return _checked(factor) * x
    """)
    verdicts = clone.verdicts()
    assert verdicts["mean_square"]["state"] == "passed"
    return verdicts["scale"]


# What ends the run, or its process.

ENDINGS = {
    "an interrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "all files closed": ("os.closerange(0, 256)", "called os.closerange"),
    "a file closed": ("[os.close(n) for n in range(3, 256)]", "called os.close"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_ends_the_run_costs_its_function_alone(clone, ending):
    line, got = ENDINGS[ending]
    verdict = graded_beside(clone, "", line)
    assert verdict["because"] == "scale must return, not end the run"
    assert verdict["got"] == got


def test_an_interrupt_at_import_is_said_of_each_function(clone):
    path = clone.answer("raise KeyboardInterrupt")
    line = path.read_text("utf-8").splitlines().index("raise KeyboardInterrupt") + 1
    because = {verdict["because"] for verdict in clone.verdicts().values()}
    assert because == {f"k01_scaling.py:{line}: KeyboardInterrupt"}


LATER = '''
    """Later: what is returned is called afterwards.

    Level: 1 of 5
    """

    from collections.abc import Callable

    __all__ = ["later"]


    def later() -> Callable[[], float]:
        return lambda: 3.0
'''
LATER_GRADER = """
    from dojo.grading import assert_close
    from katas.ch0_tiny.k02_later import later


    def test_later_gives_three():
        assert_close(later()(), 3.0, "what comes later is 3")
"""


LATE = {
    "KeyboardInterrupt": "later must return, not end the run",
    "LeftOut('later')": "later must return, not raise",
}


@pytest.mark.parametrize("error", LATE)
def test_what_ends_the_run_after_the_call_is_the_functions_too(clone, error):
    clone.answer("")
    answer = f"""
        from dojo.answer.answers import LeftOut

        def later():
            def end():
                raise {error}
            return end
    """
    clone.add_kata("k02_later", LATER, LATER_GRADER, answer)
    verdicts = clone.verdicts()
    assert verdicts["later"]["state"] == "failed"
    assert verdicts["later"]["because"] == LATE[error]
    assert verdicts["scale"]["state"] == "passed"


def test_ctrl_c_still_ends_the_run(clone):
    clone.answer("""
        import os, signal

        def scale(x, factor=3.0):
            os.kill(os.getpid(), signal.SIGINT)
            return _checked(factor) * x
    """)
    ran = clone.graded("-q", "--verdicts=v.json")
    assert ran.status == pytest.ExitCode.INTERRUPTED
    verdicts = json.loads((clone.root / "v.json").read_text("utf-8"))["functions"]
    because = "mean_square was not graded: the run ended before"
    assert verdicts[1]["because"] == because
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_in_a_process_of_its_own_nobody_presses_ctrl_c(clone):
    clone.answer("""
        import os, signal

        def scale(x, factor=3.0):
            os.kill(os.getpid(), signal.SIGINT)
            return _checked(factor) * x
    """)
    assert clone.graded("-q", "--progress=progress").status == 1
    note = json.loads((clone.root / "progress").read_text("utf-8").splitlines()[-1])
    states = {record["function"]: record["state"] for record in note["verdicts"]}
    assert states == {"scale": "failed", "mean_square": "passed"}


def test_a_class_that_ends_the_process_when_it_is_made_fails(clone):
    reference = '''
        """Boxes: they hold a number.

        Level: 1 of 5
        """

        __all__ = ["Box"]


        class Box:
            def __init__(self, number: float) -> None:
                self.number = number
    '''
    grader = """
        from dojo.grading import assert_close
        from katas.ch0_tiny.k02_boxes import Box


        def test_box_holds_a_number():
            assert_close(Box(3.0).number, 3.0, "a box holds what it was given")
    """
    answer = """
        import os


        class Box:
            def __new__(cls, number):
                os._exit(0)
    """
    clone.answer("")
    clone.add_kata("k02_boxes", reference, grader, answer)
    verdicts = clone.verdicts()
    assert verdicts["Box"]["because"] == "Box must return, not end the run"
    assert verdicts["Box"]["got"] == "called os._exit(0)"
    assert verdicts["scale"]["state"] == "passed"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_cannot_end_the_process(clone):
    verdict = graded_beside(
        clone,
        "import threading",
        "thread = threading.Thread(target=os._exit, args=(0,)); thread.start(); "
        "thread.join()",
    )
    assert verdict["state"] == "passed"


def test_a_grader_that_reads_an_error_does_not_let_it_end_the_process(clone):
    verdict = graded_beside(
        clone, EVIL.format(body="os._exit(0)"), "if factor < 0: raise Evil"
    )
    assert verdict["got"] == "Evil: its text raised ExitRefused"


def test_what_an_answer_leaves_for_the_interpreters_end_is_not_run(clone, tmp_path):
    clone.answer(f"""
        import atexit

        @atexit.register
        def _speak():
            open({str(tmp_path / "spoke")!r}, "w").close()
            print("5 passed", flush=True)
    """)
    ran = clone.pytest("-q")
    assert ran.status == 0
    assert "passed in" in ran.out.splitlines()[-1]
    assert not (tmp_path / "spoke").exists()


# Texts.

TEXTS = {
    "exits": ("raise SystemExit(0)", "Evil: its text raised SystemExit"),
    "interrupts": (
        "raise KeyboardInterrupt",
        "Evil: its text raised KeyboardInterrupt",
    ),
    "ends the process": ("os._exit(0)", "Evil: its text raised ExitRefused"),
    "is no text": ("return 7", "Evil: its text raised TypeError"),
    "calls itself": ("return str(self)", "Evil: its text raised RecursionError"),
}


@pytest.mark.parametrize("text", TEXTS)
def test_an_error_whose_text_cannot_be_read_costs_its_function_alone(clone, text):
    body, got = TEXTS[text]
    assert graded_beside(clone, EVIL.format(body=body), "raise Evil")["got"] == got


def test_an_error_whose_text_never_ends_costs_one_time_limit(clone):
    clone.limit(0.2)
    verdict = graded_beside(
        clone, EVIL.format(body="\n        while True: pass"), "raise Evil"
    )
    assert verdict["because"].startswith("scale did not end within 0")


def test_an_error_at_import_whose_text_never_ends_is_said(clone, monkeypatch):
    monkeypatch.setattr("dojo.answer.answers.TEXT_SECONDS", 0.1)
    clone.answer(EVIL.format(body="\n        while True: pass") + "raise Evil")
    because = {verdict["because"] for verdict in clone.verdicts().values()}
    (only,) = because
    assert only.endswith("Evil: its text raised OutOfTime")


def test_a_result_that_cannot_be_shown_costs_its_function_alone(clone, monkeypatch):
    monkeypatch.setattr(judge, "READING", 0.1)
    reference = '''
        """Pairs: two numbers.

        Level: 1 of 5
        """

        __all__ = ["pair"]


        def pair(x: float) -> list:
            return [x, x]
    '''
    grader = """
        from dojo.grading import assert_that
        from katas.ch0_tiny.k02_pairs import pair


        def test_pair_is_a_pair():
            assert_that(pair(3.0) == [3.0, 3.0], "a pair is two", "False", "True")
    """
    answer = """
        class Pair(list):
            def __repr__(self):
                while True: pass

        def pair(x):
            return Pair([x])
    """
    clone.answer("")
    clone.add_kata("k02_pairs", reference, grader, answer)
    verdicts = clone.verdicts()
    assert verdicts["pair"]["because"] == "what pair gives can be shown"
    assert verdicts["pair"]["got"].startswith("OutOfTime when it is read")
    assert verdicts["scale"]["state"] == "passed"


STEERED = 'raise ValueError("a\\x1b[2J\\x9b\\r\\x00\\ud800b5 passed\\u202e")'
WRITTEN = "ValueError: a\\x1b[2J\\x9b\\r\\x00\\ud800b5 passed\\u202e"


@pytest.mark.parametrize("at", ["call", "import"])
def test_no_text_of_an_answer_steers_a_terminal_or_breaks_a_file(clone, at):
    if at == "import":
        clone.answer(STEERED)
    else:
        clone.answer(f"def scale(x, factor=3.0):\n    {STEERED}\n")
    ran = clone.graded("-rA", "--verdicts=v.json", "--progress=progress")
    document = json.loads((clone.root / "v.json").read_text("utf-8"))
    scale = document["functions"][0]
    assert (scale["because"] + scale["got"]).endswith(WRITTEN)
    note = json.loads((clone.root / "progress").read_text("utf-8").splitlines()[-1])
    texts = json.dumps(note["verdicts"], ensure_ascii=False) + ran.out
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", texts)


def test_what_an_answer_prints_steers_no_terminal(clone):
    clone.answer('def scale(x, factor=3.0):\n    print("\\x1b[2J5 passed\\r")\n')
    ran = clone.graded("-rA")
    assert "\\x1b[2J5 passed\\r" in ran.out
    assert "\x1b" not in ran.out


def test_a_text_of_megabytes_is_cut_wherever_it_goes(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            raise ValueError("line\\n" * 2_000_000 + "y" * 9_000_000)
    """)
    ran = clone.graded("--verdicts=v.json", "--progress=progress")
    assert len(ran.out) < 50_000
    assert (clone.root / "v.json").stat().st_size < 50_000
    assert (clone.root / "progress").stat().st_size < 100_000


def test_a_text_of_megabytes_is_cut_before_anything_is_looked_for_in_it():
    error = fit(ValueError("a" * 10**6 + "end"), "scale")
    assert type(error).__name__ == "ValueError"
    assert len(str(error)) < TEXT_LIMIT + 100
    assert str(error).endswith("end")
    short = ValueError("short")
    assert fit(short, "scale") is short


def test_a_long_text_keeps_its_ends_and_says_that_it_was_cut():
    text = plain("a" * 10**6 + "end")
    assert text.startswith("aaa")
    assert text.endswith("end")
    assert "cut: 1,000,003 characters" in text
    assert len(text) < TEXT_LIMIT + 100
    assert plain("tab\tline\nü ✓ 😀") == "tab\tline\nü ✓ 😀"


def test_ctrl_c_while_a_text_is_read_is_ctrl_c():
    class Slow(Exception):
        def __str__(self):
            raise Interrupted

    with pytest.raises(Interrupted):
        said(Slow())
    assert said(KeyError()) == "no message"


# Threads that stay.


@pytest.mark.parametrize(
    "start",
    [
        "threading.Thread(target=time.sleep, args=(900,)).start()",
        "concurrent.futures.ThreadPoolExecutor().submit(time.sleep, 900)",
    ],
)
def test_a_thread_that_is_left_running_keeps_no_run_from_its_end(clone, start):
    clone.answer(f"""
        import concurrent.futures, threading, time

        def mean_square(x):
            {start}
            return float(np.square(x).mean())
    """)
    ran = clone.pytest("-q", "-k", "three_and_five")
    assert ran.status == 0, ran.out
    assert "1 passed" in ran.out


def test_a_thread_that_prints_for_ever_is_silent_after_the_tests(clone):
    clone.answer("""
        import threading

        def _speak():
            while True:
                print("5 passed")

        def mean_square(x):
            threading.Thread(target=_speak, name="speaker", daemon=True).start()
            return float(np.square(x).mean())
    """)
    ran = clone.graded("-q", "-k", "three_and_five")
    assert ran.status == 0
    # Between the last test and the verdicts a busy machine may let it print.
    _, header, verdicts = ran.out.partition("== verdicts ==")
    assert header
    assert "5 passed" not in verdicts
    assert "SystemExit" not in ran.out + ran.err
    assert "speaker" not in {thread.name for thread in threading.enumerate()}


def test_a_stream_is_kept_for_a_thread_that_may_still_print(monkeypatch):
    witness = Witness()
    with witness.watching("scale"):
        first = weakref.ref(sys.stdout)
    gc.collect()
    with witness.watching("scale"):
        assert sys.stdout is first()
    for _ in range(2 * MOST_STREAMS):
        monkeypatch.setattr(sys, "stdout", io.StringIO())
        with witness.watching("scale"):
            print("a")
    assert len(witness._streams) == MOST_STREAMS


@pytest.mark.parametrize(
    "ends", [Witness.begin, lambda witness: witness.end(0), Witness.leave_answers]
)
def test_an_end_of_an_answer_that_nobody_noted_is_noted_later(monkeypatch, ends):
    witness, stream = Witness(), io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    block = witness.watching("scale")  # held, or Python ends it
    block.__enter__()
    assert sys.stdout is not stream
    ends(witness)
    assert witness.inside is None
    assert sys.stdout is stream


def test_threads_from_before_the_run_are_none_of_its():
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    threads = Threads()
    assert threads._left() == []
    other = threading.Thread(target=done.wait)
    other.start()
    assert threads._left() == [other]
    done.set()
    other.join()
    thread.join()


# Exit status and file.


def test_the_file_of_verdicts_says_from_the_start_that_nothing_is_graded(clone):
    clone.answer("""
        def scale(x, factor=3.0):
            text = open("v.json", encoding="utf-8").read()
            open("seen.json", "w", encoding="utf-8").write(text)
            return _checked(factor) * x
    """)
    verdicts = clone.graded("-q", "--verdicts=v.json")
    assert verdicts.status == 0
    seen = json.loads((clone.root / "seen.json").read_text("utf-8"))["functions"]
    assert [verdict["state"] for verdict in seen] == ["failed", "failed"]
    because = "mean_square was not graded: the run ended before"
    assert seen[1]["because"] == because
    clone.graded("-q", "--collect-only", "--verdicts=listed.json")
    listed = json.loads((clone.root / "listed.json").read_text("utf-8"))
    assert listed["functions"] == []


KINDS = {
    "class scale:\n    pass": "a class",
    "scale = 5": "int 5",
    "scale = None": "None",
}


@pytest.mark.parametrize("source", KINDS)
def test_what_is_no_function_where_one_is_due_is_a_type_error(clone, source):
    clone.answer(source)
    verdicts = clone.verdicts()
    assert verdicts["scale"]["rung"] == "type"
    assert verdicts["scale"]["got"] == KINDS[source]
    assert verdicts["scale"]["want"] == "a function: def scale(...)"
    assert verdicts["mean_square"]["state"] == "passed"


def test_a_callable_is_a_function_too(clone):
    clone.answer("""
        import functools
        scale = functools.partial(lambda factor, x: _checked(factor) * x)
        def _scale(x, factor=3.0):
            return _checked(factor) * x
        scale = functools.partial(_scale)
    """)
    assert clone.verdicts()["scale"]["state"] == "passed"


SKIPS = {
    "pytest.skip": "import pytest; pytest.skip('no')",
    "unittest": "import unittest; raise unittest.SkipTest('no')",
    "xfail": "import pytest; pytest.xfail('no')",
    "left out": "from dojo.answer.answers import LeftOut; raise LeftOut('scale')",
}


@pytest.mark.parametrize("skip", SKIPS)
def test_only_an_optional_function_can_be_skipped(clone, skip):
    assert graded_beside(clone, "", SKIPS[skip])["state"] == "failed"
