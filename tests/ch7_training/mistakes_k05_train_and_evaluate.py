"""Wrong answers to train-and-evaluate that are rejected and can be named."""

import copy

import torch

from dojo.grading import mistake
from solutions.ch7_training import k05_train_and_evaluate as right


def _samples(seen):
    return sum(n for _, n in seen)


def _mean(seen):
    """Return the mean over samples of what batches have on average."""
    return sum(value * n for value, n in seen) / _samples(seen)


def _train(model, loader, criterion, optimizer, device="cpu", **slip):
    """Train with a slip: what is left out, moved, or counted in another way."""
    if slip.get("mode", True) is not None:
        model.train(slip.get("mode", True))
    losses, shares = [], []
    for X, y in loader:
        X, y = slip.get("move", _moved)(X, y, device)
        scores = model(X)
        loss = criterion(scores, y)
        if slip.get("zero", "first") == "first":
            optimizer.zero_grad()
        if slip.get("order") == "step first":
            optimizer.step()
        if slip.get("backward", True):
            (loss * slip.get("factor", lambda n: 1)(len(y))).backward()
        if slip.get("zero") == "late":
            optimizer.zero_grad()
        if slip.get("step", True) is True and slip.get("order") != "step first":
            optimizer.step()
        if slip.get("step") == "twice":
            optimizer.step()
            optimizer.step()
        if slip.get("zero") == "after":
            optimizer.zero_grad()
        losses.append((slip.get("kept", _item)(loss), len(y)))
        scores = slip.get("again", _same)(model, X, scores)
        share = (slip.get("choose", _largest)(scores) == y).double().mean()
        shares.append((share.item(), len(y)))
    if slip.get("step") == "once":
        optimizer.step()
    entry = slip.get("entry", _mean)
    loss = slip.get("loss", entry)(losses)
    return {"loss": loss, "accuracy": slip.get("share", entry)(shares)}


def _moved(X, y, device):
    return X.to(device), y.to(device)


def _item(loss):
    return loss.item()


def _same(model, X, scores):
    return scores


def _largest(scores):
    return scores.argmax(1)


@mistake(
    "train_one_epoch",
    "Gradients are never cleared, so each step also takes those of all batches before: "
    "call optimizer.zero_grad() before each backward.",
)
def never_clears_the_gradients(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, zero="never")


@mistake(
    "train_one_epoch",
    "The first step takes those gradients along that were there on arrival, as if they "
    "were cleared after each step alone: clear them before backward.",
)
def clears_after_the_step_alone(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, zero="after")


@mistake(
    "train_one_epoch",
    "Gradients are cleared once, before the first batch: clear them for each batch.",
)
def clears_once(model, loader, criterion, optimizer, device="cpu"):
    optimizer.zero_grad()
    return _train(model, loader, criterion, optimizer, device, zero="never")


@mistake(
    "train_one_epoch",
    "Gradients are cleared between backward and step, so the step has none: clear them "
    "before backward.",
)
def clears_before_the_step(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, zero="late")


@mistake(
    "train_one_epoch",
    "The step comes before backward, without this batch's gradients.",
)
def steps_before_backward(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, order="step first")


@mistake(
    "train_one_epoch",
    "The optimizer never steps: call optimizer.step() after backward.",
)
def never_steps(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, step=False)


@mistake(
    "train_one_epoch",
    "backward is never called, so there are no gradients to step along.",
)
def never_goes_back(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, backward=False)


@mistake(
    "train_one_epoch",
    "One step is taken after the last batch: it belongs inside the loop.",
)
def steps_once(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, step="once")


@mistake(
    "train_one_epoch",
    "The net trains in the mode in which it arrives: call model.train().",
)
def trains_in_whatever_mode(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, mode=None)


@mistake(
    "train_one_epoch",
    "The net is trained in evaluation mode: call model.train().",
)
def trains_in_evaluation_mode(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, mode=False)


@mistake(
    "train_one_epoch",
    "Only the net itself is put in training mode, its layers keep theirs: call "
    "model.train(), which reaches them all.",
)
def sets_the_mode_of_the_net_alone(model, loader, criterion, optimizer, device="cpu"):
    model.training = True
    return _train(model, loader, criterion, optimizer, device, mode=None)


@mistake(
    "train_one_epoch",
    "A tensor of each batch is kept, and with it the graph of the batch: add up "
    "loss.item(), which is a number, and keep no scores.",
)
def adds_up_tensors(model, loader, criterion, optimizer, device="cpu"):
    def loss(seen):
        return _mean(seen).item()

    more = {"kept": lambda loss: loss, "loss": loss}
    return _train(model, loader, criterion, optimizer, device, **more)


@mistake(
    "train_one_epoch",
    "The {entry} comes as a tensor: take its number, .item().",
    entry=["loss", "accuracy"],
)
def returns_a_tensor(model, loader, criterion, optimizer, device="cpu", *, entry):
    more = {"kept": lambda loss: loss.detach()} if entry == "loss" else {}
    found = _train(model, loader, criterion, optimizer, device, **more)
    return {**found, entry: torch.as_tensor(found[entry])}


@mistake(
    "train_one_epoch",
    "The batches' means are averaged as if all were of one size: weigh each by the "
    "number of its samples.",
)
def averages_the_batches(model, loader, criterion, optimizer, device="cpu"):
    def entry(seen):
        return sum(value for value, _ in seen) / len(seen)

    return _train(model, loader, criterion, optimizer, device, entry=entry)


@mistake(
    "train_one_epoch",
    "The batches' losses are averaged as if all were of one size, and the hits are not: "
    "weigh each loss by the number of its samples.",
)
def averages_the_losses_of_batches(model, loader, criterion, optimizer, device="cpu"):
    def loss(seen):
        return sum(value for value, _ in seen) / len(seen)

    return _train(model, loader, criterion, optimizer, device, loss=loss)


@mistake(
    "train_one_epoch",
    "The batches' mean losses are added up and divided by the number of samples, so a "
    "mean is divided twice: weigh each by the size of its batch first.",
)
def divides_the_means_by_the_samples(model, loader, criterion, optimizer, device="cpu"):
    def loss(seen):
        return sum(value for value, _ in seen) / _samples(seen)

    return _train(model, loader, criterion, optimizer, device, loss=loss)


@mistake(
    "train_one_epoch",
    "loss and accuracy are divided by the size of the data set, which the loader need "
    "not use up, nor have: count the samples that come.",
)
def divides_by_the_data_set(model, loader, criterion, optimizer, device="cpu"):
    def entry(seen):
        return sum(value * n for value, n in seen) / len(loader.dataset)

    return _train(model, loader, criterion, optimizer, device, entry=entry)


@mistake(
    "train_one_epoch",
    "The loss is a sum over the samples: divide it by their number.",
)
def never_divides_the_loss(model, loader, criterion, optimizer, device="cpu"):
    def loss(seen):
        return sum(value * n for value, n in seen)

    return _train(model, loader, criterion, optimizer, device, loss=loss)


@mistake(
    "train_one_epoch",
    "The loss is the sum of the batches' losses: weigh each by its size and divide by the "
    "number of samples.",
)
def adds_the_losses_up(model, loader, criterion, optimizer, device="cpu"):
    def loss(seen):
        return sum(value for value, _ in seen)

    return _train(model, loader, criterion, optimizer, device, loss=loss)


@mistake(
    "train_one_epoch",
    "{what} of the last batch: of all samples.",
    what=["Loss and accuracy are those", "The loss is that"],
)
def reports_the_last_batch(model, loader, criterion, optimizer, device="cpu", *, what):
    def entry(seen):
        return seen[-1][0]

    share = _mean if what == "The loss is that" else entry
    more = {"entry": entry, "share": share}
    return _train(model, loader, criterion, optimizer, device, **more)


@mistake(
    "train_one_epoch",
    "accuracy is the number of hits: divide it by that of the samples.",
)
def counts_the_hits(model, loader, criterion, optimizer, device="cpu"):
    def share(seen):
        return float(round(sum(value * n for value, n in seen)))

    return _train(model, loader, criterion, optimizer, device, share=share)


@mistake("train_one_epoch", "accuracy is in percent: it is a share, from 0 to 1.")
def gives_percent(model, loader, criterion, optimizer, device="cpu"):
    def share(seen):
        return 100 * _mean(seen)

    return _train(model, loader, criterion, optimizer, device, share=share)


@mistake(
    "train_one_epoch",
    "accuracy is of new scores, after the step: use those that the loss was made from.",
)
def predicts_again_after_the_step(model, loader, criterion, optimizer, device="cpu"):
    def again(model, X, scores):
        return copy.deepcopy(model)(X)

    return _train(model, loader, criterion, optimizer, device, again=again)


@mistake(
    "train_one_epoch",
    "accuracy is of new scores, in evaluation mode: use those that the loss was made "
    "from.",
)
def predicts_again_in_evaluation_mode(
    model, loader, criterion, optimizer, device="cpu"
):
    def again(model, X, scores):
        return copy.deepcopy(model).eval()(X)

    return _train(model, loader, criterion, optimizer, device, again=again)


@mistake(
    "train_one_epoch",
    "The smallest score is taken for the prediction: the largest, argmax.",
)
def takes_the_smallest_score(model, loader, criterion, optimizer, device="cpu"):
    more = {"choose": lambda scores: scores.argmin(1)}
    return _train(model, loader, criterion, optimizer, device, **more)


@mistake(
    "train_one_epoch",
    "All parameters are made to learn, also those that came frozen: leave requires_grad "
    "as it is.",
)
def thaws_what_is_frozen(model, loader, criterion, optimizer, device="cpu"):
    model.requires_grad_(True)
    return _train(model, loader, criterion, optimizer, device)


@mistake(
    "train_one_epoch",
    "Batches, or a part of them, are not moved: X.to(device) and y.to(device).",
)
def moves_no_batch(model, loader, criterion, optimizer, device="cpu"):
    more = {"move": lambda X, y, device: (X, y)}
    return _train(model, loader, criterion, optimizer, device, **more)


@mistake(
    "train_one_epoch",
    "Batches are moved to the CPU whatever device was given: .to(device).",
)
def always_moves_to_the_cpu(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, "cpu")


@mistake(
    "train_one_epoch",
    "The loss is divided by the size of the batch before backward: criterion has returned "
    "a mean already.",
)
def divides_before_backward(model, loader, criterion, optimizer, device="cpu"):
    more = {"factor": lambda n: 1 / n}
    return _train(model, loader, criterion, optimizer, device, **more)


@mistake(
    "train_one_epoch",
    "The step is as long as for the sum of the batch's losses: go back from the mean that "
    "criterion returns.",
)
def goes_back_from_the_sum(model, loader, criterion, optimizer, device="cpu"):
    more = {"factor": lambda n: n}
    return _train(model, loader, criterion, optimizer, device, **more)


@mistake("train_one_epoch", "Each batch is two steps: call optimizer.step() once.")
def steps_twice(model, loader, criterion, optimizer, device="cpu"):
    return _train(model, loader, criterion, optimizer, device, step="twice")


@mistake(
    "train_one_epoch",
    "Every batch is weighed by the size of the first: the last may be short.",
)
def weighs_by_the_first_batch(model, loader, criterion, optimizer, device="cpu"):
    def loss(seen):
        return sum(value for value, _ in seen) * seen[0][1] / _samples(seen)

    return _train(model, loader, criterion, optimizer, device, loss=loss)


@mistake(
    "train_one_epoch",
    "The loss is a running mean, in which the last batches count most: all samples count "
    "alike.",
)
def keeps_a_running_mean(model, loader, criterion, optimizer, device="cpu"):
    def loss(seen):
        mean = 0.0
        for value, _ in seen:
            mean = (mean + value) / 2
        return mean

    return _train(model, loader, criterion, optimizer, device, loss=loss)


@mistake(
    "train_one_epoch",
    "argmax without an axis finds one place in the whole batch: take the largest score of "
    "each sample, argmax(1).",
)
def finds_one_largest_score(model, loader, criterion, optimizer, device="cpu"):
    more = {"choose": lambda scores: scores.argmax()}
    return _train(model, loader, criterion, optimizer, device, **more)


@mistake(
    "train_one_epoch",
    "The mode is left alone if the net itself is in training mode, so layers at rest stay "
    "at rest: call model.train() whatever it says.",
)
def asks_the_net_alone_for_its_mode(model, loader, criterion, optimizer, device="cpu"):
    mode = None if model.training else True
    return _train(model, loader, criterion, optimizer, device, mode=mode)


@mistake(
    "train_one_epoch",
    "The scores go through a softmax before criterion: it takes them as they are.",
)
def trains_on_a_softmax(model, loader, criterion, optimizer, device="cpu"):
    def softened(scores, y):
        return criterion(scores.softmax(1), y)

    return _train(model, loader, softened, optimizer, device)


@mistake(
    "train_one_epoch",
    "Loss and accuracy are of another pass, in evaluation mode, when all steps are taken: "
    "they are of the scores that the steps were made from.",
)
def judges_after_the_epoch(model, loader, criterion, optimizer, device="cpu"):
    batches = list(loader)
    _train(model, batches, criterion, optimizer, device)
    model.eval()
    found = _judge(model, batches, criterion, device, restore=False)
    return {name: found[name] for name in ("loss", "accuracy")}


@mistake(
    "train_one_epoch",
    "Batches that are shorter than the first are left out: the last may be short, and "
    "counts.",
)
def leaves_out_short_batches(model, loader, criterion, optimizer, device="cpu"):
    batches = list(loader)
    full = [(X, y) for X, y in batches if len(y) == len(batches[0][1])]
    return _train(model, full, criterion, optimizer, device)


def _judge(model, loader, criterion, device="cpu", **slip):
    """Judge with a slip."""
    modes = [(module, module.training) for module in model.modules()]
    if slip.get("mode", True):
        model.eval()
    losses, preds, labels = [], [], []
    with torch.set_grad_enabled(slip.get("graph", False)):
        for X, y in loader:
            X, y = slip.get("move", _moved)(X, y, device)
            scores = model(X)
            given = slip.get("given", _itself)(scores)
            losses.append((criterion(given, y).item(), len(y)))
            preds.append(slip.get("choose", _largest)(scores).cpu())
            labels.append(slip.get("label", lambda y: y.cpu().long())(y))
    if slip.get("restore", True):
        for module, training in modes:
            module.training = training
    if slip.get("last"):
        losses, preds, labels = losses[-1:], preds[-1:], labels[-1:]
    return _found(losses, preds, labels, slip)


def _itself(scores):
    return scores


def _found(losses, preds, labels, slip):
    join = slip.get("join", torch.cat)
    shares = [
        ((p == y).double().mean().item(), len(y))
        for p, y in zip(preds, labels, strict=True)
    ]
    entry = slip.get("entry", _mean)
    return {
        "loss": slip.get("loss", entry)(losses),
        "accuracy": slip.get("share", entry)(shares),
        "preds": join(preds),
        "labels": join(labels),
    }


@mistake(
    "evaluate",
    "The net is not judged in evaluation mode: call model.eval().",
)
def judges_in_whatever_mode(model, loader, criterion, device="cpu"):
    return _judge(model, loader, criterion, device, mode=False)


@mistake(
    "evaluate",
    "The net is left in evaluation mode: give each module the mode that it had.",
)
def leaves_the_net_at_rest(model, loader, criterion, device="cpu"):
    return _judge(model, loader, criterion, device, restore=False)


@mistake(
    "evaluate",
    "The net is always left in training mode: give each module the mode that it had.",
)
def leaves_the_net_in_training(model, loader, criterion, device="cpu"):
    found = _judge(model, loader, criterion, device)
    model.train()
    return found


@mistake(
    "evaluate",
    "The net's own mode is given to all its modules: keep that of each in "
    "model.modules().",
)
def restores_one_mode_for_all(model, loader, criterion, device="cpu"):
    training = model.training
    found = _judge(model, loader, criterion, device)
    model.train(training)
    return found


@mistake(
    "evaluate",
    "A graph is built though nothing is trained: judge under torch.no_grad().",
)
def builds_a_graph(model, loader, criterion, device="cpu"):
    return _judge(model, loader, criterion, device, graph=True)


@mistake(
    "evaluate",
    "Autograd stays off, and the next training step has no graph: judge in a block, "
    "with torch.no_grad().",
)
def leaves_autograd_off(model, loader, criterion, device="cpu"):
    found = _judge(model, loader, criterion, device)
    torch.set_grad_enabled(False)
    return found


@mistake(
    "evaluate",
    "Autograd is switched on at the end, also where it was off: judge in a block, with "
    "torch.no_grad().",
)
def switches_autograd_on(model, loader, criterion, device="cpu"):
    found = _judge(model, loader, criterion, device)
    torch.set_grad_enabled(True)
    return found


@mistake(
    "evaluate",
    "All parameters learn afterwards, also those that were frozen: leave requires_grad "
    "as it is.",
)
def thaws_all_parameters(model, loader, criterion, device="cpu"):
    found = _judge(model, loader, criterion, device)
    model.requires_grad_(True)
    return found


@mistake(
    "evaluate",
    "All parameters are frozen afterwards: leave requires_grad as it is.",
)
def freezes_all_parameters(model, loader, criterion, device="cpu"):
    found = _judge(model, loader, criterion, device)
    model.requires_grad_(False)
    return found


@mistake("evaluate", "The gradients are cleared: judging leaves them as they are.")
def clears_the_gradients(model, loader, criterion, device="cpu"):
    model.zero_grad()
    return _judge(model, loader, criterion, device)


@mistake(
    "evaluate",
    "torch's random state is another one afterwards: judging draws nothing and sets no "
    "seed.",
)
def sets_a_seed(model, loader, criterion, device="cpu"):
    torch.manual_seed(0)
    return _judge(model, loader, criterion, device)


@mistake(
    "evaluate",
    "Only the last batch is reported: collect preds and labels of all batches, and count "
    "them all.",
)
def reports_the_last_batch_only(model, loader, criterion, device="cpu"):
    return _judge(model, loader, criterion, device, last=True)


@mistake(
    "evaluate",
    "The batches' means are averaged as if all were of one size: weigh each by the "
    "number of its samples.",
)
def averages_the_batches_as_equals(model, loader, criterion, device="cpu"):
    def entry(seen):
        return sum(value for value, _ in seen) / len(seen)

    return _judge(model, loader, criterion, device, entry=entry)


@mistake(
    "evaluate",
    "The batches' losses are averaged as if all were of one size, and the hits are not: "
    "weigh each loss by the number of its samples.",
)
def averages_the_losses_as_equals(model, loader, criterion, device="cpu"):
    def loss(seen):
        return sum(value for value, _ in seen) / len(seen)

    return _judge(model, loader, criterion, device, loss=loss)


@mistake(
    "evaluate",
    "The batches' mean losses are added up and divided by the number of samples, so a "
    "mean is divided twice: weigh each by the size of its batch first.",
)
def divides_means_by_the_samples(model, loader, criterion, device="cpu"):
    def loss(seen):
        return sum(value for value, _ in seen) / _samples(seen)

    return _judge(model, loader, criterion, device, loss=loss)


@mistake(
    "evaluate",
    "loss and accuracy are divided by the size of the data set, which the loader need "
    "not use up, nor have: count the samples that come.",
)
def divides_by_the_whole_data_set(model, loader, criterion, device="cpu"):
    def entry(seen):
        return sum(value * n for value, n in seen) / len(loader.dataset)

    return _judge(model, loader, criterion, device, entry=entry)


@mistake(
    "evaluate",
    "The loss is a sum over the samples: divide it by their number.",
)
def sums_the_loss(model, loader, criterion, device="cpu"):
    def loss(seen):
        return sum(value * n for value, n in seen)

    return _judge(model, loader, criterion, device, loss=loss)


@mistake("evaluate", "accuracy is in percent: it is a share, from 0 to 1.")
def returns_percent(model, loader, criterion, device="cpu"):
    def share(seen):
        return 100 * _mean(seen)

    return _judge(model, loader, criterion, device, share=share)


@mistake("evaluate", "accuracy is the share of errors: count what is right.")
def counts_the_errors(model, loader, criterion, device="cpu"):
    def share(seen):
        return 1 - _mean(seen)

    return _judge(model, loader, criterion, device, share=share)


@mistake(
    "evaluate",
    "The smallest score is taken for the prediction: the largest, argmax.",
)
def predicts_the_smallest_score(model, loader, criterion, device="cpu"):
    more = {"choose": lambda scores: scores.argmin(1)}
    return _judge(model, loader, criterion, device, **more)


@mistake(
    "evaluate",
    "preds are the largest scores themselves{counted}: their places are the classes, "
    "argmax.",
    counted=["", ", and are compared with labels"],
)
def returns_scores_for_classes(model, loader, criterion, device="cpu", *, counted):
    largest = []

    def choose(scores):
        largest.append(scores.amax(1).cpu())
        return largest[-1] if counted else _largest(scores)

    found = _judge(model, loader, criterion, device, choose=choose)
    return {**found, "preds": torch.cat(largest)}


@mistake(
    "evaluate",
    "preds are the scores of all classes: the place of the largest is the class, "
    "argmax(1).",
)
def returns_all_scores(model, loader, criterion, device="cpu"):
    every = []

    def choose(scores):
        every.append(scores.cpu())
        return _largest(scores)

    found = _judge(model, loader, criterion, device, choose=choose)
    return {**found, "preds": torch.cat(every)}


@mistake("evaluate", "preds and labels have changed places.")
def swaps_preds_and_labels(model, loader, criterion, device="cpu"):
    found = _judge(model, loader, criterion, device)
    return {**found, "preds": found["labels"], "labels": found["preds"]}


@mistake(
    "evaluate",
    "The labels keep the dtype that they came in: they are int64, .long().",
)
def keeps_the_dtype_of_labels(model, loader, criterion, device="cpu"):
    more = {"label": lambda y: y.cpu()}
    return _judge(model, loader, criterion, device, **more)


@mistake(
    "evaluate",
    "preds and labels are lists of batches: join them, torch.cat.",
)
def returns_lists_of_batches(model, loader, criterion, device="cpu"):
    return _judge(model, loader, criterion, device, join=list)


@mistake(
    "evaluate",
    "preds and labels are lists of numbers: make tensors of them.",
)
def returns_lists_of_numbers(model, loader, criterion, device="cpu"):
    def join(parts):
        return torch.cat(parts).tolist()

    return _judge(model, loader, criterion, device, join=join)


@mistake("evaluate", "Batches are not moved: X.to(device) and y.to(device).")
def judges_without_moving(model, loader, criterion, device="cpu"):
    more = {"move": lambda X, y, device: (X, y)}
    return _judge(model, loader, criterion, device, **more)


@mistake(
    "evaluate",
    "Batches are moved to the CPU whatever device was given: .to(device).",
)
def always_judges_on_the_cpu(model, loader, criterion, device="cpu"):
    return _judge(model, loader, criterion, "cpu")


@mistake(
    "evaluate",
    "Softmax is applied before criterion: hand it the scores.",
)
def applies_softmax_first(model, loader, criterion, device="cpu"):
    more = {"given": lambda scores: scores.softmax(1)}
    return _judge(model, loader, criterion, device, **more)


@mistake(
    "evaluate",
    "The loss is that of the last batch: it must be of all samples.",
)
def gives_the_last_loss(model, loader, criterion, device="cpu"):
    def loss(seen):
        return seen[-1][0]

    return _judge(model, loader, criterion, device, loss=loss)


@mistake(
    "evaluate",
    "The first batch is left out: every batch counts.",
)
def leaves_out_the_first_batch(model, loader, criterion, device="cpu"):
    batches = list(loader)
    return _judge(model, batches[1:] or batches, criterion, device)


def _run(model, train, val, criterion, optimizer, cfg, stopper=None, **slip):
    """Run with a slip."""
    history = []
    for epoch in range(cfg.max_epochs + slip.get("more", 0)):
        judged = right.evaluate(model, val, criterion) if "before" in slip else {}
        trained = right.train_one_epoch(model, train, criterion, optimizer)
        judged = judged or slip.get("judge", right.evaluate)(model, val, criterion)
        entry = {
            "epoch": slip.get("number", lambda epoch: epoch)(epoch),
            "train_loss": trained["loss"],
            "train_accuracy": trained["accuracy"],
            "val_loss": judged["loss"],
            "val_accuracy": judged["accuracy"],
        }
        tell = slip.get("tell", lambda entry: entry["val_loss"])(entry)
        state = slip.get("state", lambda model: model.state_dict())(model)
        stops = stopper is not None and stopper.step(tell, state)
        if stops and "drop" in slip:
            break
        history.append(entry)
        if slip.get("rule", bool)(stops):
            break
    return history


@mistake(
    "run",
    "Validation comes before training: train for an epoch, then evaluate.",
)
def validates_before_training(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, before=True)


@mistake(
    "run",
    "The net is validated on the training data: evaluate it on val_loader.",
)
def validates_on_the_training_data(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, train_loader, criterion, optimizer, cfg, stopper)
    return _run(*given)


@mistake(
    "run",
    "The net is trained on the validation data too: evaluate it there.",
)
def trains_on_the_validation_data(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    def judge(model, val, criterion):
        return right.train_one_epoch(model, val, criterion, optimizer)

    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, judge=judge)


@mistake("run", "The epochs are numbered with strings: a number is an int.")
def numbers_with_strings(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, number=str)


@mistake("run", "There is one epoch less than max_epochs.")
def leaves_out_an_epoch(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, more=-1)


@mistake("run", "There is one epoch more than max_epochs.")
def adds_an_epoch(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, more=1)


@mistake("run", "The stopper is never asked: call its step after each epoch.")
def never_asks_the_stopper(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    return _run(model, train_loader, val_loader, criterion, optimizer, cfg)


@mistake(
    "run",
    "What the stopper says has no effect: end when its step returns True.",
)
def does_not_heed_the_stopper(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, rule=lambda stops: False)


@mistake(
    "run",
    "The epoch after which it stops has no entry: append it, then stop.",
)
def drops_the_last_entry(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, drop=True)


@mistake(
    "run",
    "The run ends when the stopper says False, and goes on when it says True.",
)
def stops_the_wrong_way_round(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, rule=lambda stops: stopper is not None and not stops)


@mistake(
    "run",
    "The stopper is told the training loss: tell it the validation loss.",
)
def tells_the_training_loss(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, tell=lambda entry: entry["train_loss"])


@mistake(
    "run",
    "The stopper is told the accuracy, for which larger is better: tell it the loss.",
)
def tells_the_accuracy(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, tell=lambda entry: entry["val_accuracy"])


@mistake(
    "run",
    "The stopper is given the model itself: give it model.state_dict().",
)
def hands_over_the_model(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, state=lambda model: model)


@mistake(
    "run",
    "The stopper is given no state: hand over model.state_dict().",
)
def hands_over_no_state(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, state=lambda model: None)


@mistake(
    "run",
    "The stopper is given the state from before the training: that of each epoch's end.",
)
def hands_over_the_first_state(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    first = copy.deepcopy(model.state_dict())
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, state=lambda model: first)


@mistake(
    "run",
    "The weights of the epoch with the smallest validation loss are brought back: they "
    "stay as the last epoch left them.",
)
def brings_the_best_weights_back(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    states = []

    def judge(model, val, criterion):
        found = right.evaluate(model, val, criterion)
        states.append((found["loss"], len(states), copy.deepcopy(model.state_dict())))
        return found

    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    history = _run(*given, judge=judge)
    model.load_state_dict(min(states, key=lambda one: one[:2])[2])
    return history


@mistake(
    "run",
    "torch's random state is set from cfg.seed: only max_epochs is used here.",
)
def seeds_the_run(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    torch.manual_seed(cfg.seed)
    return _run(model, train_loader, val_loader, criterion, optimizer, cfg, stopper)


@mistake(
    "run",
    "The optimizer's learning rate becomes cfg.lr: only max_epochs is used here.",
)
def sets_the_learning_rate(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    for group in optimizer.param_groups:
        group["lr"] = cfg.lr
    return _run(model, train_loader, val_loader, criterion, optimizer, cfg, stopper)


@mistake(
    "run",
    "All entries are one dict, which has the last epoch's numbers: make a new one for "
    "each epoch.",
)
def appends_the_same_dict(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    history = _run(model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return [history[-1]] * len(history)


@mistake(
    "run",
    "This is a dict: return a list with a dict for each epoch.",
)
def returns_a_dict(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    history = _run(model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return {name: [entry[name] for entry in history] for name in history[0]}


@mistake(
    "run",
    "The net is validated once, after the last epoch: after each of them.",
)
def validates_at_the_end_alone(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)

    def judge(model, val, criterion):
        return {"loss": 0.0, "accuracy": 0.0}

    history = _run(*given, judge=judge)
    last = right.evaluate(model, val_loader, criterion)
    for entry in history:
        entry |= {"val_loss": last["loss"], "val_accuracy": last["accuracy"]}
    return history


@mistake(
    "run",
    "train_loss and train_accuracy are what evaluate finds on the training data: they are "
    "what train_one_epoch returns.",
)
def judges_the_training_data(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    found = []

    def judge(model, val, criterion):
        found.append(right.evaluate(model, train_loader, criterion))
        return right.evaluate(model, val, criterion)

    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    history = _run(*given, judge=judge)
    for entry, one in zip(history, found, strict=True):
        entry |= {"train_loss": one["loss"], "train_accuracy": one["accuracy"]}
    return history


@mistake(
    "run",
    "The history has the last epoch alone: append an entry for each.",
)
def keeps_the_last_entry(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given)[-1:]


@mistake(
    "run",
    "The return stands in the loop, so that it ends after the first epoch: return the "
    "history after the loop.",
)
def returns_in_the_loop(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, more=1 - cfg.max_epochs)


@mistake(
    "run",
    "The names of training and validation have changed places.",
)
def swaps_training_and_validation(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    history = _run(model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    for entry in history:
        train, val = entry["train_loss"], entry["train_accuracy"]
        entry["train_loss"], entry["train_accuracy"] = (
            entry["val_loss"],
            entry["val_accuracy"],
        )
        entry["val_loss"], entry["val_accuracy"] = train, val
    return history


@mistake("run", "Each epoch trains twice: call train_one_epoch once.")
def trains_twice_an_epoch(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    def judge(model, val, criterion):
        found = right.evaluate(model, val, criterion)
        right.train_one_epoch(model, train_loader, criterion, optimizer)
        return found

    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, judge=judge)


@mistake("run", "The stopper is asked twice an epoch: once.")
def asks_the_stopper_twice(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    def tell(entry):
        if stopper is not None:
            stopper.step(entry["val_loss"], model.state_dict())
        return entry["val_loss"]

    given = (model, train_loader, val_loader, criterion, optimizer, cfg, stopper)
    return _run(*given, tell=tell)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "train_one_epoch": {
        "- hits += int((scores.argmax(1) == y).sum())\n"
        "+ hits += int((scores.argmax(1) == y).sum(axis=0))": "the answers of a batch have one axis",
        "- hits += int((scores.argmax(1) == y).sum())\n"
        "+ hits += int((scores.argmax(1) == y).sum(axis=0, keepdims=True))": "the answers of a batch have one axis, and int() takes one number in it",
        "- hits += int((scores.argmax(1) == y).sum())\n"
        "+ hits += int((scores.argmax(1) == y).sum(axis=-1))": "the answers of a batch have one axis",
        "- hits += int((scores.argmax(1) == y).sum())\n"
        "+ hits += int((scores.argmax(1) == y).sum(axis=-1, keepdims=True))": "the answers of a batch have one axis, and int() takes one number in it",
        "- hits += int((scores.argmax(1) == y).sum())\n"
        "+ hits += int((scores.argmax(-1) == y).sum())": "the classes are the last of two axes",
    },
    "evaluate": {
        '- hits = int((found["preds"] == found["labels"]).sum())\n'
        "+ hits = int((found['preds'] == found['labels']).sum(axis=0))": "predictions have one axis",
        '- hits = int((found["preds"] == found["labels"]).sum())\n'
        "+ hits = int((found['preds'] == found['labels']).sum(axis=0, keepdims=True))": "predictions have one axis, and int() takes one number in it",
        '- hits = int((found["preds"] == found["labels"]).sum())\n'
        "+ hits = int((found['preds'] == found['labels']).sum(axis=-1))": "predictions have one axis",
        '- hits = int((found["preds"] == found["labels"]).sum())\n'
        "+ hits = int((found['preds'] == found['labels']).sum(axis=-1, keepdims=True))": "predictions have one axis, and int() takes one number in it",
        "- preds.append(scores.argmax(1).cpu())\n"
        "+ preds.append(scores.argmax(1))": "where there is no other device, all that is computed is on the CPU",
        "- preds.append(scores.argmax(1).cpu())\n"
        "+ preds.append(scores.argmax(-1).cpu())": "the classes are the last of two axes",
        "- labels.append(y.cpu().long())\n"
        "+ labels.append(y.long())": "where there is no other device, all that is computed is on the CPU",
        "- module.training = training\n"
        "+ module.training += training": "False += True is True, and each mode is put back after all are False",
    },
    "run": {
        "- if stopper is None:\n"
        "+ if stopper == None:": "nothing but None is equal to None, unless it says so itself",
    },
}
