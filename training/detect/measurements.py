"""Measured pictures as arrays, with their labels, groups and weights; `fit.py` fits heads to them."""

import numpy as np

from training.detect.items import Item

CONSISTENCY = 4.0  # of the penalty on how far a head's scores of two copies part
DIRECTIONS = 4000  # principal ones that a wide head is fitted in at most; there are no more than pictures


class Labelled:
    """Items with what they are: `label` 1 is made by a machine, `part` of the split, `generator` or the kind of what people made."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        self.label = np.array([item.label for item in items])
        self.part = np.array([item.part for item in items])
        self.generator = np.array([item.generator if item.label else f"real {item.kind}" for item in items])

    def balance(self, rows: np.ndarray) -> np.ndarray:
        """Weights of items, which may repeat: half for real, half for made; kinds and generators alike; they add up to 1."""
        weights = np.zeros(len(rows))
        for label in (0, 1):
            kinds = set(self.generator[rows][self.label[rows] == label])
            for kind in kinds:
                same = (self.generator[rows] == kind) & (self.label[rows] == label)
                weights[same] = 0.5 / len(kinds) / same.sum()
        return weights

    def apart(self, rows: np.ndarray, values: np.ndarray, view: np.ndarray | int = 0) -> np.ndarray:
        """How copies of one picture in the same view differ in `values` [n,d] of items: the covariance [d,d] of the difference of two of them."""
        middle, place = means(
            [f"{self.items[row].name} {number}" for row, number in zip(rows, np.broadcast_to(view, len(rows)))], values
        )
        off = values - middle[place]
        return 2 * off.T @ off / max(1, len(values) - len(middle))

    def basis(self, rows: np.ndarray, values: np.ndarray) -> np.ndarray:
        """The directions [d,k] that a head on `values` [n,d] of items is fitted in: the principal ones of the pictures' means over their copies."""
        return directions(means([self.items[row].name for row in rows], values)[0])


def means(names: list[str], values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean of rows [n,d] by name -> [m,d], and for each row which of them is its."""
    different, place = np.unique(names, return_inverse=True)
    middle = np.zeros((len(different), values.shape[1]))
    np.add.at(middle, place, values)
    return middle / np.bincount(place)[:, None], place


def standard(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and scale [d] of rows [n,d]."""
    return values.mean(0), values.std(0) + 1e-2


def directions(z: np.ndarray) -> np.ndarray:
    """The principal directions [d,k] of rows [n,d], the first DIRECTIONS where there are more; all of a narrow measurement."""
    if z.shape[1] <= DIRECTIONS:
        return np.eye(z.shape[1], dtype=np.float32)
    strength, v = np.linalg.eigh((z @ z.T).astype(np.float64))
    strength, v = strength[::-1][:DIRECTIONS], v[:, ::-1][:, :DIRECTIONS]
    v = v[:, strength > 1e-6 * strength[0]]
    return (z.T @ (v / np.sqrt(strength[: v.shape[1]]))).astype(np.float32)
