"""Wrong answers to early stopping that the grader rejects and the dojo can name."""

import copy
import math

import numpy as np

from dojo.grading import mistake
from solutions.ch1_foundations.k06_early_stopping import EarlyStopping


def matrices(params):
    return [params[name] for name in params if name.startswith("W")]


@mistake(
    "frobenius_norm_sq",
    "The biases are counted too; only the matrices W are.",
)
def counts_the_biases(params):
    return float(sum(np.sum(value**2) for value in params.values()))


@mistake(
    "frobenius_norm_sq",
    "This is the norm, the root of the sum; its square has no root.",
)
def takes_the_root_of_the_sum(params):
    return float(sum(np.sum(W**2) for W in matrices(params)) ** 0.5)


@mistake(
    "frobenius_norm_sq",
    "The norms of the layers are added, not their squares: leave the roots out.",
)
def adds_the_norms(params):
    return float(sum(np.sqrt(np.sum(W**2)) for W in matrices(params)))


@mistake(
    "frobenius_norm_sq",
    "The norms are added and the sum is squared: square each, then add.",
)
def squares_the_sum_of_norms(params):
    return float(sum(np.sqrt(np.sum(W**2)) for W in matrices(params)) ** 2)


@mistake(
    "frobenius_norm_sq",
    "The sizes of the weights are added; square each, then add.",
)
def adds_the_sizes(params):
    return float(sum(np.sum(np.abs(W)) for W in matrices(params)))


@mistake(
    "frobenius_norm_sq",
    "Only the first layer is counted: go through every W before you return.",
)
def stops_after_the_first_layer(params):
    return float(np.sum(params["W1"] ** 2))


@mistake(
    "frobenius_norm_sq",
    "Only the last layer is counted: add each layer to a sum that begins at 0.",
)
def keeps_the_last_layer_alone(params):
    return float(np.sum(params[f"W{len(matrices(params))}"] ** 2))


@mistake(
    "frobenius_norm_sq",
    "The last layer is left out; layers count from 1 to L, and range(1, L) ends before L.",
)
def leaves_out_the_last_layer(params):
    return float(sum(np.sum(params[f"W{i}"] ** 2) for i in range(1, len(params) // 2)))


@mistake(
    "frobenius_norm_sq",
    "The squares of each matrix are averaged: add them up.",
)
def takes_means_of_squares(params):
    return float(sum(np.mean(W**2) for W in matrices(params)))


@mistake(
    "frobenius_norm_sq",
    "A factor 1/2 is in the result; it belongs to the penalty, not to the norm.",
)
def halves_the_sum(params):
    return float(sum(np.sum(W**2) for W in matrices(params)) / 2)


@mistake(
    "best_epoch",
    "The search ends at the first rise; a smaller loss may come later, so look at all of "
    "them.",
    strict=[False, True],
)
def ends_at_the_first_rise(val_losses, *, strict):
    for i in range(1, len(val_losses)):
        now, before = val_losses[i], val_losses[i - 1]
        if now > before if strict else not now < before:
            return i - 1
    return len(val_losses) - 1


@mistake(
    "best_epoch",
    "Of equal losses the last is taken; take the first: an improvement is a loss that is "
    "smaller, not one that is as small.",
)
def takes_the_last_of_equal_ones(val_losses):
    smallest = np.nanmin(val_losses)
    return max(i for i, loss in enumerate(val_losses) if loss == smallest)


@mistake(
    "best_epoch",
    "Epochs are counted from 1; the first one is 0.",
)
def counts_from_one(val_losses):
    return int(np.nanargmin(val_losses)) + 1


@mistake(
    "best_epoch",
    "The smallest loss is returned; the number of its epoch is asked for.",
)
def returns_the_loss(val_losses):
    return float(np.nanmin(val_losses))


@mistake(
    "best_epoch",
    "The loss comes back beside the epoch: return the number of the epoch alone.",
)
def returns_the_loss_too(val_losses):
    best = int(np.nanargmin(val_losses))
    return best, val_losses[best]


@mistake(
    "best_epoch",
    "The epoch of the largest loss is returned; a loss is best where it is smallest.",
)
def takes_the_largest(val_losses):
    return int(np.nanargmax(val_losses))


@mistake(
    "best_epoch",
    "The first NaN counts as the smallest (`np.argmin` has it so): pass over NaN.",
)
def takes_the_first_nan(val_losses):
    return int(np.argmin(val_losses))


@mistake(
    "best_epoch",
    "A NaN at the start is never beaten, since no comparison with NaN holds: begin with "
    "infinity.",
)
def never_leaves_a_nan_at_the_start(val_losses):
    best = 0
    for i, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = i
    return best


@mistake(
    "best_epoch",
    "The search begins with a finite number, which no loss above it beats: begin with "
    "infinity.",
    none=[0, -1],
)
def begins_with_a_number(val_losses, *, none):
    smallest, best = 100.0, none
    for i, loss in enumerate(val_losses):
        if loss < smallest:
            smallest, best = loss, i
    return best


@mistake(
    "best_epoch",
    "The size of a loss is compared, without its sign; a loss may be below 0.",
)
def compares_without_the_sign(val_losses):
    return int(np.nanargmin(np.abs(val_losses)))


@mistake(
    "best_epoch",
    "A loss of minus infinity is passed over; only NaN is, and this is the smallest.",
)
def passes_over_infinities(val_losses):
    losses = np.array(val_losses, float)
    return int(np.argmin(np.where(np.isfinite(losses), losses, math.inf)))


@mistake(
    "best_epoch",
    "NaN is left out before the epochs are counted, so later ones move up: count them all.",
)
def counts_without_the_nans(val_losses):
    return int(np.argmin([loss for loss in val_losses if not math.isnan(loss)]))


@mistake(
    "best_epoch",
    "The last epoch is returned; it is seldom the best.",
)
def takes_the_last_epoch(val_losses):
    return len(val_losses) - 1


class Slip(EarlyStopping):
    """The reference in pieces, so that each mistake replaces one."""

    def improves(self, val_loss):
        return val_loss < self.best_loss - self.min_delta

    def kept(self, state):
        return copy.deepcopy(state)

    def stops(self):
        return self.waited >= self.patience

    def improvement(self, val_loss, state):
        self.best_loss, self.best_epoch = val_loss, self.epoch
        self.best_state = self.kept(state)
        self.waited = 0

    def step(self, val_loss, state=None):
        if self.improves(val_loss):
            self.improvement(val_loss, state)
        else:
            self.waited += 1
        self.epoch += 1
        return self.stops()


@mistake(
    "EarlyStopping",
    "It stops at the first step without an improvement: wait for `patience` of them in a "
    "row.",
)
class StopsAtTheFirstRise(Slip):
    def stops(self):
        return self.waited >= 1


@mistake(
    "EarlyStopping",
    "It waits one step too long: stop as soon as `patience` steps brought nothing, >= and "
    "not >.",
)
class WaitsOneStepTooLong(Slip):
    def stops(self):
        return self.waited > self.patience


@mistake(
    "EarlyStopping",
    "It stops one step too early: `patience` steps without an improvement are allowed to "
    "come first.",
)
class WaitsOneStepTooFew(Slip):
    def stops(self):
        return self.waited >= max(self.patience - 1, 1)


@mistake(
    "EarlyStopping",
    "Steps without an improvement are added up over the whole run: start the count again "
    "at each improvement.",
)
class NeverStartsTheCountAgain(Slip):
    def improvement(self, val_loss, state):
        waited = self.waited
        super().improvement(val_loss, state)
        self.waited = waited


@mistake(
    "EarlyStopping",
    "Steps without an improvement are added up over the whole run, and each one stops "
    "once there are `patience` of them: start the count again at each improvement.",
)
class AddsUpAllItsWaits(NeverStartsTheCountAgain):
    def step(self, val_loss, state=None):
        before = self.waited
        return super().step(val_loss, state) and self.waited > before


@mistake(
    "EarlyStopping",
    "It never says stop: count the steps that bring no improvement.",
)
class NeverStops(Slip):
    def stops(self):
        return False


@mistake(
    "EarlyStopping",
    "A loss is compared with the one before it: compare it with the best one.",
)
class ComparesWithTheLossBefore(Slip):
    before = math.inf

    def improves(self, val_loss):
        before, self.before = self.before, val_loss
        return val_loss < before - self.min_delta


@mistake(
    "EarlyStopping",
    "Patience starts again at any loss below the one before it: it does so at an "
    "improvement on the best one only.",
)
class CountsRisesInARow(Slip):
    before = math.inf

    def step(self, val_loss, state=None):
        waited = 0 if val_loss < self.before - self.min_delta else self.waited + 1
        super().step(val_loss, state)
        self.before, self.waited = val_loss, waited
        return self.stops()


@mistake(
    "EarlyStopping",
    "min_delta is left out: a loss must be below best_loss - min_delta.",
)
class LeavesOutTheMinDelta(Slip):
    def improves(self, val_loss):
        return val_loss < self.best_loss


@mistake(
    "EarlyStopping",
    "min_delta is added to the best loss, so that a worse loss may count: subtract it.",
)
class AddsTheMinDelta(Slip):
    def improves(self, val_loss):
        return val_loss < self.best_loss + self.min_delta


@mistake(
    "EarlyStopping",
    "A loss of exactly best_loss - min_delta counts as an improvement: it must be smaller, "
    "< and not <=.",
)
class TakesEqualForBetter(Slip):
    def improves(self, val_loss):
        return val_loss <= self.best_loss - self.min_delta and val_loss < math.inf


@mistake(
    "EarlyStopping",
    "min_delta is taken as a share of the best loss: subtract it as it is.",
)
class TakesTheMinDeltaForAShare(Slip):
    def improves(self, val_loss):
        return val_loss < self.best_loss * (1 - self.min_delta)


@mistake(
    "EarlyStopping",
    "best_loss falls with every smaller loss, also by less than min_delta, so small steps "
    "never add up: change it on an improvement only.",
)
class LetsTheBestLossDrift(Slip):
    def step(self, val_loss, state=None):
        stop = super().step(val_loss, state)
        if val_loss < self.best_loss:
            self.best_loss = val_loss
        return stop


@mistake(
    "EarlyStopping",
    "NaN counts as an improvement, since `loss >= best` is false for it: ask whether the "
    "loss is smaller.",
)
class TakesNanForAnImprovement(Slip):
    def improves(self, val_loss):
        return not val_loss >= self.best_loss - self.min_delta


@mistake(
    "EarlyStopping",
    "A step with NaN is not counted: it brought no improvement, like any other.",
)
class PassesOverNan(Slip):
    def step(self, val_loss, state=None):
        if math.isnan(val_loss):
            self.epoch += 1
            return self.stops()
        return super().step(val_loss, state)


@mistake(
    "EarlyStopping",
    "A step with NaN is not counted at all, so that later steps have too small a number: "
    "it brought no improvement, like any other.",
)
class CountsNoStepWithNan(Slip):
    def step(self, val_loss, state=None):
        return not math.isnan(val_loss) and super().step(val_loss, state)


@mistake(
    "EarlyStopping",
    "It stops at once when a loss is NaN: such a step brought no improvement, and patience "
    "counts it.",
)
class StopsAtNan(Slip):
    def step(self, val_loss, state=None):
        return super().step(val_loss, state) or math.isnan(val_loss)


@mistake(
    "EarlyStopping",
    "A larger loss is taken for the better one: smaller is better.",
)
class LooksForTheLargest(Slip):
    def __init__(self, patience, min_delta=0.0):
        super().__init__(patience, min_delta)
        self.best_loss = -math.inf

    def improves(self, val_loss):
        return val_loss > self.best_loss + self.min_delta


@mistake(
    "EarlyStopping",
    "best_loss starts at 0, which no loss above 0 improves on: start at infinity.",
)
class StartsAtZero(Slip):
    def __init__(self, patience, min_delta=0.0):
        super().__init__(patience, min_delta)
        self.best_loss = 0.0


@mistake(
    "EarlyStopping",
    "best_loss starts as None: before the first improvement it is infinite.",
)
class StartsWithNone(Slip):
    def __init__(self, patience, min_delta=0.0):
        super().__init__(patience, min_delta)
        self.best_loss = None

    def improves(self, val_loss):
        first = self.best_loss is None and not math.isnan(val_loss)
        return first or (self.best_loss is not None and super().improves(val_loss))


@mistake(
    "EarlyStopping",
    "The state itself is kept, and training goes on in the same arrays: keep a deep copy.",
)
class KeepsAReference(Slip):
    def kept(self, state):
        return state


@mistake(
    "EarlyStopping",
    "Only the outermost dict is copied, what is in it is shared: keep a deep copy.",
)
class KeepsAShallowCopy(Slip):
    def kept(self, state):
        return copy.copy(state)


@mistake(
    "EarlyStopping",
    "The state of the latest step is kept; keep one on an improvement only.",
)
class KeepsTheLatestState(Slip):
    def step(self, val_loss, state=None):
        stop = super().step(val_loss, state)
        self.best_state = copy.deepcopy(state)
        return stop


@mistake(
    "EarlyStopping",
    "No state is kept: on an improvement, keep a deep copy of it.",
)
class KeepsNoState(Slip):
    def kept(self, state):
        return None


@mistake(
    "EarlyStopping",
    "The first state is kept and never another: each improvement brings one.",
)
class KeepsTheFirstState(Slip):
    def kept(self, state):
        return copy.deepcopy(state) if self.best_state is None else self.best_state


@mistake(
    "EarlyStopping",
    "best_epoch is counted from 1; the first step is 0.",
)
class CountsTheStepsFromOne(Slip):
    def improvement(self, val_loss, state):
        super().improvement(val_loss, state)
        self.best_epoch += 1


@mistake(
    "EarlyStopping",
    "best_epoch counts improvements; it is the number of the step, those without an "
    "improvement among them.",
)
class CountsImprovements(Slip):
    improvements = -1

    def improvement(self, val_loss, state):
        super().improvement(val_loss, state)
        self.improvements += 1
        self.best_epoch = self.improvements


@mistake(
    "EarlyStopping",
    "best_epoch is the latest step; it is the step of the last improvement.",
)
class TakesTheLatestStepForTheBest(Slip):
    def step(self, val_loss, state=None):
        stop = super().step(val_loss, state)
        self.best_epoch = self.epoch - 1
        return stop


@mistake(
    "EarlyStopping",
    "step returns True to go on; True means stop.",
)
class SaysTrueToGoOn(Slip):
    def stops(self):
        return self.waited < self.patience


@mistake(
    "EarlyStopping",
    "step returns nothing: it returns True or False, whether to stop.",
)
class ReturnsNothing(Slip):
    def stops(self):
        return None


@mistake(
    "EarlyStopping",
    "It says stop once and then no more: each further step without an improvement says it "
    "again, >= and not ==.",
)
class SaysStopOnlyOnce(Slip):
    def stops(self):
        return self.waited == self.patience


@mistake(
    "EarlyStopping",
    "Once it has said stop it says nothing else; a step that brings an improvement says go "
    "on, and the count starts again.",
)
class SaysStopForEver(Slip):
    stopped = False

    def stops(self):
        self.stopped = self.stopped or super().stops()
        return self.stopped


def run(train_step, val_loss, get_state, max_epochs, patience, stopping=None):
    """Return a right run; a mistake hands in functions that are wrong."""
    stopping, losses = stopping or EarlyStopping(patience), []
    for _ in range(max_epochs):
        train_step()
        losses.append(val_loss())
        if stopping.step(losses[-1], get_state()):
            break
    return stopping, losses


@mistake(
    "fit_with_early_stopping",
    "The weights of the last epoch come back: make a deep copy of those of the best epoch "
    "while they are there, and return it.",
)
def returns_the_last_weights(train_step, val_loss, get_state, max_epochs, patience):
    states = []

    def noted():
        states.append(copy.deepcopy(get_state()))
        return states[-1]

    _, losses = run(train_step, val_loss, noted, max_epochs, patience)
    return (None if all(map(math.isnan, losses)) else states[-1]), losses


@mistake(
    "fit_with_early_stopping",
    "The weights of the last epoch come back, since training changes the arrays in place: "
    "while those of the best epoch are there, keep a deep copy, and return it.",
)
def keeps_the_live_state(train_step, val_loss, get_state, max_epochs, patience):
    stopping = KeepsAReference(patience)
    _, losses = run(train_step, val_loss, get_state, max_epochs, patience, stopping)
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "Training ends at the first rise: wait for `patience` epochs without an improvement.",
)
def ends_the_training_at_the_first_rise(
    train_step, val_loss, get_state, max_epochs, patience
):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs, 1)
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "Training never ends early: leave the loop when patience is at its end.",
)
def trains_to_the_end(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs, max_epochs + 1)
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "One epoch too many is trained: stop as soon as `patience` epochs brought nothing.",
)
def trains_one_epoch_too_many(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs, patience + 1)
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "max_epochs is not kept: train no more epochs than that, whatever patience says.",
)
def forgets_max_epochs(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs + 9, patience)
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "What train_step returns, a training loss, decides: ask val_loss.",
)
def watches_the_training_loss(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = EarlyStopping(patience), []
    for _ in range(max_epochs):
        train_loss = train_step()
        losses.append(val_loss())
        if stopping.step(train_loss, get_state()):
            break
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "The validation loss is measured before the epoch is trained: train first, so that "
    "the loss belongs to the weights that are kept.",
)
def measures_before_it_trains(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = EarlyStopping(patience), []
    for _ in range(max_epochs):
        losses.append(val_loss())
        train_step()
        if stopping.step(losses[-1], get_state()):
            break
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "Each epoch measures before it trains, so the losses begin with that of the untrained "
    "network: train_step comes first.",
)
def trains_at_the_end(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = EarlyStopping(patience), []
    for _ in range(max_epochs):
        losses.append(val_loss())
        if stopping.step(losses[-1], get_state()):
            break
        train_step()
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "Epochs without an improvement are added up over the whole run: start the count again "
    "at each improvement.",
)
def adds_up_all_waiting(train_step, val_loss, get_state, max_epochs, patience):
    stopping = NeverStartsTheCountAgain(patience)
    _, losses = run(train_step, val_loss, get_state, max_epochs, patience, stopping)
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "A loss equal to the best one counts as an improvement: it must be smaller, < and not "
    "<=.",
)
def takes_an_equal_loss_for_better(
    train_step, val_loss, get_state, max_epochs, patience
):
    stopping = TakesEqualForBetter(patience)
    _, losses = run(train_step, val_loss, get_state, max_epochs, patience, stopping)
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "One epoch less than max_epochs is trained at most: range(1, max_epochs) is one short.",
)
def leaves_out_an_epoch(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs - 1, patience)
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "The losses have zeros at the end for epochs that were never trained: return as many "
    "as there were.",
)
def fills_up_with_zeros(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs, patience)
    return stopping.best_state, losses + [0.0] * (max_epochs - len(losses))


@mistake(
    "fit_with_early_stopping",
    "The network is measured once before the first epoch, so there is a loss too many: "
    "each epoch trains first.",
)
def measures_the_untrained_network(
    train_step, val_loss, get_state, max_epochs, patience
):
    stopping, losses = EarlyStopping(patience), [val_loss()]
    stopping.step(losses[0], get_state())
    for _ in range(max_epochs):
        train_step()
        losses.append(val_loss())
        if stopping.step(losses[-1], get_state()):
            break
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "val_loss is called twice in an epoch: call it once and keep its value.",
)
def measures_twice(train_step, val_loss, get_state, max_epochs, patience):
    def twice():
        val_loss()
        return val_loss()

    stopping, losses = run(train_step, twice, get_state, max_epochs, patience)
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "The state is taken before the epoch is trained, so it is that of the epoch before: "
    "ask for it after the loss was measured.",
)
def takes_the_state_too_early(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = EarlyStopping(patience), []
    for _ in range(max_epochs):
        state = copy.deepcopy(get_state())
        train_step()
        losses.append(val_loss())
        if stopping.step(losses[-1], state):
            break
    return stopping.best_state, losses


@mistake(
    "fit_with_early_stopping",
    "Only the losses of improvements are returned: return that of every epoch.",
)
def returns_the_improvements(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs, patience)
    best = [
        loss for i, loss in enumerate(losses) if loss < min([*losses[:i], math.inf])
    ]
    return stopping.best_state, best


@mistake(
    "fit_with_early_stopping",
    "The last loss is missing, that of the epoch that ended the training: note each loss "
    "before you leave the loop.",
)
def leaves_out_the_last_loss(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs, patience)
    ended = stopping.waited >= patience
    return stopping.best_state, losses[:-1] if ended else losses


@mistake(
    "fit_with_early_stopping",
    "The losses end at the best epoch: those that came after it belong to the run too.",
)
def cuts_the_losses_at_the_best(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs, patience)
    return stopping.best_state, losses[: stopping.best_epoch + 1]


@mistake(
    "fit_with_early_stopping",
    "The losses come first and the state second: return the state, then the losses.",
)
def returns_the_losses_first(train_step, val_loss, get_state, max_epochs, patience):
    stopping, losses = run(train_step, val_loss, get_state, max_epochs, patience)
    return losses, stopping.best_state


@mistake(
    "fit_with_early_stopping",
    "The state comes back alone: return the losses too, as a tuple.",
)
def returns_the_state_alone(train_step, val_loss, get_state, max_epochs, patience):
    stopping, _ = run(train_step, val_loss, get_state, max_epochs, patience)
    return stopping.best_state


@mistake(
    "fit_with_early_stopping",
    "The best loss is returned in the place of the losses: return that of every epoch.",
)
def returns_the_best_loss(train_step, val_loss, get_state, max_epochs, patience):
    stopping, _ = run(train_step, val_loss, get_state, max_epochs, patience)
    return stopping.best_state, stopping.best_loss


@mistake(
    "fit_with_early_stopping",
    "get_state is called on improvements only: each epoch calls it once, after val_loss.",
)
def asks_for_the_state_of_improvements(
    train_step, val_loss, get_state, max_epochs, patience
):
    stopping, losses = EarlyStopping(patience), []
    for _ in range(max_epochs):
        train_step()
        losses.append(val_loss())
        better = losses[-1] < stopping.best_loss
        if stopping.step(losses[-1], get_state() if better else None):
            break
    return stopping.best_state, losses


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "EarlyStopping": {
        "- self.best_epoch = -1": "it means nothing before the first improvement",
        "- self.waited = 0  # steps since the last improvement\n"
        "+ self.waited = 0.5": "a half more does not reach a whole number sooner",
        "- self.waited = 0\n"
        "+ self.waited = 0.5": "a half more does not reach a whole number sooner",
        "- self.waited = 0\n+ self.waited *= 0": "0 by another name",
    },
}
