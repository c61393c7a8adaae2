"""Wrong ways to initialize layers and models: rejected, and named."""

import copy

import torch
from torch import nn

from dojo.grading import mistake
from solutions.ch7_training import k01_initialize_weights as right
from solutions.ch7_training.k01_initialize_weights import init_module_

EQUIVALENT = {
    "init_module_": {
        "- if m.bias is not None:\n+ if m.bias != None:": "None is equal to None alone",
        "- if m.weight is not None:\n+ if m.weight != None:": "the same",
        '- nn.init.kaiming_normal_(m.weight, mode="fan_in", nonlinearity="relu")\n'
        "+ nn.init.kaiming_normal_(m.weight, nonlinearity='relu')": "torch's default",
        '- nn.init.kaiming_normal_(m.weight, mode="fan_in", nonlinearity="relu")\n'
        "+ nn.init.kaiming_normal_(m.weight, mode='fan_in')": "the default is a leaky "
        "ReLU with slope 0, which is a ReLU",
        "- nn.init.normal_(m.weight, mean=0.0, std=0.1)\n"
        "+ nn.init.normal_(m.weight, std=0.1)": "the default mean is 0",
        "- elif isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d):\n"
        "+ if isinstance(m, nn.BatchNorm3d | (nn.BatchNorm1d | nn.BatchNorm2d)):": (
            "the three kinds in another order"
        ),
        "- elif isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d):\n"
        "+ if isinstance(m, nn.BatchNorm1d | (nn.BatchNorm2d | nn.BatchNorm3d)):": (
            "the three kinds in other brackets"
        ),
        "- elif isinstance(m, nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d):\n"
        "+ if isinstance(m, nn.BatchNorm2d | nn.BatchNorm1d | nn.BatchNorm3d):": (
            "the three kinds in another order"
        ),
    },
    "init_sparse_uniform_": {
        "- return w.masked_fill_(w.abs() < 5, 0.0)\n"
        "+ return w.masked_fill_(w.abs() <= 5, 0.0)": "5 is never drawn but by rounding",
    },
    "distinct_filters": {
        "- filters = conv.weight.detach().flatten(1)\n"
        "+ filters = conv.weight.flatten(1)": "what is counted is a number, no tensor",
        "- gaps = (filters[:i] - each).abs().amax(1)  # (i,), empty for the first\n"
        "+ gaps = (each - filters[:i]).abs().amax(1)": "its size is the same",
        "- gaps = (filters[:i] - each).abs().amax(1)  # (i,), empty for the first\n"
        "+ gaps = (filters[:i] - each).abs().amax(-1)": "axis 1 is the last of two",
    },
}

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d, nn.BatchNorm3d)


def _conv(w):
    nn.init.kaiming_normal_(w, nonlinearity="relu")


def _linear(w):
    nn.init.normal_(w, 0.0, 0.1)


def _init(m, conv=_conv, linear=_linear, norm=nn.init.ones_, bias=nn.init.zeros_):
    """Initialize a layer with one of its starts exchanged."""
    starts = [(nn.Conv2d, conv), (nn.Linear, linear), (NORMS, norm)]
    for kind, start in starts:
        if isinstance(m, kind):
            if m.weight is not None:
                start(m.weight)
            if m.bias is not None:
                bias(m.bias)


def _leave(w):
    """Do nothing."""


@mistake(
    "init_module_",
    "0.1 is taken for the mean, and the deviation stays 1: the second argument of "
    "normal_ is the mean, so write std=0.1.",
)
def takes_the_deviation_for_the_mean(m):
    _init(m, linear=lambda w: nn.init.normal_(w, 0.1))


@mistake(
    "init_module_",
    "The weight of a convolution is all {value}: filters that start equal stay equal. "
    "Draw it by Kaiming's rule.",
    value=[0, 1, 0.1, 0.01],
)
def starts_all_filters_alike(m, *, value):
    _init(m, conv=lambda w: nn.init.constant_(w, value))


@mistake(
    "init_module_",
    "The weight of a linear layer is all {value}: units that start equal stay equal. "
    "Draw it with a deviation of 0.1.",
    value=[0, 1, 0.1, 0.01],
)
def starts_all_units_alike(m, *, value):
    _init(m, linear=lambda w: nn.init.constant_(w, value))


@mistake(
    "init_module_",
    "The deviation of a convolution is √(2 / fan_out): count what one output adds up, "
    "which is the fan-in.",
)
def takes_the_fan_out(m):
    _init(m, conv=lambda w: nn.init.kaiming_normal_(w, 0, "fan_out", "relu"))


@mistake(
    "init_module_",
    "The deviation of a convolution is √(1 / fan_in), without the 2 for what a ReLU "
    'throws away: nonlinearity="relu".',
)
def forgets_the_relu(m):
    _init(m, conv=lambda w: nn.init.kaiming_normal_(w, nonlinearity="linear"))


@mistake(
    "init_module_",
    "The deviation of a convolution is that of torch's own start, √(1 / (3 fan_in)): "
    "leave out a=√5 and name relu.",
)
def draws_a_convolution_as_torch_does(m):
    _init(m, conv=lambda w: nn.init.kaiming_uniform_(w, a=5**0.5))


@mistake(
    "init_module_",
    "A convolution is drawn by Xavier's rule, whose variance is 2 / (fan_in + fan_out): "
    "Kaiming's is 2 / fan_in.",
    kind=["normal", "uniform"],
)
def draws_a_convolution_by_xavier(m, *, kind):
    _init(m, conv=getattr(nn.init, f"xavier_{kind}_"))


@mistake(
    "init_module_",
    "The weights of a convolution have a deviation of {std} whatever its size: it is "
    "√(2 / fan_in).",
    std=[0.1, 0.01, 0.02, 1],
)
def draws_every_convolution_alike(m, *, std):
    _init(m, conv=lambda w: nn.init.normal_(w, 0.0, std))


@mistake(
    "init_module_",
    "√(2 / fan_in) is taken for the bound of a uniform distribution: its deviation is "
    "the bound over √3.",
)
def takes_the_deviation_for_the_bound(m):
    def conv(w):
        bound = (2 / w[0].numel()) ** 0.5
        nn.init.uniform_(w, -bound, bound)

    _init(m, conv=conv)


@mistake(
    "init_module_",
    "2 / fan_in is the variance of a convolution's weights: their deviation is its root.",
)
def forgets_the_root(m):
    _init(m, conv=lambda w: nn.init.normal_(w, 0.0, 2 / w[0].numel()))


@mistake(
    "init_module_",
    "The fan-in counts all input channels: with groups, a filter sees in_channels / "
    "groups of them.",
)
def forgets_the_groups(m):
    if isinstance(m, nn.Conv2d):
        kh, kw = m.kernel_size
        _init(
            m, lambda w: nn.init.normal_(w, 0.0, (2 / m.in_channels / kh / kw) ** 0.5)
        )
    else:
        _init(m)


@mistake(
    "init_module_",
    "The fan-in takes the kernel for a square, as high as wide: it has kh times kw "
    "numbers for each channel. kernel_size[{side}] is not both.",
    side=[0, 1],
)
def takes_the_kernel_for_a_square(m, *, side):
    if isinstance(m, nn.Conv2d):
        fan_in = m.weight.shape[1] * m.kernel_size[side] ** 2
        _init(m, lambda w: nn.init.normal_(w, 0.0, (2 / fan_in) ** 0.5))
    else:
        _init(m)


@mistake(
    "init_module_",
    "The fan-in counts the input channels alone: each output adds up kh times kw numbers "
    "of each.",
)
def counts_the_channels_alone(m):
    _init(m, lambda w: nn.init.normal_(w, 0.0, (2 / w.shape[1]) ** 0.5))


@mistake(
    "init_module_",
    "Linear layers are drawn by Kaiming's rule too: theirs is a deviation of 0.1.",
)
def draws_linear_layers_by_kaiming(m):
    _init(m, linear=_conv)


@mistake(
    "init_module_",
    "The weights of a linear layer have a deviation of {std}: it is 0.1.",
    std=[0.01, 0.3162, 1, 0.02],
)
def gives_linear_layers_another_deviation(m, *, std):
    _init(m, linear=lambda w: nn.init.normal_(w, 0.0, std))


@mistake(
    "init_module_",
    "The weight of a linear layer is uniform up to {bound}: it is normal, with a "
    "deviation of 0.1.",
    bound=[0.1, 0.1732],
)
def draws_linear_layers_uniform(m, *, bound):
    _init(m, linear=lambda w: nn.init.uniform_(w, -bound, bound))


@mistake(
    "init_module_",
    "The weight of a linear layer is cut off at {ends} standard deviations: a normal "
    "weight may be of any size.",
    ends=[1, 2],
)
def cuts_linear_weights_off(m, *, ends):
    end = 0.1 * ends
    _init(m, linear=lambda w: nn.init.trunc_normal_(w, 0.0, 0.1, -end, end))


@mistake(
    "init_module_",
    "Other normalizations start anew as well, such as {kind}: only batch normalization "
    "is asked for.",
    kind=["GroupNorm", "LayerNorm", "InstanceNorm2d"],
)
def takes_other_norms_for_batch_norm(m, *, kind):
    _init(m)
    kinds = {
        "GroupNorm": (nn.GroupNorm, nn.InstanceNorm2d),
        "LayerNorm": (nn.LayerNorm, nn.GroupNorm, nn.InstanceNorm2d),
        "InstanceNorm2d": (nn.InstanceNorm2d,),
    }
    if isinstance(m, kinds[kind]):
        nn.init.ones_(m.weight)
        nn.init.zeros_(m.bias)


@mistake(
    "init_module_",
    "The weight of a {kind} stays as it was: draw it.",
    kind=["convolution", "linear layer"],
)
def leaves_a_weight_as_it_was(m, *, kind):
    conv, linear = (_leave, _linear) if kind == "convolution" else (_conv, _leave)
    _init(m, conv, linear)


@mistake(
    "init_module_",
    "Biases start at {value}; they start at 0.",
    value=[0.3, 0.1, 0.01, 1],
)
def starts_biases_elsewhere(m, *, value):
    _init(m, bias=lambda b: nn.init.constant_(b, value))


@mistake("init_module_", "The biases stay as they were: set them to 0.")
def leaves_the_biases_as_they_were(m):
    _init(m, bias=_leave)


@mistake(
    "init_module_",
    "The bias of batch normalization stays as it was: set it to 0 too.",
)
def leaves_the_bias_of_batch_norm(m):
    _init(m, bias=_leave if isinstance(m, NORMS) else nn.init.zeros_)


@mistake(
    "init_module_",
    "Only convolutions get a bias of 0: linear layers start with one of 0 too.",
)
def leaves_the_bias_of_linear_layers(m):
    _init(m, bias=_leave if isinstance(m, nn.Linear) else nn.init.zeros_)


@mistake("init_module_", "Biases are drawn: they start at 0.")
def draws_the_biases(m):
    _init(m, bias=lambda b: nn.init.normal_(b, 0.0, 0.1))


@mistake(
    "init_module_",
    "Only BatchNorm2d is seen to: 1d and 3d start with the weight 1 and the bias 0 too.",
)
def sees_to_batch_norm_2d_alone(m):
    if not isinstance(m, nn.BatchNorm1d | nn.BatchNorm3d):
        _init(m)


@mistake(
    "init_module_",
    "Batch normalization is left as it was: its weight is 1 and its bias 0.",
)
def leaves_batch_norm_as_it_was(m):
    if not isinstance(m, NORMS):
        _init(m)


@mistake(
    "init_module_",
    "The weight of batch normalization is 0, so nothing passes through it: start with 1.",
)
def closes_batch_norm(m):
    _init(m, norm=nn.init.zeros_)


@mistake(
    "init_module_",
    "The weight of batch normalization is drawn; it is 1.",
)
def draws_the_weight_of_batch_norm(m):
    _init(m, norm=lambda w: nn.init.normal_(w, 1.0, 0.02))


@mistake(
    "init_module_",
    "Batch normalization without parameters has None for a weight and a bias: ask "
    "before you fill them. Here it is a call of {call}.",
    call=["data", "nn.init"],
)
def fills_a_weight_that_is_none(m, *, call):
    if isinstance(m, NORMS):
        m.weight.data.fill_(1.0) if call == "data" else nn.init.ones_(m.weight)
        m.bias.data.zero_() if call == "data" else nn.init.zeros_(m.bias)
    else:
        _init(m)


@mistake(
    "init_module_",
    "A {layer} that was made with bias=False has None for a bias: ask before you fill it.",
    layer=["convolution or linear layer", "convolution", "linear layer"],
)
def fills_a_bias_that_is_none(m, *, layer):
    kinds = [
        k for k, words in ((nn.Conv2d, "conv"), (nn.Linear, "lin")) if words in layer
    ]
    if isinstance(m, tuple(kinds)):
        nn.init.zeros_(m.bias)
    _init(m)


@mistake(
    "init_module_",
    "The data of a bias is filled, and a layer that was made with bias=False has None "
    "for a bias: ask before you fill it.",
)
def fills_the_data_of_none(m):
    if isinstance(m, nn.Conv2d | nn.Linear):
        m.bias.data.zero_()
    _init(m)


@mistake(
    "init_module_",
    "A tensor has no method zeros_: it is zero_, or nn.init.zeros_(tensor).",
)
def calls_zeros_on_a_tensor(m):
    if isinstance(m, NORMS):
        m.weight.data.fill_(1.0)
        m.bias.data.zeros_()
    else:
        _init(m)


@mistake(
    "init_module_",
    "The function walks through the children too, so apply would initialize deep layers "
    "again and again: look at m alone.",
)
def walks_through_the_children(m):
    for module in m.modules():
        _init(module)


@mistake(
    "init_module_",
    "What batch normalization has counted is reset too: no buffer changes.",
)
def resets_what_batch_norm_has_counted(m):
    _init(m)
    if isinstance(m, NORMS):
        m.reset_running_stats()


@mistake(
    "init_module_",
    "Subclasses are left out: ask with isinstance, not for the very type.",
)
def asks_for_the_very_type(m):
    if type(m) in (nn.Conv2d, nn.Linear, *NORMS):
        _init(m)


@mistake(
    "init_module_",
    "{layers} get a new parameter: an optimizer that holds the old one would never move "
    "the new. Change it in place.",
    layers=["All layers", "Convolutions", "Linear layers"],
)
def makes_new_parameters(m, *, layers):
    kinds = {
        "All layers": (nn.Conv2d, nn.Linear, *NORMS),
        "Convolutions": nn.Conv2d,
        "Linear layers": nn.Linear,
    }
    for name, p in list(m.named_parameters(recurse=False)):
        if isinstance(m, kinds[layers]) and (name == "weight" or layers[:3] == "All"):
            setattr(m, name, nn.Parameter(p.detach().clone()))
    _init(m)


@mistake(
    "init_module_",
    "torch is reseeded in each call, so layers of one shape start alike{after}: draw from "
    "the generator as it is.",
    after=["", ", and so does all that is drawn afterwards"],
)
def reseeds_in_each_call(m, *, after):
    state = torch.get_rng_state()
    torch.default_generator.manual_seed(0)
    _init(m)
    if not after:
        torch.set_rng_state(state)


@mistake(
    "init_module_",
    "Every module that has a weight is drawn, also those of no kind that was asked for: "
    "leave other modules as they are.",
)
def draws_whatever_has_a_weight(m):
    _init(m)
    kinds = (nn.Conv2d, nn.Linear, *NORMS)
    if not isinstance(m, kinds) and isinstance(
        getattr(m, "weight", None), nn.Parameter
    ):
        if m.weight.dim() > 1:
            _conv(m.weight)
        else:
            nn.init.ones_(m.weight)


@mistake(
    "init_module_",
    "Convolutions of every dimension are drawn: only Conv2d is asked for.",
)
def draws_convolutions_of_every_dimension(m):
    _init(m)
    if isinstance(m, nn.Conv1d | nn.Conv3d | nn.ConvTranspose2d):
        _conv(m.weight)
        nn.init.zeros_(m.bias)


@mistake(
    "init_module_",
    "Parameters that are frozen stay as they were: frozen or not, they get a start.",
)
def skips_what_is_frozen(m):
    if all(p.requires_grad for p in m.parameters(recurse=False)):
        _init(m)


@mistake(
    "init_module_",
    "Frozen parameters learn afterwards: leave requires_grad as it is.",
)
def thaws_what_is_frozen(m):
    _init(m)
    m.requires_grad_(True)


@mistake("init_module_", "The gradients are cleared as well: leave .grad as it is.")
def clears_the_gradients(m):
    _init(m)
    m.zero_grad()


def _walk(model, visits):
    for m in visits:
        init_module_(m)


@mistake(
    "initialize_weights",
    "Only the first levels below the model are reached, here {levels}: go through "
    "modules(), which comes to every level.",
    levels=[1, 2],
)
def reaches_the_first_levels_only(model, *, levels):
    inner = [m for child in model.children() for m in child.children()]
    _walk(model, [model, *model.children(), *(inner if levels == 2 else [])])


@mistake(
    "initialize_weights",
    "Only the children of the model are initialized, not a model that is itself a layer: "
    "modules() begins with the model.",
)
def leaves_out_the_model_itself(model):
    _walk(model, list(model.modules())[1:])


@mistake(
    "initialize_weights",
    "Only the children are reached, {how}, and not the model itself: go through "
    "modules(), which comes to every level.",
    how=["and nothing in them", "and theirs"],
)
def goes_through_the_children(model, *, how):
    inner = [m for child in model.children() for m in child.children()]
    _walk(model, [*model.children(), *(inner if how == "and theirs" else [])])


@mistake(
    "initialize_weights",
    "Each module walks through all below it once more, so deep layers are drawn several "
    "times: either apply or modules(), not both.",
)
def walks_within_a_walk(model):
    for m in model.modules():
        m.apply(init_module_)


@mistake(
    "initialize_weights",
    "Every module has two turns, so twice as many numbers are drawn: one is enough.",
)
def gives_every_module_two_turns(model):
    for _ in range(2):
        right.initialize_weights(model)


@mistake(
    "initialize_weights",
    "A layer that stands at several places is drawn once for each place: apply counts "
    "places, modules() counts modules.",
)
def draws_a_shared_layer_again(model):
    model.apply(init_module_)


@mistake(
    "initialize_weights",
    "Only the model itself is initialized: the function must be called for each module.",
)
def initializes_the_outermost_module(model):
    init_module_(model)


@mistake(
    "initialize_weights",
    "A copy of the model is initialized, and the model stays as it was.",
)
def initializes_a_copy(model):
    copy.deepcopy(model).apply(init_module_)


@mistake(
    "initialize_weights",
    "Weights are told by their number of axes, so batch normalization starts at 0 and "
    "closes: tell layers by their kind.",
)
def tells_weights_by_their_axes(model):
    for p in model.parameters():
        if p.dim() > 1:
            _conv(p) if p.dim() == 4 else _linear(p)
        else:
            nn.init.zeros_(p)


@mistake(
    "initialize_weights",
    "Whatever has a weight or a bias is initialized, of any kind: leave other modules as "
    "they are.",
)
def initializes_every_kind(model):
    for m in model.modules():
        init_module_(m)
        for p in m.parameters(recurse=False):
            if not isinstance(m, (nn.Conv2d, nn.Linear, *NORMS)):
                nn.init.normal_(p, 0.0, 0.1)


@mistake(
    "initialize_weights",
    "torch is reseeded, so every model starts alike: draw from the generator as it is.",
)
def reseeds_for_each_model(model):
    state = torch.get_rng_state()
    torch.manual_seed(0)
    right.initialize_weights(model)
    torch.set_rng_state(state)


@mistake(
    "initialize_weights",
    "A layer that has layers inside is passed over, and only they are initialized: call "
    "init_module_ for every module, whatever it holds.",
)
def passes_over_layers_with_children(model):
    _walk(model, [m for m in model.modules() if not list(m.children())])


@mistake(
    "initialize_weights",
    "Layers that are frozen stay as they were: frozen or not, they get a start.",
)
def skips_frozen_layers(model):
    _walk(
        model,
        [
            m
            for m in model.modules()
            if any(p.requires_grad for p in m.parameters(recurse=False))
        ],
    )


@mistake(
    "initialize_weights",
    "A layer of the kind and shape of an earlier one counts as seen, and stays as it was: "
    "tell modules by what they are, not by how they look.",
)
def takes_layers_of_one_shape_for_one(model):
    seen = {repr(m): m for m in reversed(list(model.modules()))}
    _walk(model, seen.values())


@mistake(
    "initialize_weights",
    "Nothing is initialized: init_module_ must be called, with each module.",
)
def initializes_nothing(model):
    pass


@mistake(
    "initialize_weights",
    "The model is put into training mode: leave the mode as it is.",
)
def puts_the_model_into_training_mode(model):
    right.initialize_weights(model.train())


@mistake(
    "initialize_weights",
    "Frozen parameters learn afterwards: leave requires_grad as it is.",
)
def thaws_the_model(model):
    right.initialize_weights(model.requires_grad_(True))


def _sparse(w, generator=None, fill=None, keep=None, scale=1.0):
    """Fill as the reference does, with another draw, condition, or scale."""
    with torch.no_grad():
        if fill is None:
            w.uniform_(-10, 10, generator=generator)
        else:
            fill(w)
        keep = (lambda w: w.abs() >= 5) if keep is None else keep
        return w.mul_(scale * keep(w))


@mistake(
    "init_sparse_uniform_",
    "Nothing is set to 0: entries below 5 in size must be.",
)
def sets_nothing_to_zero(w, generator=None):
    return _sparse(w, generator, keep=lambda w: True)


@mistake(
    "init_sparse_uniform_",
    "The large entries are set to 0 and the small ones stay: it is the other way round.",
)
def keeps_the_small_ones(w, generator=None):
    return _sparse(w, generator, keep=lambda w: w.abs() < 5)


@mistake(
    "init_sparse_uniform_",
    "Entries are cut off at {cut}: only those below 5 in size become 0.",
    cut=[2.5, 7.5, 0.5, 9.0],
)
def cuts_off_elsewhere(w, generator=None, *, cut):
    return _sparse(w, generator, keep=lambda w: w.abs() >= cut)


@mistake(
    "init_sparse_uniform_",
    "Negative entries become 0 as well: ask for the size, w.abs(), not for the number.",
)
def forgets_the_size(w, generator=None):
    return _sparse(w, generator, keep=lambda w: w >= 5)


@mistake(
    "init_sparse_uniform_",
    "All that is not 0 is positive: a quarter lies between -10 and -5.",
)
def draws_positive_numbers_only(w, generator=None):
    return (
        _sparse(w, generator).abs_() if not w.requires_grad else _absolute(w, generator)
    )


def _absolute(w, generator):
    with torch.no_grad():
        return _sparse(w, generator).abs_()


@mistake(
    "init_sparse_uniform_",
    "Numbers between 5 and 10 are drawn first and half of them dropped with a factor 2 "
    "for the others: nothing is scaled.",
)
def scales_as_dropout_does(w, generator=None):
    return _sparse(w, generator, scale=2.0)


@mistake(
    "init_sparse_uniform_",
    "The numbers are drawn between -5 and 5, none of them as large as 5: the bounds are "
    "-10 and 10.",
)
def draws_half_as_far(w, generator=None):
    return _sparse(w, generator, scale=0.5)


@mistake(
    "init_sparse_uniform_",
    "The numbers are normal, with a deviation of 10: they are uniform up to 10 in size.",
)
def draws_normal_numbers(w, generator=None):
    return _sparse(w, generator, lambda w: w.normal_(0, 10, generator=generator))


@mistake(
    "init_sparse_uniform_",
    "The numbers are whole: they are uniform between 5 and 10.",
)
def draws_whole_numbers(w, generator=None):
    def fill(w):
        w.copy_(torch.randint(-10, 10, w.shape, generator=generator))

    return _sparse(w, generator, fill)


@mistake(
    "init_sparse_uniform_",
    "Every second entry is 0, by its place: each is 0 by chance, by itself.",
)
def takes_turns(w, generator=None):
    def keep(w):
        return (torch.arange(w.numel()) % 2 == 0).reshape(w.shape)

    def fill(w):
        w.uniform_(-5, 5, generator=generator)
        w += 5 * torch.where(w < 0, -1.0, 1.0)

    return _sparse(w, generator, fill, keep)


@mistake(
    "init_sparse_uniform_",
    "0, positive and negative are taken for equally likely: 0 has half of the chance.",
)
def draws_three_cases_alike(w, generator=None):
    def fill(w):
        signs = torch.randint(-1, 2, w.shape, generator=generator)
        w.uniform_(5, 10, generator=generator).mul_(signs)

    return _sparse(w, generator, fill)


@mistake(
    "init_sparse_uniform_",
    "A parameter does not learn afterwards: leave requires_grad as it is, and fill under "
    "torch.no_grad().",
)
def stops_the_parameter_from_learning(w, generator=None):
    return right.init_sparse_uniform_(w.requires_grad_(False), generator)


@mistake(
    "init_sparse_uniform_",
    "Small entries become 5 (or -5) in size; they become 0.",
)
def lifts_the_small_ones(w, generator=None):
    with torch.no_grad():
        w.uniform_(-10, 10, generator=generator)
        return w.copy_(w.sign() * w.abs().clamp(min=5))


@mistake(
    "init_sparse_uniform_",
    "All that is not 0 has one size, {size}: sizes are uniform between 5 and 10.",
    size=[5, 7.5, 10],
)
def draws_the_sign_alone(w, generator=None, *, size):
    def fill(w):
        w.uniform_(-1, 1, generator=generator)
        w.copy_(torch.where(w.abs() < 0.5, 0.0, size * w.sign()))

    return _sparse(w, generator, fill)


@mistake(
    "init_sparse_uniform_",
    "Exactly half of the entries is set to 0: each is 0 by chance, by itself.",
)
def sets_exactly_half_to_zero(w, generator=None):
    def keep(w):
        order = torch.randperm(w.numel(), generator=generator)
        return (order < w.numel() // 2).reshape(w.shape)

    def fill(w):
        w.uniform_(-5, 5, generator=generator)
        w += 5 * torch.where(w < 0, -1.0, 1.0)

    return _sparse(w, generator, fill, keep)


@mistake(
    "init_sparse_uniform_",
    "Whole rows are 0 or not: each entry is drawn by itself.",
)
def sets_whole_rows_to_zero(w, generator=None):
    def keep(w):
        return torch.rand(len(w), *[1] * (w.dim() - 1), generator=generator) < 0.5

    def fill(w):
        w.uniform_(-5, 5, generator=generator)
        w += 5 * torch.where(w < 0, -1.0, 1.0)

    return _sparse(w, generator, fill, keep)


@mistake(
    "init_sparse_uniform_",
    "A new tensor is filled and returned, and w stays as it was: fill w in place.",
)
def fills_a_new_tensor(w, generator=None):
    return right.init_sparse_uniform_(torch.empty_like(w), generator)


@mistake(
    "init_sparse_uniform_",
    "The name w is given to a new tensor after the draw, so the one that was handed in "
    "keeps its small numbers: change it in place, `w *= ...`.",
)
def keeps_the_small_numbers_in_w(w, generator=None):
    with torch.no_grad():
        w.uniform_(-10, 10, generator=generator)
        return w * (w.abs() >= 5)


@mistake("init_sparse_uniform_", "Nothing is returned: end with return w.")
def returns_nothing(w, generator=None):
    right.init_sparse_uniform_(w, generator)


@mistake(
    "init_sparse_uniform_",
    "What comes back shares w's numbers but is another object: return w itself.",
)
def returns_the_data(w, generator=None):
    return right.init_sparse_uniform_(w, generator).data


@mistake(
    "init_sparse_uniform_",
    "The generator is not used: hand it to whatever draws.",
)
def ignores_the_generator(w, generator=None):
    return right.init_sparse_uniform_(w)


@mistake(
    "init_sparse_uniform_",
    "The numbers come from the generator, but which of them are 0 comes from torch's "
    "global one: hand the generator to every draw.",
)
def draws_the_zeros_from_elsewhere(w, generator=None):
    def fill(w):
        w.uniform_(-5, 5, generator=generator)
        w += 5 * torch.where(w < 0, -1.0, 1.0)

    return _sparse(w, generator, fill, lambda w: torch.rand(w.shape) < 0.5)


@mistake(
    "init_sparse_uniform_",
    "The generator is seeded anew in each call ({seed}), so every call draws the same.",
    seed=["with a number", "with the seed that it began with"],
)
def reseeds_the_generator(w, generator=None, *, seed):
    generator = torch.Generator() if generator is None else generator
    number = 0 if seed == "with a number" else generator.initial_seed()
    return right.init_sparse_uniform_(w, generator.manual_seed(number))


@mistake(
    "init_sparse_uniform_",
    "Without a generator one with a seed of its own is made in each call, so every call "
    "draws the same: draw from torch's global one.",
)
def makes_a_generator_in_each_call(w, generator=None):
    made = torch.Generator().manual_seed(0)
    return right.init_sparse_uniform_(w, made if generator is None else generator)


@mistake(
    "init_sparse_uniform_",
    "One sign is drawn for each {line}: each entry has a sign of its own.",
    line=["column", "row"],
)
def draws_one_sign_for_a_line(w, generator=None, *, line):
    shape = w.shape[-1:] if line == "column" else (len(w), *[1] * (w.dim() - 1))

    def fill(w):
        w.uniform_(-5, 5, generator=generator)
        w.copy_(torch.where(w < 0, 0.0, w + 5))
        w *= torch.where(torch.rand(shape, generator=generator) < 0.5, -1.0, 1.0)

    return _sparse(w, generator, fill)


@mistake(
    "init_sparse_uniform_",
    "Numbers up to 10 in size are drawn, and half of them set to 0 by a draw of its own, "
    "so that small ones are left: those below 5 in size become 0.",
)
def drops_half_whatever_its_size(w, generator=None):
    def keep(w):
        return torch.rand(w.shape, generator=generator) < 0.5

    return _sparse(w, generator, keep=keep)


@mistake(
    "init_sparse_uniform_",
    "A leaf that requires a gradient is changed while the graph is recorded, which "
    "torch refuses: fill it under torch.no_grad().",
)
def fills_while_the_graph_is_recorded(w, generator=None):
    w.uniform_(-10, 10, generator=generator)
    return w.mul_(w.abs() >= 5)


def _count(conv, equal):
    filters = conv.weight.detach()
    return sum(
        not any(equal(filters[i], filters[j]) for j in range(i))
        for i in range(len(filters))
    )


@mistake(
    "distinct_filters",
    "A filter is compared with its neighbor alone: compare it with all earlier ones.",
)
def compares_neighbors_alone(conv, tol=1e-6):
    filters = conv.weight.detach().flatten(1)
    return 1 + int((filters.diff(dim=0).abs().amax(1) > tol).sum())


@mistake(
    "distinct_filters",
    "Every filter is compared with the first alone: compare it with all earlier ones.",
)
def compares_with_the_first_alone(conv, tol=1e-6):
    filters = conv.weight.detach().flatten(1)
    return 1 + int(((filters[1:] - filters[0]).abs().amax(1) > tol).sum())


@mistake(
    "distinct_filters",
    "A filter counts as soon as it differs from one earlier filter: it must differ from "
    "all of them, so `all` and not `any`.",
)
def asks_for_one_that_differs(conv, tol=1e-6):
    filters = conv.weight.detach().flatten(1)
    return 1 + sum(
        bool(((filters[:i] - filters[i]).abs().amax(1) > tol).any())
        for i in range(1, len(filters))
    )


@mistake(
    "distinct_filters",
    "Pairs of different filters are counted; count filters.",
)
def counts_pairs(conv, tol=1e-6):
    filters = conv.weight.detach().flatten(1)
    return int(((filters[:, None] - filters).abs().amax(2) > tol).tril(-1).sum())


@mistake(
    "distinct_filters",
    "A filter is compared only with those that were counted: compare it with all that "
    "come before it.",
)
def compares_with_those_that_were_counted(conv, tol=1e-6):
    counted = []
    for each in conv.weight.detach():
        if all((each - other).abs().max() > tol for other in counted):
            counted.append(each)
    return len(counted)


@mistake(
    "distinct_filters",
    "A gap of exactly tol counts as different: up to tol, filters are equal.",
)
def takes_a_gap_of_tol_for_different(conv, tol=1e-6):
    return _count(conv, lambda a, b: (a - b).abs().max() < tol)


@mistake(
    "distinct_filters",
    "The mean of the gaps is compared with tol: one entry that differs is enough.",
)
def averages_the_gaps(conv, tol=1e-6):
    return _count(conv, lambda a, b: (a - b).abs().mean() <= tol)


@mistake(
    "distinct_filters",
    "The sum of the gaps is compared with tol, or their norm: take the largest. Here it "
    "is the norm of order {order}.",
    order=[1, 2],
)
def adds_the_gaps_up(conv, tol=1e-6, *, order):
    return _count(conv, lambda a, b: torch.norm((a - b).flatten(), order) <= tol)


@mistake(
    "distinct_filters",
    "The smallest gap is compared with tol: one entry that agrees is not enough.",
)
def takes_the_smallest_gap(conv, tol=1e-6):
    return _count(conv, lambda a, b: (a - b).abs().min() <= tol)


@mistake(
    "distinct_filters",
    "The differences keep their signs, so a filter that lies below another counts as "
    "equal: take their size.",
)
def forgets_the_size_of_the_gap(conv, tol=1e-6):
    return _count(conv, lambda a, b: (a - b).max() <= tol)


@mistake(
    "distinct_filters",
    "Filters are compared by their {number}, one number for each: different filters may "
    "have the same.",
    number=["sum", "mean", "norm"],
)
def compares_one_number(conv, tol=1e-6, *, number):
    of = {"sum": torch.sum, "mean": torch.mean, "norm": torch.norm}[number]
    return _count(conv, lambda a, b: (of(a) - of(b)).abs() <= tol)


@mistake(
    "distinct_filters",
    "Filters must agree to the last digit: tol says how far apart they may be.",
)
def asks_for_the_very_same_numbers(conv, tol=1e-6):
    return len(torch.unique(conv.weight.detach(), dim=0))


@mistake(
    "distinct_filters",
    "The numbers are rounded first, which parts some that are nearly equal and joins "
    "others: compare differences with tol.",
)
def rounds_first(conv, tol=1e-6):
    rounded = torch.round(conv.weight.detach() / max(tol, 1e-12))
    return len(torch.unique(rounded, dim=0))


@mistake(
    "distinct_filters",
    "tol grows with the size of the numbers, as in allclose: it is a plain difference.",
)
def lets_tol_grow_with_the_numbers(conv, tol=1e-6):
    return _count(conv, lambda a, b: torch.allclose(a, b, atol=tol))


@mistake(
    "distinct_filters",
    "tol is {value} whatever was asked for: use the argument.",
    value=[1e-6, 1e-5, 1e-8],
)
def ignores_tol(conv, tol=1e-6, *, value):
    return right.distinct_filters(conv, value)


@mistake(
    "distinct_filters",
    "This is the rank of the filters: those that are multiples of one another differ.",
)
def returns_the_rank(conv, tol=1e-6):
    return int(torch.linalg.matrix_rank(conv.weight.detach().flatten(1), atol=tol))


@mistake(
    "distinct_filters",
    "Filters are taken along the input channels: they lie along the first axis.",
)
def takes_the_filters_of_the_inputs(conv, tol=1e-6):
    filters = conv.weight.detach().transpose(0, 1)
    return sum(
        all((filters[i] - filters[j]).abs().max() > tol for j in range(i))
        for i in range(len(filters))
    )


@mistake(
    "distinct_filters",
    "The first input channel alone is compared: a filter has them all.",
)
def looks_at_the_first_channel(conv, tol=1e-6):
    return _count(conv, lambda a, b: (a[0] - b[0]).abs().max() <= tol)


@mistake(
    "distinct_filters",
    "Filters that equal a later one are all left out: the first of them counts.",
)
def counts_those_that_stand_alone(conv, tol=1e-6):
    filters = conv.weight.detach().flatten(1)
    gaps = (filters[:, None] - filters).abs().amax(2)
    return int(((gaps <= tol).sum(1) == 1).sum())


@mistake(
    "distinct_filters",
    "This is how many filters equal an earlier one: count those that equal none.",
)
def counts_the_copies(conv, tol=1e-6):
    return len(conv.weight) - right.distinct_filters(conv, tol)


@mistake(
    "distinct_filters",
    "The bias is compared too: filters with other biases are still equal.",
)
def compares_the_biases_too(conv, tol=1e-6):
    filters = conv.weight.detach().flatten(1)
    if conv.bias is not None:
        filters = torch.cat([filters, conv.bias.detach()[:, None]], 1)
    return sum(
        bool(((filters[:i] - filters[i]).abs().amax(1) > tol).all())
        for i in range(len(filters))
    )
