"""All props in one table."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from pipelines.props import (
    boats,
    buildings,
    care,
    chores,
    clothes,
    desk,
    food,
    furniture,
    hardware,
    household,
    jewels,
    lands,
    machines,
    meals,
    music,
    natural,
    openings,
    outdoors,
    plants,
    playground,
    public,
    sports,
    sweets,
    tools,
    towers,
    vegetables,
    vehicles,
    vessels,
    wear,
)
from pipelines.props.prop import Prop

TABLES: Mapping[str, Mapping[str, Prop]] = {
    "buildings": buildings.PROPS,
    "towers": towers.PROPS,
    "outdoors": outdoors.PROPS,
    "vehicles": vehicles.PROPS,
    "boats": boats.PROPS,
    "furniture": furniture.PROPS,
    "openings": openings.PROPS,
    "household": household.PROPS,
    "chores": chores.PROPS,
    "desk": desk.PROPS,
    "vessels": vessels.PROPS,
    "food": food.PROPS,
    "vegetables": vegetables.PROPS,
    "meals": meals.PROPS,
    "sweets": sweets.PROPS,
    "playground": playground.PROPS,
    "sports": sports.PROPS,
    "music": music.PROPS,
    "plants": plants.PROPS,
    "tools": tools.PROPS,
    "care": care.PROPS,
    "natural": natural.PROPS,
    "hardware": hardware.PROPS,
    "machines": machines.PROPS,
    "public": public.PROPS,
    "wear": wear.PROPS,
    "clothes": clothes.PROPS,
    "jewels": jewels.PROPS,
    "lands": lands.PROPS,
}


def _joined() -> dict[str, Prop]:
    """Raises ValueError when two files name the same noun."""
    made: dict[str, Prop] = {}
    for name, table in TABLES.items():
        if twice := made.keys() & table.keys():
            raise ValueError(f"{name} paints {sorted(twice)} a second time.")
        made.update(table)
    return made


NOUNS: Mapping[str, Prop] = MappingProxyType(_joined())
