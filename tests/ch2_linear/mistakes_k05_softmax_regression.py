"""Wrong answers to softmax regression, rejected by the grader and named by the dojo."""

import torch
from torch import nn

from dojo.grading import mistake
from solutions.ch2_linear import k05_softmax_regression as right


class _Sums:
    """An accumulator with its steps open to change."""

    def __init__(self, n):
        self.n, self.sums = n, [0.0] * n

    def add(self, *args):
        self.sums = [a + float(b) for a, b in zip(self.sums, args, strict=True)]

    def reset(self):
        self.sums = [0.0] * self.n

    def __getitem__(self, i):
        return self.sums[i]


@mistake("Accumulator", "reset changes nothing: set each sum back to 0.")
class NeverResets(_Sums):
    def reset(self):
        pass


@mistake(
    "Accumulator",
    "reset leaves no sums at all: there must be as many as before, each 0.",
)
class ResetsToNothing(_Sums):
    def reset(self):
        self.sums = []


@mistake(
    "Accumulator",
    "reset sets the first sum to 0 and leaves the others: all begin anew.",
)
class ResetsTheFirstSumOnly(_Sums):
    def reset(self):
        self.sums = [0.0, *self.sums[1:]]


@mistake(
    "Accumulator",
    "add puts the new numbers in the place of the sums: add them to the sums.",
)
class ReplacesTheSums(_Sums):
    def add(self, *args):
        self.sums = [float(b) for b in args]


@mistake(
    "Accumulator",
    "All numbers are added to every sum: the first number is for the first sum, and so on.",
)
class AddsEachNumberToAllSums(_Sums):
    def add(self, *args):
        self.sums = [a + float(sum(args)) for a in self.sums]


@mistake(
    "Accumulator",
    "The numbers are cut to integers: a loss has a fraction, so take float(number).",
)
class CutsFractionsOff(_Sums):
    def add(self, *args):
        self.sums = [a + int(b) for a, b in zip(self.sums, args, strict=True)]


@mistake(
    "Accumulator",
    "The sums are 32-bit floats, which cannot count beyond 16777216: take Python's floats.",
)
class SumsInFloat32(_Sums):
    def __init__(self, n):
        self.n, self.sums = n, torch.zeros(n)

    def add(self, *args):
        self.sums = self.sums + torch.tensor([float(b) for b in args])

    def reset(self):
        self.sums = torch.zeros(self.n)

    def __getitem__(self, i):
        return self.sums[i].item()


@mistake("Accumulator", "The sums begin at 1: a sum of nothing is 0.")
class BeginsAtOne(_Sums):
    def __init__(self, n):
        self.n, self.sums = n, [1.0] * n


@mistake("Accumulator", "Means come back instead of sums: nothing is divided here.")
class ReturnsMeans(_Sums):
    def __init__(self, n):
        super().__init__(n)
        self.times = 0

    def add(self, *args):
        super().add(*args)
        self.times += 1

    def reset(self):
        super().reset()
        self.times = 0

    def __getitem__(self, i):
        return self.sums[i] / max(self.times, 1)


_SHARED = [0.0] * 100


@mistake(
    "Accumulator",
    "The sums belong to the class, so all accumulators share them: make them in __init__.",
)
class SharesItsSums(_Sums):
    def __init__(self, n):
        self.n = n
        _SHARED[:n] = [0.0] * n

    def add(self, *args):
        for i, number in enumerate(args):
            _SHARED[i] += float(number)

    def reset(self):
        _SHARED[: self.n] = [0.0] * self.n

    def __getitem__(self, i):
        return _SHARED[i]


def _hits(y_hat, y):
    return float((y_hat.argmax(1) == y).sum())


@mistake(
    "accuracy",
    "This is the share of hits; the count is wanted, which can be added up.",
    dtype=["float64", "float32"],
)
def returns_the_share(y_hat, y, *, dtype):
    return (y_hat.argmax(1) == y).to(getattr(torch, dtype)).mean().item()


@mistake(
    "accuracy",
    "Predictions of shape (N, 1) against (N,) labels are N times N comparisons: leave out keepdim.",
)
def compares_all_with_all(y_hat, y):
    return float((y_hat.argmax(1, keepdim=True) == y).sum())


@mistake(
    "accuracy",
    "Classes are kept in the labels' dtype, where those that it cannot hold become others: compare with the labels as they are, or make them int64.",
)
def casts_the_classes_to_the_dtype_of_the_labels(y_hat, y):
    return float((y_hat.argmax(1).to(y.dtype) == y).sum())


@mistake(
    "accuracy",
    "The hits are counted in the labels' dtype, where a count that it cannot hold becomes another: add them up as they are.",
)
def counts_in_the_dtype_of_the_labels(y_hat, y):
    return float((y_hat.argmax(1) == y).sum(dtype=y.dtype))


@mistake("accuracy", "The count is an int: make it a float.")
def returns_an_integer(y_hat, y):
    return int(_hits(y_hat, y))


@mistake(
    "accuracy",
    "argmax without an axis looks for one largest score of the whole batch: take argmax(1), over the classes.",
)
def seeks_one_largest_score(y_hat, y):
    return float((y_hat.argmax() == y).sum())


@mistake(
    "accuracy",
    "The largest scores themselves are compared with the labels: their places are the "
    "answers, argmax(1) or the second of what max(1) returns.",
)
def compares_the_largest_scores(y_hat, y):
    return float((y_hat.max(1).values == y).sum())


@mistake("accuracy", "The smallest score is taken for the answer: take the largest.")
def takes_the_smallest_score(y_hat, y):
    return _hits(-y_hat, y)


@mistake("accuracy", "The errors are counted: count where answer and truth are equal.")
def counts_the_errors(y_hat, y):
    return len(y) - _hits(y_hat, y)


@mistake(
    "accuracy",
    "The scores are cut to integers before the largest is sought: compare y with the place of the largest, and leave the scores as they are.",
)
def casts_the_scores_to_integers(y_hat, y):
    return _hits(y_hat.to(torch.int64), y)


@mistake(
    "accuracy",
    "The sizes of the scores are compared, without their signs: the largest score is the answer, also if all are negative.",
)
def compares_sizes(y_hat, y):
    return _hits(y_hat.abs(), y)


@mistake("accuracy", "This is a percentage; a count is wanted.")
def returns_a_percentage(y_hat, y):
    return 100 * _hits(y_hat, y) / len(y)


@mistake(
    "accuracy",
    "The true class counts as found if it is among the two largest scores: only the largest is the answer.",
)
def accepts_the_second_guess(y_hat, y):
    best = y_hat.topk(min(2, y_hat.shape[1]), 1).indices
    return float((best == y.long()[:, None]).sum())


def _judge(net, data_iter, **wrong):
    """Judge as the reference does, but for the slips that `wrong` names."""
    module = isinstance(net, nn.Module)
    training = module and net.training
    if module and "mode" not in wrong:
        net.eval()
    before = torch.is_grad_enabled()
    torch.set_grad_enabled("graph" in wrong and before)
    counts = []
    for X, y in data_iter:
        counts.append((_hits(net(X), y), len(y)))
        if "first" in wrong:
            break
    torch.set_grad_enabled(wrong.get("autograd", before))
    if module:
        net.train(wrong.get("after", training))
    return wrong.get("end", _share)(counts)


def _share(counts):
    return sum(hits for hits, _ in counts) / sum(n for _, n in counts)


@mistake(
    "evaluate_accuracy",
    "The shares of the batches are averaged, so a sample of a short batch weighs more: add up hits and samples, and divide once.",
    dtype=["float64", "float32"],
)
def averages_the_shares_of_batches(net, data_iter, *, dtype):
    def end(counts):
        shares = [torch.tensor(h / n, dtype=getattr(torch, dtype)) for h, n in counts]
        return sum(map(float, shares)) / len(counts)

    return _judge(net, data_iter, end=end)


@mistake(
    "evaluate_accuracy",
    "The hits are divided by the number of batches: divide by the number of samples.",
)
def divides_by_the_batches(net, data_iter):
    return _judge(net, data_iter, end=lambda cs: sum(h for h, _ in cs) / len(cs))


@mistake("evaluate_accuracy", "Only the last batch counts: add up all of them.")
def judges_the_last_batch_only(net, data_iter):
    return _judge(net, data_iter, end=lambda counts: _share(counts[-1:]))


@mistake("evaluate_accuracy", "Only the first batch is judged: return after the loop.")
def judges_the_first_batch_only(net, data_iter):
    return _judge(net, data_iter, first=True)


@mistake(
    "evaluate_accuracy", "This is the number of hits: divide by that of the samples."
)
def never_divides(net, data_iter):
    return _judge(net, data_iter, end=lambda cs: sum(h for h, _ in cs))


@mistake(
    "evaluate_accuracy",
    "The hits are divided by all samples that full batches would have; the last may be short: add up len(y).",
)
def counts_a_short_batch_as_a_full_one(net, data_iter):
    def end(counts):
        return sum(hits for hits, _ in counts) / (counts[0][1] * len(counts))

    return _judge(net, data_iter, end=end)


@mistake(
    "evaluate_accuracy",
    "The net is judged in the mode it happens to be in, so dropout may still be on: call net.eval().",
)
def judges_in_whatever_mode(net, data_iter):
    return _judge(net, data_iter, mode=True)


@mistake(
    "evaluate_accuracy",
    "The net is left in evaluation mode: give it back the mode it had.",
)
def leaves_the_net_at_rest(net, data_iter):
    return _judge(net, data_iter, after=False)


@mistake(
    "evaluate_accuracy",
    "The net is always left in training mode: give it back the mode it had.",
)
def leaves_the_net_in_training(net, data_iter):
    return _judge(net, data_iter, after=True)


@mistake(
    "evaluate_accuracy",
    "A graph is built though nothing is trained: judge under torch.no_grad().",
)
def builds_a_graph(net, data_iter):
    return _judge(net, data_iter, graph=True)


@mistake(
    "evaluate_accuracy",
    "Autograd is on at the end whatever it was before: judge in a block `with torch.no_grad():`.",
)
def switches_autograd_on(net, data_iter):
    return _judge(net, data_iter, autograd=True)


@mistake(
    "evaluate_accuracy",
    "Autograd is left off: judge in a block `with torch.no_grad():`.",
)
def leaves_autograd_off(net, data_iter):
    return _judge(net, data_iter, autograd=False)


@mistake(
    "evaluate_accuracy", "The gradients are cleared: judging leaves them as they are."
)
def clears_the_gradients(net, data_iter):
    if isinstance(net, nn.Module):
        net.zero_grad()
    return _judge(net, data_iter)


@mistake("evaluate_accuracy", "This is a percentage; a share lies between 0 and 1.")
def judges_in_percent(net, data_iter):
    return 100 * _judge(net, data_iter)


@mistake("evaluate_accuracy", "This is the share of errors; count what is right.")
def returns_the_share_of_errors(net, data_iter):
    return 1 - _judge(net, data_iter)


def _epoch(net, train_iter, loss, updater, **wrong):
    """Train as the reference does, but for the slips that `wrong` names."""
    if isinstance(net, nn.Module):
        net.train(wrong.get("mode", True))
    rows, is_optimizer = [], isinstance(updater, torch.optim.Optimizer)
    if "once" in wrong and is_optimizer:
        updater.zero_grad()
    first = None
    for X, y in train_iter:
        N, first = len(y), first or len(y)
        y_hat = net(X)
        values = loss(y_hat, y)
        if is_optimizer:
            _optimize(updater, values, N, wrong)
        else:
            _update(updater, values, N, first, wrong)
        if "after" in wrong:
            with torch.no_grad():
                y_hat = net(X)
                values = loss(y_hat, y)
        rows.append((wrong.get("value", _mean)(values, N), _hits(y_hat, y), N))
    return wrong.get("end", _over_samples)(rows)


def _optimize(optimizer, values, N, wrong):
    if not {"accumulates", "late", "once", "between"} & wrong.keys():
        optimizer.zero_grad()
    if "early" in wrong:
        optimizer.step()
    wrong.get("of", torch.Tensor.mean)(values).backward()
    if "between" in wrong:
        optimizer.zero_grad()
    if not {"early", "still"} & wrong.keys():
        optimizer.step()
    if "late" in wrong:
        optimizer.zero_grad()


def _update(updater, values, N, first, wrong):
    if "summed" in wrong:
        values.sum().backward()
    else:
        (wrong.get("times", N) * values.mean()).backward()
    updater(wrong["told"](N, first) if "told" in wrong else N)


def _mean(values, N):
    return values.mean().item()


def _over_samples(rows):
    samples = sum(n for _, _, n in rows)
    return sum(v * n for v, _, n in rows) / samples, _share([r[1:] for r in rows])


@mistake(
    "train_epoch",
    "The gradients are never cleared, so every step adds those of all batches before: call updater.zero_grad() before backward.",
)
def never_clears_the_gradients(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, accumulates=True)


@mistake(
    "train_epoch",
    "The gradients are cleared after the step alone, so the first step adds those that were there before: clear them before backward.",
)
def clears_after_the_step_alone(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, late=True)


@mistake(
    "train_epoch",
    "The gradients are cleared once, before the first batch: clear them in each.",
)
def clears_once_an_epoch(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, once=True)


@mistake(
    "train_epoch",
    "The gradients are cleared between backward and step, so the step finds none: clear them before backward.",
)
def clears_between_backward_and_step(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, between=True)


@mistake(
    "train_epoch",
    "The optimizer steps before backward, on the gradients of the batch before or on none: step after backward.",
)
def steps_before_backward(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, early=True)


@mistake(
    "train_epoch", "The optimizer never steps: call updater.step() after backward."
)
def never_steps(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, still=True)


@mistake(
    "train_epoch",
    "An optimizer gets the gradient of the summed loss, so its steps grow with the batch: take the mean before backward.",
)
def gives_an_optimizer_the_sum(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, of=torch.Tensor.sum)


@mistake(
    "train_epoch",
    "An optimizer gets the gradient of the mean times the number of samples: it steps on that of the mean.",
)
def multiplies_the_mean_for_an_optimizer(net, train_iter, loss, updater):
    size = [0]

    def counting(y_hat, y):
        size[0] = len(y)
        return loss(y_hat, y)

    def of(values):
        return values.mean() * size[0]

    return _epoch(net, train_iter, counting, updater, of=of)


@mistake(
    "train_epoch",
    "A callable gets the gradient of the mean, and divides by the batch size once more: multiply the mean by the number of samples before backward.",
)
def gives_an_updater_the_mean(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, times=1)


@mistake(
    "train_epoch",
    "For a callable the loss is summed, which is right for a value each and leaves a mean as it is: multiply the mean by the number of samples.",
)
def sums_what_may_be_a_mean(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, summed=True)


@mistake(
    "train_epoch",
    "What the loss returns is summed, for a callable and for the report: right for a value each, but a mean stays as it is. Multiply a mean by the number of samples.",
)
def sums_as_if_a_mean_were_values(net, train_iter, loss, updater):
    def value(values, N):
        return values.sum().item() / N

    return _epoch(net, train_iter, loss, updater, summed=True, value=value)


@mistake(
    "train_epoch",
    "For a callable, too, the gradients are cleared before backward: they are added to those that are there, and the callable clears them itself.",
)
def clears_before_an_updater(net, train_iter, loss, updater):
    def clearing(y_hat, y):
        if isinstance(net, nn.Module):
            net.zero_grad()
        return loss(y_hat, y)

    return _epoch(net, train_iter, clearing, updater)


@mistake(
    "train_epoch",
    "The callable is told the size of the first batch whatever batch it is: the last may be short, so tell it len(y).",
)
def tells_the_size_of_the_first_batch(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, told=lambda N, first: first)


@mistake(
    "train_epoch",
    "The callable is told a size of 1: tell it how many samples the batch has.",
)
def tells_a_size_of_1(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, told=lambda N, first: 1)


@mistake(
    "train_epoch",
    "The net trains in evaluation mode: call net.train() before the first batch.",
)
def trains_in_evaluation_mode(net, train_iter, loss, updater):
    mode = net.training if isinstance(net, nn.Module) else True
    return _epoch(net, train_iter, loss, updater, mode=mode)


def _over_batches(rows):
    losses = sum(v for v, _, _ in rows) / len(rows)
    return losses, sum(hits / n for _, hits, n in rows) / len(rows)


@mistake(
    "train_epoch",
    "Losses and shares of the batches are averaged, so a sample of a short batch weighs more: add up over the samples, and divide once.",
)
def averages_over_the_batches(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, end=_over_batches)


@mistake(
    "train_epoch",
    "The losses of the batches are averaged, so a sample of a short batch weighs more: weigh each mean by the size of its batch.",
)
def averages_the_losses_of_batches(net, train_iter, loss, updater):
    def end(rows):
        return _over_batches(rows)[0], _over_samples(rows)[1]

    return _epoch(net, train_iter, loss, updater, end=end)


@mistake(
    "train_epoch",
    "The shares of the batches are averaged, so a sample of a short batch weighs more: add up hits and samples, and divide once.",
)
def averages_the_accuracies_of_batches(net, train_iter, loss, updater):
    def end(rows):
        return _over_samples(rows)[0], _over_batches(rows)[1]

    return _epoch(net, train_iter, loss, updater, end=end)


@mistake(
    "train_epoch",
    "What the loss returns is summed as if it were a value for each sample; of a mean this adds one number a batch: weigh a mean by the size of its batch.",
)
def reports_sums_of_means(net, train_iter, loss, updater):
    def value(values, N):
        return values.sum().item() / N

    return _epoch(net, train_iter, loss, updater, value=value)


@mistake(
    "train_epoch",
    "The loss is summed over all samples and not divided by their number.",
)
def reports_the_sum_of_losses(net, train_iter, loss, updater):
    def end(rows):
        return sum(v * n for v, _, n in rows), _over_samples(rows)[1]

    return _epoch(net, train_iter, loss, updater, end=end)


@mistake(
    "train_epoch", "The hits are counted and not divided by the number of samples."
)
def reports_the_number_of_hits(net, train_iter, loss, updater):
    def end(rows):
        return _over_samples(rows)[0], sum(hits for _, hits, _ in rows)

    return _epoch(net, train_iter, loss, updater, end=end)


@mistake(
    "train_epoch",
    "The share of errors stands for the loss: the first number is the mean of what the loss returns.",
)
def reports_errors_as_the_loss(net, train_iter, loss, updater):
    def end(rows):
        share = _over_samples(rows)[1]
        return 1 - share, share

    return _epoch(net, train_iter, loss, updater, end=end)


@mistake(
    "train_epoch", "Only the last batch is reported: take the mean over the epoch."
)
def reports_the_last_batch(net, train_iter, loss, updater):
    def end(rows):
        return _over_samples(rows[-1:])

    return _epoch(net, train_iter, loss, updater, end=end)


@mistake(
    "train_epoch",
    "Loss and accuracy are taken after the step; they are those of the scores that the step was made for.",
)
def reports_what_comes_after_the_step(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater, after=True)


@mistake("train_epoch", "The accuracy comes first; the loss must.")
def returns_the_accuracy_first(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater)[::-1]


@mistake("train_epoch", "The loss alone comes back; the accuracy must stand beside it.")
def returns_the_loss_alone(net, train_iter, loss, updater):
    return _epoch(net, train_iter, loss, updater)[:1]


@mistake("train_epoch", "What comes back are tensors: take their numbers, .item().")
def returns_tensors(net, train_iter, loss, updater):
    return tuple(map(torch.tensor, _epoch(net, train_iter, loss, updater)))


@mistake(
    "train_epoch",
    "The loss comes back as a tensor, with the graph of every batch behind it: add up "
    "loss.item().",
)
def returns_the_loss_as_a_tensor(net, train_iter, loss, updater):
    mean, share = _epoch(net, train_iter, loss, updater)
    return torch.tensor(mean), share


@mistake(
    "train_epoch",
    "The last batch is left out when it is short: every batch is used.",
)
def leaves_out_a_short_batch(net, train_iter, loss, updater):
    batches = list(train_iter)
    full = [batch for batch in batches if len(batch[1]) == len(batches[0][1])]
    return _epoch(net, full, loss, updater)


def _fit(net, train_iter, test_iter, loss, num_epochs, updater, **wrong):
    rows = []
    for _ in range(num_epochs + wrong.get("more", 0)):
        before = right.evaluate_accuracy(net, test_iter) if "before" in wrong else None
        trained = right.train_epoch(
            net, test_iter if "swap" in wrong else train_iter, loss, updater
        )
        judged = wrong.get("judged", test_iter)
        after = right.evaluate_accuracy(net, judged) if before is None else before
        rows.append((*trained, after))
    return rows


@mistake(
    "fit",
    "The test accuracy is taken before each epoch's training: judge the net after it.",
)
def judges_before_it_trains(net, train_iter, test_iter, loss, num_epochs, updater):
    return _fit(net, train_iter, test_iter, loss, num_epochs, updater, before=True)


@mistake(
    "fit", "The net is judged by the batches it was trained on: judge it by test_iter."
)
def judges_by_the_training_set(net, train_iter, test_iter, loss, num_epochs, updater):
    how = {"judged": train_iter}
    return _fit(net, train_iter, test_iter, loss, num_epochs, updater, **how)


@mistake("fit", "The net is trained on the test set, which is there to judge it alone.")
def trains_on_the_test_set(net, train_iter, test_iter, loss, num_epochs, updater):
    return _fit(net, train_iter, test_iter, loss, num_epochs, updater, swap=True)


@mistake("fit", "There is one epoch too many: range(num_epochs) counts them.")
def trains_one_epoch_more(net, train_iter, test_iter, loss, num_epochs, updater):
    return _fit(net, train_iter, test_iter, loss, num_epochs, updater, more=1)


@mistake(
    "fit", "There is one epoch whatever num_epochs says: the return stands in the loop."
)
def returns_inside_the_loop(net, train_iter, test_iter, loss, num_epochs, updater):
    return _fit(net, train_iter, test_iter, loss, 1, updater)


@mistake("fit", "Only the last epoch's row comes back: return a list with all rows.")
def returns_the_last_row(net, train_iter, test_iter, loss, num_epochs, updater):
    return _fit(net, train_iter, test_iter, loss, num_epochs, updater)[-1]


@mistake("fit", "Nothing comes back: return the list of rows.")
def returns_nothing(net, train_iter, test_iter, loss, num_epochs, updater):
    _fit(net, train_iter, test_iter, loss, num_epochs, updater)


@mistake(
    "fit",
    "The test accuracy stands before the training's: a row is loss, training accuracy, test accuracy.",
)
def swaps_the_accuracies(net, train_iter, test_iter, loss, num_epochs, updater):
    rows = _fit(net, train_iter, test_iter, loss, num_epochs, updater)
    return [(row[0], row[2], row[1]) for row in rows]


@mistake(
    "fit",
    "A row holds a tuple and a number: unpack what train_epoch returns, so that a row is three numbers.",
)
def nests_the_rows(net, train_iter, test_iter, loss, num_epochs, updater):
    rows = _fit(net, train_iter, test_iter, loss, num_epochs, updater)
    return [(row[:2], row[2]) for row in rows]


@mistake("fit", "A row is a list: make it a tuple of three numbers.")
def returns_rows_that_are_lists(net, train_iter, test_iter, loss, num_epochs, updater):
    return list(map(list, _fit(net, train_iter, test_iter, loss, num_epochs, updater)))


@mistake("fit", "Each column comes as a list: return a row for each epoch.")
def returns_columns(net, train_iter, test_iter, loss, num_epochs, updater):
    rows = _fit(net, train_iter, test_iter, loss, num_epochs, updater)
    return [list(column) for column in zip(*rows, strict=True)]


@mistake(
    "fit", "The test accuracy is missing in the rows: judge the net after each epoch."
)
def never_judges(net, train_iter, test_iter, loss, num_epochs, updater):
    rows = _fit(net, train_iter, test_iter, loss, num_epochs, updater)
    return [row[:2] for row in rows]


@mistake(
    "fit",
    "The net is judged once, after the last epoch, and all rows have that accuracy: judge "
    "it after each epoch.",
)
def judges_once_at_the_end(net, train_iter, test_iter, loss, num_epochs, updater):
    trained = [
        right.train_epoch(net, train_iter, loss, updater) for _ in range(num_epochs)
    ]
    judged = right.evaluate_accuracy(net, test_iter)
    return [(*row, judged) for row in trained]


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "Accumulator": {
        "- pairs = zip(self.sums, args, strict=True)": "as many numbers as sums are promised",
    },
    "accuracy": {
        "- return float((y_hat.argmax(1) == y).sum())": "the truths have one axis, and the classes are the last of two",
    },
    "evaluate_accuracy": {
        "- return metric[0] / metric[1]\n"
        "+ return metric[0] / metric[-1]": "of two sums the last is the second",
        "- if isinstance(net, nn.Module):\n"
        "- metric = Accumulator(2)  # hits, samples\n"
        "+ metric = Accumulator(2)\n"
        "+ if isinstance(net, nn.Module):": "neither touches the other",
    },
    "train_epoch": {
        "- mean = loss(y_hat, y).mean()  # the mean of a mean is itself": "a loss has at most one axis",
        "- metric.add(N * mean.item(), accuracy(y_hat, y), N)\n"
        "+ metric.add(N * mean, accuracy(y_hat, y), N)": "an accumulator turns a tensor into a number",
        "- if isinstance(net, nn.Module):\n"
        "- metric = Accumulator(3)  # sum of losses, hits, samples\n"
        "+ metric = Accumulator(3)\n"
        "+ if isinstance(net, nn.Module):": "neither touches the other",
        "- if isinstance(updater, torch.optim.Optimizer):\n"
        "- metric.add(N * mean.item(), accuracy(y_hat, y), N)\n"
        "+ metric.add(N * mean.item(), accuracy(y_hat, y), N)\n"
        "+ if isinstance(updater, torch.optim.Optimizer):": "the scores are those of before the step in either order",
    },
}
