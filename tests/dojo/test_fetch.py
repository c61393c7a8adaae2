"""Fetching from servers that are good, broken, slow or lying; none beyond 127.0.0.1."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from command_line import dojo
from conftest import REPOSITORY
from filelock import FileLock
from small_sets import Server, cifar_file, mnist_files, small

from dojo import data
from dojo.datasets import cache, fetch, sets
from dojo.datasets.download import Patience
from dojo.datasets.fetch import Fetch
from dojo.datasets.sets import DataSet, Remote
from dojo.errors import DataError

IMAGES = "train-images-idx3-ubyte.gz"
CONTENT = mnist_files()[IMAGES]
QUICK = Patience(seconds=0.4)


class Heard:
    """Listens, and remembers."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.counts: list[int] = []

    def says(self, line: str) -> None:
        self.lines.append(line)

    def received(self, file: Remote, count: int) -> None:
        self.counts.append(count)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of MNIST's files; nothing stands between this machine and itself."""
    monkeypatch.setenv("DLKATAS_DATA", str(tmp_path / "cache"))
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path / "cache" / "mnist"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(mnist_files()) as server:
        yield server


@pytest.fixture
def heard() -> Heard:
    return Heard()


def one_file() -> DataSet:
    """Return a small MNIST of which only the training images are fetched."""
    return small("mnist", {IMAGES: CONTENT})


def fetched(heard: Heard, server: Server, *kinds: str) -> None:
    """Fetch the training images from these folders of the server."""
    mirrors = [server.address(kind) for kind in kinds]
    Fetch(heard, QUICK, pause=0).fetch(one_file(), mirrors)


def left(folder: Path) -> set[str]:
    """Return what is in the folder beside the lock."""
    return {path.name for path in folder.iterdir()} - {".lock"}


def test_fetch_brings_every_file_and_what_is_read_is_what_was_served(
    monkeypatch, server, heard
):
    one = replace(small("mnist", mnist_files()), mirrors=(server.address("good"),))
    monkeypatch.setattr(sets, "SETS", (one,))
    Fetch(heard, QUICK).fetch(one)
    assert cache.is_whole(one)
    images, labels = data.mnist("test")
    assert (images.shape, labels.shape) == ((10, 28, 28), (10,))


def test_cifar_is_fetched_and_read(monkeypatch, heard):
    name = "cifar-10-binary.tar.gz"
    one = small("cifar-10", {name: cifar_file()})
    monkeypatch.setattr(sets, "SETS", (one,))
    with Server({name: cifar_file()}) as server:
        Fetch(heard, QUICK).fetch(one, [server.address("good")])
    images, labels = data.cifar10("train")
    assert (images.shape, labels.shape) == ((50, 3, 32, 32), (50,))


def test_what_is_here_is_not_asked_for_again(server, heard):
    fetched(heard, server, "good")
    fetched(heard, server, "good")
    assert len(server.asked) == 1
    assert heard.lines[-1] == f"{IMAGES} is here already, with the right checksum"


@pytest.mark.parametrize("damage", [b"", CONTENT[:-1], CONTENT[:-1] + b"?"])
def test_a_file_that_is_not_as_published_is_fetched_again(
    folder, server, heard, damage
):
    folder.mkdir(parents=True)
    (folder / IMAGES).write_bytes(damage)
    fetched(heard, server, "good")
    assert (folder / IMAGES).read_bytes() == CONTENT
    assert "not as it was published" in heard.lines[0]


@pytest.mark.parametrize(
    "kind",
    ["cut-once", "halves", "busy-once", "moved", "no-range", "refuses", "chunks"],
)
def test_a_server_with_a_weakness_still_gives_the_file(
    folder, server, heard, kind, monkeypatch
):
    monkeypatch.setattr(fetch, "PROGRESS", 1)
    fetched(heard, server, kind)
    assert left(folder) == {IMAGES}
    assert (folder / IMAGES).read_bytes() == CONTENT


def test_a_broken_connection_is_resumed_where_it_broke(server, heard):
    fetched(heard, server, "cut-once")
    assert server.ranges() == [None, f"bytes={(len(CONTENT) + 1) // 2}-"]
    assert heard.counts == sorted(heard.counts)
    assert heard.counts[-1] == len(CONTENT)


def test_a_part_of_another_day_is_resumed(folder, server, heard):
    folder.mkdir(parents=True)
    (folder / f"{IMAGES}.part").write_bytes(CONTENT[:777])
    fetched(heard, server, "good")
    assert server.ranges() == ["bytes=777-"]


def test_a_part_that_is_whole_needs_no_server(folder, server, heard):
    folder.mkdir(parents=True)
    (folder / f"{IMAGES}.part").write_bytes(CONTENT)
    fetched(heard, server, "good")
    assert server.asked == []
    assert left(folder) == {IMAGES}


def test_a_part_that_is_longer_than_the_file_is_thrown_away(folder, server, heard):
    folder.mkdir(parents=True)
    (folder / f"{IMAGES}.part").write_bytes(CONTENT + b"more")
    fetched(heard, server, "refuses")
    assert (folder / IMAGES).read_bytes() == CONTENT


@pytest.mark.parametrize("kind", ["good", "no-range", "refuses"])
def test_a_part_of_another_file_is_noticed_and_fetched_from_the_start(
    folder, server, heard, kind
):
    folder.mkdir(parents=True)
    (folder / f"{IMAGES}.part").write_bytes(b"x" * 500)
    fetched(heard, server, kind)
    assert (folder / IMAGES).read_bytes() == CONTENT


def test_a_server_that_cannot_go_on_is_asked_from_the_start(server, heard):
    fetched(heard, server, "cut-then-refuses")
    assert server.ranges()[-1] is None
    assert "the server cannot go on from there; trying again" in heard.lines


def test_a_server_that_goes_on_from_the_wrong_place_is_asked_from_the_start(
    folder, server, heard
):
    fetched(heard, server, "cut-then-shifted")
    assert (folder / IMAGES).read_bytes() == CONTENT
    assert "sent a file with another checksum; trying again" in heard.lines


def test_many_breaks_are_borne_while_the_file_grows(folder, server, heard, monkeypatch):
    monkeypatch.setattr(fetch, "PROGRESS", 4000)
    fetched(heard, server, "pieces")
    assert len(server.asked) > 2 * fetch.ATTEMPTS
    assert (folder / IMAGES).read_bytes() == CONTENT


def test_breaks_without_progress_end_it_and_keep_the_part(folder, server, heard):
    with pytest.raises(DataError, match="ended after 16,000 of"):
        fetched(heard, server, "pieces")
    assert left(folder) == {f"{IMAGES}.part"}
    assert len(server.asked) == fetch.ATTEMPTS


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("corrupt", "sent a file with another checksum"),
        ("oversized", f"sends more than the {len(CONTENT):,} bytes of the file"),
        ("liar", f"a file of {len(CONTENT) + 1:,} bytes, expected {len(CONTENT):,}"),
        ("page", f"ended after 20 of {len(CONTENT):,} bytes"),
        ("gone", "answered 404, Not Found"),
        ("busy", "answered 503, Service Unavailable"),
        ("loop", "redirects without end"),
        ("to-file", "redirects to what is no address of the web"),
        ("to-ftp", "cannot be reached .unknown url type: ftp"),
        ("silent", r"sent nothing for 0\.4 seconds"),
        ("mute", r"sent nothing for 0\.4 seconds"),
        ("drips", "bytes in [0-9]+ seconds, which is too slow"),
        ("nonsense", "does not answer as a web server does|cannot be reached"),
        ("hangs-up", "broke the connection off"),
        ("chunks-cut", "broke the connection off|ended after"),
        ("odd-length", "ended after 0 of|does not answer"),
        ("other-place", "does not send what is asked for"),
    ],
)
def test_a_bad_server_ends_with_a_sentence_and_the_remedy_and_leaves_no_file(
    folder, server, heard, kind, says
):
    with pytest.raises(DataError, match=f"(?s)127.0.0.1:.*{says}.*--from ADDRESS"):
        fetched(heard, server, kind)
    assert left(folder) <= {f"{IMAGES}.part"}


@pytest.mark.parametrize("kind", ["corrupt", "oversized"])
def test_bytes_that_are_not_of_the_file_are_not_kept(folder, server, heard, kind):
    with pytest.raises(DataError, match="Nothing of it could be kept"):
        fetched(heard, server, kind)
    assert left(folder) == set()


def test_what_came_from_a_silent_server_is_kept_and_another_goes_on(
    folder, server, heard
):
    fetched(heard, server, "silent", "good")
    assert (folder / IMAGES).read_bytes() == CONTENT
    assert server.ranges()[-1] == f"bytes={len(CONTENT) // 2}-"


@pytest.mark.parametrize(
    "kind", ["gone", "corrupt", "oversized", "liar", "page", "shorter-total"]
)
def test_the_next_server_is_tried_and_that_is_said(folder, server, heard, kind):
    fetched(heard, server, kind, "good")
    assert (folder / IMAGES).read_bytes() == CONTENT
    asked = [
        line for line in heard.lines if line.startswith(f"{IMAGES} from 127.0.0.1")
    ]
    assert len(asked) == 2


@pytest.mark.parametrize("kind", ["silent", "mute", "drips"])
def test_a_server_is_given_up_when_the_patience_is_at_its_end(server, heard, kind):
    with pytest.raises(DataError):
        fetched(heard, server, kind)
    assert len(server.asked) == fetch.ATTEMPTS
    assert server.outwaited == []


def test_all_servers_are_in_the_error_with_what_each_did(server, heard):
    with pytest.raises(DataError) as caught:
        fetched(heard, server, "gone", "corrupt")
    assert "404" in str(caught.value)
    assert "another checksum" in str(caught.value)


def test_nobody_at_the_address_is_told_at_once(folder, heard):
    with Server({}) as server:
        gone = server.address("good")
    with pytest.raises(DataError, match="refused the connection"):
        Fetch(heard, QUICK, pause=60).fetch(one_file(), [gone])


def test_a_proxy_that_fails_is_named_without_its_password(server, heard, monkeypatch):
    with Server({}) as dead:
        port = dead.server_address[1]
    monkeypatch.setenv("http_proxy", f"http://me:secret@127.0.0.1:{port}")
    with pytest.raises(DataError, match=f"proxy 127.0.0.1:{port} that http_proxy") as e:
        fetched(heard, server, "good")
    assert "secret" not in str(e.value)


def test_a_fetch_that_is_under_way_keeps_others_out(folder, server, heard):
    folder.mkdir(parents=True)
    with (
        FileLock(folder / ".lock"),
        pytest.raises(DataError, match="another dojo"),
    ):
        fetched(heard, server, "good")
    fetched(heard, server, "good")


def test_too_little_room_is_told_before_anything_is_asked_for(
    folder, server, heard, monkeypatch
):
    usage = fetch.shutil._ntuple_diskusage(10**9, 10**9, 1000)
    monkeypatch.setattr(fetch.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(DataError, match=r"0\.0 MB free, and 1\.1 MB are needed"):
        fetched(heard, server, "good")
    assert server.asked == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs Linux's full disk")
def test_a_disk_that_gets_full_is_told(folder, server, heard):
    folder.mkdir(parents=True)
    (folder / f"{IMAGES}.part").symlink_to("/dev/full")
    with pytest.raises(DataError, match=os.strerror(errno.ENOSPC)) as caught:
        fetched(heard, server, "good")
    assert "DLKATAS_DATA" in str(caught.value)


def test_a_folder_that_cannot_be_made_is_told(folder, server, heard):
    folder.parent.write_text("a file where the cache should be")
    with pytest.raises(DataError, match=r"cannot be used: .*\n.*DLKATAS_DATA"):
        fetched(heard, server, "good")


def test_no_file_has_its_final_name_before_it_is_right(
    folder, server, heard, monkeypatch
):
    def checked(path: Path, file: Remote) -> bool:
        assert path.suffix == ".part"
        assert not (folder / IMAGES).exists()
        return real(path, file)

    real = fetch.is_right
    monkeypatch.setattr(fetch, "is_right", checked)
    fetched(heard, server, "good")
    assert left(folder) == {IMAGES}


# The command.


def test_command_shows_source_size_and_checksum_before_it_begins(
    clone, server, monkeypatch
):
    one = replace(small("mnist", mnist_files()), mirrors=(server.address("good"),))
    monkeypatch.setattr(sets, "SETS", (one,))
    ran = dojo(clone, "data", "fetch", "mnist")
    assert ran.status == 0, ran.err
    plan = ran.out.partition(f"{IMAGES} from")[0]
    for fact in (server.address("good"), one.files[0].sha256, one.licence, "bytes"):
        assert fact in plan
    assert f"{IMAGES}: " in ran.out
    assert ran.out.endswith("next: dojo data show mnist\n")


def test_command_ends_with_1_where_the_server_fails_and_2_for_wrong_use(clone, server):
    failed = dojo(clone, "data", "fetch", "mnist", "--from", server.address("gone"))
    assert failed.status == 1
    assert "404" in failed.err
    wrong = dojo(clone, "data", "fetch", "mnist", "--from", "file:///tmp")
    assert (wrong.status, "http://" in wrong.err) == (2, True)
    unknown = dojo(clone, "data", "fetch", "fashion")
    assert unknown.status == 2
    assert "did you mean fashion-mnist?" in unknown.err


def test_list_tells_what_is_here(clone, folder):
    ran = dojo(clone, "data", "list")
    assert "not fetched" in ran.out
    folder.mkdir(parents=True)
    for file in sets.of_name("mnist").files:
        (folder / file.name).touch()
    (line,) = (
        line
        for line in dojo(clone, "data", "list").out.splitlines()
        if line.startswith("mnist ")
    )
    assert " here " in line


def test_ctrl_c_keeps_what_came_and_the_same_command_goes_on(folder, tmp_path):
    real = sets.of_name("mnist").files[0]
    with Server({real.name: bytes(real.size)}) as server:
        words = ["data", "fetch", "mnist", "--from", server.address("silent")]
        process = subprocess.Popen(
            [sys.executable, "-m", "dojo", *words],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        part = folder / f"{real.name}.part"
        until = time.monotonic() + 30
        while not (part.exists() and part.stat().st_size) and time.monotonic() < until:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 130, out
        assert "the same command goes on from there" in out
        assert "Traceback" not in out
        assert "Abort" not in out
        kept = part.stat().st_size
        assert 0 < kept <= (real.size + 1) // 2
        again = ["data", "fetch", "mnist", "--from", server.address("gone")]
        subprocess.run(
            [sys.executable, "-m", "dojo", *again],
            cwd=REPOSITORY,
            capture_output=True,
            check=False,
        )
        assert server.ranges() == [None, f"bytes={kept}-"]
