"""What a detector's head is judged by: the bound on a rate, the area under the curve."""

import numpy as np


def bound(wrong: int, of: int) -> float:
    """Clopper & Pearson 1934: the one-sided 95 % bound on a rate."""
    from scipy.stats import beta

    return 1.0 if wrong >= of else float(beta.ppf(0.95, wrong + 1, of - wrong))


def auc(score: np.ndarray, label: np.ndarray) -> float:
    """Area under the curve, ties halved (Mann & Whitney)."""
    from scipy.stats import rankdata

    ranks, made = rankdata(score), label == 1
    n, m = made.sum(), (~made).sum()
    return float((ranks[made].sum() - n * (n + 1) / 2) / max(1, n * m))
