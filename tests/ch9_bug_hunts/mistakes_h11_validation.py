"""What is wrong with the validation that the hunt begins with."""

from typing import Any

import torch

from dojo.grading import mistake
from solutions.ch7_training.k05_train_and_evaluate import evaluate, train_one_epoch
from solutions.ch7_training.k06_classification_report import (
    _entry,
    confusion_matrix,
    precision_recall_f1,
)


@mistake(
    "evaluate",
    "The net is judged in the mode that it arrives in, with dropout on: set evaluation mode first.",
)
def judges_in_any_mode(model, loader, criterion, device="cpu"):
    modes = [(module, module.training) for module in model.modules()]
    total, preds, labels = 0.0, [], []
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            scores = model(X)  # (n, C)
            total += criterion(scores, y).item() * len(y)
            preds.append(scores.argmax(1).cpu())
            labels.append(y.cpu().long())
    for module, training in modes:
        module.training = training
    found = {"preds": torch.cat(preds), "labels": torch.cat(labels)}
    hits = int((found["preds"] == found["labels"]).sum())
    count = len(found["labels"])
    return {"loss": total / count, "accuracy": hits / count, **found}


@mistake(
    "evaluate",
    "Only the last batch is reported: keep the predictions and labels of all of them.",
)
def keeps_the_last_batch(model, loader, criterion, device="cpu"):
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    total, preds, labels = 0.0, [], []
    with torch.no_grad():
        for X, y in loader:
            X, y = X.to(device), y.to(device)
            scores = model(X)  # (n, C)
            total += criterion(scores, y).item() * len(y)
            preds = [scores.argmax(1).cpu()]
            labels = [y.cpu().long()]
    for module, training in modes:
        module.training = training
    found = {"preds": torch.cat(preds), "labels": torch.cat(labels)}
    hits = int((found["preds"] == found["labels"]).sum())
    count = len(found["labels"])
    return {"loss": total / count, "accuracy": hits / count, **found}


@mistake(
    "run",
    "The net is validated on the data that it was trained on: hand the validation loader to evaluate.",
)
def validates_on_the_training_data(
    model, train_loader, val_loader, criterion, optimizer, cfg, stopper=None
):
    history = []
    for epoch in range(cfg.max_epochs):
        trained = train_one_epoch(model, train_loader, criterion, optimizer)
        judged = evaluate(model, train_loader, criterion)
        history.append(
            {
                "epoch": epoch,
                "train_loss": trained["loss"],
                "train_accuracy": trained["accuracy"],
                "val_loss": judged["loss"],
                "val_accuracy": judged["accuracy"],
            }
        )
        if stopper is None:
            continue
        if stopper.step(judged["loss"], model.state_dict()):
            break
    return history


@mistake(
    "confusion_matrix",
    "Rows and columns are exchanged: a row is for a true class, a column for a predicted one.",
)
def puts_the_predictions_into_the_rows(y_true, y_pred, num_classes):
    true, pred = (torch.as_tensor(y).long() for y in (y_true, y_pred))
    counts = torch.bincount(pred * num_classes + true, minlength=num_classes**2)
    return counts.reshape(num_classes, num_classes)


@mistake(
    "classification_report",
    "The macro average is weighted by the support too: it counts each class alike.",
)
def weighs_both_averages(y_true, y_pred, target_names):
    cm = confusion_matrix(y_true, y_pred, len(target_names)).double()
    scores, support = torch.stack(precision_recall_f1(cm)), cm.sum(1)  # (3, C), (C,)
    N = support.sum()
    report: dict[str, Any] = {
        name: _entry(scores[:, k], support[k]) for k, name in enumerate(target_names)
    }
    report["accuracy"] = (cm.trace() / N).item()
    report["macro avg"] = _entry(scores @ support / N, N)
    report["weighted avg"] = _entry(scores @ support / N, N)
    return report
