"""Figures of measured slopes: the chords, their errors, and the gradient check."""

from __future__ import annotations

import numpy as np

from dojo.site.measured.differences import SCHEMES, median_error, order
from dojo.site.measured.gradient_check import Arrays, cost, gradients, network
from dojo.site.svg.figure import (
    BLUE,
    DASHED,
    DOTTED,
    GREEN,
    INK,
    PURPLE,
    RED,
    SOLID,
    Figure,
)
from dojo.site.svg.plot import Axis, Plot, powers
from dojo.site.svg.text import BODY, decimal, scientific
from solutions.ch1_foundations.k08_numerical_gradient import (
    central_difference,
    forward_difference,
    numerical_gradient,
)
from solutions.ch1_foundations.k09_gradient_check import gradient_check

AT, DRAWN, STEP = 1.0, 0.5, 0.01  # the point; the step that is drawn, the one measured
WRONG = 1.0001  # the factor of the wrong gradient
USUAL = 1e-7  # the customary step


def cube(theta: float) -> float:
    """Return the cube."""
    return theta**3


def cube_grad(theta: float) -> float:
    """Return the derivative of the cube."""
    return 3 * theta**2


def quotients() -> Figure:
    """Return the chords of the one-sided and the two-sided difference quotient."""
    slopes = {
        step: (forward_difference(cube, AT, step), central_difference(cube, AT, step))
        for step in (DRAWN, STEP)
    }
    (wide, wide_central), (near, near_central) = slopes[DRAWN], slopes[STEP]
    true = cube_grad(AT)
    figure = Figure(
        "difference-quotients",
        "One-sided and two-sided difference quotients",
        f"""The curve of θ³ near θ = {AT:g}, with its tangent of slope {true:g}, dotted.
        For visibility the step ε is drawn as {DRAWN:g}. The forward difference is the
        slope of the chord from θ to θ + ε, dashed: {wide:g}. The central difference is
        the slope of the chord from θ - ε to θ + ε, solid, which runs nearly parallel to
        the tangent: {wide_central:g}. Below the plot a table repeats these slopes and
        adds those for ε = {STEP:g}: the forward difference is {near:.4f}, an error of
        {near - true:.4f}; the central one is {near_central:.4f}, an error of
        {near_central - true:.4f}.""",
        392,
    )
    _draw_chords(figure)
    _draw_slopes(figure, slopes)
    return figure


def _draw_chords(figure: Figure) -> None:
    plot = Plot(
        figure,
        (36, 36, 308, 226),
        Axis(0.3, 1.7, {0.5: "θ − ε", 1.0: "θ = 1", 1.5: "θ + ε"}),
        Axis(-0.4, 4.2, {t: f"{t:g}" for t in (0.0, 1.0, 2.0, 3.0, 4.0)}),
    )
    figure.text(8, 22, f"*f*(*θ*) = *θ*³, drawn with ε = {DRAWN:g}", anchor="start")
    theta = np.linspace(0.3, 1.6, 66)
    plot.curve(theta, theta**3, INK, width=2.5)
    line = np.array([0.58, 1.62])
    plot.curve(line, cube(AT) + cube_grad(AT) * (line - AT), GREEN, DOTTED)
    for start, colour, dash in ((AT, RED, DASHED), (AT - DRAWN, BLUE, SOLID)):
        ends = [start, AT + DRAWN]
        plot.curve(ends, [cube(end) for end in ends], colour, dash)
    plot.mark(AT, cube(AT), "dot")
    for end in (AT - DRAWN, AT + DRAWN):
        plot.mark(end, cube(end), "ring")


def _draw_slopes(figure: Figure, slopes: dict[float, tuple[float, float]]) -> None:
    """Write the table of the slopes below the plot."""
    (wide, wide_central), (near, near_central) = slopes[DRAWN], slopes[STEP]
    true = cube_grad(AT)
    heads = ("slope at", f"ε = {DRAWN:g}", f"ε = {STEP:g}", "error")
    rows: tuple[tuple[tuple[str, ...], str, str | None], ...] = (
        (heads, INK, None),
        (("forward", f"{wide:g}", *_digits(near, true)), RED, DASHED),
        (("central", f"{wide_central:g}", *_digits(near_central, true)), BLUE, SOLID),
        (("tangent", f"{true:g}", *_digits(true, true)), GREEN, DOTTED),
    )
    for row, ((name, *values), colour, style) in enumerate(rows):
        y = 306.0 + 23 * row
        if style is not None:
            figure.line([(20, y - 4), (56, y - 4)], colour, style, 2)
        figure.text(66, y, name, BODY, "start", colour)
        for x, value in zip((196, 268, 340), values, strict=True):
            figure.text(x, y, value, BODY, "end", colour)
    figure.line([(20, 313), (340, 313)], width=1)


def _digits(slope: float, true: float) -> tuple[str, str]:
    return decimal(slope, 4), decimal(slope - true, 4)


def difference_error() -> Figure:
    """Return the error of both differences against the step."""
    steps = 10.0 ** np.arange(-13, -0.75, 0.5)
    errors = {name: [median_error(name, eps) for eps in steps] for name in SCHEMES}
    best = {name: int(np.argmin(error)) for name, error in errors.items()}
    tale = "; ".join(
        f"the {name} difference has error {errors[name][-1]:.1e} at ε = 0.1, falls "
        f"with slope {order(name, (1, 2, 3)):.2f} and is best near ε = "
        f"{steps[at]:.0e}, with error {errors[name][at]:.0e}"
        for name, at in best.items()
    )
    figure = Figure(
        "difference-error",
        "The error of a difference quotient against its step",
        f"""A plot of the error of measured slopes of the sine, its median over 200
        points from -3 to 3, against the step ε; both axes are logarithmic. Read from
        large steps to small ones, both lines fall and then rise again, a V: {tale}.
        Further left, rounding takes over and the error grows as 1/ε, to
        {errors["central"][0]:.0e} at ε = 1e-13.""",
        336,
    )
    _draw_difference_error(figure, steps, errors, best)
    return figure


def _draw_difference_error(
    figure: Figure,
    steps: np.ndarray,
    errors: dict[str, list[float]],
    best: dict[str, int],
) -> None:
    name = "median error for the sine, log scale"
    plot = Plot(
        figure,
        (48, 40, 296, 244),
        Axis(3e-14, 0.3, powers(range(-13, 0, 3)), "step *ε*, log scale", log=True),
        Axis(1e-14, 1, powers(range(-12, 1, 2)), name, log=True),
    )
    plot.curve(steps, errors["forward"], RED, DASHED)
    plot.curve(steps, errors["central"], BLUE)
    for name, colour, shape in (("forward", RED, "square"), ("central", BLUE, "dot")):
        plot.mark(steps[best[name]], errors[name][best[name]], shape, colour)
    plot.label(1e-4, 2e-3, "forward, ~ *ε*", (-8, 0), "end", RED)
    plot.label(2e-4, 2e-9, "central,", (8, 0), colour=BLUE, size=12)
    plot.label(2e-4, 2e-9, "~ *ε*²", (8, 18), colour=BLUE, size=12)
    plot.label(1e-13, 1e-9, "rounding, ~ 1/*ε*", (4, 0))
    low = f"least near {scientific(steps[best['central']], 0)}"
    at = (steps[best["central"]], errors["central"][best["central"]])
    plot.label(*at, low.replace("1×", ""), (0, 20), "middle")


def gradient_check_entries() -> Figure:
    """Return both gradients entry by entry, where one parameter's slopes are wrong."""
    params, _, _ = network()
    right = gradients(params)
    given = right | {"db1": 2 * right["db1"]}
    pairs = {name: _pairs(params, given, name) for name in params}
    r = gradient_check(cost, params, right), gradient_check(cost, params, given)
    tale = ", ".join(
        f"{np.ptp(pair, axis=1).max():.0e} in the {len(pair)} of d{name}"
        for name, pair in pairs.items()
    )
    ends = np.concatenate(list(pairs.values()))
    figure = Figure(
        "gradient-check-entries",
        "What a gradient check compares",
        f"""A plot of two gradients of a 3-4-1 network, entry by entry, from
        {ends.min():.2f} to {ends.max():.2f}. A dot on a stem is the measured slope, a
        ring the given one. They belong to four parameters, and their largest
        differences are {tale}. Only db1, which was doubled on purpose, has its rings
        off its dots. One number sums it up: the relative difference of the two vectors
        is {r[1]:.2f}. For the right gradient, not drawn, it is {r[0]:.0e}.""",
        336,
    )
    _draw_entries(figure, pairs, r)
    return figure


def _pairs(params: Arrays, given: Arrays, name: str) -> np.ndarray:
    """Return (measured, given) for each entry of a parameter."""
    measured = numerical_gradient(
        lambda value: cost(params | {name: value}), params[name], USUAL
    )
    return np.column_stack([measured.ravel(), given[f"d{name}"].ravel()])


def _draw_entries(
    figure: Figure, pairs: dict[str, np.ndarray], r: tuple[float, float]
) -> None:
    number = sum(map(len, pairs.values()))
    plot = Plot(
        figure,
        (44, 36, 304, 196),
        Axis(0, number + 1, {}),
        Axis(-0.3, 0.2, {t: decimal(t, 1) for t in (-0.3, -0.2, -0.1, 0, 0.1, 0.2)}),
    )
    figure.text(8, 22, "slope of the cost, for each of its parameters", anchor="start")
    plot.curve((0, number + 1), (0, 0), width=1)
    first = 1
    for name, pair in pairs.items():
        for at, (measured, given) in enumerate(pair.tolist(), first):
            plot.curve((at, at), (0, measured), BLUE, width=1.5)
            plot.mark(at, measured, "dot", BLUE)
            figure.circle(*plot.at(at, given), 6, PURPLE, "none", width=1.75)
        last = first + len(pair) - 1
        plot.label((first + last) / 2, -0.3, f"d{name}", (0, 18), "middle")
        if last < number:
            plot.curve((last + 0.5, last + 0.5), (-0.3, 0.2), dash=DOTTED, width=1)
        first = last + 1
    _explain_entries(figure, r)


def _explain_entries(figure: Figure, r: tuple[float, float]) -> None:
    """Write below the plot what the marks are, and what the check says."""
    figure.circle(52, 276, 3.5, BLUE, BLUE)
    figure.text(64, 280, "measured", BODY, "start", BLUE)
    figure.circle(150, 276, 6, PURPLE, "none", width=1.75)
    figure.text(164, 280, "given, db1 doubled", BODY, "start", PURPLE)
    figure.text(44, 304, f"relative difference: {r[1]:.2f}", BODY, "start", bold=True)
    words = f"of the right gradient: {scientific(r[0], 0)}"
    figure.text(44, 325, words, BODY, "start")


def gradient_check_error() -> Figure:
    """Return what a gradient check says of a right gradient and of a wrong one."""
    steps = 10.0 ** np.arange(-11, -0.75, 0.5)
    checks = {"right": _checks(1, steps), "wrong": _checks(WRONG, steps)}
    best = int(np.argmin(checks["right"]))
    usual = int(np.argmin(abs(steps - USUAL)))
    figure = Figure(
        "gradient-check-error",
        "What a gradient check says, against its step",
        f"""A plot of the relative difference between measured and given gradients of a
        3-4-1 network in float64 against the step ε; both axes are logarithmic. For the
        right gradient, solid, it is a V: {checks["right"][-1]:.0e} at ε = 0.1, least
        with {checks["right"][best]:.0e} at ε = {steps[best]:.0e},
        {checks["right"][usual]:.0e} at ε = 1e-7, {checks["right"][0]:.0e} at
        ε = 1e-11. For the same gradient times {WRONG:g}, dashed, it stays at
        {checks["wrong"][usual]:.0e} for every step from 1e-10 to 1e-3, far above the
        dotted line of agreement at 1e-7. Where the steps are too large or too small,
        the two lines meet, and the check tells nothing.""",
        336,
    )
    _draw_gradient_check_error(figure, steps, checks, best, usual)
    return figure


def _checks(factor: float, steps: np.ndarray) -> list[float]:
    """Return what the check says of the right gradient times a factor."""
    params, _, _ = network()
    grads = {name: factor * grad for name, grad in gradients(params).items()}
    return [gradient_check(cost, params, grads, step) for step in steps]


def _draw_gradient_check_error(
    figure: Figure,
    steps: np.ndarray,
    checks: dict[str, list[float]],
    best: int,
    usual: int,
) -> None:
    plot = Plot(
        figure,
        (48, 40, 296, 244),
        Axis(3e-12, 0.3, powers(range(-11, 0, 2)), "step *ε*, log scale", log=True),
        Axis(1e-12, 1e-1, powers(range(-12, 0, 2)), "relative difference", log=True),
    )
    plot.curve((3e-12, 0.3), (1e-7, 1e-7), INK, DOTTED, 1.5)
    plot.curve(steps, checks["wrong"], PURPLE, DASHED)
    plot.curve(steps, checks["right"], BLUE)
    for name, shape, colour in (("wrong", "square", PURPLE), ("right", "dot", BLUE)):
        plot.mark(1e-7, checks[name][usual], shape, colour)
    plot.mark(steps[best], checks["right"][best], "dot", BLUE)
    words = f"every entry × {WRONG:g}"
    plot.label(1e-6, checks["wrong"][usual], words, (0, -10), "middle", PURPLE)
    plot.label(3e-12, 4e-11, "right gradient", (4, 0), colour=BLUE)
    plot.label(3e-6, 1e-7, "agreement below", (0, 16), "middle", INK, 12)
    low = scientific(checks["right"][best], 0)
    plot.label(steps[best], checks["right"][best], low, (0, 18), "middle", BLUE, 12)
    at_usual = scientific(checks["right"][usual], 0)
    plot.label(1e-7, checks["right"][usual], at_usual, (-6, 14), "end", BLUE, 12)
