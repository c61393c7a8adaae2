"""Tests that the sentences around filled-in numbers are true, whatever the processor.

A bound stands far from what any float kernel gives: it holds what the sentence claims,
not the digits.
"""

import math

import pytest

from dojo.site.measured.table import GROUPS
from dojo.site.values import Values

GUESS = math.log(10)  # the loss of ten equal probabilities


@pytest.fixture(scope="module")
def values():
    """All values of the pages, measured when asked for."""
    return Values(GROUPS)


def test_every_group_has_values_and_only_numbers_and_words(values):
    for group in GROUPS:
        numbers = GROUPS[group]()
        assert numbers
        for name, value in numbers.items():
            assert type(value) in (int, float, str), f"{group}.{name}: {type(value)}"
            assert not isinstance(value, float) or math.isfinite(value), name


def test_activations_differ_from_numpy_by_rounding_only(values):
    assert values["activations.tanh.error"] < 1e-15
    assert abs(values["activations.sigmoid.mean"] - 0.5) < 0.005
    assert abs(values["activations.tanh.mean"]) < 0.005


def test_tanh_has_the_largest_mean_slope_and_half_of_relu_is_silent(values):
    slopes = [values[f"slopes.{name}"] for name in ("sigmoid", "relu", "tanh")]
    assert slopes == sorted(slopes)
    assert abs(values["slopes.relu"] + values["slopes.sparsity"] - 1) < 1e-9
    assert values["slopes.dead"] == values["slopes.small.dead"] == 0


def test_dropout_keeps_the_mean_by_its_division(values):
    assert abs(values["dropout.mean"] - 1) < 0.003
    assert abs(values["dropout.mask.mean"] - 0.8) < 0.003
    assert abs(values["dropout.ten_layers"] - 1) < 0.03
    assert abs(values["dropout.std"] - 0.5) < 0.003
    assert abs(values["dropout.std_of_half"] - 1) < 0.003


def test_strong_dropout_costs_a_lot_and_none_is_faster(values):
    loss = {
        keep: values[f"dropout.loss{keep}"] for keep in ("1.0", "0.8", "0.5", "0.2")
    }
    assert loss["0.2"] > 1.4 * loss["1.0"]
    assert min(loss.values()) > 0.9 * loss["1.0"]
    assert loss["0.8"] < 1.1 * loss["1.0"]


def test_only_two_over_n_keeps_the_scale_behind_relu(values):
    assert values["init.relu0.5.layer50"] < 1e-13
    assert 0.3 < values["init.relu2.layer50"] < 8
    assert values["init.relu4.layer50"] > 1e6
    for name in ("relu", "tanh", "identity"):
        assert values[f"init.{name}.least"] <= values[f"init.{name}.median"]
        assert values[f"init.{name}.median"] <= values[f"init.{name}.greatest"]
    ratio = values["init.relu4.layer50"] / values["init.relu2.layer50"]
    assert ratio == pytest.approx(2**25, rel=1e-9)


def test_weights_have_the_variances_that_the_derivation_predicts(values):
    assert abs(values["init.sum_of_four.variance"] - 1) < 0.03
    assert abs(values["init.relu.mean_square"] - 0.5) < 0.01
    assert abs(values["init.torch.variance"] - 1 / 3) < 0.01


def test_the_best_step_of_the_table_is_1e_minus_5_and_of_one_sided_ones_1e_minus_8(
    values,
):
    for name, best in (("central", 5), ("forward", 8)):
        errors = [values[f"differences.{name}.error{e}"] for e in range(3, 10)]
        assert errors.index(min(errors)) == best - 3
    assert values["differences.usual_over_best"] > 10
    assert abs(values["differences.forward.order"] - 1) < 0.01
    assert abs(values["differences.central.order"] - 2) < 0.01
    assert max(values[f"differences.{n}.rounding"] for n in ("forward", "central")) < 0
    assert values["differences.float32.error7"] > 100 * 1e-4
    assert values["differences.float32.error3"] < 1e-4
    assert 300 < values["differences.not_restored"] < 900


def test_a_right_gradient_stays_below_the_line_and_mistakes_do_not(values):
    check = {name.removeprefix("gradcheck."): value for name, value in checks(values)}
    assert min(check[f"step{e}"] for e in range(2, 10)) == check["step5"]
    assert 1e-10 < check["step7"] < 4e-8
    wrong = ("all_scaled", "one_entry", "slope_of_z", "db1_doubled", "db1_turned")
    assert min(check[name] for name in wrong) > 1e-5
    assert check["trained.step7"] > 1e-7 > check["trained.step5"]
    assert check["float32.step7"] > 0.1
    assert check["float32.least"] > 1e-6
    assert check["weights_only"] < 1e-7
    assert check["penalty.forgotten"] > 0.1 > 1e-7 > check["penalty.known"]
    assert check["dropout.drawn"] > 0.9 > 1e-7 > check["dropout.frozen"]
    assert check["slopeless0.001"] < 1e-7 < check["slopeless0.01"]
    assert [check[f"worst{r}.name"] for r in range(1, 5)] == ["`b1`"] * 4
    assert check["worst4.error"] > 1e5 * check["worst5.error"]


def checks(values):
    """Return the values of the page on gradient checking with their names."""
    return [(name, values[f"gradcheck.{name}"]) for name in GROUPS["gradcheck"]()]


def test_the_worked_example_of_backpropagation_passes_its_check(values):
    assert values["backprop.check"] < 1e-8
    assert abs(values["backprop.wrong"] - values["backprop.right"]) > 1


def test_a_cast_is_small_and_pooling_damps_a_shift(values):
    assert 1e-8 < values["corr2d.cast.mean"] < values["corr2d.cast.largest"] < 1e-4
    changes = [values[f"pool2d.change{k}"] for k in (1, 2, 4)]
    assert changes == sorted(changes, reverse=True)
    assert changes[-1] > 0.2


def test_lenet_starts_at_the_price_of_guessing_and_learns(values):
    assert abs(values["lenet.start.loss"] - GUESS) < 0.05
    assert values["lenet.start.share"] < 0.25
    for name in ("relu", "tanh"):
        losses = [values[f"lenet.{name}.loss{epoch}"] for epoch in range(1, 5)]
        assert losses[0] < GUESS
        assert losses[-1] < 0.7
        assert values[f"lenet.{name}.share"] > 0.8


def test_lenet_with_sigmoid_has_not_begun_to_learn(values):
    for epoch in range(1, 5):
        assert abs(values[f"lenet.sigmoid.loss{epoch}"] - GUESS) < 0.1
    assert values["lenet.sigmoid.share"] < 0.2


def test_lenet_without_momentum_is_slower_and_without_clearing_diverges(values):
    assert values["lenet.plain.loss1"] > values["lenet.relu.loss1"] + 0.5
    assert values["lenet.uncleared.loss1"] > 3 * GUESS
    assert values["lenet.uncleared.share"] < 0.3


def test_what_is_said_of_the_errors_adds_up(values):
    errors = values["lenet.errors"]
    assert errors == round(1000 * (1 - values["lenet.relu.share"]))
    assert errors / 5 <= values["lenet.hardest_errors"] <= errors
    for name in ("first", "second"):
        assert 0.3 < values[f"lenet.{name}.zeros"] < 1
