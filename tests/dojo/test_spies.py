"""What the spy of loops lets pass, and the sentence in which it says what is wrong."""

from copy import deepcopy

import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from dojo.compare.mismatch import Mismatch
from dojo.grading import Spy

N, SIZE = 11, 4


def zero_first(net, data, loss, optimizer):
    for X, y in data:
        optimizer.zero_grad()
        loss(net(X), y).backward()
        optimizer.step()


def zero_before_backward(net, data, loss, optimizer):
    for X, y in data:
        value = loss(net(X), y)
        net.zero_grad(set_to_none=False)
        value.backward()
        optimizer.step()


def zero_after_step(net, data, loss, optimizer):
    optimizer.zero_grad()
    for X, y in list(data):
        loss(net.forward(X), y).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=False)


def zero_by_hand(net, data, loss, optimizer):
    for X, y in data:
        for p in net.parameters():
            p.grad = None
        loss(net(X), y).backward()
        with torch.no_grad():
            loss(net(X), y).item()
        optimizer.step()


def in_a_closure(net, data, loss, optimizer):
    for X, y in data:

        def closure(X=X, y=y):
            optimizer.zero_grad()
            value = loss(net(X), y)
            value.backward()
            return value

        optimizer.step(closure)


def after_a_look_at_the_data(net, data, loss, optimizer):
    assert len(next(iter(data))) == 2
    zero_first(net, data, loss, optimizer)


def by_autograd_grad(net, data, loss, optimizer):
    for X, y in data:
        params = list(net.parameters())
        for p, dp in zip(
            params, torch.autograd.grad(loss(net(X), y), params), strict=True
        ):
            p.grad = dp
        optimizer.step()


RIGHT = [zero_first, zero_before_backward, zero_after_step, zero_by_hand]
RIGHT += [in_a_closure, after_a_look_at_the_data, by_autograd_grad]


def never_clears(net, data, loss, optimizer):
    for X, y in data:
        loss(net(X), y).backward()
        optimizer.step()


def clears_once_an_epoch(net, data, loss, optimizer):
    optimizer.zero_grad()
    never_clears(net, data, loss, optimizer)


def clears_too_late(net, data, loss, optimizer):
    for X, y in data:
        loss(net(X), y).backward()
        optimizer.zero_grad()
        optimizer.step()


def steps_first(net, data, loss, optimizer):
    for at, (X, y) in enumerate(data):
        value = loss(net(X), y)
        optimizer.zero_grad()
        if at:
            optimizer.step()
        value.backward()
        if not at:
            optimizer.step()


def steps_twice(net, data, loss, optimizer):
    for X, y in data:
        optimizer.zero_grad()
        loss(net(X), y).backward()
        optimizer.step()
        optimizer.step()


def steps_once_an_epoch(net, data, loss, optimizer):
    optimizer.zero_grad()
    for X, y in data:
        loss(net(X), y).backward()
    optimizer.step()


def never_steps(net, data, loss, optimizer):
    for X, y in data:
        loss(net(X), y).backward()


def never_goes_back(net, data, loss, optimizer):
    for X, y in data:
        loss(net(X), y)
        optimizer.step()


def leaves_out_the_last(net, data, loss, optimizer):
    zero_first(net, list(data)[:-1], loss, optimizer)


def leaves_out_a_backward(net, data, loss, optimizer):
    for at, (X, y) in enumerate(data):
        optimizer.zero_grad()
        if at < 2:
            loss(net(X), y).backward()
            optimizer.step()
        else:
            net(X)


def leaves_out_the_second(net, data, loss, optimizer):
    batches = list(data)
    zero_first(net, [batches[0], batches[2]], loss, optimizer)


def goes_backward(net, data, loss, optimizer):
    zero_first(net, list(data)[::-1], loss, optimizer)


def goes_twice(net, data, loss, optimizer):
    zero_first(net, list(data) * 2, loss, optimizer)


def takes_half_a_batch(net, data, loss, optimizer):
    zero_first(net, [(X[:2], y[:2]) for X, y in data], loss, optimizer)


def sees_other_numbers(net, data, loss, optimizer):
    zero_first(
        net, [(X + (at == 1), y) for at, (X, y) in enumerate(data)], loss, optimizer
    )


def takes_the_first_labels(net, data, loss, optimizer):
    batches = list(data)
    labels = batches[0][1]
    zero_first(net, [(X, labels[: len(X)]) for X, _ in batches], loss, optimizer)


def brings_its_own_loss(net, data, loss, optimizer):
    for at, (X, y) in enumerate(data):
        optimizer.zero_grad()
        (loss if at else nn.functional.mse_loss)(net(X), y).backward()
        optimizer.step()


def never_takes_the_loss(net, data, loss, optimizer):
    zero_first(net, data, nn.functional.mse_loss, optimizer)


def rests(net, data, loss, optimizer):
    net.eval()
    zero_first(net, data, loss, optimizer)


def rests_in_part(net, data, loss, optimizer):
    net[1].eval()
    zero_first(net, data, loss, optimizer)


WRONG = {
    never_clears: "zero_grad never ran: gradients from before were still there when "
    "backward ran in batch 2",
    clears_once_an_epoch: "gradients from before were still there when backward ran in "
    "batch 2",
    clears_too_late: "the gradients were cleared between backward and step in batch 1",
    steps_first: "step ran before backward in batch 2",
    steps_twice: "step ran twice in batch 1",
    steps_once_an_epoch: "step never ran in batch 1",
    never_steps: "step never ran",
    never_goes_back: "backward never ran",
    leaves_out_the_last: "batch 3 was never used",
    leaves_out_a_backward: "backward never ran in batch 3",
    leaves_out_the_second: "batch 2 was never used",
    goes_backward: "batch 3 was used before batch 1",
    goes_twice: "batch 1 was used twice",
    takes_half_a_batch: "in batch 1 the net saw 2 of its 4 samples",
    sees_other_numbers: "in batch 2 the net saw 0 of its 4 samples and 4 others",
    takes_the_first_labels: "the loss was given other labels in batch 2",
    brings_its_own_loss: "the loss never ran in batch 1",
    never_takes_the_loss: "the loss that was given never ran",
    rests: "the net is in evaluation mode in batch 1",
    rests_in_part: "a layer of the net is in evaluation mode in batch 1",
}


@pytest.fixture
def data():
    """Eleven samples in batches of four, shuffled."""
    generator = torch.Generator().manual_seed(0)
    X, y = (
        torch.randn(N, 3, generator=generator),
        torch.randn(N, 2, generator=generator),
    )
    return DataLoader(TensorDataset(X, y), SIZE, shuffle=True, generator=generator)


@pytest.fixture
def net():
    """A net with two layers that have parameters, and one that has none."""
    return nn.Sequential(nn.Linear(3, 5), nn.Dropout(0.1), nn.Linear(5, 2))


def watched(loop, net, data, epochs=1):
    """Return the spy of a loop that ran so many epochs."""
    spy = Spy(net.parameters())
    batches, loss = spy.batches(data), spy.loss(nn.MSELoss())
    optimizer = spy.optimizer(torch.optim.SGD(net.parameters(), 0.01))
    net = spy.net(net)
    for _ in range(epochs):
        net.train()
        loop(net, batches, loss, optimizer)
    return spy


def said(assertion, *args, **how):
    """Return what an assertion says came, or nothing if it holds."""
    try:
        assertion(*args, **how)
    except Mismatch as mismatch:
        return mismatch.got if mismatch.because and mismatch.want else "no words"
    return ""


@pytest.mark.parametrize("loop", RIGHT)
def test_each_order_that_is_right_passes(loop, net, data):
    assert said(watched(loop, net, data, epochs=3).assert_trains, epochs=3) == ""


@pytest.mark.parametrize("loop", WRONG)
def test_what_is_wrong_first_is_a_sentence(loop, net, data):
    assert said(watched(loop, net, data).assert_trains, epochs=1) == WRONG[loop]


def test_a_later_epoch_is_named(net, data):
    spy = watched(zero_first, net, data, epochs=1)
    spy.now = spy.passes[0]
    batches, optimizer = spy.batches(data), torch.optim.SGD(net.parameters(), 0.01)
    leaves_out_the_last(net, batches, nn.MSELoss(), spy.optimizer(optimizer))
    got = said(spy.assert_trains, epochs=2)
    assert got == "the loss never ran in batch 1 of epoch 2"


@pytest.mark.parametrize(("ran", "due"), [(1, 2), (3, 2)])
def test_epochs_are_counted(net, data, ran, due):
    got = said(watched(zero_first, net, data, epochs=ran).assert_trains, epochs=due)
    assert got == f"{ran} epoch{'s' * (ran > 1)} ran"


def test_gradients_that_were_there_on_arrival_are_told(net, data):
    for p in net.parameters():
        p.grad = torch.ones_like(p)
    got = said(watched(zero_after_step, net, data).assert_trains, epochs=1)
    assert got == ""
    net[0].weight.grad = torch.ones(5, 3)
    got = said(watched(never_clears, net, data).assert_trains, epochs=1)
    start = "zero_grad never ran: gradients from before the loop were still there"
    assert got == f"{start} when backward ran in batch 1"


def test_a_function_and_an_updater_will_do():
    X, y = torch.randn(7, 3), torch.randn(7, 1)
    w = torch.zeros(3, 1, requires_grad=True)
    spy = Spy([w])
    net, loss = spy.net(lambda X: X @ w), spy.loss(lambda y_hat, y: (y_hat - y) ** 2)

    @spy.updater
    def update(batch_size):
        with torch.no_grad():
            w.sub_(w.grad / batch_size)
            w.grad.zero_()

    batches = spy.batches([(X[:4], y[:4]), (X[4:], y[4:])])
    for _ in range(2):
        for X_batch, y_batch in batches:
            loss(net(X_batch), y_batch).sum().backward()
            update(batch_size=len(y_batch))
    assert said(spy.assert_trains, epochs=2) == ""
    assert len(batches) == 2


def test_what_is_watched_stays_what_it_is(net, data):
    spy, optimizer = Spy(net.parameters()), torch.optim.Adam(net.parameters())
    X = data.dataset[:][0]
    assert isinstance(spy.net(net), nn.Sequential)
    assert isinstance(spy.optimizer(optimizer), torch.optim.Optimizer)
    assert isinstance(spy.batches(data), DataLoader)
    twin, spied = deepcopy(net.eval()), net.eval()(X)
    net[0].weight.data.zero_()
    assert torch.equal(twin(X), spied)
    assert not torch.equal(net(X), spied)
    assert len(spy.now.events) == 3


def judge(net, data):
    net.eval()
    with torch.no_grad():
        for X, _ in data:
            net(X)
    net.train()


def judge_in_training_mode(net, data):
    with torch.no_grad():
        for X, _ in data:
            net(X)


def judge_with_a_graph(net, data):
    net.eval()
    for X, _ in data:
        net(X)


def judge_in_part(net, data):
    net.eval()
    net[1].train()
    with torch.no_grad():
        for X, _ in data:
            net(X)


def judge_two_of_three(net, data):
    net.eval()
    with torch.no_grad():
        for X, _ in list(data)[:2]:
            net(X)


def judge_and_go_back(net, data):
    net.eval()
    for X, _ in data:
        with torch.no_grad():
            net(X)
        with torch.enable_grad():
            net[2](net[0](X)).sum().backward()
            net(X).sum().backward()


JUDGES = {
    judge: "",
    judge_in_training_mode: "the net is in training mode in test batch 1",
    judge_with_a_graph: "autograd is on in test batch 1",
    judge_in_part: "the net is partly in training mode in test batch 1",
    judge_two_of_three: "test batch 3 was never used",
    judge_and_go_back: "test batch 1 was used twice",
}


@pytest.mark.parametrize("loop", JUDGES)
def test_a_loop_that_looks_is_judged(loop, net, data):
    spy = Spy(net.parameters())
    loop(spy.net(net), spy.batches(data, "test batch"))
    assert said(spy.assert_judges, name="test batch") == JUDGES[loop]


def test_training_and_judging_are_told_apart(net, data):
    test = DataLoader(TensorDataset(torch.randn(5, 3), torch.randn(5, 2)), 3)
    spy = Spy(net.parameters())
    net, train, test = spy.net(net), spy.batches(data), spy.batches(test, "test batch")
    optimizer = spy.optimizer(torch.optim.SGD(net.parameters(), 0.01))
    for _ in range(2):
        zero_first(net, train, nn.MSELoss(), optimizer)
        judge(net, test)
    assert said(spy.assert_trains, epochs=2) == ""
    assert said(spy.assert_judges, times=2, name="test batch") == ""
    net.eval()
    zero_first(net, train, nn.MSELoss(), optimizer)
    got = said(spy.assert_trains, epochs=3)
    assert got == "the net is in evaluation mode in batch 1 of epoch 3"
