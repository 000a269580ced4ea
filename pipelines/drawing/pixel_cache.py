"""Activations of a PixelCNN that are kept while it writes, so that each is calculated once (Ramachandran et al. 2017).

The vertical stack goes row by row, the horizontal one pixel by pixel; float64 throughout.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def array(tensor: Any) -> Array:
    """A parameter as float64."""
    return tensor.detach().numpy().astype(np.float64)


def gate(x: Array) -> Array:
    """tanh(a) * sigmoid(b) of the two halves of the first axis."""
    half = len(x) // 2
    return np.tanh(x[:half]) * (0.5 + 0.5 * np.tanh(0.5 * x[half:]))


def silu(x: Array) -> Array:
    """Return x times the logistic function of x."""
    return x * (0.5 + 0.5 * np.tanh(0.5 * x))


class LayerCache:
    """One layer's weights and what it has calculated: rows of the vertical stack, pixels of the horizontal one."""

    def __init__(self, layer: Any, conditioning: Any, size_px: int) -> None:
        self.d, self.blind = layer.dilation, layer.blind
        shift = array(layer.condition(conditioning)[0])
        weight = array(layer.horizontal.weight)[:, :, 0]  # [2c,c,2]
        self.left, self.here = weight[:, :, 0], weight[:, :, 1]
        self.bias = array(layer.horizontal.bias)
        self.out, self.out_bias = array(layer.out.weight)[:, :, 0, 0], array(layer.out.bias)
        c, pad = self.out.shape[0], self.d
        self.h = np.zeros((size_px, c, size_px + pad))  # what the layer reads, a row at a time, with zeros to the left
        if self.blind:
            self.bias = self.bias + shift
            self.above, self.above_bias = array(layer.above.weight)[:, :, 0], array(layer.above.bias)
        else:
            self.bias = self.bias + shift[2 * c :]
            self.v_bias = array(layer.vertical.bias)
            self.shift_v = shift[: 2 * c]
            self.vertical = array(layer.vertical.weight)  # [2c,c,2,3]
            self.down, self.down_bias = array(layer.down.weight)[:, :, 0, 0], array(layer.down.bias)
            self.v = np.zeros((size_px, c, size_px + 2 * pad))
        self.for_row = np.zeros((2 * c, size_px))

    def begin_row(self, v: Array, row: int) -> Array:
        """The vertical stack in a whole row, or with the blind spot what the row above gives; returns the next layer's v [c,s]."""
        d, size = self.d, self.for_row.shape[1]
        if self.blind:
            total = np.repeat(self.above_bias[:, None], size, 1)
            if row >= d:
                up = np.pad(self.h[row - d][:, d:], ((0, 0), (d, d)))
                for k in range(3):
                    total = total + self.above[:, :, k] @ up[:, k * d : k * d + size]
            self.for_row = total + self.bias[:, None]
            return v
        self.v[row][:, d : d + size] = v
        seen = np.repeat(self.v_bias[:, None], size, 1)
        for j, r in enumerate((row - d, row)):
            if r >= 0:
                for k in range(3):
                    seen = seen + self.vertical[:, :, j, k] @ self.v[r][:, k * d : k * d + size]
        self.for_row = self.down @ seen + (self.down_bias + self.bias)[:, None]
        return v + gate(seen + self.shift_v[:, None])

    def pixel(self, h: Array, row: int, column: int) -> Array:
        """The horizontal stack at one pixel: h [c] -> the next layer's [c]."""
        kept = self.h[row]
        kept[:, column + self.d] = h
        total = self.left @ kept[:, column] + self.here @ h + self.for_row[:, column]
        return h + self.out @ gate(total) + self.out_bias


class Cache:
    """All layers of one drawing that is being written. `net` is a PixelCNN in float64."""

    def __init__(self, net: Any, conditioning: Any) -> None:
        s = net.shape.size_px
        self.size = s
        self.layers = [LayerCache(layer, conditioning, s) for layer in net.layers]
        self.above, self.above_bias = array(net.enter_above.weight), array(net.enter_above.bias)  # [c,6,3,7]
        self.left, self.left_bias = array(net.enter_left.weight)[:, :, 0], array(net.enter_left.bias)  # [c,6,3]
        self.head, self.head_bias = array(net.leave_in.weight)[:, :, 0, 0], array(net.leave_in.bias)
        self.leave, self.leave_bias = array(net.leave.weight)[:, :, 0, 0], array(net.leave.bias)
        self.places = array(net.places[0])  # [3,s,s]
        self.row_above = np.zeros((len(self.above_bias), s))
        self.entered = np.zeros((6, s + 3))
        self.applied = 0  # how many layers have been calculated at one pixel, the vertical stack counted with it

    def _inputs(self, levels: Array, row: int) -> Array:
        return np.concatenate([levels[row].T / 127.5 - 1, self.places[:, row]])  # [6,s]

    def begin_row(self, levels: Array, row: int) -> None:
        """Everything that only depends on the rows above."""
        above = np.repeat(self.above_bias[:, None], self.size, 1)
        for j in range(3):
            r = row - 3 + j
            if r >= 0:
                wide = np.pad(self._inputs(levels, r), ((0, 0), (3, 3)))
                for k in range(7):
                    above = above + self.above[:, :, j, k] @ wide[:, k : k + self.size]
        self.row_above = above + self.left_bias[:, None]
        v = above
        for layer in self.layers:
            v = layer.begin_row(v, row)
        self.entered = np.zeros((6, self.size + 3))
        self.entered[3:, 3:] = self.places[:, row]

    def pixel(self, levels: Array, row: int, column: int) -> Array:
        """The network's numbers for one pixel [10k]; everything before it is written."""
        if column:
            self.entered[:3, column + 2] = levels[row, column - 1] / 127.5 - 1
        h = self.row_above[:, column].copy()
        for k in range(3):
            h = h + self.left[:, :, k] @ self.entered[:, column + k]
        for layer in self.layers:
            h = layer.pixel(h, row, column)
        self.applied += len(self.layers)
        return self.leave @ silu(self.head @ silu(h) + self.head_bias) + self.leave_bias
