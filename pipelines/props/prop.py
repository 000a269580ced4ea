"""What a prop is: its painter, its size beside others, how people use it, and its other names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.props.sketch import Sketch

Painter = Callable[..., None]


@dataclass(frozen=True)
class Prop:
    """One thing that stories name.

    `metres` is its storybook height; `seat` the share of its height from the top where one sits or stands on it; `holds` whether things can be
    in it; `grip` where a hand holds it, as shares of the picture from the left and from the top. Only what is `held` has a grip.
    """

    painter: Painter
    metres: float
    colour: str
    also: tuple[str, ...] = ()
    seat: float | None = None
    holds: bool = False
    grip: tuple[float, float] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def held(self) -> bool:
        """Whether a person can hold it."""
        return self.grip is not None

    def paint(self, sketch: Sketch) -> None:
        """Put the shapes of the prop on a sketch."""
        self.painter(sketch, **self.settings)


def prop(
    painter: Painter,
    metres: float,
    colour: str,
    also: str = "",
    *,
    seat: float | None = None,
    holds: bool = False,
    grip: tuple[float, float] | None = None,
    **settings: Any,
) -> Prop:
    """A table entry; `also` holds other names with commas between, `settings` go to the painter."""
    names = tuple(name.strip() for name in also.split(",") if name.strip())
    return Prop(painter, metres, colour, names, seat, holds, grip, settings)
