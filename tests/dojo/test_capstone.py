"""What a learner shows at the end: `dojo capstone` and the page that it writes."""

import base64
import re
import struct
import zlib
from html.parser import HTMLParser
from textwrap import dedent

import numpy as np
import pytest
from command_line import dojo
from conftest import REPOSITORY
from forked_python import COLD

from dojo.data import digits
from dojo.errors import UserError
from dojo.kata.catalog import find
from dojo.site.measured.capstone import trained as trained_capstone
from dojo.ui import capstone
from dojo.ui.capstone_page import WORST, Shown, page
from dojo.worker import pipeline

CONFIG = {"batch_size": 32, "lr": 0.02, "max_epochs": 2, "seed": 4}
N = 40
LEAST_SHARE = 0.93


def report_of(share):
    entry = {"train_loss": 0.75, "train_accuracy": 0.5, "val_accuracy": 0.625}
    history = [{"epoch": i, "val_loss": 0.5 - 0.125 * i} | entry for i in range(2)]
    scores = {"precision": 0.5, "recall": 0.25, "f1-score": 1 / 3, "support": 4.0}
    per_class = {str(digit): scores for digit in range(10)}
    parts = {"history": history, "test_accuracy": share, "per_class": per_class}
    return parts | {"best_epoch": 1}


def said(report):
    return report | {"said": {}}


@pytest.fixture
def shown():
    """Forty answers: number 5 is wrong and very sure, number 8 wrong and less so."""
    images, labels = digits().test_images[:N], np.arange(N) % 10
    scores = np.full((N, 10), 0.01)
    scores[np.arange(N), labels] = 0.91
    for at, guess, sure in ((5, 2, 0.99), (8, 3, 0.6)):
        scores[at] = (1 - sure) / 9
        scores[at, guess] = sure
    return Shown(report_of(0.95), CONFIG, scores, images, labels, "2026-02-03")


class Tags(HTMLParser):
    """The tags of a page, each with its attributes, and whether each is closed."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else(shown):
    text = page(shown)
    found = Tags(text)
    assert found.open == []
    names = {tag for tag, _ in found.tags}
    assert not names & {"script", "link", "iframe", "object"}
    addresses = [a.get("src") or a.get("href") for _, a in found.tags]
    assert all(a.startswith("data:image/png;base64,") for a in addresses if a)
    assert "url(" not in text
    assert "prefers-color-scheme: dark" in text
    assert "width=device-width" in text


def test_the_page_says_what_was_found_and_how_it_was_made(shown):
    text = re.sub(r"<[^>]+>", " ", page(shown))
    for words in ("95.0%", "38 right", "2 wrong", "epoch 1", "2026-02-03", "0.02"):
        assert words in text
    assert "2026-02-03" in text
    assert text.count("0.333") == 10, "a row for each class"


def test_the_confusion_matrix_has_the_true_digits_in_its_rows(shown):
    assert shown.confusion[5, 2] == 1
    assert shown.confusion[2, 5] == 0
    assert shown.confusion.sum() == N
    cells = re.findall(
        r'<td(?: class="?hit"?)? style="[^"]*">([^<]+)</td>', page(shown)
    )
    assert len(cells) == 100
    assert cells[5 * 10 + 2] == "1"
    assert cells[2 * 10 + 5] == "·"
    assert cells[5 * 10 + 5] == "3"


def test_the_worst_mistakes_come_first_and_are_pictures_of_the_digits(shown):
    assert shown.worst == [5, 8]
    text = page(shown)
    assert text.index("reads 2, is 5") < text.index("reads 3, is 8")
    assert "99.0% sure" in text
    address = next(a["src"] for tag, a in Tags(text).tags if tag == "img")
    png = base64.b64decode(address.partition(",")[2])
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", png[16:24]) == (28, 28)
    at = png.index(b"IDAT")
    (size,) = struct.unpack(">I", png[at - 4 : at])
    rows = zlib.decompress(png[at + 4 : at + 4 + size])
    pixels = np.frombuffer(rows, np.uint8).reshape(28, 29)
    assert (pixels[:, 1:] == 255 - shown.images[5]).all()
    assert not pixels[:, 0].any()


def test_no_more_mistakes_are_shown_than_fit(shown):
    shown.scores[:] = 0.05
    shown.scores[np.arange(N), (np.arange(N) + 1) % 10] = 0.55
    assert len(shown.worst) == WORST
    assert page(shown).count("<img") == WORST


def test_a_net_without_mistakes_and_a_run_of_one_epoch_have_a_page_too(shown):
    shown.scores[[5, 8]] = np.eye(10)[[5, 8]]
    del shown.report["history"][1]
    shown.report["best_epoch"] = 0
    assert "It makes none." in page(shown)


def test_a_page_that_is_there_is_kept_under_another_name(tmp_path):
    path = tmp_path / "shown.html"
    assert capstone.keep(path) is None
    for number in (1, 2):
        path.write_text(f"page {number}", "utf-8")
        copy = capstone.keep(path)
        assert copy == tmp_path / f"shown.{number}.html"
        assert copy.read_text("utf-8") == f"page {number}"


def test_digits_are_written_as_files_with_a_table_for_each_part(tmp_path):
    capstone.write_digits(tmp_path, train=13, test=7)
    d = digits()
    parts = {"train": (13, d.train_images, d.train_labels)}
    parts["test"] = 7, d.test_images, d.test_labels
    for part, (count, images, labels) in parts.items():
        lines = (tmp_path / f"{part}.csv").read_text("utf-8").splitlines()
        assert len(lines) == count
        for i, (name, label) in enumerate(line.split(",") for line in lines):
            image = np.load(tmp_path / "images" / name)
            assert (image == images[i]).all()
            assert image.dtype == np.uint8
            assert int(label) == labels[i]
    assert len(list((tmp_path / "images").iterdir())) == 20


def answer(tmp_path, body):
    path = tmp_path / "k07_capstone.py"
    head = "import os, sys, types\n\n\ndef build_pipeline(cfg, data_dir):\n"
    path.write_text(head + "".join(f"    {line}\n" for line in body), "utf-8")
    return path


GOOD = [
    "print('words', flush=True)",
    "history = [{'epoch': 0, 'train_loss': cfg.lr, 'val_loss': cfg.seed}]",
    "per = {'0': {'precision': 1, 'support': 3}}",
    "(data_dir / 'best.pt').write_bytes(b'weights')",
]
REPORT = (
    "return types.SimpleNamespace("
    "history=history, test_accuracy=0.5, per_class=per, best_epoch=0)"
)


def test_a_pipeline_trains_in_a_process_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv(COLD, "1")
    path = answer(tmp_path, [*GOOD, REPORT])
    report = pipeline.train(REPOSITORY, path, CONFIG, tmp_path, 60)
    assert report["history"] == [{"epoch": 0.0, "train_loss": 0.02, "val_loss": 4.0}]
    assert report["per_class"] == {"0": {"precision": 1.0, "support": 3.0}}
    assert (report["test_accuracy"], report["best_epoch"]) == (0.5, 0)
    assert (tmp_path / "best.pt").read_bytes() == b"weights"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (["raise NotImplementedError"], "build_pipeline is not started"),
        (
            ["x = 3", "raise ValueError('no images\\nand more')"],
            "build_pipeline raised ValueError: no images (k07_capstone.py:6)",
        ),
        (
            ["return None"],
            "build_pipeline raised TypeError: the report has no history, "
            "test_accuracy, per_class, best_epoch",
        ),
        (["os._exit(3)"], "build_pipeline ended the process: exit status 3"),
        (["sys.exit(0)"], "build_pipeline ended the process: exit status 0"),
        (
            ["os.kill(os.getpid(), 11)"],
            "build_pipeline ended the process: SIGSEGV",
        ),
    ],
)
def test_a_pipeline_that_fails_is_told_of_in_a_sentence(tmp_path, body, says):
    with pytest.raises(pipeline.PipelineFailed) as caught:
        pipeline.train(REPOSITORY, answer(tmp_path, body), CONFIG, tmp_path, 60)
    assert str(caught.value) == says


def test_a_pipeline_that_does_not_end_is_ended(tmp_path):
    path = answer(tmp_path, ["while True:", "    pass"])
    with pytest.raises(pipeline.PipelineFailed, match="did not end within 3 s"):
        pipeline.train(REPOSITORY, path, CONFIG, tmp_path, 3)


def test_a_file_that_does_not_parse_is_told_of_in_a_sentence(tmp_path):
    path = answer(tmp_path, ["return ("])
    with pytest.raises(pipeline.PipelineFailed, match="raised SyntaxError"):
        pipeline.train(REPOSITORY, path, CONFIG, tmp_path, 60)


@pytest.fixture
def trained(monkeypatch, clone):
    """Let a training be over at once, with a net that reads the first 900 digits."""
    labels = digits().test_labels
    scores = np.eye(10)[np.where(np.arange(1000) < 900, labels, (labels + 1) % 10)]
    monkeypatch.setattr(capstone, "KATA", "scaling")
    monkeypatch.setattr(capstone, "write_digits", lambda folder: None)
    monkeypatch.setattr(capstone, "train", lambda *given: said(report_of(0.9)))
    monkeypatch.setattr(capstone, "scores_said", lambda *given: scores)
    return clone


def test_the_command_is_for_a_pipeline_that_has_passed(trained):
    ran = dojo(trained, "capstone")
    assert ran.status == 1
    assert ran.err.splitlines() == [
        "dojo: the page is for a pipeline that has passed, and yours is not started",
        "next: dojo run capstone",
    ]
    assert not (trained.root / "build").exists()


def test_the_command_writes_the_page_and_keeps_the_old_one(trained, monkeypatch):
    monkeypatch.setattr(capstone, "assert_passed", lambda root: None)
    path = trained.root / "build" / "capstone.html"
    for number in range(2):
        ran = dojo(trained, "capstone", "--seed", "7")
        assert (ran.status, ran.err) == (0, "")
        assert ran.out.splitlines()[-1] == f"wrote {path}"
        kept = sorted(p.name for p in path.parent.glob("*.html"))
        assert len(kept) == number + 1
    assert "90.0%" in path.read_text("utf-8")
    own = trained.root / "mine.html"
    ran = dojo(trained, "capstone", "--html", str(own))
    assert own.read_text("utf-8").startswith("<!doctype html>")


def test_a_report_that_its_weights_do_not_bear_out_is_refused(trained, monkeypatch):
    monkeypatch.setattr(capstone, "assert_passed", lambda root: None)
    monkeypatch.setattr(capstone, "train", lambda *given: said(report_of(0.97)))
    ran = dojo(trained, "capstone")
    assert ran.status == 1
    assert "test_accuracy is 0.970" in ran.err
    assert "the net reads 0.900" in ran.err
    assert not (trained.root / "build").exists()


def test_a_page_that_cannot_be_written_is_wrong_use(trained, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        capstone.show(trained.root, CONFIG, tmp_path / "file" / "page.html")


def test_what_a_net_said_is_put_in_the_order_of_the_digits():
    names = [f"test-{number:04}.npy" for number in range(1000)][::-1]
    scores = np.arange(10_000).reshape(1000, 10)
    found = capstone.scores_said({"names": names, "scores": scores[::-1].tolist()})
    assert (found == scores).all()
    for few in ({"names": names[1:]}, {"scores": scores[1:].tolist()}):
        with pytest.raises(pipeline.PipelineFailed, match="each of the 1000 test"):
            capstone.scores_said({"names": names, "scores": scores.tolist()} | few)


def test_a_checkpoint_that_is_none_is_refused(tmp_path):
    (tmp_path / "best.pt").write_bytes(b"nothing")
    with pytest.raises(pipeline.PipelineFailed, match=r"best\.pt cannot be read"):
        capstone.scores_of(REPOSITORY, tmp_path / "best.pt")


def test_a_kata_has_passed_only_as_it_is_now(trained):
    reference = trained.root / "solutions" / "ch0_tiny" / "k01_scaling.py"
    stub = trained.root / "katas" / "ch0_tiny" / "k01_scaling.py"
    stub.write_text(reference.read_text("utf-8"), "utf-8")
    assert dojo(trained, "run", "scaling").status == 0
    capstone.assert_passed(trained.root)
    with stub.open("a", encoding="utf-8") as file:
        file.write(dedent("\n\nX = 1\n"))
    with pytest.raises(pipeline.PipelineFailed, match="changed since passed"):
        capstone.assert_passed(trained.root)


def test_the_reference_goes_the_whole_way_on_a_few_digits(tmp_path):
    capstone.write_digits(tmp_path, train=60, test=20)
    kata, _ = find(REPOSITORY, "capstone")
    first, again = (
        pipeline.train(REPOSITORY, kata.reference, CONFIG, tmp_path) for _ in range(2)
    )
    assert first == again
    assert len(first["history"]) == 2
    scores = capstone.scores_of(REPOSITORY, tmp_path / "best.pt")
    told = first["said"]
    assert told["names"] == [f"test-{number:04}.npy" for number in range(20)]
    assert np.allclose(told["scores"], scores[:20], atol=1e-5)
    d = digits()
    share = float((scores[:20].argmax(1) == d.test_labels[:20]).mean())
    assert share == first["test_accuracy"]
    whole = Shown(first, CONFIG, scores, d.test_images, d.test_labels, "2026-02-03")
    assert "<h2>Its worst mistakes</h2>" in page(whole)


def test_the_reference_reads_93_of_100_digits():
    assert trained_capstone().share >= LEAST_SHARE
