"""Who does what to whom in a picture whose layers hold their scene as data: the same deeds as sentences give, without a sentence."""

from __future__ import annotations

from pipelines.animate.parts.cast import ActingFigure, Cast
from pipelines.animate.parts.deeds import QUIET, schedule_deeds, turns_of
from pipelines.animate.parts.gaits import GAITS
from pipelines.figures import ACTIONS, EXPRESSIONS
from pipelines.figures.acts import record
from pipelines.language.doings import Doing
from pipelines.language.verbs import Act
from pipelines.scenes.record import LEADS, Actor, Deed, SceneRecord
from pipelines.scenes.recorded import deeds_of


def deeds_in(cast: Cast) -> tuple[list[list[Doing]], list[Act | None]]:
    """All that every figure does by the picture's own record, in its turns, and the act of what has no joints; nothing where there is no record.

    What somebody was made to do in the layer editor is not undone.
    """
    doings: list[list[Doing]] = [[] for _ in cast.figures]
    acts: list[Act | None] = [None] * len(cast.figures)
    scene = cast.record
    if scene is None:
        return doings, acts
    numbers: dict[str, list[int]] = {}
    for number, figure in enumerate(cast.figures):
        numbers.setdefault(figure.part, []).append(number)
    moods = {actor.id: actor.mood for actor in scene.actors if isinstance(actor, Actor)}
    for turn, deed in enumerate(scene.deeds or deeds_of(scene.actors)):
        way = _way(deed, numbers)
        for part in deed.who:
            for number in numbers.get(part, ()):
                figure = cast.figures[number]
                acts[number] = way
                if figure.character and not figure.play:
                    doings[number].append(_doing(deed, figure, moods.get(part, ""), numbers, way, turn))
    if (
        scene.shot
        and not scene.speeches
        and all(do.action in QUIET and not do.also and do.object is do.to is None for own in doings for do in own)
    ):
        free = (
            (n, "carry" * (who.doing == "carry"))
            for n, who in enumerate(cast.figures)
            if who.character and not who.play and who.doing in ("", "carry", *QUIET)
            if who.habitat == "ground" and who.carrier is None
        )
        for number, also in [*free][:1]:
            doings[number] = [Doing("walk", also, way=Act("walk"))]  # in a film, when nothing is told to happen
    seen = [record(own[0].action).onlookers for own in doings if own and own[0].action in ACTIONS]
    face = next(filter(None, seen), "")  # of those who only look on
    idle = {n for n, one in enumerate(cast.figures) if one.character and not (doings[n] or one.play or one.face)}
    return [[Doing(expression=face)] if face and n in idle else own for n, own in enumerate(doings)], acts


def _way(deed: Deed, numbers: dict[str, list[int]]) -> Act:
    """Where a deed leads, by the numbers of figures; nowhere when its goal is no longer in the picture."""
    gait = deed.gait if deed.gait in GAITS else "still"
    if deed.toward not in LEADS:
        return Act(gait, deed.toward, deed.way)
    goal = numbers.get(deed.goal, [])
    return Act(gait, f"{deed.toward}:{goal[0]}", deed.way) if goal else Act(gait, way="stay")


def _doing(deed: Deed, figure: ActingFigure, mood: str, numbers: dict[str, list[int]], way: Act, turn: int) -> Doing:
    face = figure.face if figure.face not in ("", mood) else deed.mood  # chosen in the layer editor
    one, to = (numbers.get(id, [None])[0] if id else None for id in (deed.object, deed.to))
    also = deed.also if deed.also in ACTIONS and record(deed.also).upper else ""
    return Doing(
        deed.act if deed.act in ACTIONS else "stand", also, face if face in EXPRESSIONS else "", way, one, to, turn
    )


def times_of(scene: SceneRecord) -> list[tuple[str, int, float, float]]:
    """When a clip of a scene shows what: who, the number of the deed, and from which to which share of the clip."""
    deeds = scene.deeds or deeds_of(scene.actors)
    told = {
        actor.id: [
            Doing(deed.act, object=0 if deed.object else None, turn=turn)
            for turn, deed in enumerate(deeds)
            if actor.id in deed.who
        ]
        for actor in scene.actors
    }
    turns = turns_of(list(told.values()))
    return [
        (id, deed.doing.turn, deed.start, deed.end)
        for id, own in told.items()
        for deed in schedule_deeds(own, False, turns)
        if any(deed.doing is doing for doing in own)
    ]
