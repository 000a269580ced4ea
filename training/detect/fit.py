"""What heads are fitted and judged by: a logistic regression, the bound on a rate, the area under the curve."""

import numpy as np
import torch

RIDGE = 1e-4


def logistic(x, y, weights, ridge, apart=None, consistency=0.0) -> tuple[np.ndarray, float]:
    """Weighted ridge logistic regression with a penalty on how far the scores of two copies part, whose difference has the covariance `apart` [d,d].
    -> weights [d], bias."""
    x, y, s = (torch.tensor(a, dtype=torch.float64) for a in (x, y, weights))
    w = torch.zeros(x.shape[1], dtype=torch.float64, requires_grad=True)
    b = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    between = torch.tensor(apart, dtype=torch.float64) if apart is not None else None
    optimiser = torch.optim.LBFGS([w, b], max_iter=400, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        score = x @ w + b
        loss = (torch.nn.functional.binary_cross_entropy_with_logits(score, y, reduction="none") * s).sum()
        loss = loss + ridge * (w**2).sum()
        if between is not None:
            loss = loss + consistency * (w @ between @ w)
        loss.backward()
        return loss

    optimiser.step(closure)
    return w.detach().numpy(), float(b.detach())


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
