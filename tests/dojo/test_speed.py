"""`dojo bench`: what is timed, how, what is said of it and what is kept."""

import io
import json
import re
from textwrap import dedent

import numpy as np
import pytest
import torch
from command_line import dojo
from conftest import REPOSITORY
from rich.console import Console

from dojo.answer.clock import Clock
from dojo.check import ladder_proof, rules
from dojo.errors import UserError
from dojo.kata import ladders
from dojo.kata.catalog import find, katas
from dojo.learner.ledger import Ledger
from dojo.learner.progress import answer_of, attempt
from dojo.speed import bench, kernel, outcomes, rounds, tiers, ways
from dojo.speed.child import Child
from dojo.speed.messages import ANSWER, NAIVE, REFERENCE, TORCH
from dojo.ui import bench as command
from dojo.ui import bench_lines

LADDER = '''\
"""The ladders of scaling."""

import numpy as np
import torch

from dojo.grading import Ladder


def numbers(rng):
    return (rng.normal(size=(60, 40)),)


def entry_by_entry(x):
    y = np.empty_like(x)
    for at, entry in np.ndenumerate(x):
        y[at] = 3.0 * entry
    return y


LADDERS = (
    Ladder("scale", "60 × 40 numbers", numbers, entry_by_entry, lambda x: 3.0 * x),
    Ladder(
        "mean_square",
        "60 × 40 numbers",
        numbers,
        lambda x: sum(float(entry) ** 2 for entry in x.flat) / x.size,
        lambda x: torch.square(x).mean(),
    ),
)
'''
OWN = {"blas": "openblas 1.0 Zen", "torch": "AVX2", "pinned": []}


@pytest.fixture
def kata(clone):
    """The kata of the tiny clone, with a ladder of each function."""
    kata, _ = find(clone.root, "scaling")
    ladders.path_of(kata).write_text(LADDER, "utf-8")
    return kata


def passed(kata, **states):
    """Write a right answer, and down that it has passed."""
    kata.stub.write_text(kata.source, "utf-8")
    records = [
        {"function": name, "state": states.get(name, "passed"), "rung": ""}
        | {"diagnosis": None, "unread": False}
        for name in kata.functions
    ]
    event = attempt(kata, records, "run", answer_of(kata), 0.0)
    Ledger(kata.root).add(event)


class Time:
    """A clock that only the ways move on.

    Parameters
    ----------
    **costs : float
        Seconds that a call of each way takes.
    """

    def __init__(self, **costs):
        self.now, self.order, self.costs = 0.0, [], costs

    def __call__(self):
        return self.now

    def ways(self):
        def way(name):
            def call():
                self.order.append(name)
                self.now += self.costs[name]

            return call

        return {name: way(name) for name in self.costs}


def measured(**costs):
    time = Time(**costs)
    return rounds.measure(time.ways(), 1.0, time), time


def timed(answer, noise=0.0, reference=2.5, naive=250.0):
    ratios = {ANSWER: answer, REFERENCE: reference, NAIVE: naive, TORCH: 1.0}
    each = {
        way: dict.fromkeys(("median", "low", "high"), r) for way, r in ratios.items()
    }
    return {"ratios": each, "noise": noise, "rounds": 11}


def outcome(found, kernel=OWN):
    task = ladders.Task(("scale",), "60 × 40 numbers")
    return outcomes.after(task, 0, bench.Result(kernel, {0: found}, {}))


# How it is timed.


def test_a_ratio_is_the_time_of_one_call_beside_one_of_torchs():
    found, _ = measured(answer=3e-4, naive=0.02, torch=1e-4)
    assert found.ratio("answer")["median"] == pytest.approx(3)
    assert found.ratio("naive")["median"] == pytest.approx(200)
    assert found.noise == pytest.approx(0)


def test_rounds_alternate_in_changing_orders():
    _, time = measured(answer=0.01, torch=0.01)
    counted = time.order[2 * rounds.TRIES :]  # behind the looks at how long they take
    rounds_of = [tuple(counted[at : at + 3]) for at in range(0, len(counted), 3)]
    assert {tuple(sorted(one)) for one in rounds_of} == {("answer", "torch", "torch")}
    assert len(set(rounds_of)) == 3


def test_a_way_that_takes_more_than_its_share_is_timed_in_the_first_rounds_alone():
    found, _ = measured(answer=0.001, naive=0.5, torch=0.001)
    assert sum("naive" in times for times in found.times) == rounds.FEW
    assert all("answer" in times for times in found.times)


def test_an_interruption_in_a_round_does_not_count_for_a_short_way():
    time = Time(answer=1e-4, torch=1e-4)
    every = time.ways()
    plain, calls = every["answer"], iter(range(10**6))

    def interrupted():
        plain()
        time.now += 0.04 if next(calls) % 5 == 0 else 0

    found = rounds.measure(every | {"answer": interrupted}, 1.0, time)
    assert found.ratio("answer")["high"] == pytest.approx(1)


def test_the_noise_is_how_far_torch_is_from_itself():
    times = [{TORCH: 1.0, rounds.AGAIN: again} for again in (1.2, 1 / 1.2, 1.2)]
    assert rounds.Rounds(times).noise == pytest.approx(0.2)


# The tiers.


@pytest.mark.parametrize(
    ("ratio", "tier"),
    [
        (1.9, tiers.CLOSE),
        (2.1, tiers.VECTORIZED),
        (24.0, tiers.VECTORIZED),  # the middle of 2.5 and 250, in factors, is 25
        (26.0, tiers.CORRECT),
    ],
)
def test_a_tier_goes_by_the_ratio(ratio, tier):
    assert outcome(timed(ratio))["tier"] == tier


def test_a_tier_must_hold_in_three_rounds_of_four():
    found = timed(1.9)
    found["ratios"][ANSWER]["high"] = 2.1
    assert outcome(found)["tier"] == tiers.VECTORIZED


def test_a_machine_that_is_too_noisy_gives_no_tier():
    found = outcome(timed(1.0, noise=0.3))
    assert (found["state"], found["tier"]) == ("too noisy", "")
    assert "differs from itself by 30%" in found["because"]


@pytest.mark.parametrize(
    "name",
    [
        "OPENBLAS_CORETYPE",
        "MKL_ENABLE_INSTRUCTIONS",
        "ATEN_CPU_CAPABILITY",
        "ONEDNN_MAX_CPU_ISA",
    ],
)
def test_a_kernel_that_a_variable_chooses_gives_no_tier(name):
    pins = kernel.pinned({name: "Prescott", "OMP_NUM_THREADS": "1"})
    found = outcome(timed(1.0), OWN | {"pinned": pins})
    assert (found["state"], found["tier"]) == ("not the machine's own", "")
    assert found["because"].endswith(f"unset {name}")


def test_a_function_has_reached_a_tier_if_all_of_its_tasks_were_measured():
    fast, slow, noisy = (
        outcome(timed(1.0)),
        outcome(timed(99.0)),
        outcome(timed(1, 0.3)),
    )
    assert outcomes.reached([fast, slow]) == {"scale": tiers.CORRECT}
    assert outcomes.reached([fast, noisy]) == {}


def test_an_old_kernel_that_a_library_took_by_itself_gives_no_tier():
    old = OWN | {"blas": "openblas 0.3.1 Prescott"}
    assert "update NumPy" in kernel.objection(old)
    assert kernel.objection(old | {"torch": "DEFAULT"}) == ""  # an old processor
    assert kernel.objection(OWN) == ""


def test_the_kernel_is_named():
    found = kernel.kernel()
    assert found["torch"] == torch.backends.cpu.get_cpu_capability()
    assert found["blas"].split()[0] in ("openblas", "mkl", "blis", "accelerate")


# The ladders.


def test_each_kata_with_a_ladder_has_a_list_that_can_be_read():
    with_ladder = ladders.with_ladder(REPOSITORY)
    slugs = {kata.slug for kata in with_ladder}
    assert slugs >= {
        "activations", "softmax-cross-entropy", "two-layer-backprop", "deep-backprop",
        "corr2d", "conv2d-channels", "pool2d",
    }  # fmt: skip
    for kata in with_ladder:
        names = {name for task in ladders.tasks(kata) for name in task.functions}
        assert names
        assert names <= set(kata.functions)


@pytest.mark.parametrize("slug", [k.slug for k in ladders.with_ladder(REPOSITORY)])
def test_every_rung_computes_what_the_reference_does(slug):
    assert list(ladder_proof.complaints(find(REPOSITORY, slug)[0])) == []


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("3.0 * entry", "2.0 * entry", "scale: naive does not compute"),
        ("lambda x: 3.0 * x", "lambda x: 3.1 * x", "scale: torch does not compute"),
        ("torch.square(x).mean()", "x.square()", "it has the shapes [(60, 40)], not"),
        ('"mean_square",', '"root",', "root is not in __all__"),
        ("return y", "raise ValueError('no')", "it raises ValueError: no"),
        ("LADDERS = (", "LADDERS = (*", "mend it"),
        ("LADDERS = (", "LADDERS = ()\nREST = (", "list each once"),
        ('"60 × 40 numbers", numbers', "str(60), numbers", "write both there, plainly"),
    ],
)
def test_check_complains_of_a_ladder(kata, before, after, complaint):
    path = ladders.path_of(kata)
    assert before in LADDER
    path.write_text(LADDER.replace(before, after), "utf-8")
    assert complaint in "\n".join(ladder_proof.complaints(kata))


def test_a_ladder_belongs_to_its_kata_and_imports_no_answer(kata):
    assert not [text for text in rules.orphans(kata.root) if "bench_" in text]
    path = ladders.path_of(kata)
    stray = path.with_name("bench_k09_gone.py")
    path.rename(stray)
    assert any("bench_k09_gone" in text for text in rules.orphans(kata.root))
    path.write_text("from katas.ch0_tiny.k01_scaling import scale\n", "utf-8")
    assert any("bench_" in text for text in rules.stands_alone(kata))


@pytest.mark.parametrize(
    ("got", "want", "is_same"),
    [
        ({"b": 2.0, "a": 1.0}, {"a": 1.0, "b": 2.0}, True),
        ((np.ones(2), 3.0), (torch.ones(2, dtype=torch.float64), 3.0), True),
        (np.ones(2), np.ones(2) + 1e-8, False),
        (np.ones(2, np.float32), np.ones(2, np.float32) + 1e-6, True),
        ((np.ones(2, np.float32), 1.0), (np.ones(2, np.float32), 1.0 + 1e-6), True),
        (np.ones(2), np.array([1.0, np.nan]), False),
        (np.ones(2), np.ones((2, 1)), False),
    ],
)
def test_results_are_compared_part_by_part(got, want, is_same):
    assert (ways.difference(got, want) == "") is is_same


# The learner's code.


def notes_of(kata, tmp_path, source, limit=1.0):
    """Return what a child tells of an answer, run in this process."""
    path = tmp_path / "answer.py"
    path.write_text(dedent(source), "utf-8")
    asked = {"answer": str(path), "ladders": [0], "seconds": 0.02, "limit": limit}
    notes, clock = [], Clock(watched=True)
    try:
        Child(kata, asked, notes.append, clock).run([0])
    finally:
        clock.close()
    return notes


@pytest.mark.parametrize(
    ("body", "because"),
    [
        ("return 2.0 * x", "scale is not right at this size: it is off by"),
        ("raise ValueError('no')", "scale raised ValueError: no (answer.py:2)"),
        ("import sys; sys.exit(3)", "scale raised SystemExit: 3 (answer.py:2)"),
        ("while True: pass", "scale did not end within "),
    ],
)
def test_an_answer_that_fails_at_this_size_is_said_in_a_sentence(
    kata, tmp_path, body, because
):
    notes = notes_of(kata, tmp_path, f"def scale(x):\n    {body}\n", limit=0.3)
    assert notes[-1]["failed"].startswith(because)


def test_the_four_ways_are_told_as_ratios(kata, tmp_path):
    notes = notes_of(kata, tmp_path, "def scale(x):\n    return 3.0 * x\n", limit=10)
    found = notes[-1]["timed"]
    assert set(found["ratios"]) == {ANSWER, REFERENCE, NAIVE, TORCH}
    assert found["ratios"][NAIVE]["median"] > found["ratios"][ANSWER]["median"]
    assert found["rounds"] >= rounds.LEAST


def test_an_answer_that_ends_the_process_costs_only_its_own_ladder(kata):
    kata.stub.write_text(
        "import os\nimport numpy as np\n"
        "def scale(x, factor=3.0):\n    os._exit(0)\n"
        "def mean_square(x):\n    return float(np.square(x).mean())\n",
        "utf-8",
    )
    found = bench.bench(kata, kata.stub, [0, 1], seconds=0.05)
    assert found.failed == {0: "the answer ended the process: exit status 0"}
    assert set(found.timed) == {1}


# The command.


def shown(kata, found, width=0):
    """Return what is printed: folded for a terminal of some width, or for a pipe."""
    out = io.StringIO()
    how = {"width": width or 80, "force_terminal": bool(width), "color_system": None}
    bench_lines.show(
        Console(file=out, highlight=False, soft_wrap=True, **how), kata, found
    )
    return re.sub(r"\x1b\[[0-9;]*m", "", out.getvalue())


@pytest.fixture
def machine(monkeypatch):
    """A machine whose times are always the same."""

    def timing(kata, answer, numbers, told=None):
        return bench.Result(OWN, {number: timed(2.2) for number in numbers}, {})

    monkeypatch.setattr(command.bench, "bench", timing)


def test_a_learner_sees_ratios_bars_and_a_tier(clone, kata, machine):
    passed(kata)
    ran = dojo(clone, "bench", "scaling")
    assert ran.status == 0
    assert "yours         2.20 × █" in ran.out
    assert "tier: vectorized; close to torch is 2 × or less" in ran.out
    assert "kernels: openblas 1.0 Zen; torch AVX2\n" in ran.out
    assert " s\n" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_bars_are_ordered_as_the_times_are():
    ratios = timed(2.2)["ratios"]
    lengths = {w: bench_lines._length(ratios[w], ratios, 20) for w in ratios}
    assert lengths[TORCH] == 1
    assert lengths[TORCH] < lengths[ANSWER] < lengths[NAIVE] == 20


@pytest.mark.parametrize(
    ("ratio", "noise", "pinned", "step"),
    [
        (1.9, 0.0, [], "dojo bench (every ladder, with what you reached)"),
        (2.2, 0.0, [], "dojo diff scaling (yours beside the reference)"),
        (99.0, 0.0, [], "take a loop out of scale, then dojo bench scaling::scale"),
        (1.9, 0.3, [], "dojo bench scaling, when nothing else computes"),
        (1.9, 0.0, ["A=B"], "dojo bench scaling, with the machine's own kernel"),
    ],
)
def test_the_next_step_is_one_that_can_be_taken(kata, ratio, noise, pinned, step):
    own = OWN | {"pinned": pinned}
    found = outcomes.of_kata(kata, [outcome(timed(ratio, noise), own)], own)
    assert shown(kata, found).splitlines()[-1] == f"next: {step}"


def test_an_answer_that_fails_at_this_size_is_to_be_mended_next(kata):
    task = ladders.Task(("scale",), "60 × 40 numbers")
    result = bench.Result(OWN, {}, {0: "scale is not right at this size"})
    found = outcomes.of_kata(kata, [outcomes.after(task, 0, result)], OWN)
    step = "dojo open scaling, and when it is mended dojo bench scaling::scale"
    assert shown(kata, found).splitlines()[-1] == f"next: {step}"


def test_a_terminal_gets_its_lines_folded_and_a_pipe_gets_them_whole(kata):
    found = outcomes.of_kata(kata, [outcome(timed(2.2, noise=0.3))], OWN)
    found["ladders"][0]["of"] = "a name that is long " * 4
    narrow, piped = shown(kata, found, width=60), shown(kata, found)
    assert max(map(len, narrow.splitlines())) <= 60
    words = [[w for w in text.split() if "█" not in w] for text in (narrow, piped)]
    assert words[0] == words[1]
    assert f"  scale · {'a name that is long ' * 4}".rstrip() in piped.splitlines()


def test_a_range_has_the_digits_of_its_median(kata):
    found = outcome(timed(2.9))
    found["ratios"][ANSWER]["high"] = 3.0
    whole = outcomes.of_kata(kata, [found], OWN)
    assert "  2.90 – 3.00\n" in shown(kata, whole)


def test_what_does_not_pass_is_not_timed(clone, kata, machine):
    passed(kata, mean_square="failed")
    ran = dojo(clone, "bench", "scaling")
    assert ran.status == 1
    assert "not passed: dojo run scaling::mean_square says why" in ran.out
    assert ran.out.count("yours") == 1
    assert ran.out.splitlines()[-1] == "next: dojo run scaling::mean_square"
    assert dojo(clone, "bench", "scaling::scale").status == 0


def test_a_pass_of_another_file_does_not_count(clone, kata, machine, monkeypatch):
    passed(kata)
    monkeypatch.setattr(command, "grade", lambda root, katas: [])
    kata.stub.write_text("def scale(x):\n    return x\n", "utf-8")
    ran = dojo(clone, "bench", "scaling::scale")
    assert ran.status == 1
    assert "not passed: dojo run scaling::scale says why" in ran.out


def test_json_has_what_the_screen_has(clone, kata, machine):
    passed(kata, mean_square="skipped")
    ran = dojo(clone, "bench", "scaling", "--json")
    (found,) = json.loads(ran.out)["katas"]
    assert ran.status == 0
    assert (found["kata"], found["tier"]) == ("scaling", "vectorized")
    assert found["kernel"] == OWN
    assert [part["state"] for part in found["ladders"]] == ["measured", "left out"]
    assert found["ladders"][0]["ratios"][ANSWER]["median"] == 2.2


def test_without_a_kata_the_ladders_are_listed_with_what_was_reached(
    clone, kata, machine
):
    passed(kata)
    dojo(clone, "bench", "scaling::scale")
    ran = dojo(clone, "bench")
    assert ran.status == 0
    assert "  vectorized      scale\n  not measured    mean_square\n" in ran.out
    listed = json.loads(dojo(clone, "bench", "--json").out)["ladders"]
    assert listed == [
        {"kata": "scaling", "tiers": {"scale": "vectorized", "mean_square": ""}}
    ]


def test_all_times_what_was_begun(clone, kata, machine):
    nothing = dojo(clone, "bench", "--all")
    assert nothing.status == 1
    assert "nothing with a ladder is begun" in nothing.out
    passed(kata)
    ran = dojo(clone, "bench", "--all")
    assert ran.status == 0
    assert ran.out.count("tier: ") == 2


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["scaling"], "scaling has no ladder; no kata has one"),
        (["nonsense"], "there is no kata"),
        (["scaling", "--all"], "name one kata, or give --all"),
    ],
)
def test_wrong_use_ends_with_2(clone, words, says):
    ran = dojo(clone, "bench", *words)
    assert ran.status == 2
    assert says in ran.err


def test_a_function_without_a_ladder_is_told_which_have_one(kata):
    with pytest.raises(UserError, match="no ladder of mean, but of scale, mean_square"):
        command.tasks_of(kata, "mean")


def test_report_keeps_the_highest_tier(clone, kata, machine, tmp_path):
    passed(kata)
    dojo(clone, "bench", "scaling::scale")
    event = {"kind": "bench", "kata": "scaling", "answer": ""}
    tiers_of = {"scale": "correct", "mean_square": "faster than light"}
    Ledger(kata.root).add(event | {"tiers": tiers_of})
    assert "  speed: scale vectorized\n" in dojo(clone, "report").out
    (found,) = json.loads(dojo(clone, "report", "--json").out)["katas"]
    assert found["tiers"] == {"scale": "vectorized"}
    dojo(clone, "report", "--html", str(tmp_path / "page.html"))
    page = (tmp_path / "page.html").read_text("utf-8")
    assert ">scale vectorized</td>" in page


def test_tiers_that_make_no_sense_are_passed_over(kata):
    event = {"kind": "bench", "kata": "scaling", "answer": "", "tiers": {"scale": 3}}
    ledger = Ledger(kata.root)
    passed(kata)
    with ledger.log.open("a", encoding="utf-8") as file:
        stamp = {"v": 1, "at": "2026-11-01T00:00:00Z"}
        file.write(json.dumps(stamp | event) + "\n")
    assert "tiers" not in Ledger(kata.root).read()["katas"]["scaling"]


@pytest.mark.usefixtures("own_kernels")
def test_bench_of_the_learners_own_file_from_grading_to_the_report(clone, kata):
    clone.answer("")
    ran = dojo(clone, "bench", "scaling::scale", "--json")
    (found,) = json.loads(ran.out)["katas"]
    assert found["ladders"][0]["ratios"][TORCH]["median"] == 1
    assert found["ladders"][0]["state"] in ("measured", "too noisy")
    assert ran.status == (0 if found["tier"] else 1)


def test_the_tiny_clone_alone_has_no_ladder(clone):
    assert ladders.with_ladder(clone.root) == []
    assert [ladders.tasks(kata) for kata in katas(clone.root)] == [[]]
