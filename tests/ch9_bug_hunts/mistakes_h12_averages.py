"""What is wrong with the averages that the hunt begins with."""

import torch
from torch import nn

from dojo.grading import mistake
from solutions.ch2_linear.k02_linreg_scratch import data_iter, sgd, squared_loss
from solutions.ch2_linear.k05_softmax_regression import Accumulator, accuracy


@mistake(
    "squared_loss",
    "Shapes (N, 1) and (N,) spread to (N, N), each prediction beside every label: give y the shape of y_hat first.",
)
def sets_each_beside_all(y_hat, y):
    return (y_hat - y) ** 2 / 2


@mistake(
    "train_linreg",
    "The mean loss is divided by the batch size once more in sgd, so steps are as many times too short: sum the loss.",
)
def divides_the_mean_again(
    features, labels, lr, num_epochs, batch_size, *, generator=None
):
    w = features.new_zeros(features.shape[1], 1, requires_grad=True)
    b = features.new_zeros(1, requires_grad=True)
    losses = []
    for _ in range(num_epochs):
        for X, y in data_iter(batch_size, features, labels, generator=generator):
            squared_loss(X @ w + b, y).mean().backward()
            sgd([w, b], lr, len(y))
        with torch.no_grad():
            losses.append(squared_loss(features @ w + b, labels).mean().item())
    return w.detach(), b.detach(), losses


@mistake(
    "evaluate_accuracy",
    "The shares of the batches are averaged, so a short batch counts as much as a full one: divide all hits by all samples.",
)
def averages_the_shares(net, data_iter):
    training = isinstance(net, nn.Module) and net.training
    if isinstance(net, nn.Module):
        net.eval()
    metric = Accumulator(2)  # shares, batches
    with torch.no_grad():
        for X, y in data_iter:
            metric.add(accuracy(net(X), y) / len(y), 1)
    if isinstance(net, nn.Module):
        net.train(training)
    return metric[0] / metric[1]


@mistake(
    "train_epoch",
    "The mean losses of the batches are averaged, so a short batch counts as much as a full one: weigh each by its samples.",
)
def averages_the_mean_losses(net, train_iter, loss, updater):
    if isinstance(net, nn.Module):
        net.train()
    metric = Accumulator(4)  # sum of losses, hits, samples, batches
    for X, y in train_iter:
        y_hat, N = net(X), len(y)
        mean = loss(y_hat, y).mean()  # the mean of a mean is itself
        if isinstance(updater, torch.optim.Optimizer):
            updater.zero_grad()
            mean.backward()
            updater.step()
        else:
            (N * mean).backward()
            updater(N)
        metric.add(mean.item(), accuracy(y_hat, y), N, 1)
    return metric[0] / metric[3], metric[1] / metric[2]
