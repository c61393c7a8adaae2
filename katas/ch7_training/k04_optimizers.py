"""Optimizers: what becomes of a gradient before it moves a parameter.

Plain descent forgets each gradient at once. Momentum keeps a running sum, so that steps
add up along a valley and cancel across it. Adam also divides by the running size of the
gradients, so that each parameter moves at a pace of its own. What they keep belongs to
a parameter, and training that is resumed has to find it again.

Level: 4 of 5
Minutes: 60
Needs: weight-decay
"""

from collections.abc import Iterable
from copy import deepcopy

import torch
from torch import Tensor

__all__ = ["SGD", "Adam"]


class SGD:
    """Stochastic gradient descent with momentum, as `torch.optim.SGD` does it.

    For each parameter p that has a gradient a step takes g = p.grad + weight_decay * p.
    A buffer b of p's own is g itself the first time that p is moved, and becomes
    momentum * b + (1 - dampening) * g from then on. Then p becomes p - lr * b or, with
    nesterov, p - lr * (g + momentum * b).

    Where momentum is 0 there is no buffer: p = p - lr * g. In this kata `torch.optim`
    is forbidden.

    Parameters
    ----------
    params : iterable
        Of tensors with requires_grad, of any shapes, or of dicts: each is a group with
        its "params", an iterable of tensors, and hyperparameters of its own. What a
        group does not say is as in the other arguments. A generator will do for any
        iterable.
    lr : float
        The learning rate.
    momentum : float
        The share of the buffer that is kept at each step.
    dampening : float
        The share of a gradient that does not reach the buffer.
    weight_decay : float
        The strength of the L2 penalty, on all parameters of a group.
    nesterov : bool
        Whether to look one step ahead along the buffer; then dampening is 0.

    Attributes
    ----------
    param_groups : list of dict
        Each has the keys params (a list of tensors, those that were given), lr,
        momentum, dampening, weight_decay and nesterov. They are read anew at each step,
        so that a change counts from the next step on.
    state : dict
        What is kept from step to step. Its layout is free.

    References
    ----------
    Sutskever, Martens, Dahl & Hinton (2013), "On the importance of initialization and
    momentum in deep learning", ICML, section 2.
    """

    def __init__(
        self,
        params: Iterable,
        lr: float,
        momentum: float = 0.0,
        dampening: float = 0.0,
        weight_decay: float = 0.0,
        nesterov: bool = False,
    ) -> None:
        raise NotImplementedError

    def add_param_group(self, group: dict) -> None:
        """Add one more group, as in the list that the constructor takes.

        Parameters
        ----------
        group : dict
            Not changed.
        """
        raise NotImplementedError

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of all parameters of all groups.

        Parameters
        ----------
        set_to_none : bool
            Whether .grad becomes None. If not, gradients become zero, and a parameter
            without one stays without.
        """
        raise NotImplementedError

    def step(self) -> None:
        """Move each parameter that has a gradient, in place.

        A parameter whose .grad is None is skipped: neither it nor its buffer changes. A
        gradient of zeros is a gradient. No .grad is written to, now or in a later step,
        and what is kept does not change if a .grad is overwritten. It works with
        autograd on or off and leaves it as it is; dtypes are kept.
        """
        raise NotImplementedError

    def state_dict(self) -> dict:
        """Return all that a run needs to go on: hyperparameters and state.

        Returns
        -------
        dict
            Its layout is free. The parameters themselves are not in it. It may share
            tensors with this optimizer, so it is loaded, or copied, before the next
            step.
        """
        raise NotImplementedError

    def load_state_dict(self, state_dict: dict) -> None:
        """Go on where another optimizer stood.

        The groups take the hyperparameters of that optimizer, and each parameter what
        was kept of its counterpart, by its place; whatever this one had kept itself is
        gone. The groups still hold their own parameters. From then on the two
        optimizers go their own ways: they share no tensor, and a hyperparameter that is
        changed in one stays as it is in the other.

        Parameters
        ----------
        state_dict : dict
            From the method `state_dict` of an optimizer of this class, whose groups
            hold as many parameters of the same shapes. Not changed.
        """
        raise NotImplementedError


class Adam:
    """Adam, and with decoupled=True AdamW, as `torch.optim.Adam` and `AdamW` do it.

    For each parameter p that has a gradient a step takes g = p.grad + weight_decay * p
    or, if decoupled, g = p.grad after p has become p - lr * weight_decay * p. Averages
    of p's own, which start at zeros, become m = beta1 * m + (1 - beta1) * g and
    v = beta2 * v + (1 - beta2) * g**2. With t, the number of steps that p itself has
    taken, this one included, p then becomes
    p - lr * m / (1 - beta1**t) / (sqrt(v / (1 - beta2**t)) + eps).

    In this kata `torch.optim` is forbidden.

    Parameters
    ----------
    params : iterable
        Of tensors with requires_grad, of any shapes, or of dicts: each is a group with
        its "params", an iterable of tensors, and hyperparameters of its own. What a
        group does not say is as in the other arguments. A generator will do for any
        iterable.
    lr : float
        The learning rate.
    betas : tuple of two floats
        beta1 and beta2, the shares of the averages that are kept at each step.
    eps : float
        Keeps the quotient finite where there are no gradients.
    weight_decay : float
        Its strength, on all parameters of a group.
    decoupled : bool
        Whether the decay shrinks a parameter directly, past the averages, as AdamW
        does; if not, it is a part of the gradient.

    Attributes
    ----------
    param_groups : list of dict
        Each has the keys params (a list of tensors, those that were given), lr, betas,
        eps, weight_decay and decoupled. They are read anew at each step, so that a
        change counts from the next step on.
    state : dict
        What is kept from step to step. Its layout is free.

    References
    ----------
    Kingma & Ba (2015), "Adam: a method for stochastic optimization", ICLR, algorithm 1.
    Loshchilov & Hutter (2019), "Decoupled weight decay regularization", ICLR,
    algorithm 2.
    """

    def __init__(
        self,
        params: Iterable,
        lr: float = 1e-3,
        betas: tuple[float, float] = (0.9, 0.999),
        eps: float = 1e-8,
        weight_decay: float = 0.0,
        decoupled: bool = False,
    ) -> None:
        raise NotImplementedError

    def add_param_group(self, group: dict) -> None:
        """Add one more group, as in the list that the constructor takes.

        Parameters
        ----------
        group : dict
            Not changed.
        """
        raise NotImplementedError

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Clear the gradients of all parameters of all groups.

        Parameters
        ----------
        set_to_none : bool
            Whether .grad becomes None. If not, gradients become zero, and a parameter
            without one stays without.
        """
        raise NotImplementedError

    def step(self) -> None:
        """Move each parameter that has a gradient, in place.

        A parameter whose .grad is None is skipped: neither it nor what is kept of it
        changes. A gradient of zeros is a gradient. No .grad is written to. It works
        with autograd on or off and leaves it as it is; dtypes are kept.
        """
        raise NotImplementedError

    def state_dict(self) -> dict:
        """Return all that a run needs to go on: hyperparameters and state.

        Returns
        -------
        dict
            Its layout is free. The parameters themselves are not in it. It may share
            tensors with this optimizer, so it is loaded, or copied, before the next
            step.
        """
        raise NotImplementedError

    def load_state_dict(self, state_dict: dict) -> None:
        """Go on where another optimizer stood.

        The groups take the hyperparameters of that optimizer, and each parameter what
        was kept of its counterpart, by its place; whatever this one had kept itself is
        gone. The groups still hold their own parameters. From then on the two
        optimizers go their own ways: they share no tensor, and a hyperparameter that is
        changed in one stays as it is in the other.

        Parameters
        ----------
        state_dict : dict
            From the method `state_dict` of an optimizer of this class, whose groups
            hold as many parameters of the same shapes. Not changed.
        """
        raise NotImplementedError
