"""Reading the full data sets in their original formats, strictly."""

from __future__ import annotations

import gzip
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
from conftest import REPOSITORY
from small_sets import (
    BATCH,
    BATCHES,
    PREFIX,
    TEST,
    TRAIN,
    cifar_file,
    cifar_members,
    idx,
    member,
    mnist_arrays,
    mnist_files,
    packed,
    records,
    small,
    tar,
)

from dojo import data
from dojo.datasets import cache, sets
from dojo.errors import DataError, UserError

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"
ARCHIVE = "cifar-10-binary.tar.gz"
RECORD = 3073


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache with small data sets in the real formats."""
    monkeypatch.setenv("DLKATAS_DATA", str(tmp_path))
    every = (
        small("mnist", mnist_files()),
        small("fashion-mnist", mnist_files()),
        small("cifar-10", {ARCHIVE: cifar_file()}),
    )
    monkeypatch.setattr(sets, "SETS", every)
    for name in ("mnist", "fashion-mnist"):
        for file, content in mnist_files().items():
            put(tmp_path / name / file, content)
    put(tmp_path / "cifar-10" / ARCHIVE, cifar_file())
    return tmp_path


def put(path: Path, content: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize("read", [data.mnist, data.fashion_mnist])
@pytest.mark.parametrize(("split", "prefix"), [("train", "train"), ("test", "t10k")])
def test_idx_sets_are_read_as_they_were_written(read, split, prefix):
    images, labels = read(split)
    arrays = mnist_arrays()
    assert (images == arrays[f"{prefix}-images-idx3-ubyte.gz"]).all()
    assert (labels == arrays[f"{prefix}-labels-idx1-ubyte.gz"]).all()
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)


@pytest.mark.parametrize(("split", "batches"), [("train", range(5)), ("test", [5])])
def test_cifar_is_read_in_the_order_of_its_batches_whatever_the_archives_is(
    split, batches
):
    images, labels = data.cifar10(split)
    rows = np.concatenate([records(i) for i in batches])
    assert (labels == rows[:, 0]).all()
    assert (images == rows[:, 1:].reshape(-1, 3, 32, 32)).all()
    assert (images.dtype, labels.dtype) == (np.uint8, np.int64)


def test_a_pixel_of_cifar_is_found_by_channel_row_and_column():
    rows = records(5)
    images, _ = data.cifar10("test")
    assert images[3, 1, 4, 7] == rows[3, 1 + 1 * 1024 + 4 * 32 + 7]


@pytest.mark.parametrize("read", [data.mnist, data.fashion_mnist, data.cifar10])
def test_arrays_are_the_callers_own_to_change(read):
    for array in read("train"):
        array[:] = 1
    assert len(np.unique(read("train")[0])) > 100


def test_train_is_the_default():
    assert len(data.mnist()[1]) == TRAIN != TEST


@pytest.mark.parametrize("name", [IMAGES, LABELS])
def test_files_that_somebody_unpacked_are_read_too(root, name):
    path = root / "mnist" / name
    path.with_suffix("").write_bytes(gzip.decompress(path.read_bytes()))
    path.unlink()
    assert (data.mnist()[0] == mnist_arrays()[IMAGES]).all()


def test_a_part_that_does_not_exist_is_a_value_error():
    with pytest.raises(ValueError, match='"train" or "test"; got \'valid\''):
        data.mnist("valid")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("read", "name", "file"),
    [
        (data.mnist, "mnist", LABELS),
        (data.fashion_mnist, "fashion-mnist", IMAGES),
        (data.cifar10, "cifar-10", ARCHIVE),
    ],
)
def test_what_was_not_fetched_is_told_with_the_command_that_fetches_it(
    root, read, name, file
):
    (root / name / file).unlink()
    with pytest.raises(DataError, match=f"Fetch it: dojo data fetch {name}$"):
        read("test")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (IMAGES, b"plain bytes", "not a whole gzip file: it does not begin so"),
        (IMAGES, mnist_files()[IMAGES][:-9], "not a whole gzip file"),
        (IMAGES, mnist_files()[IMAGES][:3000], "not a whole gzip file"),
        (IMAGES, mnist_files()[IMAGES] + b"more", "not a whole gzip file"),
        (IMAGES, packed(b""), "magic number 0x00000000, expected 0x00000803"),
        (IMAGES, packed(b"\0\0\10"), "magic number 0x00000008, expected 0x00000803"),
        (IMAGES, packed(b"\0\0\10\3\0\0\0"), "a header of 7 bytes, expected 16"),
        (
            IMAGES,
            packed(b"\0\0\x0d\3" + idx(mnist_arrays()[IMAGES])[4:]),
            "magic number 0x00000d03, expected 0x00000803",
        ),
        (IMAGES, mnist_files()[LABELS], "number 0x00000801, expected 0x00000803"),
        (
            IMAGES,
            packed(idx(np.zeros((TRAIN, 28, 27)))),
            rf"sizes \({TRAIN}, 28, 27\), expected \({TRAIN}, 28, 28\)",
        ),
        (
            IMAGES,
            packed(idx(np.zeros((TRAIN - 1, 28, 28)))),
            rf"sizes \({TRAIN - 1}, 28, 28\), expected \({TRAIN}",
        ),
        (
            LABELS,
            packed(idx(mnist_arrays()[LABELS])[:-2]),
            f"{TRAIN - 2} bytes of data, expected {TRAIN}",
        ),
        (
            LABELS,
            packed(idx(mnist_arrays()[LABELS]) + b"\0"),
            f"more than {TRAIN} bytes of data, expected {TRAIN}",
        ),
        (
            LABELS,
            packed(idx(np.arange(TRAIN) % 11)),
            r"sample 10 has label 10, expected 0\.\.9",
        ),
    ],
)
def test_a_bad_idx_file_is_told_with_what_it_is(root, name, content, says):
    put(root / "mnist" / name, content)
    with pytest.raises(DataError, match=f"(?s){name}.*{says}.*dojo data fetch mnist"):
        data.mnist("train")


def test_a_small_file_that_unpacks_to_a_large_one_is_not_unpacked_whole(root):
    put(
        root / "mnist" / IMAGES, packed(idx(np.zeros((TRAIN, 28, 28))) + bytes(1 << 28))
    )
    peak = _peak_of("data.mnist()", root)
    assert peak < _peak_of("data.fashion_mnist()", root) + (1 << 26)


def _peak_of(call: str, root: Path) -> int:
    """Return the most memory that Python and numpy held during a call that may fail."""
    code = (
        "import sys, tracemalloc; sys.path[:0] = sys.argv[1:2]\n"
        "import small_sets; from dojo import data; from dojo.datasets import sets\n"
        "from dojo.errors import DataError\n"
        "sets.SETS = tuple(small_sets.small(n, small_sets.mnist_files())\n"
        "                  for n in ('mnist', 'fashion-mnist'))\n"
        "tracemalloc.start()\n"
        f"try: {call}\nexcept DataError: pass\n"
        "print(tracemalloc.get_traced_memory()[1])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    return int(ran.stdout)


def without(name: str) -> bytes:
    return cifar_file({n: c for n, c in cifar_members().items() if n != name})


def with_content(name: str, content: bytes) -> bytes:
    return cifar_file({**cifar_members(), name: content})


def others(name: str) -> list[bytes]:
    """Return the members but one, as they stand in an archive."""
    return [member(n, c) for n, c in cifar_members().items() if n not in (name, PREFIX)]


def too_many() -> bytes:
    """Return a batch that has a label too many."""
    rows = records(2)
    rows[6, 0] = 10
    return rows.tobytes()


FIRST, THIRD = BATCHES[0], BATCHES[2]
WHOLE = records(2).tobytes()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"plain bytes", "not a whole gzip file"),
        (cifar_file()[:-9], "not a whole gzip file"),
        (cifar_file()[: len(cifar_file()) // 2], "not a whole gzip file"),
        (packed(b"no archive" * 1000), "not a whole tar archive"),
        (packed(b""), "not a whole tar archive|lacks"),
        (packed(gzip.decompress(cifar_file())[:150_000]), "not a whole tar archive"),
        (without(THIRD), f"the archive lacks {THIRD}"),
        (
            with_content(THIRD, WHOLE[:-1]),
            f"{THIRD} has {BATCH * RECORD - 1} bytes, expected {BATCH * RECORD}",
        ),
        (with_content(THIRD, WHOLE + WHOLE), f"has {2 * BATCH * RECORD} bytes"),
        (with_content(THIRD, too_many()), "data_batch_3.*sample 6 has label 10"),
        (tar([*others(""), member(THIRD, WHOLE)]), f"{THIRD} is in the archive twice"),
        (
            tar([member(f"../../{THIRD}", WHOLE), *others(THIRD)]),
            f"the archive lacks {THIRD}",
        ),
        (tar([member(f"/{THIRD}", WHOLE), *others(THIRD)]), "the archive lacks"),
        (
            tar(
                [
                    member(THIRD, type=tarfile.SYMTYPE, linkname="/etc/passwd"),
                    *others(THIRD),
                ]
            ),
            f"{THIRD} is no plain file",
        ),
        (
            tar([member(THIRD, type=tarfile.LNKTYPE, linkname=FIRST), *others(THIRD)]),
            f"{THIRD} is no plain file",
        ),
        (
            tar([member(THIRD, type=tarfile.FIFOTYPE), *others(THIRD)]),
            f"{THIRD} is no plain file",
        ),
        (tar([member("bomb", bytes(1 << 22)), *others("")]), "unpacks to more than"),
        (tar([*others(""), member("bomb", bytes(1 << 22))]), "unpacks to more than"),
    ],
)
def test_a_bad_archive_is_told_with_what_it_is(root, content, says):
    put(root / "cifar-10" / ARCHIVE, content)
    with pytest.raises(
        DataError, match=f"(?s){ARCHIVE}.*({says}).*dojo data fetch cifar-10"
    ):
        data.cifar10("train")


def test_reading_an_archive_writes_nothing(root):
    before = sorted(root.rglob("*"))
    data.cifar10("train")
    assert sorted(root.rglob("*")) == before


def test_a_file_that_cannot_be_read_is_told(root):
    (root / "mnist" / IMAGES).unlink()
    (root / "mnist" / IMAGES).mkdir()
    with pytest.raises(DataError, match="dojo data fetch mnist"):
        data.mnist()


# Where they are kept, and what is known of them.


def test_cache_is_outside_the_repository_unless_somebody_names_a_folder(
    monkeypatch, tmp_path
):
    (one, *_) = sets.SETS
    monkeypatch.setenv("DLKATAS_DATA", str(tmp_path / "elsewhere"))
    assert cache.folder(one) == tmp_path / "elsewhere" / "mnist"
    monkeypatch.delenv("DLKATAS_DATA")
    found = cache.folder(one)
    assert found.is_absolute()
    assert not found.is_relative_to(REPOSITORY)
    assert "dl-katas" in found.parts


def test_cache_may_be_named_from_home_or_from_here(monkeypatch, tmp_path):
    (one, *_) = sets.SETS
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for value, where in (("~/sets", "home/sets"), ("sets", "sets")):
        monkeypatch.setenv("DLKATAS_DATA", value)
        assert cache.folder(one) == tmp_path / where / "mnist"


def test_a_name_that_is_nearly_right_is_told_the_right_one():
    with pytest.raises(UserError, match="did you mean fashion-mnist"):
        sets.of_name("fashion_mnist")


def test_what_is_known_of_the_sets_has_the_form_that_fetching_needs(monkeypatch):
    monkeypatch.undo()
    for one in sets.SETS:
        assert one.mirrors
        for mirror in one.mirrors:
            assert mirror.startswith(("http://", "https://"))
            assert mirror.endswith("/")
        for file in one.files:
            assert file.size > 1000
            assert len(bytes.fromhex(file.sha256)) == 32
        assert len(set(one.classes)) == len(one.classes) == 10


def test_data_is_imported_without_what_only_fetching_and_showing_need():
    code = "import sys, dojo.data; print(*sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"torch", "rich", "typer", "filelock", "platformdirs", "tarfile", "ssl"}
    assert not heavy & set(ran.stdout.split())
