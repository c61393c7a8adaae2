"""What is wrong with the training loop that the hunt begins with."""

from dojo.grading import mistake


@mistake(
    "train_one_epoch",
    "The net trains in whatever mode it arrives in, without dropout if that is evaluation: set training mode first.",
)
def leaves_the_mode_as_it_is(model, loader, criterion, optimizer, device="cpu"):
    total, hits, count = 0.0, 0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        scores = model(X)  # (n, C)
        loss = criterion(scores, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        hits += int((scores.argmax(1) == y).sum())
        count += len(y)
    return {"loss": total / count, "accuracy": hits / count}


@mistake(
    "train_one_epoch",
    "Gradients of earlier batches are never cleared, so each step takes all of them again: call zero_grad for each batch.",
)
def lets_gradients_pile_up(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, hits, count = 0.0, 0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        scores = model(X)  # (n, C)
        loss = criterion(scores, y)
        loss.backward()
        optimizer.step()
        total += loss.item() * len(y)
        hits += int((scores.argmax(1) == y).sum())
        count += len(y)
    return {"loss": total / count, "accuracy": hits / count}


@mistake(
    "train_one_epoch",
    "The loss is added up as a tensor, which keeps the graph of every batch alive: add loss.item().",
)
def adds_up_tensors(model, loader, criterion, optimizer, device="cpu"):
    model.train()
    total, hits, count = 0.0, 0, 0
    for X, y in loader:
        X, y = X.to(device), y.to(device)
        scores = model(X)  # (n, C)
        loss = criterion(scores, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss * len(y)
        hits += int((scores.argmax(1) == y).sum())
        count += len(y)
    return {"loss": total / count, "accuracy": hits / count}
