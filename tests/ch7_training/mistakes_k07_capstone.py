"""Wrong answers to Capstone, rejected by the grader and named by the dojo."""

import copy
from functools import cache
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, Subset

from dojo.grading import mistake
from solutions.ch1_foundations.k06_early_stopping import EarlyStopping
from solutions.ch7_training import k07_capstone as right
from solutions.ch7_training.k01_initialize_weights import initialize_weights
from solutions.ch7_training.k05_train_and_evaluate import evaluate, train_one_epoch
from solutions.ch7_training.k06_classification_report import classification_report


def _sgd(net, cfg):
    return torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.9)


def _images(data_dir, table, shift=right._centered):
    """Return the images of a table; each of the training images is read once.

    Thirty wrong answers that each read all of them would take longer to read than to
    train.
    """
    images = right._images(data_dir, table, [shift])
    if table == "train.csv":
        images.reader = lambda path: _framed(path, path.stat().st_mtime_ns)
        images.transform = shift
    return images


@cache
def _framed(path, written):
    return right._framed(right.to_tensor(np.load(path)))


def _random_split(data_dir, shift=right._shifted):
    shifted = _images(data_dir, "train.csv", shift)
    centered = _images(data_dir, "train.csv")
    order = torch.randperm(len(shifted)).tolist()
    n = max(1, round(len(order) / 10))
    return Subset(shifted, order[n:]), Subset(centered, order[:n])


def _scored(judged):
    scores = classification_report(judged["labels"], judged["preds"], right.NAMES)
    return {name: scores[name] for name in right.NAMES}


def _kept(net, stopper, folder):
    """Bring the best weights back and write them down."""
    net.load_state_dict(stopper.best_state)
    torch.save({"net": net.state_dict()}, folder / "best.pt")


def _entry(epoch, trained, judged):
    return {
        "epoch": epoch,
        "train_loss": trained["loss"],
        "train_accuracy": trained["accuracy"],
        "val_loss": judged["loss"],
        "val_accuracy": judged["accuracy"],
    }


def _pipeline(cfg, data_dir, **slip):
    """Return the report of a pipeline with a slip in one of its parts."""
    folder = Path(data_dir)
    seed = slip.get("seed", cfg.seed)
    if seed is not None:
        torch.manual_seed(seed)
    test = slip.get("look", _images)(folder, "test.csv")
    train, val = slip.get("split", _random_split)(folder)
    net, criterion = right.LeNet(), nn.CrossEntropyLoss()
    initialize_weights(net)
    optimizer = slip.get("optimizer", _sgd)(net, cfg)
    size = slip.get("size", cfg.batch_size)
    how = {"shuffle": True} | slip.get("loader", {})
    train, val = DataLoader(train, size, **how), DataLoader(val, size)
    judge, history = slip.get("judge", evaluate), []
    stopper = EarlyStopping(patience=3)
    for epoch in range(cfg.max_epochs):
        trained = train_one_epoch(net, train, criterion, optimizer)
        judged = judge(net, val, criterion)
        history.append(_entry(epoch, trained, judged))
        slip.get("after_epoch", lambda *given: None)(net, test, criterion)
        worth = slip.get("worth", lambda entry: entry["val_loss"])(history[-1])
        if stopper.step(worth, net.state_dict()):
            break
    slip.get("keep", _kept)(net, stopper, folder)
    tested = judge(net, DataLoader(test, size), criterion)
    per_class = slip.get("score", _scored)(
        slip.get("scores_of", lambda *j: j[0])(tested, judged)
    )
    share = slip.get("share", lambda tested, history: tested["accuracy"])
    number = slip.get("number", lambda best, history: best)
    best = number(stopper.best_epoch, history)
    return right.Report(history, share(tested, history), per_class, best)


@mistake(
    "build_pipeline",
    "Images that are trained on are held back as well: take one part of the order for "
    "training and the rest for validation, or the validation loss says nothing.",
)
def validates_on_what_it_trains_on(cfg, data_dir):
    def split(folder):
        train, val = _random_split(folder)
        return ConcatDataset([train, val]), val

    return _pipeline(cfg, data_dir, split=split)


@mistake(
    "build_pipeline",
    "The test images choose the epoch: hold training images back for that, and look at "
    "the test images once, when nothing is left to choose.",
)
def validates_on_the_test_images(cfg, data_dir):
    def split(folder):
        return _images(folder, "train.csv", right._shifted), _images(folder, "test.csv")

    return _pipeline(cfg, data_dir, split=split)


@mistake(
    "build_pipeline",
    "The test images are read after every epoch, to see how it goes: read them once, "
    "after the last.",
)
def looks_at_the_test_images_every_epoch(cfg, data_dir):
    def call(net, test, criterion):
        evaluate(net, DataLoader(test, cfg.batch_size), criterion)

    return _pipeline(cfg, data_dir, after_epoch=call)


class _Loaded(torch.utils.data.Dataset):
    """All samples of another data set, made once."""

    def __init__(self, dataset):
        self.samples = [dataset[i] for i in range(len(dataset))]

    def __len__(self):
        return len(self.samples)

    def __getitem__(self, i):
        return self.samples[i]


@mistake(
    "build_pipeline",
    "The test images are read before training has ended: go through them when nothing "
    "is left to train.",
)
def reads_the_test_images_first(cfg, data_dir):
    return _pipeline(cfg, data_dir, look=lambda *given: _Loaded(_images(*given)))


@mistake(
    "build_pipeline",
    "Training images are never shifted: move each at random, each time that it is used.",
)
def shifts_nothing(cfg, data_dir):
    return _pipeline(cfg, data_dir, split=lambda f: _random_split(f, right._centered))


@mistake(
    "build_pipeline",
    "cfg.seed is not used: seed every generator that is drawn from, before the first "
    "draw.",
)
def ignores_the_seed(cfg, data_dir):
    return _pipeline(cfg, data_dir, seed=None)


@mistake(
    "build_pipeline",
    "Every cfg.seed gives the same start and the same split: seed the generators with "
    "cfg.seed, not with a constant.",
)
def seeds_with_a_constant(cfg, data_dir):
    return _pipeline(cfg, data_dir, seed=42)


@mistake(
    "build_pipeline",
    "A last batch that is short is left out of training: keep it, drop_last=False.",
)
def drops_the_last_batch(cfg, data_dir):
    return _pipeline(cfg, data_dir, loader={"drop_last": True})


@mistake(
    "build_pipeline",
    "Batches are larger than cfg.batch_size, whatever it is: hand it to the loader.",
)
def has_a_batch_size_of_its_own(cfg, data_dir):
    return _pipeline(cfg, data_dir, size=16)


class _NeverClears(torch.optim.SGD):
    """An optimizer that leaves all gradients there."""

    def zero_grad(self, set_to_none=True):
        pass


@mistake(
    "build_pipeline",
    "Gradients of earlier batches are still there at the second step: clear them before "
    "each backward, with zero_grad.",
)
def adds_gradients_up(cfg, data_dir):
    def optimizer(net, cfg):
        return _NeverClears(net.parameters(), lr=cfg.lr, momentum=0.9)

    return _pipeline(cfg, data_dir, optimizer=optimizer)


@mistake(
    "build_pipeline",
    "The test images are read twice, after training: collect labels and predictions the "
    "first time, and make the whole report of them.",
)
def reads_the_test_images_twice(cfg, data_dir):
    def score(judged):
        again = _images(data_dir, "test.csv")
        assert len([again[i] for i in range(len(again))]) == len(judged["labels"])
        return _scored(judged)

    return _pipeline(cfg, data_dir, score=score)


@mistake(
    "build_pipeline",
    "test_accuracy is the best validation accuracy, which was chosen for being the "
    "best: it is the share of test images that are read right.",
)
def reports_the_validation_accuracy(cfg, data_dir):
    def share(judged, history):
        return max(entry["val_accuracy"] for entry in history)

    return _pipeline(cfg, data_dir, share=share)


@mistake(
    "build_pipeline",
    "per_class has the averages too: only the ten classes.",
)
def reports_the_averages_too(cfg, data_dir):
    def score(judged):
        return classification_report(judged["labels"], judged["preds"], right.NAMES)

    return _pipeline(cfg, data_dir, score=score)


@mistake(
    "build_pipeline",
    "Labels and predictions change places in the report, so that precision and recall "
    "do: classification_report takes the labels first.",
)
def swaps_labels_and_predictions(cfg, data_dir):
    def score(judged):
        swapped = copy.copy(judged)
        swapped["labels"], swapped["preds"] = judged["preds"], judged["labels"]
        return _scored(swapped)

    return _pipeline(cfg, data_dir, score=score)


@mistake(
    "build_pipeline",
    "Training and validation images are drawn apart from each other, so that some are in "
    "both: draw one order and cut it in two.",
)
def draws_each_part_by_itself(cfg, data_dir):
    def split(folder):
        shifted = _images(folder, "train.csv", right._shifted)
        n = max(1, round(len(shifted) / 10))
        train, held = (torch.randperm(len(shifted)).tolist() for _ in range(2))
        return Subset(shifted, train[n:]), Subset(
            _images(folder, "train.csv"), held[:n]
        )

    return _pipeline(cfg, data_dir, split=split)


@mistake(
    "build_pipeline",
    "best.pt holds the weights of the last epoch, and the test is made with them: keep a "
    "copy of those of the best one (a state dict shares its tensors with the net), and "
    "bring them back.",
)
def keeps_the_last_weights(cfg, data_dir):
    def keep(net, stopper, folder):
        torch.save({"net": net.state_dict()}, folder / "best.pt")

    return _pipeline(cfg, data_dir, keep=keep)


@mistake(
    "build_pipeline",
    "best.pt is right, but the test is made with the weights of the last epoch: load "
    "those of the best one into the net first.",
)
def tests_the_last_weights(cfg, data_dir):
    def keep(net, stopper, folder):
        torch.save({"net": stopper.best_state}, folder / "best.pt")

    return _pipeline(cfg, data_dir, keep=keep)


@mistake(
    "build_pipeline",
    "Training images are mirrored: a mirrored 2 is not a 2, so shift or turn them a "
    "little, and flip nothing.",
    axis=[-1, -2],
)
def flips_digits(cfg, data_dir, *, axis):
    def shift(image):
        image = right._shifted(image)
        return image.flip(axis) if torch.rand(()) < 0.5 else image

    return _pipeline(cfg, data_dir, split=lambda f: _random_split(f, shift))


@mistake(
    "build_pipeline",
    "Validation images are augmented too: augmentation is for training, so give those "
    "that were held back a data set of their own without it.",
)
def augments_what_it_validates_on(cfg, data_dir):
    def split(folder):
        train, _ = _random_split(folder)
        held = [*({*range(len(train.dataset))} - {*train.indices})]
        return train, Subset(train.dataset, held)

    return _pipeline(cfg, data_dir, split=split)


@mistake(
    "build_pipeline",
    "Test images are augmented too: augmentation is for training, so read them by a data "
    "set without it.",
)
def augments_what_it_tests_on(cfg, data_dir):
    def look(folder, table):
        return _images(folder, table, right._shifted)

    return _pipeline(cfg, data_dir, look=look)


@mistake(
    "build_pipeline",
    "The epoch is chosen by the accuracy on the validation images: keep the one whose "
    "validation loss is smallest, which says more of few images.",
)
def chooses_by_accuracy(cfg, data_dir):
    return _pipeline(cfg, data_dir, worth=lambda entry: -entry["val_accuracy"])


@mistake(
    "build_pipeline",
    "The epoch is chosen by the training loss, which falls on when the net has begun to "
    "learn by heart: keep the one whose validation loss is smallest.",
)
def chooses_by_the_training_loss(cfg, data_dir):
    return _pipeline(cfg, data_dir, worth=lambda entry: entry["train_loss"])


def _judged_in_training_mode(net, loader, criterion):
    net.train()
    with torch.no_grad():
        pairs = [(net(X), y) for X, y in loader]
    scores, labels = (torch.cat(parts) for parts in zip(*pairs, strict=True))
    preds = scores.argmax(1)
    share = (preds == labels).double().mean().item()
    found = {"loss": criterion(scores, labels).item(), "accuracy": share}
    return found | {"preds": preds, "labels": labels}


@mistake(
    "build_pipeline",
    "The net is judged in training mode: call eval() on it before, and train() again "
    "after; `evaluate` does.",
)
def judges_in_training_mode(cfg, data_dir):
    return _pipeline(cfg, data_dir, judge=_judged_in_training_mode)


@mistake(
    "build_pipeline",
    "The rate is a constant: hand cfg.lr to the optimizer.",
)
def has_a_rate_of_its_own(cfg, data_dir):
    def optimizer(net, cfg):
        return torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9)

    return _pipeline(cfg, data_dir, optimizer=optimizer)


@mistake(
    "build_pipeline",
    "best_epoch is the number of the last epoch: it is that of the epoch with the "
    "smallest validation loss.",
)
def names_the_last_epoch(cfg, data_dir):
    return _pipeline(cfg, data_dir, number=lambda best, history: len(history) - 1)


@mistake(
    "build_pipeline",
    "best_epoch is not the number of its entry but one beside it: both are counted alike.",
    by=[1, -1],
)
def counts_the_best_epoch_otherwise(cfg, data_dir, *, by):
    return _pipeline(cfg, data_dir, number=lambda best, history: best + by)


@mistake(
    "build_pipeline",
    "per_class is of the validation images: make it of the labels and predictions of the "
    "test.",
)
def scores_the_validation_images(cfg, data_dir):
    return _pipeline(cfg, data_dir, scores_of=lambda tested, judged: judged)


def _averaged_over_batches(net, loader, criterion):
    each = [evaluate(net, [batch], criterion) for batch in loader]
    parts = {k: torch.cat([one[k] for one in each]) for k in ("preds", "labels")}
    means = {k: sum(one[k] for one in each) / len(each) for k in ("loss", "accuracy")}
    return parts | means


@mistake(
    "build_pipeline",
    "Losses and accuracies are means over batches, in which an image of a short batch "
    "counts more: sum over images, and divide by their number.",
)
def averages_over_batches(cfg, data_dir):
    return _pipeline(cfg, data_dir, judge=_averaged_over_batches)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "build_pipeline": {
        "- data_dir = Path(data_dir)": "what is given is a Path",
        "- initialize_weights(net)": "how the weights start is free",
        "- optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.9)\n"
        "+ optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr)": "the optimizer is free",
        "- optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.9)\n"
        "+ optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.45)": "the optimizer is free",
        "- optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.9)\n"
        "+ optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0)": "the optimizer is free",
        "- optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.9)\n"
        "+ optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=1)": "the optimizer is free",
        "- optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.9)\n"
        "+ optimizer = torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.5)": "the optimizer is free",
        "- stopper = EarlyStopping(patience=3)": "the patience is free",
        "- train_loader = DataLoader(train, cfg.batch_size, shuffle=True)\n"
        "+ train_loader = DataLoader(train, cfg.batch_size)": "the order is free",
        "- train_loader = DataLoader(train, cfg.batch_size, shuffle=True)\n"
        "+ train_loader = DataLoader(train, cfg.batch_size, shuffle=False)": "the order is free",
        "- val_loader = DataLoader(val, cfg.batch_size)\n"
        "+ val_loader = DataLoader(val)": "the batches of what is judged are free",
        '- save_checkpoint(data_dir / "best.pt", net, epoch=stopper.best_epoch)\n'
        "+ save_checkpoint(data_dir / 'best.pt', net)": "what else is written is free",
        '- test = DataLoader(_images(data_dir, "test.csv", [_centered]), cfg.batch_size)\n'
        "+ test = DataLoader(_images(data_dir, 'test.csv', [_centered]))": "the batches of what is judged are free",
        "- return image[:, 2:34, 2:34]  # (1, 32, 32)": "what is cropped is free",
        "- order = torch.randperm(len(shifted)).tolist()\n"
        "+ order = torch.randperm(len(shifted))": "numbers in a tensor index as well",
        "- order = torch.randperm(len(shifted)).tolist()\n"
        "+ order = torch.randperm(len(centered)).tolist()": "there are as many of both",
        "- held_back = max(1, round(len(order) / 10))": "how many are held back is free",
        "- return F.pad(image, (4, 4, 4, 4))  # (1, 36, 36)": "the padding is free",
        "- y, x = torch.randint(5, (2,)).tolist()\n"
        "+ y, x = torch.randint(5, (2,))": "numbers in a tensor index as well",
        "- y, x = torch.randint(5, (2,)).tolist()\n"
        "+ y, x = torch.randint(4, (2,)).tolist()": "how far they are shifted is free",
        "- y, x = torch.randint(5, (2,)).tolist()\n"
        "+ y, x = torch.randint(2, (2,)).tolist()": "how far they are shifted is free",
        "- return image[:, y : y + 32, x : x + 32]  # (1, 32, 32)": "where they are shifted is free",
    },
}
