"""Wrong answers to Tabular pipeline, rejected by the grader and named by the dojo."""

import torch

from dojo.grading import mistake
from solutions.ch3_mlp import k04_tabular_pipeline as right


def _scaled(train, test, mean, std):
    return tuple(torch.nan_to_num((table - mean) / std) for table in (train, test))


def _statistics(table, equal="compared"):
    """Return mean and deviation of the observed values, 1 for equal ones.

    Equal are values that are so when compared, or those with a deviation up to a limit.
    """
    mean = table.nanmean(0)
    std = (table - mean).square().nanmean(0).sqrt()
    same = ((table == table.nan_to_num(-torch.inf).amax(0)) | table.isnan()).all(0)
    return mean, torch.where(same if equal == "compared" else std <= equal, 1.0, std)


@mistake(
    "impute_and_standardize",
    "Mean and deviation are those of both tables together, so the test rows leak into "
    "the training features: take the training rows alone.",
    equal=["compared", 0, 1e-12, 1e-8],
)
def takes_both_tables_together(train, test, *, equal):
    return _scaled(train, test, *_statistics(torch.cat([train, test]), equal))


@mistake(
    "impute_and_standardize",
    "The test table is standardized by its own mean and deviation: those of the "
    "training table serve both.",
    equal=["compared", 0, 1e-12, 1e-8],
)
def standardizes_each_table_by_itself(train, test, *, equal):
    return (
        _scaled(train, train, *_statistics(train, equal))[0],
        _scaled(test, test, *_statistics(test, equal))[0],
    )


@mistake(
    "impute_and_standardize",
    "The deviation divides by n - 1: divide by n, as correction=0 does.",
    equal=["compared", 0, 1e-12, 1e-8],
)
def divides_by_one_less(train, test, *, equal):
    mean, std = _statistics(train, equal)
    n = (~train.isnan()).sum(0).to(train.dtype)  # or the root is rounded to float32
    same = std == 1.0
    return _scaled(
        train, test, mean, torch.where(same, std, std * (n / (n - 1)).sqrt())
    )


@mistake(
    "impute_and_standardize",
    "A gap becomes 0 before the statistics are taken, and is counted as a value: leave "
    "gaps out of mean and deviation.",
)
def fills_with_zero_first(train, test):
    train, test = train.nan_to_num(), test.nan_to_num()
    return _scaled(train, test, *_statistics(train))


@mistake(
    "impute_and_standardize",
    "Gaps are filled with the mean before the deviation is taken, which makes it too "
    "small: take it over the observed values.",
)
def fills_with_the_mean_before_the_deviation(train, test):
    mean = train.nanmean(0)
    train, test = (torch.where(t.isnan(), mean, t) for t in (train, test))
    return _scaled(train, test, mean, _statistics(train)[1])


@mistake(
    "impute_and_standardize",
    "Gaps are filled with the median: after standardization a gap is 0, which stands "
    "for the mean.",
)
def fills_with_the_median(train, test):
    mean, std = _statistics(train)
    middle = train.nanmedian(0).values
    filled = [torch.where(t.isnan(), middle, t) for t in (train, test)]
    return tuple((t - mean) / std for t in filled)


@mistake(
    "impute_and_standardize",
    "Gaps are still NaN: fill them with 0 after the standardization.",
)
def leaves_the_gaps(train, test):
    mean, std = _statistics(train)
    return (train - mean) / std, (test - mean) / std


@mistake(
    "impute_and_standardize",
    "One gap spoils its column: mean and std of values with a NaN are NaN, and the whole "
    "column becomes 0. Use nanmean.",
)
def lets_a_gap_spoil_its_column(train, test):
    mean, std = train.mean(0), train.std(0, correction=0)
    return _scaled(train, test, mean, torch.where(std == 0, 1.0, std))


@mistake(
    "impute_and_standardize",
    "{eps} is added to the deviation, which changes columns of small numbers: a column "
    "without spread is the only one that needs care.",
    eps=[1e-8, 1e-6, 1e-5],
)
def adds_an_epsilon(train, test, *, eps):
    mean = train.nanmean(0)
    std = (train - mean).square().nanmean(0).sqrt()
    return _scaled(train, test, mean, std + eps)


@mistake(
    "impute_and_standardize",
    "Any deviation below {limit} counts as none, which is wrong for columns of small "
    "numbers: ask whether all values are equal.",
    limit=[1e-8, 1e-6],
)
def takes_small_spread_for_none(train, test, *, limit):
    mean = train.nanmean(0)
    std = (train - mean).square().nanmean(0).sqrt()
    return _scaled(train, test, mean, torch.where(std < limit, 1.0, std))


@mistake(
    "impute_and_standardize",
    "Equal values are divided by a deviation that rounding has left a little above 0: "
    "compare the values themselves.",
)
def trusts_a_rounded_deviation(train, test):
    mean = train.nanmean(0)
    std = (train - mean).square().nanmean(0).sqrt()
    return _scaled(train, test, mean, torch.where(std == 0, 1.0, std))


@mistake(
    "impute_and_standardize",
    "A column without spread is divided by 0: it is centered and not divided.",
)
def divides_by_no_spread(train, test):
    mean, _ = _statistics(train)
    std = (train - mean).square().nanmean(0).sqrt()
    same = _statistics(train)[1] == 1.0
    return _scaled(train, test, mean, torch.where(same, 0.0, std))


@mistake(
    "impute_and_standardize",
    "A column without spread becomes 0 in the test table, too: it is centered, so that "
    "another value shows.",
)
def erases_a_column_without_spread(train, test):
    mean, std = _statistics(train)
    flat = (train.isnan() | (train == train.nan_to_num(-torch.inf).amax(0))).all(0)
    tables = _scaled(train, test, mean, std)
    return tuple(torch.where(flat, 0.0, table) for table in tables)


@mistake(
    "impute_and_standardize",
    "The values are brought between 0 and 1 by the smallest and the largest: subtract "
    "the mean and divide by the standard deviation.",
)
def scales_to_the_range(train, test):
    low, high = (
        train.nan_to_num(torch.inf).amin(0),
        train.nan_to_num(-torch.inf).amax(0),
    )
    return _scaled(train, test, low, torch.where(low < high, high - low, 1.0))


@mistake(
    "impute_and_standardize",
    "The columns are centered and not scaled: divide by the standard deviation.",
)
def centers_alone(train, test):
    return _scaled(train, test, train.nanmean(0), 1.0)


@mistake(
    "impute_and_standardize",
    "The columns are divided by the variance: divide by its root.",
)
def divides_by_the_variance(train, test):
    mean, std = _statistics(train)
    return _scaled(train, test, mean, std**2)


@mistake(
    "impute_and_standardize",
    "One mean and one deviation serve all columns: each column has its own.",
)
def takes_all_columns_together(train, test):
    mean = train.nanmean()
    return _scaled(train, test, mean, (train - mean).square().nanmean().sqrt())


@mistake(
    "impute_and_standardize",
    "float64 becomes float32: the features keep the table's dtype.",
)
def computes_in_float32(train, test):
    return right.impute_and_standardize(train.float(), test.float())


@mistake(
    "impute_and_standardize",
    "Gaps are filled first and the deviation is taken with n - 1 afterwards: take it "
    "over the observed values, with n.",
)
def fills_first_and_divides_by_one_less(train, test):
    mean = train.nanmean(0)
    filled = torch.where(train.isnan(), mean, train)
    std = filled.std(0)
    return _scaled(train, test, mean, torch.where(std == 0, 1.0, std))


@mistake(
    "impute_and_standardize",
    "Each row has a mean and a deviation of its own: those of the columns are wanted.",
)
def standardizes_rows(train, test):
    tables = []
    for table in (train, test):
        mean = table.nanmean(1, keepdim=True)
        std = (table - mean).square().nanmean(1, keepdim=True).sqrt()
        tables.append(torch.nan_to_num((table - mean) / std))
    return tuple(tables)


@mistake(
    "impute_and_standardize",
    "Rows with a gap are removed: every row stays, with 0 where the gap was.",
)
def removes_rows_with_gaps(train, test):
    whole = train[~train.isnan().any(1)]
    mean, std = whole.mean(0), whole.std(0, correction=0)
    return _scaled(whole, test, mean, torch.where(std == 0, 1.0, std))


@mistake(
    "impute_and_standardize",
    "A gap becomes -1: it becomes 0, the mean.",
)
def marks_gaps_with_minus_one(train, test):
    mean, std = _statistics(train)
    return tuple(((t - mean) / std).nan_to_num(-1.0) for t in (train, test))


@mistake(
    "impute_and_standardize",
    "Gaps in the test table are filled with its own mean: those of the training table "
    "serve both, so a gap is 0 in either.",
)
def fills_test_gaps_with_the_test_mean(train, test):
    mean, std = _statistics(train)
    filled = torch.where(test.isnan(), test.nanmean(0), test)
    return _scaled(train, filled, mean, std)


def _hot(train_col, test_col, categories, *, names=None, missing=("NA", "")):
    """Return one-hot tables for categories in an order, unknown words in the last."""
    place = {name: i for i, name in enumerate(categories)}
    last = len(categories)
    eye = torch.eye(last + 1)
    tables = [
        eye[[last if w in missing else place.get(w, last) for w in column]]
        for column in (train_col, test_col)
    ]
    return *tables, names or [*categories, "NA"]


@mistake(
    "one_hot_columns",
    "Categories of the test column have columns, too: only those of the training "
    "column do, and others go to NA.",
)
def learns_categories_from_the_test_column(train_col, test_col):
    categories = sorted({*train_col, *test_col} - {"NA", ""})
    return _hot(train_col, test_col, categories)


@mistake(
    "one_hot_columns",
    "The categories stand in the order of their first rows: sort them.",
)
def keeps_the_order_of_the_rows(train_col, test_col):
    categories = [word for word in dict.fromkeys(train_col) if word not in ("NA", "")]
    return _hot(train_col, test_col, categories)


@mistake(
    "one_hot_columns",
    "The categories are sorted by how frequent they are: sort them by name.",
)
def sorts_by_frequency(train_col, test_col):
    categories = sorted(
        set(train_col) - {"NA", ""}, key=lambda word: (-train_col.count(word), word)
    )
    return _hot(train_col, test_col, categories)


@mistake(
    "one_hot_columns",
    "The categories are sorted without regard to capitals: sort them as sorted() does.",
)
def sorts_without_regard_to_capitals(train_col, test_col):
    return _hot(train_col, test_col, sorted(set(train_col) - {"NA", ""}, key=str.lower))


@mistake(
    "one_hot_columns",
    "NA stands among the sorted categories: it is the last column.",
)
def sorts_na_with_the_others(train_col, test_col):
    names = sorted({*train_col, "NA"} - {""})
    place = {name: i for i, name in enumerate(names)}
    eye = torch.eye(len(names))
    tables = [
        eye[[place.get(word, place["NA"]) for word in column]]
        for column in (train_col, test_col)
    ]
    return *tables, names


@mistake(
    "one_hot_columns",
    "A word that training never saw has no 1 in its row: it goes to NA.",
)
def leaves_unknown_rows_empty(train_col, test_col):
    train, test, names = right.one_hot_columns(train_col, test_col)
    known = [word in ("NA", "") or word in names for word in test_col]
    return train, test * torch.tensor(known).float()[:, None], names


@mistake(
    "one_hot_columns",
    "A missing word has no 1 in its row: it goes to the column NA.",
)
def leaves_missing_rows_empty(train_col, test_col):
    train, test, names = right.one_hot_columns(train_col, test_col)
    there = [
        torch.tensor([word not in ("NA", "") for word in column]).float()[:, None]
        for column in (train_col, test_col)
    ]
    return train * there[0], test * there[1], names


@mistake(
    "one_hot_columns",
    'An empty word is a category of its own: "" is missing, like "NA".',
)
def takes_the_empty_word_for_a_category(train_col, test_col):
    return _hot(train_col, test_col, sorted(set(train_col) - {"NA"}), missing=("NA",))


@mistake(
    "one_hot_columns",
    "The first category has no column: each category of the training column has one.",
    other=[False, True],
)
def leaves_out_the_first_category(train_col, test_col, *, other):
    train, test, names = right.one_hot_columns(train_col, test_col)
    if other:  # its rows go to NA
        for table in (train, test):
            table[:, -1] += table[:, 0] * (len(names) > 1)
    at = len(names) > 1
    return train[:, at:], test[:, at:], names[at:]


@mistake(
    "one_hot_columns",
    "There is no column NA where nothing is missing in training: it is always there.",
)
def leaves_out_na_without_need(train_col, test_col):
    train, test, names = right.one_hot_columns(train_col, test_col)
    if {"NA", ""} & set(train_col):
        return train, test, names
    return train[:, :-1], test[:, :-1], names[:-1]


@mistake("one_hot_columns", "There is no column NA: it is the last one.")
def has_no_column_na(train_col, test_col):
    train, test, names = right.one_hot_columns(train_col, test_col)
    return train[:, :-1], test[:, :-1], names[:-1]


@mistake(
    "one_hot_columns",
    "NA is the first column: it is the last one.",
)
def puts_na_first(train_col, test_col):
    train, test, names = right.one_hot_columns(train_col, test_col)
    return train.roll(1, 1), test.roll(1, 1), [names[-1], *names[:-1]]


@mistake(
    "one_hot_columns",
    "The tables are integers: a network takes floats.",
)
def returns_integers(train_col, test_col):
    train, test, names = right.one_hot_columns(train_col, test_col)
    return train.long(), test.long(), names


@mistake(
    "one_hot_columns",
    "The tables have numbers of categories and not columns of zeros and ones: a number "
    "would say that one category is more than another.",
)
def returns_numbers_of_categories(train_col, test_col):
    train, test, names = right.one_hot_columns(train_col, test_col)
    return train.argmax(1).float(), test.argmax(1).float(), names


@mistake(
    "one_hot_columns",
    'The names lack "NA", although there is a column for it: name every column.',
)
def leaves_na_out_of_the_names(train_col, test_col):
    train, test, names = right.one_hot_columns(train_col, test_col)
    return train, test, names[:-1]


@mistake(
    "one_hot_columns",
    "Words are made lower case, which joins some of them and changes the names: take "
    "them as they are.",
)
def makes_words_lower_case(train_col, test_col):
    train_col, test_col = ([w.lower() for w in c] for c in (train_col, test_col))
    categories = sorted(set(train_col) - {"na", ""})
    return _hot(train_col, test_col, categories, missing=("na", ""))


@mistake(
    "one_hot_columns",
    "Blanks around words are taken away, which joins some of them: take words as they "
    "are.",
)
def strips_the_words(train_col, test_col):
    columns = ([word.strip() for word in column] for column in (train_col, test_col))
    return right.one_hot_columns(*columns)


@mistake(
    "one_hot_columns",
    'Words such as "nan" and "None" are taken for missing: only "NA" and "" are.',
)
def takes_more_words_for_missing(train_col, test_col):
    gone = {"NA", "", "nan", "None"}
    return _hot(train_col, test_col, sorted(set(train_col) - gone))


@mistake(
    "one_hot_columns",
    "The categories are sorted backwards: sort them as sorted() does.",
)
def sorts_backwards(train_col, test_col):
    return _hot(train_col, test_col, sorted(set(train_col) - {"NA", ""}, reverse=True))


@mistake(
    "log_rmse",
    "The logarithms are not taken: errors are those of the prices themselves.",
)
def forgets_the_logarithm(preds, labels):
    error = preds.clamp(min=1) - labels.reshape(preds.shape)
    return error.square().mean().sqrt().item()


def _error(preds, labels):
    return preds.clamp(min=1).log() - labels.reshape(preds.shape).log()


@mistake("log_rmse", "The root is missing: this is the mean square.")
def forgets_the_root(preds, labels):
    return _error(preds, labels).square().mean().item()


@mistake(
    "log_rmse",
    "The root is taken before the mean, so these are mean sizes: square, mean, root.",
)
def averages_the_sizes(preds, labels):
    return _error(preds, labels).abs().mean().item()


@mistake("log_rmse", "The squares are added up: take their mean.")
def sums_the_squares(preds, labels):
    return _error(preds, labels).square().sum().sqrt().item()


@mistake(
    "log_rmse",
    "The mean of the squares is halved: it is the plain mean.",
)
def halves_the_mean(preds, labels):
    return (_error(preds, labels).square().mean() / 2).sqrt().item()


@mistake(
    "log_rmse",
    "Shapes (N, 1) and (N,) are spread to (N, N), so every prediction meets every "
    "label: reshape the labels to the predictions.",
)
def spreads_to_a_square(preds, labels):
    error = preds.clamp(min=1).log() - labels.log()
    return error.square().mean().sqrt().item()


@mistake(
    "log_rmse",
    "Predictions are not clamped, and what is not above 0 has no logarithm: clamp them "
    "at 1 from below.",
)
def clamps_nothing(preds, labels):
    error = preds.log() - labels.reshape(preds.shape).log()
    return error.square().mean().sqrt().item()


@mistake(
    "log_rmse",
    "Predictions are clamped at {low}: from 1 on downwards they count as 1.",
    low=[1e-8, 1e-6, 1e-3],
)
def clamps_at_a_small_number(preds, labels, *, low):
    error = preds.clamp(min=low).log() - labels.reshape(preds.shape).log()
    return error.square().mean().sqrt().item()


@mistake(
    "log_rmse",
    "The labels are clamped, too: only predictions are.",
)
def clamps_the_labels_too(preds, labels):
    return _error(preds, labels.clamp(min=1)).square().mean().sqrt().item()


@mistake(
    "log_rmse",
    "The logarithm is taken at the end, of the error of prices: take it of both prices "
    "first.",
)
def takes_the_logarithm_last(preds, labels):
    error = preds.clamp(min=1) - labels.reshape(preds.shape)
    return error.square().mean().sqrt().log().item()


@mistake(
    "log_rmse",
    "The mean error is taken away first, so a net that is always too high goes "
    "unpunished: take the mean of the squares themselves.",
)
def forgives_the_mean_error(preds, labels):
    return _error(preds, labels).std(correction=0).item()


@mistake(
    "log_rmse",
    "The sum of the squares is divided by N - 1: divide by N.",
)
def divides_by_n_minus_one(preds, labels):
    return (_error(preds, labels).square().sum() / (len(preds) - 1)).sqrt().item()


@mistake(
    "log_rmse",
    "Relative errors are taken and not differences of logarithms.",
)
def takes_relative_errors(preds, labels):
    labels = labels.reshape(preds.shape)
    error = (preds.clamp(min=1) - labels) / labels
    return error.square().mean().sqrt().item()


@mistake(
    "log_rmse",
    "The logarithm is clamped at 1, not the prediction: clamp first.",
)
def clamps_the_logarithm(preds, labels):
    error = preds.log().clamp(min=1) - labels.reshape(preds.shape).log()
    return error.square().mean().sqrt().item()


@mistake(
    "log_rmse",
    "1 is added before the logarithm: predictions are clamped at 1, and nothing is "
    "added.",
    clamped=[True, False],
)
def adds_one_first(preds, labels, *, clamped):
    preds = preds.clamp(min=0) if clamped else preds
    error = preds.log1p() - labels.reshape(preds.shape).log1p()
    return error.square().mean().sqrt().item()


@mistake(
    "log_rmse",
    "Logarithms to the base {base} are taken: natural ones are wanted.",
    base=[10.0, 2.0],
)
def takes_another_base(preds, labels, *, base):
    scale = torch.tensor(base, dtype=preds.dtype).log()
    return (_error(preds, labels) / scale).square().mean().sqrt().item()


@mistake(
    "log_rmse",
    "Predictions above 1 are clamped: clamp(min=1) leaves what is above.",
)
def clamps_from_above(preds, labels):
    error = preds.clamp(max=1).log() - labels.reshape(preds.shape).log()
    return error.square().mean().sqrt().item()


def _folds(n, k):
    parts = torch.arange(n).tensor_split(k)
    return [(torch.cat([*parts[:i], *parts[i + 1 :]]), parts[i]) for i in range(k)]


def _mean(scores):
    return tuple(sum(column) / len(column) for column in zip(*scores, strict=True))


@mistake(
    "k_fold_score",
    "One net goes through all folds, so it has seen what it is validated on: call "
    "make_net() in each.",
)
def trains_one_net_through_all_folds(make_net, X, y, k, train_fn):
    net = make_net()
    return _mean([train_fn(net, X[t], y[t], X[v], y[v]) for t, v in _folds(len(X), k)])


@mistake(
    "k_fold_score",
    "n // k samples are a fold, and the remainder never validates: let some folds have "
    "one sample more.",
)
def drops_the_remainder(make_net, X, y, k, train_fn):
    size, scores = len(X) // k, []
    for i in range(k):
        val = torch.arange(i * size, (i + 1) * size)
        others = [j for j in range(size * k) if not i * size <= j < (i + 1) * size]
        train = torch.tensor(others)
        scores.append(train_fn(make_net(), X[train], y[train], X[val], y[val]))
    return _mean(scores)


@mistake(
    "k_fold_score",
    "The remainder of n / k never validates, it trains in every fold: let some folds "
    "have one sample more.",
)
def never_validates_the_remainder(make_net, X, y, k, train_fn):
    size, scores = len(X) // k, []
    for i in range(k):
        val = torch.arange(i * size, (i + 1) * size)
        others = [j for j in range(len(X)) if not i * size <= j < (i + 1) * size]
        train = torch.tensor(others)
        scores.append(train_fn(make_net(), X[train], y[train], X[val], y[val]))
    return _mean(scores)


@mistake(
    "k_fold_score",
    "Each fold trains on all samples, those that validate too: leave the fold out.",
)
def trains_on_everything(make_net, X, y, k, train_fn):
    return _mean([train_fn(make_net(), X, y, X[v], y[v]) for _, v in _folds(len(X), k)])


@mistake(
    "k_fold_score",
    "Training and validation part have changed places: each fold trains on all the "
    "others.",
)
def trains_on_the_fold(make_net, X, y, k, train_fn):
    return _mean(
        [train_fn(make_net(), X[v], y[v], X[t], y[t]) for t, v in _folds(len(X), k)]
    )


@mistake(
    "k_fold_score",
    "X is shuffled and y is not, so labels stand beside other rows: divide both by the "
    "same indices.",
)
def leaves_the_labels_behind(make_net, X, y, k, train_fn):
    X = X[torch.randperm(len(X), generator=torch.Generator().manual_seed(3))]
    return _mean(
        [train_fn(make_net(), X[t], y[t], X[v], y[v]) for t, v in _folds(len(X), k)]
    )


@mistake(
    "k_fold_score",
    "The means are weighted by the sizes of the folds: every fold counts the same.",
)
def weighs_the_folds_by_their_sizes(make_net, X, y, k, train_fn):
    first, second = 0.0, 0.0
    for t, v in _folds(len(X), k):
        one, two = train_fn(make_net(), X[t], y[t], X[v], y[v])
        first, second = first + one * len(v), second + two * len(v)
    return first / len(X), second / len(X)


@mistake(
    "k_fold_score",
    "The scores are added up: take their means over the folds.",
)
def adds_up_the_scores(make_net, X, y, k, train_fn):
    first, second = right.k_fold_score(make_net, X, y, k, train_fn)
    return first * k, second * k


@mistake(
    "k_fold_score",
    "The two scores have changed places: training first, then validation.",
)
def swaps_the_scores(make_net, X, y, k, train_fn):
    first, second = right.k_fold_score(make_net, X, y, k, train_fn)
    return second, first


@mistake(
    "k_fold_score",
    "These are the scores of the last fold: take the means over all.",
)
def returns_the_last_fold(make_net, X, y, k, train_fn):
    score = (0.0, 0.0)
    for t, v in _folds(len(X), k):
        score = train_fn(make_net(), X[t], y[t], X[v], y[v])
    return score


@mistake(
    "k_fold_score",
    "These are the scores of the best fold: take the means over all.",
)
def returns_the_best_fold(make_net, X, y, k, train_fn):
    scores = [
        train_fn(make_net(), X[t], y[t], X[v], y[v]) for t, v in _folds(len(X), k)
    ]
    return min(scores, key=lambda pair: pair[1])


@mistake(
    "k_fold_score",
    "The loop ends after the first fold: return behind it.",
)
def returns_inside_the_loop(make_net, X, y, k, train_fn):
    t, v = _folds(len(X), k)[0]
    return train_fn(make_net(), X[t], y[t], X[v], y[v])


@mistake(
    "k_fold_score",
    "The samples are shuffled anew for each fold, so some validate twice and others "
    "never: divide them once.",
)
def shuffles_for_each_fold(make_net, X, y, k, train_fn):
    scores, generator = [], torch.Generator().manual_seed(1)
    for i in range(k):
        order = torch.randperm(len(X), generator=generator)
        t, v = (order[part] for part in _folds(len(X), k)[i])
        scores.append(train_fn(make_net(), X[t], y[t], X[v], y[v]))
    return _mean(scores)


@mistake(
    "k_fold_score",
    "The samples are divided once, and one part validates: every part takes its turn.",
)
def divides_once_and_stops(make_net, X, y, k, train_fn):
    n = len(X) // k
    return train_fn(make_net(), X[n:], y[n:], X[:n], y[:n])


@mistake(
    "k_fold_score",
    "make_net is called once more than there are folds: call it in each fold alone.",
)
def makes_a_net_too_many(make_net, X, y, k, train_fn):
    make_net()
    return right.k_fold_score(make_net, X, y, k, train_fn)


@mistake(
    "k_fold_score",
    "make_net itself is handed to train_fn: call it, and hand over the net.",
)
def hands_over_make_net(make_net, X, y, k, train_fn):
    return right.k_fold_score(lambda: make_net, X, y, k, train_fn)


@mistake(
    "k_fold_score",
    "The scores are divided by the number of samples: divide by that of the folds.",
)
def divides_the_scores_by_the_samples(make_net, X, y, k, train_fn):
    first, second = right.k_fold_score(make_net, X, y, k, train_fn)
    return first * k / len(X), second * k / len(X)


@mistake(
    "k_fold_score",
    "y_train and X_val have changed places: train_fn takes X_train, y_train, X_val, "
    "y_val.",
)
def swaps_y_train_and_x_val(make_net, X, y, k, train_fn):
    return right.k_fold_score(
        make_net, X, y, k, lambda net, a, b, c, d: train_fn(net, a, c, b, d)
    )


@mistake(
    "k_fold_score",
    "The labels are made flat: they keep their shape, (n, 1) where it was so.",
)
def flattens_the_labels(make_net, X, y, k, train_fn):
    return right.k_fold_score(make_net, X, y.reshape(-1), k, train_fn)


# Edits of the reference that break no promise, and why; for `dojo mutants`.
EQUIVALENT = {
    "impute_and_standardize": {
        "- mean = train.nanmean(dim=0)\n"
        "+ mean = train.nanmean(dim=-2)": "the first axis of two is the last but one",
        "- std = (train - mean).square().nanmean(dim=0).sqrt()\n"
        "+ std = (train - mean).square().nanmean(dim=-2).sqrt()": "the first axis of two is the last but one",
        "- std = (train - mean).square().nanmean(dim=0).sqrt()\n"
        "+ std = (mean - train).square().nanmean(dim=0).sqrt()": "the square has no sign",
        "- lowest = train.masked_fill(missing, torch.inf).amin(dim=0)\n"
        "+ lowest = train.masked_fill(missing, torch.inf).amin(dim=-2)": "the first axis of two is the last but one",
        "- highest = train.masked_fill(missing, -torch.inf).amax(dim=0)\n"
        "+ highest = train.masked_fill(missing, -torch.inf).amax(dim=-2)": "the first axis of two is the last but one",
        "- std = torch.where(lowest < highest, std, 1.0)\n"
        "+ std = torch.where(lowest != highest, std, 1.0)": "the lowest value is never above the highest",
    },
    "one_hot_columns": {
        "- eye = torch.eye(len(names))\n"
        "+ eye = torch.eye(len(place))": "there is a place for each name",
        "- train, test = (\n"
        "- eye[[place.get(word, len(names) - 1) for word in column]]\n"
        "- for column in (train_col, test_col)\n"
        "- )\n"
        "+ train, test = (eye[[place.get(word, len(place) - 1) for word in column]] for column in (train_col, test_col))": "there is a place for each name",
        "- train, test = (\n"
        "- eye[[place.get(word, len(names) - 1) for word in column]]\n"
        "- for column in (train_col, test_col)\n"
        "- )\n"
        "+ train, test = (eye[[place.get(word, len(names) - 0.5) for word in column]] for column in (train_col, test_col))": "torch cuts the place to a whole number",
    },
    "log_rmse": {
        "- error = preds.clamp(min=1).log() - labels.reshape(preds.shape).log()\n"
        "+ error = labels.reshape(preds.shape).log() - preds.clamp(min=1).log()": "the square has no sign",
        "- return error.square().mean().sqrt().item()\n"
        "+ return error.square().mean(axis=0).sqrt().item()": "of the two axes the other has size 1",
        "- return error.square().mean().sqrt().item()\n"
        "+ return error.square().mean(axis=0, keepdims=True).sqrt().item()": "of the two axes the other has size 1, and item takes one number of any shape",
    },
    "k_fold_score": {
        "- folds = torch.arange(len(X)).tensor_split(k)\n"
        "+ folds = torch.arange(len(y)).tensor_split(k)": "X and y have as many rows",
        "- train = torch.cat([*folds[:i], *folds[i + 1 :]])\n"
        "+ train = torch.cat([*folds[i + 1:], *folds[:i]])": "the order within the training part is free",
        "- val_total += scores[1]\n"
        "+ val_total += scores[-1]": "train_fn returns two scores",
    },
}
