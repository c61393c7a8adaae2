"""Wrong answers to Weight decay, rejected by the grader and named by the dojo."""

import torch
from torch import nn

from dojo.grading import mistake
from solutions.ch3_mlp import k03_weight_decay as right


@mistake("l2_penalty", "The half is missing: the penalty is the sum of squares over 2.")
def forgets_the_half(w):
    return (w**2).sum()


@mistake(
    "l2_penalty",
    "This is half the norm: the penalty has no square root.",
)
def takes_half_the_norm(w):
    return w.norm() / 2


@mistake(
    "l2_penalty",
    "This is the norm: the penalty is half of its square.",
)
def takes_the_norm(w):
    return w.norm()


@mistake(
    "l2_penalty",
    "The mean of the squares is taken: the penalty is their sum, over 2.",
)
def averages_the_squares(w):
    return (w**2).mean() / 2


@mistake(
    "l2_penalty",
    "The sum is squared, in which weights of opposite signs cancel: square each weight.",
)
def squares_the_sum(w):
    return w.sum() ** 2 / 2


@mistake(
    "l2_penalty",
    "These are the sizes of the weights, an L1 penalty: square them, and halve the sum.",
)
def adds_up_the_sizes(w):
    return w.abs().sum()


@mistake(
    "l2_penalty",
    "The result has left the graph, so no gradient flows: compute with w itself, not "
    "with w.data, w.detach() or a number.",
)
def leaves_the_graph(w):
    return (w.detach() ** 2).sum() / 2


@mistake(
    "l2_penalty",
    "One axis alone is summed up: the penalty is one number.",
)
def sums_one_axis(w):
    return (w**2).sum(0) / 2


@mistake(
    "l2_penalty",
    "The squares are not summed up: the penalty is one number.",
)
def never_sums(w):
    return w**2 / 2


@mistake(
    "sgd_step_with_decay",
    "The decay has the wrong sign and lets the weights grow: wd · w is added to the "
    "gradient.",
)
def lets_the_weights_grow(w, grad, lr, wd):
    return w - lr * (grad - wd * w)


@mistake(
    "sgd_step_with_decay",
    "The decay is not multiplied by the learning rate: the whole sum grad + wd · w is.",
)
def decays_without_the_learning_rate(w, grad, lr, wd):
    return w - lr * grad - wd * w


@mistake(
    "sgd_step_with_decay",
    "The decay is taken after the step, so the gradient decays, too: w shrinks as it "
    "was before.",
)
def decays_after_the_step(w, grad, lr, wd):
    return (w - lr * grad) * (1 - lr * wd)


@mistake(
    "sgd_step_with_decay",
    "The decay is {times} times what it should be: the penalty's gradient is wd · w, "
    "its 2 and its half cancel.",
    times=[2, 0.5],
)
def keeps_a_factor_of_two(w, grad, lr, wd, *, times):
    return w - lr * (grad + times * wd * w)


@mistake("sgd_step_with_decay", "There is no decay: wd · w is added to the gradient.")
def never_decays(w, grad, lr, wd):
    return w - lr * grad


@mistake(
    "sgd_step_with_decay",
    "The step goes up the gradient: it is subtracted.",
)
def climbs_the_gradient(w, grad, lr, wd):
    return w + lr * (grad - wd * w)


@mistake(
    "sgd_step_with_decay",
    "The signs of the weights decay, as for an L1 penalty: wd is multiplied by w.",
)
def decays_by_the_sign(w, grad, lr, wd):
    return w - lr * (grad + wd * w.sign())


@mistake(
    "sgd_step_with_decay",
    "The number wd is added to the gradient: it is multiplied by w first.",
)
def adds_wd_itself(w, grad, lr, wd):
    return w - lr * (grad + wd)


@mistake(
    "sgd_step_with_decay",
    "The penalty itself is added to each entry of the gradient: its gradient is wd · w.",
)
def adds_the_penalty_to_the_gradient(w, grad, lr, wd):
    return w - lr * (grad + wd * right.l2_penalty(w))


@mistake(
    "sgd_step_with_decay",
    "Only the decay is taken: the gradient belongs to the step, too.",
)
def forgets_the_gradient(w, grad, lr, wd):
    return w - lr * wd * w


@mistake(
    "sgd_step_with_decay",
    "The gradient decays and the weights do not: wd is multiplied by w.",
)
def decays_the_gradient(w, grad, lr, wd):
    return w - lr * (grad + wd * grad)


@mistake(
    "sgd_step_with_decay",
    "The weights are squared in the decay: the gradient of the penalty is w itself.",
)
def squares_the_weights(w, grad, lr, wd):
    return w - lr * (grad + wd * w**2)


@mistake(
    "sgd_step_with_decay",
    "This is the step: return the weights after it, w minus the step.",
)
def returns_the_step(w, grad, lr, wd):
    return lr * (grad + wd * w)


@mistake(
    "sgd_step_with_decay",
    "The decay is divided by the number of weights: the penalty is a sum, not a mean.",
)
def divides_the_decay_by_the_weights(w, grad, lr, wd):
    return w - lr * (grad + wd * w / w.numel())


def _groups(net, wd, spared):
    """Return two groups, by a rule for a name and its module."""
    kept, decayed, seen = [], [], set()
    for module in net.modules():
        for name, p in module.named_parameters(recurse=False):
            if p not in seen:
                seen.add(p)
                (kept if spared(name, p, module) else decayed).append(p)
    return [
        {"params": decayed, "weight_decay": wd},
        {"params": kept, "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "All parameters decay: biases and normalization layers have a decay of 0.",
)
def decays_everything(net, wd):
    return [{"params": list(net.parameters()), "weight_decay": wd}]


@mistake(
    "decay_param_groups",
    "Only biases are spared: the weights of normalization layers have a decay of 0, "
    "too.",
)
def decays_the_scales_of_norms(net, wd):
    return _groups(net, wd, lambda name, p, module: name == "bias")


@mistake(
    "decay_param_groups",
    "Only normalization layers are spared: biases of all layers have a decay of 0.",
)
def decays_the_biases(net, wd):
    return _groups(net, wd, lambda name, p, module: isinstance(module, right._NORMS))


@mistake(
    "decay_param_groups",
    "Every parameter with one axis is spared: it is the name and the layer that "
    "decide, and a weight may have one axis, too.",
)
def spares_all_with_one_axis(net, wd):
    return _groups(net, wd, lambda name, p, module: p.dim() <= 1)


@mistake(
    "decay_param_groups",
    "Normalization layers are sought by their names, which are free: ask for the type, "
    "with isinstance.",
)
def seeks_norms_by_their_names(net, wd):
    kept, decayed = [], []
    for name, p in net.named_parameters():
        spared = name.endswith("bias") or "norm" in name or "bn" in name
        (kept if spared else decayed).append(p)
    return [
        {"params": decayed, "weight_decay": wd},
        {"params": kept, "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "A name that has `bias` anywhere is spared, with what stands in a module of such a "
    "name: only the last part of the name counts.",
)
def spares_names_with_bias_in_them(net, wd):
    norms = {
        p
        for module in net.modules()
        if isinstance(module, right._NORMS)
        for p in module.parameters()
    }
    named = list(net.named_parameters())
    kept = [p for name, p in named if "bias" in name or p in norms]
    decayed = [p for name, p in named if "bias" not in name and p not in norms]
    return [
        {"params": decayed, "weight_decay": wd},
        {"params": kept, "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "Batch normalization is spared and other normalization layers are not: instance, "
    "layer, group and RMS normalization are such layers, too.",
)
def knows_batch_normalization_alone(net, wd):
    kinds = nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d
    return _groups(
        net, wd, lambda name, p, module: name == "bias" or isinstance(module, kinds)
    )


@mistake(
    "decay_param_groups",
    "Batch and layer normalization are spared and other kinds are not: instance, group "
    "and RMS normalization are such layers, too.",
)
def knows_batch_and_layer_normalization(net, wd):
    kinds = nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d, nn.LayerNorm
    return _groups(
        net, wd, lambda name, p, module: name == "bias" or isinstance(module, kinds)
    )


@mistake(
    "decay_param_groups",
    "Only {layers} are looked at, and the parameters of all others are in no group: each "
    "belongs to one.",
    layers=[
        "linear and convolution layers",
        "linear layers, convolutions and BatchNorm2d",
        "linear layers, convolutions and batch normalization",
    ],
)
def looks_at_linear_and_convolution_alone(net, wd, *, layers):
    norms = nn.BatchNorm2d if "BatchNorm2d" in layers else right._NORMS[0]
    norms = () if "batch" not in layers.lower() else norms
    seen = [m for m in net.modules() if isinstance(m, norms)]
    kept = [p for m in seen for p in (m.weight, m.bias) if p is not None]
    layers = [m for m in net.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    kept += [m.bias for m in layers if m.bias is not None]
    return [
        {"params": [m.weight for m in layers], "weight_decay": wd},
        {"params": kept, "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "All parameters are in the first group, and the spared ones in a second, too: each "
    "belongs to one group alone.",
)
def puts_the_spared_into_both_groups(net, wd):
    spared = right.decay_param_groups(net, wd)[1]
    return [{"params": list(net.parameters()), "weight_decay": wd}, spared]


@mistake(
    "decay_param_groups",
    "A parameter that is shared is taken at each of its places: note which ones you "
    "have seen.",
)
def takes_shared_parameters_twice(net, wd):
    decayed, kept = [], []
    for module in net.modules():
        for name, p in module.named_parameters(recurse=False):
            spared = name == "bias" or isinstance(module, right._NORMS)
            (kept if spared else decayed).append(p)
    return [
        {"params": decayed, "weight_decay": wd},
        {"params": kept, "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "A parameter is taken again in each module above its own: in a walk over modules() "
    "ask each for its own alone, named_parameters(recurse=False).",
    kinds=["all", "four"],
)
def takes_parameters_at_each_level(net, wd, *, kinds):
    four = nn.BatchNorm1d, nn.BatchNorm2d, nn.LayerNorm, nn.GroupNorm
    norms = right._NORMS if kinds == "all" else four
    decayed, kept = [], []
    for module in net.modules():
        for name, p in module.named_parameters():
            spared = name.endswith("bias") or isinstance(module, norms)
            (kept if spared else decayed).append(p)
    return [
        {"params": decayed, "weight_decay": wd},
        {"params": kept, "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "Only the net's own parameters and those of its children are taken: go through "
    "modules(), to any depth.",
)
def goes_one_level_deep(net, wd):
    decayed, kept = [], []
    for module in [net, *net.children()]:
        for name, p in module.named_parameters(recurse=False):
            spared = name == "bias" or isinstance(module, right._NORMS)
            (kept if spared else decayed).append(p)
    return [
        {"params": decayed, "weight_decay": wd},
        {"params": kept, "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "Only the net's own parameters are taken, none of the modules in it: go through "
    "modules(), to any depth.",
)
def takes_no_module_within(net, wd):
    own = dict(net.named_parameters(recurse=False))
    return [
        {"params": [p for n, p in own.items() if n != "bias"], "weight_decay": wd},
        {"params": [p for n, p in own.items() if n == "bias"], "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "The groups hold names: an optimizer takes the parameters themselves.",
)
def returns_names(net, wd):
    names = [name for name, _ in net.named_parameters()]
    return [
        {"params": [n for n in names if "bias" not in n], "weight_decay": wd},
        {"params": [n for n in names if "bias" in n], "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "The two decays have changed places: biases and normalization layers have 0, all "
    "others wd.",
)
def swaps_the_decays(net, wd):
    first, second = right.decay_param_groups(net, wd)
    return [{**first, "weight_decay": 0.0}, {**second, "weight_decay": wd}]


@mistake(
    "decay_param_groups",
    "Frozen parameters are left out: every parameter belongs to a group, one that may "
    "thaw later, too.",
)
def leaves_out_what_is_frozen(net, wd):
    return [
        {**group, "params": [p for p in group["params"] if p.requires_grad]}
        for group in right.decay_param_groups(net, wd)
    ]


@mistake(
    "decay_param_groups",
    "Only nn.Linear layers are in the groups: every parameter belongs to one, of whatever "
    "layer it is.",
)
def knows_linear_layers_alone(net, wd):
    linear = [m for m in net.modules() if isinstance(m, nn.Linear)]
    weights = [m.weight for m in linear]
    biases = [m.bias for m in linear if m.bias is not None]
    return [
        {"params": weights, "weight_decay": wd},
        {"params": biases, "weight_decay": 0.0},
    ]


@mistake(
    "decay_param_groups",
    "A group does not say its weight_decay, so it would have the optimizer's own: say "
    "0.0 there.",
)
def leaves_the_zero_unsaid(net, wd):
    decayed, kept = right.decay_param_groups(net, wd)
    return [decayed, {"params": kept["params"]}]


@mistake(
    "decay_param_groups",
    "Embeddings are spared: their weights decay like any others.",
)
def spares_embeddings(net, wd):
    kinds = (*right._NORMS, nn.Embedding)
    return _groups(
        net, wd, lambda name, p, module: name == "bias" or isinstance(module, kinds)
    )


def _train(
    lambd,
    *,
    n_train=20,
    d=200,
    num_epochs=100,
    lr=0.003,
    batch_size=5,
    seed=0,
    slip="",
    times=1.0,
    start=1.0,
):
    """Return what training with one slip returns."""
    generator = torch.Generator().manual_seed(seed)
    X, y = right._rows(n_train, d, generator)
    X_test, y_test = right._rows(100, d, generator)
    if slip == "tests on the training rows":
        X_test, y_test = X, y
    w, b = start * torch.randn(d, generator=generator), torch.zeros(())
    fixed = torch.arange(n_train)
    for _ in range(num_epochs):
        order = torch.randperm(n_train, generator=generator)
        batches = (fixed if slip == "never shuffles" else order).split(batch_size)
        if slip == "drops the short batch" and len(batches) > 1:
            batches = [batch for batch in batches if len(batch) == batch_size]
        if slip == "one batch":
            batches = batches[:1]
        for batch in batches:
            error = X[batch] @ w + b - y[batch]
            n = batch_size if slip == "divides by batch_size" else len(batch)
            n = 1 if slip == "sums" else n
            decay = lambd * times / (len(batch) if slip == "decay over batch" else 1)
            grad = 2 if slip == "no half in the loss" else 1
            w = w - lr * (grad * X[batch].T @ error / n + decay * w)
            pull = lambd * b if slip == "decays the bias" else 0.0
            if slip != "no bias":
                b = b - lr * (grad * error.sum() / n + pull)
    half = 1 if slip == "no half" else 2
    train = (X @ w + b - y).square().mean() / half
    test = (X_test @ w + b - y_test).square().mean() / half
    penalty = lambd * right.l2_penalty(w) if "adds the penalty" in slip else 0.0
    test = test + penalty if slip.endswith("twice") else test
    norm = w.square().sum() if slip == "squares the norm" else w.norm()
    norm = (w.square().sum() + b**2).sqrt() if slip == "bias in the norm" else norm
    found = {"train": train + penalty, "test": test, "norm": norm}
    return found if slip == "tensors" else {k: float(v) for k, v in found.items()}


@mistake(
    "train_high_dim",
    "The penalty has no effect: lambd · w is added to the gradient of the weights.",
)
def trains_without_the_penalty(lambd, **how):
    return _train(0.0, **how)


@mistake(
    "train_high_dim",
    "The decay at each step is {times} times what it should be: l2_penalty has a half, "
    "and so its gradient is lambd · w.",
    times=[2.0, 0.5],
)
def decays_by_another_factor(lambd, *, times, **how):
    return _train(lambd, **how, times=times)


@mistake(
    "train_high_dim",
    "The decay is divided by the number of rows in the batch: the penalty is added once "
    "to the mean loss.",
)
def divides_the_decay_by_the_batch(lambd, **how):
    return _train(lambd, **how, slip="decay over batch")


@mistake(
    "train_high_dim",
    "The bias has a penalty, too: only the weights are penalized.",
)
def decays_the_bias_too(lambd, **how):
    return _train(lambd, **how, slip="decays the bias")


@mistake(
    "train_high_dim",
    "The bias is never learned: it takes steps like the weights, without the penalty.",
)
def learns_no_bias(lambd, **how):
    return _train(lambd, **how, slip="no bias")


@mistake(
    "train_high_dim",
    "The reported losses lack the half: they are means of (y_hat - y)² / 2.",
)
def reports_losses_without_the_half(lambd, **how):
    return _train(lambd, **how, slip="no half")


@mistake(
    "train_high_dim",
    "The steps go down the squared error without its half, twice as far: the loss of a "
    "batch is the mean of (y_hat - y)² / 2.",
)
def trains_without_the_half(lambd, **how):
    return _train(lambd, **how, slip="no half in the loss")


@mistake(
    "train_high_dim",
    "The reported {which} has the penalty in it: report the plain loss.",
    which=["training loss", "loss, of training and test,"],
)
def reports_the_penalty_too(lambd, *, which, **how):
    slip = "adds the penalty" + (" twice" if "test" in which else "")
    return _train(lambd, **how, slip=slip)


@mistake(
    "train_high_dim",
    "The gradient of a batch is a sum, not a mean: divide by the number of its rows.",
)
def sums_over_the_batch(lambd, **how):
    return _train(lambd, **how, slip="sums")


@mistake(
    "train_high_dim",
    "The short last batch is divided by batch_size: divide by the rows that it has.",
)
def divides_the_short_batch_by_batch_size(lambd, **how):
    return _train(lambd, **how, slip="divides by batch_size")


@mistake(
    "train_high_dim",
    "The short last batch is dropped: each epoch goes through all rows.",
)
def drops_the_short_batch(lambd, **how):
    return _train(lambd, **how, slip="drops the short batch")


@mistake(
    "train_high_dim",
    "An epoch ends after one batch: it goes through all rows.",
)
def takes_one_batch_an_epoch(lambd, **how):
    return _train(lambd, **how, slip="one batch")


@mistake(
    "train_high_dim",
    "The rows come in the same order every epoch: draw a new order at its start.",
)
def never_draws_a_new_order(lambd, **how):
    return _train(lambd, **how, slip="never shuffles")


@mistake(
    "train_high_dim",
    "The test loss is that of the training rows: draw 100 further rows.",
)
def tests_on_the_training_rows(lambd, **how):
    return _train(lambd, **how, slip="tests on the training rows")


@mistake(
    "train_high_dim",
    "The norm is squared: take the root of the sum of squares.",
)
def squares_the_norm(lambd, **how):
    return _train(lambd, **how, slip="squares the norm")


@mistake(
    "train_high_dim",
    "The weights start at a standard deviation of 0.01: it must be 1.",
)
def starts_small(lambd, **how):
    return _train(lambd, **how, start=0.01)


@mistake("train_high_dim", "The weights start at 0: draw them from N(0, 1).")
def starts_at_zero(lambd, **how):
    return _train(lambd, **how, start=0.0)


@mistake(
    "train_high_dim",
    "What the dict has are tensors: take their numbers with float() or .item().",
)
def returns_tensors(lambd, **how):
    return _train(lambd, **how, slip="tensors")


@mistake(
    "train_high_dim",
    "The seed is not used, so each call draws other data: seed a generator with it.",
)
def ignores_the_seed(lambd, *, seed=0, **how):
    return _train(lambd, **how, seed=int(torch.randint(2**31, ())))


@mistake(
    "train_high_dim",
    "The same seed is used whatever the argument says: hand `seed` to the generator.",
)
def uses_one_seed_for_all(lambd, *, seed=0, **how):
    return _train(lambd, **how, seed=0)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "decay_param_groups": {
        "- return [\n"
        '- {"params": decayed, "weight_decay": wd},\n'
        '- {"params": kept, "weight_decay": 0.0},\n'
        "- ]\n"
        "+ return [{'params': kept, 'weight_decay': 0.0}, {'params': decayed, 'weight_decay': wd}]": "the order of the groups is free",
    },
    "train_high_dim": {
        "- generator = torch.Generator().manual_seed(seed)\n"
        "+ generator = torch.manual_seed(seed)": "the global generator may be seeded, too",
        "- X_test, y_test = _rows(100, d, generator)\n"
        "+ X_test, y_test = _rows(101, d, generator)": "of one row in a hundred no loss can tell",
        "- X_test, y_test = _rows(100, d, generator)\n"
        "+ X_test, y_test = _rows(99, d, generator)": "of one row in a hundred no loss can tell",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean(axis=0) / 2), 'test': float((X_test @ w + b - y_test).square().mean() / 2), 'norm': float(w.norm())}": "a mean over the one axis there is",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean(axis=0, keepdims=True) / 2), 'test': float((X_test @ w + b - y_test).square().mean() / 2), 'norm': float(w.norm())}": "a mean over the one axis there is",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean(axis=-1) / 2), 'test': float((X_test @ w + b - y_test).square().mean() / 2), 'norm': float(w.norm())}": "a mean over the one axis there is",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean(axis=-1, keepdims=True) / 2), 'test': float((X_test @ w + b - y_test).square().mean() / 2), 'norm': float(w.norm())}": "a mean over the one axis there is",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((y - (X @ w + b)).square().mean() / 2), 'test': float((X_test @ w + b - y_test).square().mean() / 2), 'norm': float(w.norm())}": "a square has no sign",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + (b - y)).square().mean() / 2), 'test': float((X_test @ w + b - y_test).square().mean() / 2), 'norm': float(w.norm())}": "a sum may be taken in any order",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean() / 2), 'test': float((X_test @ w + b - y_test).square().mean(axis=0) / 2), 'norm': float(w.norm())}": "a mean over the one axis there is",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean() / 2), 'test': float((X_test @ w + b - y_test).square().mean(axis=0, keepdims=True) / 2), 'norm': float(w.norm())}": "a mean over the one axis there is",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean() / 2), 'test': float((X_test @ w + b - y_test).square().mean(axis=-1) / 2), 'norm': float(w.norm())}": "a mean over the one axis there is",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean() / 2), 'test': float((X_test @ w + b - y_test).square().mean(axis=-1, keepdims=True) / 2), 'norm': float(w.norm())}": "a mean over the one axis there is",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean() / 2), 'test': float((y_test - (X_test @ w + b)).square().mean() / 2), 'norm': float(w.norm())}": "a square has no sign",
        "- return {\n"
        '- "train": float((X @ w + b - y).square().mean() / 2),\n'
        '- "test": float((X_test @ w + b - y_test).square().mean() / 2),\n'
        '- "norm": float(w.norm()),\n'
        "- }\n"
        "+ return {'train': float((X @ w + b - y).square().mean() / 2), 'test': float((X_test @ w + (b - y_test)).square().mean() / 2), 'norm': float(w.norm())}": "a sum may be taken in any order",
        "- error = X[batch] @ w + b - y[batch]  # (n,)\n"
        "+ error = X[batch] @ w + (b - y[batch])": "a sum may be taken in any order",
        "- w = sgd_step_with_decay(w, X[batch].T @ error / len(batch), lr, lambd)\n"
        "+ w = sgd_step_with_decay(w, X[batch].T @ (error / len(batch)), lr, lambd)": "a factor may stand before the product or after",
        "- w = sgd_step_with_decay(w, X[batch].T @ error / len(batch), lr, lambd)\n"
        "+ w = sgd_step_with_decay(w, X[batch].T @ error / len(error), lr, lambd)": "a batch has as many errors as rows",
        "- b = b - lr * error.mean()\n"
        "+ b = b - lr * error.mean(axis=0)": "a mean over the one axis there is",
        "- b = b - lr * error.mean()\n"
        "+ b = b - lr * error.mean(axis=0, keepdims=True)": "a mean over the one axis there is",
        "- b = b - lr * error.mean()\n"
        "+ b = b - lr * error.mean(axis=-1)": "a mean over the one axis there is",
        "- b = b - lr * error.mean()\n"
        "+ b = b - lr * error.mean(axis=-1, keepdims=True)": "a mean over the one axis there is",
        "- return X, X.sum(1) * 0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator)\n"
        "+ return (X, X.sum(1) * 0.01 + 0.05 - 0.01 * torch.randn(n, generator=generator))": "inputs, weights and noise are as likely with the other sign",
        "- return X, X.sum(1) * 0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator)\n"
        "+ return (X, X.sum(1) * 0.01 + (0.05 + 0.01 * torch.randn(n, generator=generator)))": "a sum may be taken in any order",
        "- return X, X.sum(1) * 0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator)\n"
        "+ return (X, X.sum(1) * 0.01 - 0.05 + 0.01 * torch.randn(n, generator=generator))": "inputs, weights and noise are as likely with the other sign",
        "- return X, X.sum(1) * 0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator)\n"
        "+ return (X, X.sum(-1) * 0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator))": "the second axis of two is the last",
        "- return X, X.sum(1) * 0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator)\n"
        "+ return (X, X.sum(1) * -0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator))": "inputs, weights and noise are as likely with the other sign",
        "- return X, X.sum(1) * 0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator)\n"
        "+ return (X, X.sum(1) * 0.01 + -0.05 + 0.01 * torch.randn(n, generator=generator))": "inputs, weights and noise are as likely with the other sign",
        "- return X, X.sum(1) * 0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator)\n"
        "+ return (X, X.sum(1) * 0.01 + 0.05 + -0.01 * torch.randn(n, generator=generator))": "inputs, weights and noise are as likely with the other sign",
        "- return X, X.sum(1) * 0.01 + 0.05 + 0.01 * torch.randn(n, generator=generator)\n"
        "+ return (X, X.sum(1) * -0.01 + 0.05 + -0.01 * torch.randn(n, generator=generator))": "inputs, weights and noise are as likely with the other sign",
    },
}
