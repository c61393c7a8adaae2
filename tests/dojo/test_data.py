"""Tests the shipped digits and the script that picks them."""

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from dojo import data
from dojo.digits import make_digits
from dojo.digits.make_digits import Split, main
from dojo.errors import UserError

IMAGES, LABELS = "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"


def test_digits_have_the_promised_shapes_and_dtypes():
    found = [(array.shape, array.dtype) for array in data.digits()]
    assert found == [
        ((6000, 28, 28), np.uint8),
        ((6000,), np.int64),
        ((1000, 28, 28), np.uint8),
        ((1000,), np.int64),
    ]


def test_digits_use_the_whole_range_of_grey():
    for images in data.digits()[::2]:
        assert (images.min(), images.max()) == (0, 255)


def test_digits_hold_each_class_once_in_every_ten():
    for labels in data.digits()[1::2]:
        assert (np.sort(labels.reshape(-1, 10)) == np.arange(10)).all()


def test_digits_are_shuffled():
    y = data.digits().train_labels
    first = np.bincount(y[::10], minlength=10)
    assert first.min() > 40, "each class comes first in about 60 of the 600 tens"


def test_digits_hold_no_image_twice():
    X, _, X_test, _ = data.digits()
    assert len({image.tobytes() for image in [*X, *X_test]}) == 7000


def test_digits_are_the_callers_own_to_change():
    changed = data.digits()
    for array in changed:
        array[:] = 7
    for array, fresh in zip(changed, data.digits(), strict=True):
        assert not (fresh == 7).all()
        assert not np.shares_memory(array, fresh)


def test_what_is_kept_of_the_file_cannot_be_changed():
    assert not any(array.flags.writeable for array in data._stored(data.FILE))


def test_lenet_digits_have_the_promised_shapes_and_dtypes():
    found = [(tuple(tensor.shape), tensor.dtype) for tensor in data.lenet_digits()]
    assert found == [
        ((6000, 1, 32, 32), torch.float32),
        ((6000,), torch.int64),
        ((1000, 1, 32, 32), torch.float32),
        ((1000,), torch.int64),
    ]


def test_lenet_digits_are_the_digits_over_255_within_a_border_of_two_zeros():
    for plain, lenet in zip(data.digits()[::2], data.lenet_digits()[::2], strict=True):
        assert (lenet[:, 0, 2:-2, 2:-2].numpy() == plain / np.float32(255)).all()
        assert lenet.count_nonzero() == np.count_nonzero(plain)
        assert lenet.max() == 1


def test_lenet_digits_keep_the_labels():
    plain, lenet = data.digits(), data.lenet_digits()
    assert (lenet.train_labels.numpy() == plain.train_labels).all()
    assert (lenet.test_labels.numpy() == plain.test_labels).all()


def test_lenet_digits_are_the_callers_own_to_change():
    for tensor in data.lenet_digits():
        tensor.fill_(7)
    assert data.lenet_digits().train_images.max() == 1
    assert data.lenet_digits().test_labels.max() == 9


def test_file_has_the_checksum_that_data_and_readme_state():
    assert hashlib.sha256(data.FILE.read_bytes()).hexdigest() == data.SHA256
    assert data.SHA256 in data.FILE.with_name("README.md").read_text("utf-8")


def test_missing_file_names_path_and_remedy(monkeypatch, tmp_path):
    monkeypatch.setattr(data, "FILE", tmp_path / "digits.npz")
    with pytest.raises(UserError, match="git checkout") as caught:
        data.lenet_digits()
    assert str(tmp_path / "digits.npz") in str(caught.value)
    assert str(caught.value).count("\n") < 4


@pytest.mark.parametrize("damage", ["a flipped bit", "cut short", "empty"])
def test_damaged_file_names_path_and_remedy(monkeypatch, tmp_path, damage):
    content = bytearray(data.FILE.read_bytes())
    content[1000] ^= 1
    kept = {"a flipped bit": len(content), "cut short": 1000, "empty": 0}[damage]
    (tmp_path / "digits.npz").write_bytes(content[:kept])
    monkeypatch.setattr(data, "FILE", tmp_path / "digits.npz")
    with pytest.raises(UserError, match=r"damaged(.*\n)+.*git") as caught:
        data.digits()
    assert str(tmp_path / "digits.npz") in str(caught.value)
    assert str(caught.value).count("\n") < 4


def test_import_leaves_torch_alone():
    code = "import sys, dojo.data; dojo.data.digits(); sys.exit('torch' in sys.modules)"
    root = Path(data.__file__).parents[1]
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0


def test_polynomial_has_the_promised_shapes_and_dtypes():
    found = [(tuple(t.shape), t.dtype) for t in data.polynomial(7, seed=3)]
    assert found == [((7,), torch.float64)] * 2


def test_polynomial_without_noise_lies_on_the_curve():
    x, y = data.polynomial(50, noise=0)
    assert torch.allclose(y, 5 + x * (1.2 + x * (-1.7 + x * 2.8 / 3)), rtol=1e-12)


def test_polynomial_draws_x_and_noise_of_the_promised_size():
    x, y = data.polynomial(40_000, noise=0.3)
    away = y - data.polynomial(40_000, noise=0)[1]
    for drawn, std in ((x, 1.0), (away, 0.3)):
        assert abs(drawn.mean()) < 0.03 * std
        assert abs(drawn.std() / std - 1) < 0.02
    assert abs((x * away).mean()) < 0.01


def test_polynomial_follows_its_seed():
    for one, again, other in zip(
        data.polynomial(5, seed=1),
        data.polynomial(5, seed=1),
        data.polynomial(5, seed=2),
        strict=True,
    ):
        assert torch.equal(one, again)
        assert not torch.equal(one, other)


def test_houses_have_the_promised_shapes_and_dtypes():
    table = data.houses(9, seed=4)
    assert (table.numbers.shape, table.numbers.dtype) == ((9, 4), torch.float64)
    assert (table.prices.shape, table.prices.dtype) == ((9,), torch.float64)
    assert table.number_names == ["area", "rooms", "age", "garden"]
    assert {name: len(words) for name, words in table.words.items()} == {
        "roof": 9,
        "zone": 9,
    }


def test_houses_lack_the_promised_shares_of_values():
    table = data.houses(20_000)
    gone = table.numbers.isnan().double().mean(0).tolist()
    assert gone == pytest.approx([0.05, 0, 0.05, 0.3], abs=0.01)
    for words in table.words.values():
        for gap in ("", "NA"):
            assert words.count(gap) / 20_000 == pytest.approx(0.05, abs=0.01)


def test_houses_have_the_promised_words():
    words = data.houses(20_000).words
    assert set(words["roof"]) == {"slate", "tile", "tin", "straw", "", "NA"}
    assert set(words["zone"]) == {"center", "edge", "river", "", "NA"}
    assert words["roof"].count("straw") / 20_000 == pytest.approx(0.018, abs=0.004)


def test_houses_have_log_prices_that_are_linear_but_for_the_noise():
    table = data.houses(20_000)
    assert table.prices.min() > 1000
    whole = ~table.numbers.isnan().any(1)
    for column in table.words.values():
        whole &= torch.tensor([word not in ("", "NA") for word in column])
    area, _, age, garden = table.numbers[whole].T
    columns = [torch.ones_like(area), area.log(), age, garden]
    for words in table.words.values():
        kinds = sorted(set(words) - {"", "NA"})[1:]  # the first is in the constant
        columns += [
            torch.tensor([w == kind for w in words])[whole].double() for kind in kinds
        ]
    X, y = torch.stack(columns, 1), table.prices[whole].log()[:, None]
    w = torch.linalg.lstsq(X, y).solution
    assert (X @ w - y).std().item() == pytest.approx(0.1, rel=0.03)
    assert w[1:4, 0].tolist() == pytest.approx([0.8, -0.004, 0.0003], rel=0.05)


def test_houses_follow_their_seed():
    one, again, other = (data.houses(30, seed=seed) for seed in (1, 1, 2))
    assert one.prices.equal(again.prices)
    assert one.words == again.words
    assert one.numbers.nan_to_num().equal(again.numbers.nan_to_num())
    assert not one.prices.equal(other.prices)


def test_as_text_puts_two_pixels_into_a_character():
    image = np.array([[0, 9, 0, 9, 0], [0, 0, 9, 9, 0], [9, 4, 5, 0, 0]])
    assert data.as_text(image) == " ▀▄█\n▀ ▀"
    assert data.as_text(image, plain=True) == " '.#\n' '"


def test_as_text_fits_a_digit_into_14_lines_of_28_columns():
    for image in data.digits().test_images[:10]:
        lines = data.as_text(image, plain=True).split("\n")
        assert len(lines) == 14
        assert 0 < max(map(len, lines)) <= 28


def test_as_text_draws_a_lenet_digit_alike():
    plain, lenet = data.digits().test_images[0], data.lenet_digits().test_images[0]
    margin = data.as_text(lenet).split("\n")[1:-1]
    assert [line[2:] for line in margin] == data.as_text(plain).split("\n")


def test_as_text_of_a_blank_image_is_blank():
    assert data.as_text(np.zeros((4, 3))) == "\n"


def test_as_text_refuses_many_images_at_once():
    with pytest.raises(ValueError, match=r"\(H, W\).*\(7, 28, 28\)"):
        data.as_text(np.zeros((7, 28, 28)))


TOYS = [data.moons, data.circles]


@pytest.mark.parametrize("toy", TOYS)
@pytest.mark.parametrize("N", [0, 1, 2, 101])
def test_toys_have_the_promised_shapes_dtypes_and_labels(toy, N):
    X, Y = toy(N, 0.1, np.random.default_rng(0))
    assert (X.shape, X.dtype, Y.shape, Y.dtype) == ((2, N), float, (1, N), np.int64)
    assert Y.tolist() == [[i % 2 for i in range(N)]]


def test_moons_without_noise_lie_on_two_half_circles():
    X, Y = data.moons(1000, 0.0, np.random.default_rng(0))
    upper, lower = X[:, Y[0] == 0], X[:, Y[0] == 1] - [[1], [0.5]]
    for half, sign in ((upper, 1), (lower, -1)):
        assert np.allclose(np.hypot(*half), 1)
        assert (sign * half[1] >= 0).all()


def test_circles_without_noise_have_radius_1_and_a_half():
    X, Y = data.circles(1000, 0.0, np.random.default_rng(0))
    assert np.allclose(np.hypot(*X), np.where(Y == 0, 1, 0.5))


@pytest.mark.parametrize(("toy", "turn"), [(data.moons, 1), (data.circles, 2)])
def test_toys_draw_their_angles_evenly(toy, turn):
    X, Y = toy(20_000, 0.0, np.random.default_rng(0))
    angles = np.arctan2(*X[::-1, Y[0] == 0]) % (2 * np.pi)
    counts, _ = np.histogram(angles, 10, (0, turn * np.pi))
    assert counts.sum() == 10_000
    assert (abs(counts - 1000) < 200).all(), "by chance by 30 at most times of three"


@pytest.mark.parametrize("toy", TOYS)
def test_toys_add_normal_noise_of_the_given_spread_to_each_coordinate(toy):
    plain, noisy = (toy(20_000, n, np.random.default_rng(0))[0] for n in (0, 0.3))
    D = (noisy - plain) / 0.3
    assert np.allclose(D.mean(axis=1), 0, atol=0.04)
    assert np.allclose(np.cov(D), np.eye(2), atol=0.05)
    assert abs((D**4).mean() - 3) < 0.3, "a normal draw has a fourth moment of 3"


@pytest.mark.parametrize("toy", TOYS)
def test_toys_draw_from_their_generator_alone(toy):
    state = np.random.get_state()[1].copy()
    rng = np.random.default_rng(0)
    first, second = (toy(50, 0.1, rng)[0] for _ in range(2))
    assert (toy(50, 0.1, np.random.default_rng(0))[0] == first).all()
    assert not np.isclose(first, second).any()
    assert (np.random.get_state()[1] == state).all()


@pytest.mark.parametrize("toy", TOYS)
def test_no_straight_line_separates_a_toy(toy):
    X, Y = toy(1000, 0.05, np.random.default_rng(0))
    for angle in np.linspace(0, 2 * np.pi, 181):
        along = np.array([np.cos(angle), np.sin(angle)]) @ X
        ordered = Y[0][np.argsort(along)]
        right = np.cumsum(1 - ordered) + ordered.sum() - np.cumsum(ordered)
        assert right.max() < 950, "a line in any direction, wherever it is put"


def idx(array: np.ndarray) -> bytes:
    """Return the array as a gzipped IDX file of unsigned bytes."""
    header = np.array([0x800 + array.ndim, *array.shape], ">u4")
    return gzip.compress(
        header.tobytes() + array.astype(np.uint8).tobytes(), 1, mtime=0
    )


@pytest.fixture
def folder(monkeypatch, tmp_path):
    """Four small IDX files; what is made of them goes to made.npz beside them."""
    monkeypatch.setattr(make_digits, "TRAIN", Split("train", 90, 5))
    monkeypatch.setattr(make_digits, "TEST", Split("t10k", 40, 3))
    monkeypatch.setattr(make_digits, "FILE", tmp_path / "made.npz")
    rng = np.random.default_rng(0)
    for prefix, size in (("train", 90), ("t10k", 40)):
        images, labels = rng.integers(0, 256, (size, 28, 28)), np.arange(size) % 10
        images[:, 0, 0] = labels  # A picked image tells its label.
        (tmp_path / f"{prefix}-images-idx3-ubyte.gz").write_bytes(idx(images))
        (tmp_path / f"{prefix}-labels-idx1-ubyte.gz").write_bytes(idx(labels))
    return tmp_path


def made(folder: Path) -> data.Digits:
    """Return what the script makes of the folder."""
    main([str(folder)])
    with np.load(folder / "made.npz") as arrays:
        return data.Digits(**arrays)


def test_script_picks_a_balanced_part_and_keeps_each_label_with_its_image(folder):
    X, y, X_test, y_test = made(folder)
    assert (X.shape, X_test.shape) == ((50, 28, 28), (30, 28, 28))
    assert (np.bincount(y) == 5).all()
    assert (np.bincount(y_test) == 3).all()
    assert (X[:, 0, 0] == y).all()
    assert (X_test[:, 0, 0] == y_test).all()


def test_script_writes_the_same_bytes_again_and_prints_their_checksum(folder, capsys):
    made(folder)
    first = (folder / "made.npz").read_bytes()
    made(folder)
    assert (folder / "made.npz").read_bytes() == first
    assert hashlib.sha256(first).hexdigest() in capsys.readouterr().out
    assert not list(folder.glob("*.part"))


def test_script_picks_the_same_whatever_order_the_images_come_in(folder):
    first = made(folder)
    for name, shape in ((IMAGES, (90, 28, 28)), (LABELS, (90,))):
        array = make_digits.read_idx(folder / name, shape)
        (folder / name).write_bytes(idx(array[::-1]))
    for array, again in zip(first, made(folder), strict=True):
        assert (array == again).all()


def test_script_packs_the_shipped_arrays_into_the_shipped_members(tmp_path):
    # Another zlib may compress to other bytes, so what is compared is what it holds.
    (tmp_path / "again.npz").write_bytes(make_digits.pack(data.digits()))
    with np.load(tmp_path / "again.npz") as again, np.load(data.FILE) as shipped:
        assert again.files == shipped.files == list(data.Digits._fields)
        for name in again.zip.namelist():
            assert again.zip.read(name) == shipped.zip.read(name)


def test_script_leaves_out_training_images_that_are_test_images(folder):
    test = made(folder).test_images
    images = np.concatenate([test, test, test])  # 90 images, 30 of them different
    images[40:, 1, 1] = np.arange(50)  # now 40 of them are test images, 50 are not
    (folder / IMAGES).write_bytes(idx(images))
    (folder / LABELS).write_bytes(idx(np.arange(90) % 10))
    X, _, X_test, _ = made(folder)
    assert len({image.tobytes() for image in [*X, *X_test]}) == 80


def test_script_refuses_a_class_with_too_few_different_images(folder):
    (folder / IMAGES).write_bytes(idx(np.zeros((90, 28, 28))))
    with pytest.raises(SystemExit, match=r"class 0: .* different images, expected 5"):
        main([str(folder)])


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        (LABELS, None, "is missing"),
        (LABELS, b"plain bytes", "not a whole gzip file"),
        (LABELS, idx(np.arange(90))[:-9], "not a whole gzip file"),
        (
            LABELS,
            gzip.compress(b"", mtime=0),
            "magic number 0x00000000, expected 0x00000801",
        ),
        (IMAGES, idx(np.zeros(90)), "magic number 0x00000801, expected 0x00000803"),
        (IMAGES, idx(np.zeros((90, 28, 27))), r"\(90, 28, 27\), expected \(90, 28, 28"),
        (LABELS, idx(np.zeros(89)), r"sizes \(89,\), expected \(90,\)"),
        (
            LABELS,
            gzip.compress(b"\0\0\10\1\0\0\0Z--", mtime=0),
            "2 bytes of data, expected 90",
        ),
        (LABELS, idx(np.full(90, 10)), "label 10, expected 0..9"),
    ],
)
def test_script_refuses_a_bad_file_and_writes_nothing(folder, name, content, says):
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(SystemExit, match=f"{name}.*{says}"):
        main([str(folder)])
    assert not (folder / "made.npz").exists()
