"""`dojo draw`: strokes on a canvas, images in files, and what the net says of them."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from command_line import dojo
from conftest import REPOSITORY
from net_clone import any_params, net_clone
from pty_session import LEFT, Session
from rich.cells import cell_len
from rich.console import Console

from dojo.data import digits
from dojo.datasets import pictures
from dojo.datasets.handwriting import BOX, SIZE, centered, lenet_images, within
from dojo.errors import UserError
from dojo.learner import nets
from dojo.learner.nets import Facts, Net
from dojo.ui.draw import app, of_file
from dojo.ui.draw.bars import bars
from dojo.ui.draw.canvas import PEN, SIDE, Canvas
from dojo.ui.draw.screen import LEAST, Shown, draw
from dojo.ui.net_answers import Reader

HALF = 0.4  # of the darkest ink: where a cell of the canvas is inked
FACTS = Facts("digits", 3, 32, 0.02, 0, 0.9, ("relu", "train"))
EPOCHS, RATE, BATCH, SOME = 2, 0.02, 32, 3000
LOST = 0.03  # of the test digits may be read wrong for the canvas alone


@pytest.fixture
def clone(tmp_path):
    return net_clone(tmp_path / "clone")


@pytest.fixture
def trained_clone(clone):
    nets.write(nets.place(clone.root, "digits"), Net(any_params(), FACTS))
    return clone


@pytest.fixture
def reader():
    return Reader(REPOSITORY, any_params())


def on_canvas(image):
    """Return the cells that are inked where a digit is, drawn as large as it goes."""
    digit = within(image, SIDE)
    cells = np.zeros((SIDE, SIDE), bool)
    top, left = ((SIDE - length) // 2 for length in digit.shape)
    place = slice(top, top + len(digit)), slice(left, left + digit.shape[1])
    cells[place] = digit > HALF * digit.max()
    return cells


def typed(*keys):
    """Return a canvas on which keys were pressed."""
    canvas = Canvas()
    for key in keys:
        app.press(canvas, key)
    return canvas


def test_test_digits_survive_the_canvas_and_the_way_back():
    sys.path.insert(0, str(REPOSITORY))
    from solutions.ch8_numpy_lenet.k03_lenet_numpy import LeNetNumpy, train

    d = digits()
    net = LeNetNumpy(np.random.default_rng(0))
    net.params = {name: p.astype(np.float32) for name, p in net.params.items()}
    train(
        net, lenet_images(d.train_images[:SOME]), d.train_labels[:SOME],
        epochs=EPOCHS, batch_size=BATCH, lr=RATE, rng=np.random.default_rng(0),
    )  # fmt: skip
    reader = Reader(REPOSITORY, net.params)

    def share(images):
        return (reader.probabilities(images).argmax(1) == d.test_labels).mean()

    direct = share(d.test_images)
    assert direct > 0.85
    again = np.stack([centered(image) for image in d.test_images])
    assert share(again) > direct - LOST / 3
    drawn = np.stack([centered(on_canvas(image)) for image in d.test_images])
    assert share(drawn) > direct - LOST


def test_a_digit_of_the_data_set_is_left_where_it_is():
    images = digits().test_images[:200]
    same = [(centered(image) == image).all() for image in images]
    assert np.mean(same) > 0.8


@pytest.mark.parametrize("shape", [(3, 9), (40, 11), (200, 200), (1, 1)])
def test_ink_fits_the_box_and_its_mass_is_at_the_center(shape):
    ink = np.zeros((300, 280))
    ink[7 : 7 + shape[0], 60 : 60 + shape[1]] = 0.5
    image = centered(ink)
    assert image.max() == 255
    sides = [np.flatnonzero(image.any(axis)) for axis in (1, 0)]
    lengths = [side[-1] - side[0] + 1 for side in sides]
    assert max(lengths) == BOX
    assert min(lengths) == max(1, round(BOX * min(shape) / max(shape)))
    for axis in (0, 1):
        along = image.sum(axis=1 - axis, dtype=float)
        mass = (along * (np.arange(SIZE) + 0.5)).sum() / along.sum()
        assert SIZE / 2 <= mass < SIZE / 2 + 1


def test_a_large_drawing_is_scaled_without_losing_thin_lines():
    stripes = np.zeros((200, 200))
    stripes[:, ::4] = 1
    stripes[:, -1] = 1
    inner = within(stripes, 20)[1:-1, 1:-1]
    np.testing.assert_allclose(inner, 0.25, atol=0.06)


def test_ink_at_one_side_stays_on_the_image():
    ink = np.zeros((20, 20))
    ink[:, 0], ink[0, 19] = 1, 0.01
    assert (centered(ink) == 255).sum() == BOX


def test_a_blank_drawing_is_a_blank_image():
    assert not centered(np.zeros((5, 5))).any()


def test_a_pen_that_is_up_moves_without_a_trace():
    canvas = typed("down", "left", "left")
    assert not canvas.cells.any()
    assert (canvas.row, canvas.column) == (PEN + 1, SIDE // 2 - 3)


def test_a_pen_that_is_down_inks_where_it_goes():
    canvas = typed("page down", *["down"] * 3)
    rows, columns = np.nonzero(canvas.cells)
    assert set(rows) == set(range(PEN, PEN + 3 + PEN))
    assert set(columns) == set(range(SIDE // 2 - 1, SIDE // 2 - 1 + PEN))


@pytest.mark.parametrize("way", ["up", "down", "left", "right"])
def test_the_pen_stays_on_the_canvas(way):
    canvas = typed("page down", *[way] * (SIDE + 3))
    assert canvas.cells[canvas.pen()].all()
    assert canvas.cells[canvas.pen()].shape == (PEN, PEN)


def test_undo_takes_back_a_stroke_at_a_time():
    one = typed("page down", "down", "page down")
    two = typed("page down", "down", "page down", "right", "enter", *["right"] * 4)
    assert two.cells.sum() > one.cells.sum()
    app.press(two, "u")
    assert (two.cells == one.cells).all()
    assert not two.is_down
    app.press(two, "u")
    assert not two.cells.any()
    app.press(two, "u")
    assert not two.cells.any()


def test_what_was_cleared_comes_back():
    canvas = typed("page down", "down", "c")
    assert not canvas.cells.any()
    app.press(canvas, "c")
    app.press(canvas, "u")
    assert canvas.cells.sum() == PEN * (PEN + 1)


def test_a_key_that_means_nothing_changes_nothing():
    assert not typed("x", "7", "home").cells.any()


def test_an_empty_canvas_is_not_read(reader):
    assert app.shares_of(Canvas(), reader) is None
    shares = app.shares_of(typed("page down"), reader)
    assert shares.shape == (10,)
    assert shares.sum() == pytest.approx(1)


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (200, 50)])
@pytest.mark.parametrize("plain", [False, True])
def test_the_screen_fits(size, plain):
    shares = np.full(10, 0.01)
    shares[7] = 0.91
    canvas = typed("page down", "down")
    lines = draw(Shown("LeNet on digits", canvas, shares, *size, plain))
    assert len(lines) <= size[1]
    assert max(line.cell_len for line in lines) <= size[0]
    text = "\n".join(line.plain for line in lines)
    assert "the net reads 7" in text
    assert "91.0%" in text
    assert "q quit" in text
    assert text.isascii() is plain


def test_ink_paper_and_pen_differ_without_color():
    canvas = typed("page down", "down", "page down", "right", "right", "right")
    text = "".join(line.plain for line in draw(Shown("", canvas, None, 60, 20, True)))
    assert (text.count("##"), text.count("[]")) == (PEN * (PEN + 1), PEN * PEN)
    on_ink = typed("page down")
    text = "".join(line.plain for line in draw(Shown("", on_ink, None, 60, 20, True)))
    assert text.count("%%") == PEN * PEN


@pytest.mark.parametrize("size", [(LEAST[0] - 1, 40), (100, LEAST[1] - 1), (20, 6)])
def test_a_terminal_that_is_too_small_is_said(size):
    lines = draw(Shown("title", Canvas(), None, *size, False))
    assert "60 columns and 20 lines" in lines[0].plain
    assert len(lines) <= size[1]


def test_bars_are_as_long_as_the_digits_are_likely():
    shares = np.array([0.5, 0.25, 0.25, *[0.0] * 7])
    lines = bars(shares, 49, plain=True)
    assert [line.plain.count("#") for line in lines] == [20, 10, 10, *[0] * 7]
    assert all(cell_len(line.plain) <= 49 for line in lines)
    assert [bool(line.style) for line in lines] == [True, *[False] * 9]


def test_paper_may_be_lighter_or_darker_than_ink():
    image = digits().test_images[0].astype(float)
    image[image < 60] = 0
    for gray in (image, 255 - image, image / 255, 100 - image / 10):
        np.testing.assert_array_equal(centered(of_file.ink_of(gray)) > 0, image > 0)


def test_stains_of_the_paper_are_no_ink():
    gray = np.full((30, 30), 250.0)
    gray[10:20, 14:17], gray[2, 2] = 10, 220
    ink = of_file.ink_of(gray)
    assert ink[2, 2] == 0
    assert (ink > 0).sum() == 30


def test_an_image_file_is_read(trained_clone, tmp_path):
    path = tmp_path / "digit.png"
    path.write_bytes(pictures.png(255 - digits().test_images[3]))
    done = dojo(trained_clone, "draw", str(path))
    assert done.status == 0, done.err
    assert "\x1b" not in done.out
    seen = centered(of_file.ink_of(digits().test_images[3].astype(float)))
    shares = Reader(REPOSITORY, any_params()).probabilities(seen[None])[0]
    assert f"It reads {shares.argmax()}." in done.out
    rows = [line for line in done.out.splitlines() if line.endswith("%")]
    assert [row.split()[-1] for row in rows] == [f"{share:.1%}" for share in shares]


def test_an_image_that_shows_nothing_is_refused(reader, tmp_path):
    path = tmp_path / "blank.png"
    path.write_bytes(pictures.png(np.full((9, 9), 255, np.uint8)))
    with pytest.raises(UserError, match="shows nothing"):
        of_file.show(Console(quiet=True), reader, path)


def test_without_a_net_training_comes_first(clone, tmp_path):
    done = dojo(clone, "draw", str(tmp_path / "any.png"))
    assert done.status == 1
    assert "no net was trained yet: dojo train digits" in done.err


def test_a_broken_net_is_said_and_left(trained_clone, tmp_path):
    path = nets.place(trained_clone.root, "digits")
    path.write_bytes(b"half a file")
    done = dojo(trained_clone, "draw", str(tmp_path / "any.png"))
    assert done.status == 1
    assert "cannot be used" in done.err
    assert "dojo train digits" in done.err
    assert path.read_bytes() == b"half a file"


def test_without_a_terminal_it_says_what_it_needs(trained_clone):
    done = dojo(trained_clone, "draw")
    assert done.status == 2
    assert "needs a terminal to draw in; dojo draw IMAGE" in done.err


def test_the_net_that_was_kept_last_reads(trained_clone):
    from dojo.ui.draw.nets import reader_of

    _, title = reader_of(trained_clone.root)
    assert title == "LeNet on digits, epoch 3, 2 functions of yours"
    facts = Facts("mnist", 5, 32, 0.02, 0, 0.9, ())
    nets.write(nets.place(trained_clone.root, "mnist"), Net(any_params(), facts))
    _, title = reader_of(trained_clone.root)
    assert title == "LeNet on mnist, epoch 5, the reference's"


def test_a_digit_is_drawn_and_read_while_it_is_drawn(trained_clone):
    session = Session(trained_clone.root, "draw", NO_COLOR="1")
    try:
        session.wait_for("draw a digit", "pen up", "q quit")
        session.type(" " + 5 * "\x1b[B" + 2 * "\x1b[C")
        session.wait_for("the net reads", "pen down", "%")
        session.type("c")
        session.wait_for("draw a digit", "pen up")
        session.type("u")
        session.wait_for("the net reads")
        session.resize(60, 20)
        session.wait_for("the net reads")
        assert session.misfits() == []
        session.type("q")
        assert session.ended() == 0
    finally:
        session.close()
    assert session.text.endswith(LEFT)
