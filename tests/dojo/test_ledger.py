"""Tests that progress is kept: the log, its sum, two dojos, full disks and crashes."""

from __future__ import annotations

import copy
import errno
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from textwrap import dedent
from unittest import mock

import pytest
from filelock import FileLock

from dojo import files
from dojo.kata import catalog
from dojo.learner import hints, progress, report, status
from dojo.learner import ledger as ledger_module
from dojo.learner.ledger import Ledger
from dojo.learner.reading import event_from, state_from

# What the first release wrote, to the letter.
OLD_LOG = """\
{"v": 1, "at": "2026-03-14T09:00:00Z", "kind": "current", "kata": "scaling"}
{"v": 1, "at": "2026-03-14T09:01:00Z", "kind": "attempt", "kata": "scaling", \
"answer": "00aa", "grader": "00bb", "by": "watch", "since": 0.0, "whole": true, \
"functions": {"scale": {"state": "passed", "rung": "", "code": ""}, \
"mean_square": {"state": "failed", "rung": "values", "code": "sums"}}}
{"v": 1, "at": "2026-03-14T09:02:00Z", "kind": "hint", "kata": "scaling", "level": 1}
{"v": 1, "at": "2026-03-14T09:03:00Z", "kind": "attempt", "kata": "scaling", \
"answer": "00cc", "grader": "00bb", "by": "run", "since": 0.0, "whole": true, \
"functions": {"scale": {"state": "passed", "rung": "", "code": ""}, \
"mean_square": {"state": "passed", "rung": "", "code": ""}}}
{"v": 1, "at": "2026-03-14T09:04:00Z", "kind": "copy", "kata": "scaling", \
"path": ".dojo/backups/ch0_tiny/k01_scaling.20260314-090400.1.py"}
"""
OLD_STATE = """\
{
 "schema": 1,
 "read": 884,
 "current": "scaling",
 "katas": {
  "scaling": {
   "attempts": 2,
   "seconds": 120.0,
   "hints": 1,
   "mistakes": {
    "sums": 1
   },
   "functions": {
    "scale": {
     "attempts": 2,
     "passed": {
      "at": "2026-03-14T09:03:00Z",
      "answer": "00cc",
      "grader": "00bb"
     },
     "state": "passed",
     "answer": "00cc",
     "grader": "00bb"
    },
    "mean_square": {
     "attempts": 2,
     "passed": {
      "at": "2026-03-14T09:03:00Z",
      "answer": "00cc",
      "grader": "00bb"
     },
     "state": "passed",
     "answer": "00cc",
     "grader": "00bb"
    }
   },
   "passed_at": "2026-03-14T09:03:00Z"
  }
 },
 "last": "2026-03-14T09:03:00Z"
}
"""
COPIES = """
 "copies": [{"kata": "scaling", "path": ".dojo/backups/ch0_tiny/k01_scaling.20.1.py"}],
"""
LAST = ' "last":'


def event(kata="scaling", state="passed", **more):
    """Return an attempt at both functions."""
    function = {"state": state, "rung": "", "code": ""}
    return {
        "kind": "attempt", "kata": kata, "by": "run", "answer": "a", "grader": "g",
        "since": 5.0, "whole": True,
        "functions": {"scale": function, "mean_square": function},
    } | more  # fmt: skip


def attempts(root):
    kata = Ledger(root).read()["katas"].get("scaling")
    return kata["attempts"] if kata else 0


def python(code, *words, **more):
    """Start a Python that runs this code; the test's variables come as arguments."""
    code = "import sys; from pathlib import Path\n" + dedent(code)
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, **more,
    )  # fmt: skip


@contextmanager
def held_lock(root):
    """Let another process hold a clone's lock until the block, or the process, ends."""
    (root / ".dojo").mkdir(exist_ok=True)
    code = """\
        import os, threading
        from filelock import FileLock
        threading.Timer(20, os._exit, [0]).start()  # so that no test waits for ever
        with FileLock(sys.argv[1]):
            print("held", flush=True)
            sys.stdin.read()
        os._exit(0)
    """
    holder = python(code, root / ".dojo/lock")
    assert holder.stdout.readline() == "held\n"
    try:
        yield holder
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()


def test_a_pass_is_there_for_the_next_dojo(tmp_path):
    Ledger(tmp_path).add(event())
    kata = Ledger(tmp_path).read()["katas"]["scaling"]
    assert kata["passed_at"]
    assert kata["functions"]["scale"]["state"] == "passed"


def test_the_first_pass_keeps_its_date(tmp_path, monkeypatch):
    dates = []
    for year in (2026, 2027):
        moment = time.struct_time((year, 1, 1, 0, 0, 0, 0, 1, 0))
        monkeypatch.setattr(time, "gmtime", lambda moment=moment: moment)
        state = Ledger(tmp_path).add(event())
        dates.append(state["katas"]["scaling"]["passed_at"][:4])
    assert dates == ["2026", "2026"]


def test_a_part_of_the_functions_is_no_pass(tmp_path):
    Ledger(tmp_path).add(event(whole=False))
    Ledger(tmp_path).add(event(state="failed"))
    assert Ledger(tmp_path).read()["katas"]["scaling"]["passed_at"] is None


def test_files_of_the_first_release_are_read(tmp_path):
    folder = tmp_path / ".dojo"
    folder.mkdir()
    (folder / "attempts.jsonl").write_text(OLD_LOG)
    assert Ledger(tmp_path).read() == json.loads(OLD_STATE)
    (folder / "state.json").write_text(OLD_STATE.replace(LAST, COPIES + LAST))
    (folder / "attempts.jsonl").write_text("x" * len(OLD_LOG))  # the state is enough
    ledger = Ledger(tmp_path)
    assert ledger.read() == json.loads(OLD_STATE)
    assert ledger.notices == []


def test_the_files_have_the_form_of_the_first_release(tmp_path, monkeypatch):
    lines = [json.loads(line) for line in OLD_LOG.splitlines()]
    for line in lines:
        moment = time.strptime(line["at"], "%Y-%m-%dT%H:%M:%SZ")
        monkeypatch.setattr(time, "gmtime", lambda moment=moment: moment)
        given = {key: line[key] for key in line if key not in ("v", "at")}
        Ledger(tmp_path).add(given)
    assert (tmp_path / ".dojo/attempts.jsonl").read_text() == OLD_LOG
    assert (tmp_path / ".dojo/state.json").read_text() == OLD_STATE


def test_the_state_is_the_sum_of_the_log(tmp_path):
    ledger = Ledger(tmp_path)
    for number in range(5):
        ledger.add(event(since=float(number)))
    before = ledger.read()
    ledger.path.unlink()
    ledger.backup.unlink()
    assert Ledger(tmp_path).read() == before
    assert attempts(tmp_path) == 5


def test_the_state_is_saved_with_every_event(tmp_path):
    for number in (1, 2):
        Ledger(tmp_path).add(event())
        saved = json.loads((tmp_path / ".dojo/state.json").read_text())
        assert saved["katas"]["scaling"]["attempts"] == number


def test_the_backup_counts_where_the_log_is_gone(tmp_path):
    ledger = Ledger(tmp_path)
    for _ in range(3):
        ledger.add(event())
    ledger.path.unlink()
    ledger.log.unlink()
    assert attempts(tmp_path) == 2


def state_with(kata):
    return json.dumps({"schema": 1, "katas": {"scaling": kata}})


BROKEN = {
    "nothing": "",
    "half": "{",
    "a list": "[]",
    "null": "null",
    "a word for the schema": '{"schema": "x"}',
    "bytes": "\x00\x01",
    "a list without end": "[" * 100_000,
    "a list of katas": '{"schema": 1, "katas": []}',
    "a number for a kata": state_with(3),
    "a list for a function": state_with({"functions": {"scale": []}}),
    "half a pass": state_with({"functions": {"scale": {"passed": {"at": "now"}}}}),
    "a word for a number": state_with({"mistakes": {"sums": "often"}}),
    "an empty walk": '{"schema": 1, "walks": {"scaling": {}}}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_state_is_kept_aside_and_said(tmp_path, text):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    ledger.path.write_text(text)
    again = Ledger(tmp_path)
    assert again.read()["katas"]["scaling"]["attempts"] == 1
    assert (tmp_path / ".dojo/state.broken-1.json").read_text() == text
    assert "is broken" in again.notices[0]


ODD = [None, True, 3, -1, 2.5, math.inf, "x", "\ud800", [], {}, [1], {"a": 1}]


def odd_versions(data):
    """Yield the data with each of its values, at any depth, of another type."""
    inside = [*data.items()] if isinstance(data, dict) else []
    inside += [*enumerate(data)] if isinstance(data, list) else []
    for key, value in inside:
        for odd in (*ODD, *odd_versions(value)):
            version = copy.copy(data)
            version[key] = odd
            yield version


def full_state():
    state = json.loads(OLD_STATE)
    where = {"lines": [3], "kind": "a sign", "edit": "- a\n+ b", "changes": 1}
    state["walks"] = {"scaling": {"copy": "one", "youngest": "two"}}
    state["katas"]["scaling"] |= {
        "levels": {"scale": 2}, "places": {"scale": {"where": where, "shown": 1}},
    }  # fmt: skip
    return state


MORE = [
    event(),
    {"kind": "hint", "kata": "scaling", "function": "scale", "level": 3},
    {"kind": "revealed", "kata": "scaling", "function": "scale"},
    {"kind": "undone", "kata": "scaling", "copy": "one", "youngest": "two"},
    {"kind": "renamed", "kata": "scaling", "to": "factors"},
    {"kind": "current", "kata": "factors"},
]
STAMP = {"v": 1, "at": "2026-03-14T09:05:00Z"}


def use(state, events, kata):
    """Do with a state what the commands do."""
    hints.of_place(kata, "scale", mock.Mock(**{"read.return_value": state}))
    report.lines(report.report_of(kata.root, mock.Mock(
        **{"read.return_value": state, "events.return_value": []}
    )))  # fmt: skip
    status.has_passed(kata, state)
    status.current_kata(kata.root, state)
    for each in events:
        if each["kind"] == "attempt":
            progress.says_again(state, each)
        progress.apply(state, each)
    json.dumps(state).encode()
    assert state["read"] >= 0  # a place in the log


def test_a_state_of_wrong_types_is_told_as_broken_or_does_no_harm(clone):
    (kata,) = catalog.katas(clone.root)
    told = 0
    for version in odd_versions(full_state()):
        try:
            state = state_from(version)
        except ValueError:
            told += 1
        else:
            use(state, [STAMP | each for each in MORE], kata)
    assert told > 300


def test_an_event_of_wrong_types_is_passed_over_or_does_no_harm(clone):
    (kata,) = catalog.katas(clone.root)
    passed_over = 0
    where = {"lines": [3], "kind": "a sign", "edit": "- a\n+ b", "changes": 1}
    located = {"kind": "located", "kata": "scaling", "function": "scale"}
    for each in [*MORE, located | {"where": where}]:
        for version in odd_versions(STAMP | each):
            checked = event_from(version)
            passed_over += checked is None
            use(full_state(), [checked] if checked else [], kata)
    assert passed_over > 100


def test_two_watchers_of_one_file_count_its_attempt_once(tmp_path):
    first, second = Ledger(tmp_path), Ledger(tmp_path)
    for ledger in (first, second):
        ledger.add(event(state="failed", by="watch"))
    assert attempts(tmp_path) == 1
    assert len(list(first.events())) == 1
    first.add(event(answer="b", by="watch"))
    second.add(event(answer="b", by="watch"))
    second.add(event(answer="b", by="watch"))  # r was pressed
    Ledger(tmp_path).add(event(answer="b", by="watch", state="failed"))  # by chance
    Ledger(tmp_path).add(event(answer="b", state="failed"))
    assert attempts(tmp_path) == 5


def test_two_watchers_of_a_file_of_which_half_can_be_read_count_once(tmp_path):
    for _ in range(2):
        half = event(answer="b", by="watch", state="failed")
        first, *_ = half["functions"].values()
        half["functions"]["other"] = first | {"state": progress.UNREAD}
        Ledger(tmp_path).add(half)
    assert len(list(Ledger(tmp_path).events())) == 1


def test_a_line_that_is_found_again_does_not_hide_what_was_shown(tmp_path):
    ledger = Ledger(tmp_path)
    where = {"lines": [3], "kind": "a sign", "edit": "- a\n+ b", "changes": 1}
    place = {"kind": "located", "kata": "scaling", "function": "scale", "where": where}
    ledger.add(place)
    ledger.add({"kind": "revealed", "kata": "scaling", "function": "scale"})
    ledger.add(place)
    shown = ledger.read()["katas"]["scaling"]["places"]["scale"]["shown"]
    assert shown == 1


def test_a_newer_state_is_kept_aside_and_said(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    newer = json.dumps({"schema": 2, "all": "new"})
    ledger.path.write_text(newer)
    again = Ledger(tmp_path)
    again.add(event())
    assert (tmp_path / ".dojo/state.newer-1.json").read_text() == newer
    assert again.notices == [
        ".dojo/state.json was written by a newer dojo: run dojo update; it is kept as "
        ".dojo/state.newer-1.json, and the log was read instead"
    ]
    assert attempts(tmp_path) == 2


def test_a_second_broken_state_does_not_replace_the_first(tmp_path):
    for text in ("{", "[["):
        ledger = Ledger(tmp_path)
        ledger.add(event())
        ledger.path.write_text(text)
        ledger.read()
    kept = sorted((tmp_path / ".dojo").glob("state.broken-*.json"))
    assert [path.read_text() for path in kept] == ["{", "[["]


def test_events_of_a_newer_dojo_are_passed_over(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add({"kind": "a kind of tomorrow"})
    ledger.add(event())
    with ledger.log.open("a") as file:
        file.write(json.dumps({"v": 2, "at": "2031-01-01"} | event()) + "\n")
    assert attempts(tmp_path) == 1


@pytest.mark.parametrize(
    "line",
    [
        '{"v": 1, "kind": "att', "[]", "3",
        '{"v": 1, "at": "x", "kind": "current", "kata": ["scaling"]}',
        '{"v": 1, "at": "x", "kind": "hint", "kata": "scaling"}',
        '{"v": 1, "at": "x", "kind": "hint", "kata": "k", "level": 1, "function": 3}',
        json.dumps({"v": 1, "at": "x"} | event(functions={"scale": 3})),
        json.dumps({"v": 1} | event()),
    ],
)  # fmt: skip
def test_a_line_that_is_torn_or_nonsense_costs_only_itself(tmp_path, line):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    with ledger.log.open("a") as file:
        file.write(line)
    ledger.add(event())
    assert attempts(tmp_path) == 2
    ledger.path.unlink()
    again = Ledger(tmp_path)
    assert again.read()["katas"]["scaling"]["attempts"] == 2
    assert [kept["kind"] for kept in again.events()] == ["attempt", "attempt"]
    assert again.notices == []


def test_two_dojos_at_once_lose_nothing(tmp_path):
    code = """\
        import json
        from dojo.learner.ledger import Ledger
        event = json.loads(sys.argv[2])
        ledgers = [Ledger(Path(sys.argv[1])) for _ in range(25)]
        print("ready", flush=True)
        sys.stdin.read()
        for ledger in ledgers:
            ledger.add(event)
        print([notice for ledger in ledgers for notice in ledger.notices])
    """
    writers = [python(code, tmp_path, json.dumps(event())) for _ in range(3)]
    assert [one.stdout.readline() for one in writers] == ["ready\n"] * 3
    for one in writers:
        one.stdin.close()
    assert [one.stdout.read() for one in writers] == ["[]\n"] * 3
    assert [one.wait() for one in writers] == [0, 0, 0]
    assert attempts(tmp_path) == 75
    json.loads((tmp_path / ".dojo/state.json").read_text())


def test_a_lock_that_is_held_for_long_is_said_and_made_up_for(tmp_path, monkeypatch):
    monkeypatch.setattr(ledger_module, "PATIENCE", 0.2)
    ledger = Ledger(tmp_path)
    with held_lock(tmp_path):
        state = ledger.add(event())
        assert state["katas"]["scaling"]["attempts"] == 1
        assert "not saved (another dojo holds .dojo/lock)" in ledger.notices[0]
        assert attempts(tmp_path) == 0
    ledger.add(event())
    assert attempts(tmp_path) == 2


def test_a_lock_that_comes_free_is_waited_for(tmp_path):
    ledger = Ledger(tmp_path)
    with held_lock(tmp_path) as holder:
        threading.Timer(0.7, holder.stdin.close).start()
        start = time.monotonic()
        ledger.add(event())
        assert time.monotonic() - start > 0.5
    assert ledger.notices == []
    assert attempts(tmp_path) == 1


def test_a_lock_is_waited_for_as_long_as_a_person_waits():
    assert ledger_module.PATIENCE == 5.0


def test_a_killed_holder_gives_the_lock_back(tmp_path, monkeypatch):
    monkeypatch.setattr(ledger_module, "PATIENCE", 0.5)
    ledger = Ledger(tmp_path)
    with held_lock(tmp_path) as holder:
        holder.kill()
        holder.wait()
        ledger.add(event())
    assert ledger.notices == []
    assert attempts(tmp_path) == 1


def test_the_lock_is_given_back_after_each_event(tmp_path):
    Ledger(tmp_path).add(event())
    with FileLock(tmp_path / ".dojo/lock", timeout=0):
        pass


def test_progress_goes_on_when_its_folder_is_deleted(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    shutil.rmtree(tmp_path / ".dojo")
    ledger.add(event())
    assert ledger.notices == []
    assert attempts(tmp_path) == 1


def test_kill_in_the_middle_of_writing_loses_nothing(tmp_path):
    code = """\
        import json
        from dojo.learner.ledger import Ledger
        ledger, event = Ledger(Path(sys.argv[1])), json.loads(sys.argv[2])
        while True:
            ledger.add(event)
            print("x", flush=True)
    """
    for _ in range(5):
        before = attempts(tmp_path)
        writer = python(code, tmp_path, json.dumps(event()))
        done = len(writer.stdout.read(12)) // 2
        writer.send_signal(signal.SIGKILL)
        done += len(writer.stdout.read()) // 2
        writer.wait()
        ledger = Ledger(tmp_path)
        kept = ledger.read()["katas"]["scaling"]["attempts"] - before
        assert done <= kept <= done + 1
        assert ledger.notices == []


def test_what_a_killed_writer_left_is_swept_up(tmp_path):
    Ledger(tmp_path).add(event())
    torn = tmp_path / ".dojo/.state.json.torn"
    torn.write_text("{")
    Ledger(tmp_path).add(event())
    assert not torn.exists()


def full_disk(*given, **more):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_is_said_and_made_up_for(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full_disk)
        state = ledger.add(event())
    assert state["katas"]["scaling"]["attempts"] == 2
    assert "not saved (No space left on device)" in ledger.notices[0]
    ledger.add(event())
    assert attempts(tmp_path) == 3


def test_a_disk_that_fills_up_while_the_state_is_written_loses_nothing(tmp_path):
    ledger = Ledger(tmp_path)
    for _ in range(3):
        ledger.add(event())
    code = """\
        import json, resource
        from dojo.learner.ledger import Ledger
        ledger = Ledger(Path(sys.argv[1]))
        size = ledger.log.stat().st_size + 60
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        ledger.add(json.loads(sys.argv[2]))
        print(ledger.notices[0])
    """
    said, _ = python(code, tmp_path, json.dumps(event(answer="b"))).communicate()
    assert "progress is not saved" in said
    assert attempts(tmp_path) == 3
    Ledger(tmp_path).add(event())
    assert attempts(tmp_path) == 4


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights to a folder")
@pytest.mark.parametrize("seen_before", [True, False])
def test_a_clone_that_can_only_be_read_is_said_and_stays_as_it_is(seen_before):
    code = """\
        import json, os
        from dojo.learner.ledger import Ledger
        if os.getuid() == 0:
            warm = Ledger(Path(sys.argv[1]) / "warm")
            warm.add({"kind": "current", "kata": "a"})  # imports what it will need
            os.setgid(65534)
            os.setuid(65534)  # whom the rights of a folder bind
        ledger = Ledger(Path(sys.argv[1]) / "clone")
        state = ledger.add(json.loads(sys.argv[2]))
        print(state["katas"]["scaling"]["attempts"], *ledger.notices)
    """
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "clone"
        root.mkdir()
        if seen_before:
            Ledger(root).add(event())
        before = {path: path.stat().st_size for path in root.rglob("*")}
        os.chmod(folder, 0o755)
        for path in (root / ".dojo", root):
            if path.exists():
                path.chmod(0o555)
        said, _ = python(code, folder, json.dumps(event(answer="b"))).communicate()
        after = {path: path.stat().st_size for path in root.rglob("*")}
        for path in (root, root / ".dojo"):
            if path.exists():
                path.chmod(0o755)
    assert said.startswith(f"{2 if seen_before else 1} progress is not saved (Perm")
    assert after == before


def test_a_clock_that_jumps_makes_no_time_and_no_disorder(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    for year in (2026, 2001, 2099):
        moment = time.struct_time((year, 1, 1, 0, 0, 0, 0, 1, 0))
        monkeypatch.setattr(time, "gmtime", lambda moment=moment: moment)
        ledger.add(event(since=0.0))
    ledger.add(event(since=30.0))
    ledger.add(event(since=-4.0))
    ledger.add(event(since=1e9))
    assert ledger.read()["katas"]["scaling"]["seconds"] == 30 + progress.PAUSE


def test_time_between_processes_is_that_of_the_dates(tmp_path, monkeypatch):
    ledger = Ledger(tmp_path)
    for minute in (0, 4, 30):
        moment = time.struct_time((2026, 1, 1, 0, minute, 0, 0, 1, 0))
        monkeypatch.setattr(time, "gmtime", lambda moment=moment: moment)
        ledger.add(event(since=0.0))
    assert ledger.read()["katas"]["scaling"]["seconds"] == 240


def test_a_hint_that_was_seen_stays_seen(tmp_path):
    for level in (2, 1):
        Ledger(tmp_path).add({"kind": "hint", "kata": "scaling", "level": level})
    assert Ledger(tmp_path).read()["katas"]["scaling"]["hints"] == 2


def test_hints_of_a_whole_kata_and_of_functions_add_up(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add({"kind": "hint", "kata": "scaling", "level": 2})
    for function, level in (("scale", 1), ("scale", 2), ("mean_square", 1)):
        ledger.add(
            {"kind": "hint", "kata": "scaling", "function": function, "level": level}
        )
    ledger.path.unlink()
    kata = Ledger(tmp_path).read()["katas"]["scaling"]
    assert (kata["hints"], kata["levels"]) == (5, {"scale": 2, "mean_square": 1})


def test_a_place_that_an_older_dojo_kept_is_still_known(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    state = json.loads(ledger.path.read_text())
    where = {"lines": [3], "kind": "an operator", "edit": "- a\n+ b"}
    kata = state["katas"]["scaling"]
    kata["place"] = {"function": "scale", "where": where, "shown": 1}
    ledger.path.write_text(json.dumps(state))
    ledger.add({"kind": "revealed", "kata": "scaling"})
    place = Ledger(tmp_path).read()["katas"]["scaling"]["places"]["scale"]
    assert (place["where"], place["shown"]) == (where, 2)
    assert ledger.notices == []


def test_a_kata_keeps_its_progress_under_a_new_name(tmp_path):
    ledger = Ledger(tmp_path)
    ledger.add(event())
    ledger.add({"kind": "current", "kata": "scaling"})
    walk = {"copy": "one", "youngest": "two"}
    ledger.add({"kind": "undone", "kata": "scaling", **walk})
    ledger.add({"kind": "undone", "kata": "other", **walk})
    before = ledger.read()["katas"]["scaling"]
    state = ledger.add({"kind": "renamed", "kata": "scaling", "to": "factors"})
    assert state["katas"] == {"factors": before}
    assert state["current"] == "factors"
    assert state["walks"] == {"other": walk, "factors": walk}


def test_a_write_that_fails_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "file"
    files.write_text(path, "old")
    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space"):
        files.write_text(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
