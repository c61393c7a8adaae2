"""Wrong answers to Capstone, rejected by the grader and named by the dojo."""

import copy
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.utils.data import ConcatDataset, DataLoader, Subset

from dojo.grading import mistake
from solutions.ch1_foundations.k06_early_stopping import EarlyStopping
from solutions.ch5_data.k01_custom_dataset import AnnotatedImageDataset
from solutions.ch5_data.k03_image_tensors import to_tensor
from solutions.ch7_training import k07_capstone as right
from solutions.ch7_training.k01_initialize_weights import initialize_weights
from solutions.ch7_training.k05_train_and_evaluate import evaluate, run
from solutions.ch7_training.k06_classification_report import classification_report


class _Watchful(EarlyStopping):
    """Early stopping that calls somebody after each epoch."""

    def __init__(self, patience, call=None):
        super().__init__(patience)
        self.call = call

    def step(self, val_loss, state=None):
        if self.call:
            self.call()
        return super().step(val_loss, state)


def _sgd(net, cfg):
    return torch.optim.SGD(net.parameters(), lr=cfg.lr, momentum=0.9)


def _images(data_dir, table, shift=None, tensor=to_tensor, frame=right._framed):
    """Return a table's images as the net is to see them, or with a slip."""

    def transform(image):
        return (shift or right._centered)(frame(tensor(image)))

    folder = Path(data_dir)
    return AnnotatedImageDataset(folder / table, folder / "images", np.load, transform)


def _random_split(data_dir, shift=right._shifted, **how):
    shifted = _images(data_dir, "train.csv", shift, **how)
    centered = _images(data_dir, "train.csv", **how)
    order = torch.randperm(len(shifted)).tolist()
    n = max(1, round(len(order) / 10))
    return Subset(shifted, order[n:]), Subset(centered, order[:n])


def _scored(judged):
    scores = classification_report(judged["labels"], judged["preds"], right.NAMES)
    return {name: scores[name] for name in right.NAMES}


def _kept(net, stopper, folder):
    """Bring the best weights back and write them down."""
    net.load_state_dict(stopper.best_state)
    best = {"net": net.state_dict(), "optimizer": None, "epoch": stopper.best_epoch}
    torch.save(best, folder / "best.pt")


def _pipeline(cfg, data_dir, **slip):
    """Return the report of a pipeline with a slip in one of its parts."""
    folder = Path(data_dir)
    seed = slip.get("seed", cfg.seed)
    if seed is not None:
        torch.manual_seed(seed)
    look = slip.get("look", _images)
    test = look(folder, "test.csv")
    train, val = slip.get("split", _random_split)(folder)
    net, criterion = right.LeNet(), slip.get("criterion", nn.CrossEntropyLoss())
    slip.get("start", initialize_weights)(net)
    optimizer = slip.get("optimizer", _sgd)(net, cfg)
    call = slip.get("after_epoch")
    call = call and (lambda: call(net, test, criterion))
    stopper = _Watchful(slip.get("patience", 3), call)
    size = slip.get("size", cfg.batch_size)
    how = {"shuffle": True, "drop_last": False} | slip.get("loader", {})
    loaders = DataLoader(train, size, **how), DataLoader(val, size)
    history = run(net, *loaders, criterion, optimizer, cfg, stopper)
    slip.get("keep", _kept)(net, stopper, folder)
    judged = evaluate(net, DataLoader(test, size), criterion)
    per_class = slip.get("score", _scored)(judged)
    accuracy = slip.get("share", lambda judged, history: judged["accuracy"])
    number = stopper.best_epoch + slip.get("first", 0)
    return right.Report(history, accuracy(judged, history), per_class, number)


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
    "best.pt holds the weights of the last epoch: keep a copy of those of the best one "
    "(a state dict shares its tensors with the net), and bring them back.",
)
def keeps_the_last_weights(cfg, data_dir):
    def keep(net, stopper, folder):
        best = {"net": net.state_dict(), "epoch": stopper.best_epoch}
        torch.save(best, folder / "best.pt")

    return _pipeline(cfg, data_dir, keep=keep)


@mistake(
    "build_pipeline",
    "best.pt is right, but the test is made with the weights of the last epoch: load "
    "those of the best one into the net first.",
)
def tests_the_last_weights(cfg, data_dir):
    def keep(net, stopper, folder):
        best = {"net": stopper.best_state, "epoch": stopper.best_epoch}
        torch.save(best, folder / "best.pt")

    return _pipeline(cfg, data_dir, keep=keep)


@mistake(
    "build_pipeline",
    "best.pt holds the state dict and nothing around it: it is a dict with "
    '"net" and "epoch".',
)
def saves_the_bare_state_dict(cfg, data_dir):
    def keep(net, stopper, folder):
        net.load_state_dict(stopper.best_state)
        torch.save(net.state_dict(), folder / "best.pt")

    return _pipeline(cfg, data_dir, keep=keep)


@mistake(
    "build_pipeline",
    "best.pt holds a whole module, which torch.load with weights_only=True refuses: "
    "save its state dict.",
)
def saves_the_module(cfg, data_dir):
    def keep(net, stopper, folder):
        net.load_state_dict(stopper.best_state)
        best = {"net": net, "epoch": stopper.best_epoch}
        torch.save(best, folder / "best.pt")

    return _pipeline(cfg, data_dir, keep=keep)


@mistake(
    "build_pipeline",
    "Training images are mirrored: a mirrored 2 is not a 2, so shift them "
    "and flip nothing.",
)
def flips_digits(cfg, data_dir):
    def shift(image):
        image = right._shifted(image)
        return image.flip(-1) if torch.rand(()) < 0.5 else image

    return _pipeline(cfg, data_dir, split=lambda f: _random_split(f, shift))


@mistake(
    "build_pipeline",
    "Validation images are shifted too: augmentation is for training, so give those "
    "that were held back a data set of their own without it.",
)
def shifts_what_it_validates_on(cfg, data_dir):
    def split(folder):
        train, _ = _random_split(folder)
        held = [*({*range(len(train.dataset))} - {*train.indices})]
        return train, Subset(train.dataset, held)

    return _pipeline(cfg, data_dir, split=split)


@mistake(
    "build_pipeline",
    "Training images are never shifted: move each at random, each time that it is used.",
)
def shifts_nothing(cfg, data_dir):
    return _pipeline(cfg, data_dir, split=lambda f: _random_split(f, right._centered))


@mistake(
    "build_pipeline",
    "Each image is shifted once, before the first epoch, and then stays where it is: "
    "shift it when it is read for a batch.",
)
def shifts_once_and_for_all(cfg, data_dir):
    def split(folder):
        train, val = _random_split(folder)
        return _Loaded(train), val

    return _pipeline(cfg, data_dir, split=split)


@mistake(
    "build_pipeline",
    "The pixels reach the net as numbers up to 255: divide by 255.",
)
def leaves_bytes(cfg, data_dir):
    def tensor(image):
        return torch.from_numpy(image)[None].float()

    def look(*given):
        return _images(*given, tensor=tensor)

    def split(folder):
        return _random_split(folder, tensor=tensor)

    return _pipeline(cfg, data_dir, look=look, split=split)


@mistake(
    "build_pipeline",
    "Which images are held back does not depend on the seed: draw them at random, since "
    "a table may be sorted.",
)
def holds_the_same_images_back(cfg, data_dir):
    def split(folder):
        shifted = _images(folder, "train.csv", right._shifted)
        centered = _images(folder, "train.csv")
        at = len(shifted) - round(len(shifted) / 10)
        every = range(len(shifted))
        return Subset(shifted, every[:at]), Subset(centered, every[at:])

    return _pipeline(cfg, data_dir, split=split)


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
    "The net starts as torch starts it: call initialize_weights on it first.",
)
def leaves_the_start_to_torch(cfg, data_dir):
    return _pipeline(cfg, data_dir, start=lambda net: None)


@mistake(
    "build_pipeline",
    "A last batch that is short is left out of training: keep it, drop_last=False.",
)
def drops_the_last_batch(cfg, data_dir):
    return _pipeline(cfg, data_dir, loader={"drop_last": True})


@mistake(
    "build_pipeline",
    "Training images come in the same order in every epoch: let the loader shuffle.",
)
def does_not_shuffle(cfg, data_dir):
    return _pipeline(cfg, data_dir, loader={"shuffle": False})


@mistake(
    "build_pipeline",
    "Batches are larger than cfg.batch_size, whatever it is: hand it to the loader.",
)
def has_a_batch_size_of_its_own(cfg, data_dir):
    return _pipeline(cfg, data_dir, size=16)


@mistake(
    "build_pipeline",
    "All images of a batch are shifted alike: shift each by itself, when it is read.",
)
def shifts_a_batch_as_one(cfg, data_dir):
    def collate(samples):
        X, y = torch.utils.data.default_collate(samples)
        return right._shifted(right.F.pad(X[:, 0], (2, 2, 2, 2)))[:, None], y

    def split(folder):
        return _random_split(folder, right._centered)

    return _pipeline(cfg, data_dir, split=split, loader={"collate_fn": collate})


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


@mistake("build_pipeline", "The steps have no momentum: momentum=0.9.")
def forgets_momentum(cfg, data_dir):
    def optimizer(net, cfg):
        return torch.optim.SGD(net.parameters(), lr=cfg.lr)

    return _pipeline(cfg, data_dir, optimizer=optimizer)


@mistake(
    "build_pipeline",
    "The first step goes in another direction than the gradient of the batch's mean "
    "cross-entropy: take torch.optim.SGD, without weight decay, and nn.CrossEntropyLoss "
    "of the logits without options.",
)
def steps_in_another_direction(cfg, data_dir):
    def optimizer(net, cfg):
        return torch.optim.Adam(net.parameters(), lr=cfg.lr)

    return _pipeline(cfg, data_dir, optimizer=optimizer)


@mistake(
    "build_pipeline",
    "Training goes on to the last epoch however long nothing has improved: stop after "
    "some epochs in vain.",
)
def never_stops_early(cfg, data_dir):
    return _pipeline(cfg, data_dir, patience=10**6)


@mistake(
    "build_pipeline",
    "Training stops at the first epoch that is not better: wait for 2 epochs or more.",
)
def stops_at_the_first_rise(cfg, data_dir):
    return _pipeline(cfg, data_dir, patience=1)


@mistake(
    "build_pipeline",
    "best_epoch is one more than the number of its entry: both are counted alike.",
)
def counts_the_best_epoch_from_1(cfg, data_dir):
    return _pipeline(cfg, data_dir, first=1)


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
    "per_class lacks the classes that do not occur among the test images: all ten are "
    "there, with 0 where there is nothing to divide by.",
)
def reports_only_classes_that_occur(cfg, data_dir):
    def score(judged):
        found = {str(label) for label in judged["labels"].tolist()}
        return {k: v for k, v in _scored(judged).items() if k in found}

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
    "The images are made 32 pixels wide by zeros below and to the right alone: two on "
    "each side.",
)
def frames_on_two_sides_only(cfg, data_dir):
    def frame(image):
        return right.F.pad(image, (2, 6, 2, 6))

    def look(*given):
        return _images(*given, frame=frame)

    def split(folder):
        return _random_split(folder, frame=frame)

    return _pipeline(cfg, data_dir, look=look, split=split)
