"""The frames of a layered picture: each layer where the camera and its figure put it, at any time."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np

from pipelines.animate.parts.acting import INTO, OUT_OF, TOP, Actor, Stand
from pipelines.animate.parts.cast import CanvasLayer, Cast
from pipelines.animate.parts.compositing import put_blended, solid_rows
from pipelines.animate.parts.deeds import IDLE, LOOKS_ABOUT, Hold, held_at
from pipelines.animate.parts.framing import frame_figures, level_of
from pipelines.animate.parts.hands import in_hands
from pipelines.animate.parts.opening import Opening
from pipelines.animate.parts.playing import NOTHING, Playback, Stagehand
from pipelines.animate.parts.rigged import Performer, Shown
from pipelines.animate.parts.speaking import blend_looks
from pipelines.animate.parts.weather import Falling
from pipelines.language.lexicon import Words
from pipelines.media.curves import ease_time, there_and_back
from pipelines.props import record
from pipelines.scenes.parties import Body, Placed
from pipelines.scenes.scene import PARALLAX
from pipelines.scenes.settings import family
from pipelines.vision.plate import put_over

SLIDE = 0.05  # of the width, that a layer of parallax 1 moves at camera amount 1
PUSH, SKY_DRIFT = 0.22, 0.004  # that a layer of parallax 1 grows; of the width a second, in rough weather
CALM_DRIFT = 0.002  # in clear weather, where the sun is in one plane with the clouds and drifts along
MOST_DRIFT = 0.04  # of the width, in a long clip: the frame is drawn in by as much
SKIES = Words("places", "with clouds")
RIPPLE, NEAREST = 0.0016, 1.15  # of the width, at the near shore; the largest parallax there is


class FrameRenderer:
    """Draws the frames."""

    def __init__(
        self,
        cast: Cast,
        actors: list[Actor],
        frame: tuple[int, int],
        camera: str,
        amount: float,
        seconds: float,
        loop: bool,
        weather: str,
        seed: int,
    ) -> None:
        self.cast, self.actors, self.frame = cast, actors, frame
        self.camera, self.amount, self.seconds, self.loop = camera, amount, seconds, loop
        self.near, self.pose = np.eye(3), 1e-6  # and the share of the clip for which a pose is held
        self.moment: tuple[float, Any] = -1.0, None  # when the pose of the last frame began, and how all stood
        self.falling = Falling(weather, frame, seconds, seed) if weather else None
        rough = str(cast.about.get("weather", "clear")) not in ("clear", "")
        calm = family(str(cast.about.get("place", ""))) in SKIES
        speed = SKY_DRIFT if rough else CALM_DRIFT if calm else 0.0
        self.drift = min(speed * seconds, MOST_DRIFT) * cast.width
        edge = 1.1 * self.drift / cast.width + (2 * NEAREST * SLIDE * amount if camera in ("right", "left") else 0.0)
        self.scale = max(frame[0] / cast.width, frame[1] / cast.height) * (1 + edge + 2 * RIPPLE)
        self.holds: list[Hold] = []
        self.openings: dict[int, Opening] = {}
        self.stagehand: Stagehand | None = None
        self.light = _light(cast)
        self.flashing = {n for n, one in enumerate(cast.figures) if record(one.names[0]).shines == "in flashes"}
        self.still = camera == "still" and not (self.drift or weather or self.flashing or cast.stage.get("water"))
        self.level = level_of(cast)
        self.solid = {
            id(part): rows
            for part in cast.parts
            if part.kind == "plane" and part.blend == "svg:src-over" and (rows := solid_rows(part.plate, self.scale))
        }

    def frame_shot(self, shot: str, about: list[int], speaker: int | None) -> None:
        """Go nearer to some figures, to the faces of those who only speak and feel; who walks out of a near frame is not shown near."""
        actors = [self.actors[n] for n in about]
        faces = shot == "close" and all(isinstance(actor, Performer) and actor.upper for actor in actors)
        if all(actor.track is None for actor in actors):
            self.near = frame_figures(self.cast, about, shot, self.frame, self._plain, speaker, faces)
        for part in self.cast.parts:
            part.plate.anchor = float(self._view(part, 0.5)[0, 0])  # in the middle of a push its level fits
        if self.near[0, 0] > 1:
            self.solid = {}  # their margins were measured for the wide frame

    def framed_box(self, about: list[int], time: float) -> list[float]:
        """The part of the picture that is in the frame, left, top, right and bottom in shares, at the depth of some figures."""
        view = self._plain(float(np.mean([self.cast.figures[n].parallax for n in about] or PARALLAX["ground"])), time)
        seen = np.linalg.inv(self.near @ view) @ [(0, self.frame[0]), (0, self.frame[1]), (1, 1)]
        return (seen[:2].T / (self.cast.width, self.cast.height)).round(4).ravel().tolist()

    def at(self, time: float) -> np.ndarray:
        """The frame at `time` 0..1, uint8 [h,w,3]: figures and things as they were when their pose began, the camera as it is now."""
        import cv2

        begun = math.floor(time / self.pose + 1e-6) * self.pose
        if self.moment[0] != begun:
            self.moment = begun, self._moment(begun)
        stands, whole, shown, playback, performers = self.moment[1]
        canvas = np.full((self.frame[1], self.frame[0], 4), 255, np.uint8)
        numbers = {thing: who for thing, who in held_at(self.holds, begun).items() if thing not in playback.things}
        # of lightning, from 0 to 1: the first after 0.9 s, then one in 2.4 s, which harms no eye
        flash = math.exp(-2.5 * ((self.seconds * time - 0.9) % 2.4))
        unseen = {n for n, who in enumerate(self.actors) if isinstance(who, Performer) and who.seen(begun) <= 0.01}
        for part, until in zip(shown, self._seen_until(shown, time)):
            matrix, strength = np.eye(3), 1.0
            if part.kind == "figure":
                since = self._view(part, time) @ np.linalg.inv(self._view(part, begun))  # what the camera did
                for rider in (n for n in performers if self.cast.figures[n].carrier == part.figure):
                    self._show(canvas[:until], performers[rider], since, behind=True)
            in_front = part.figure in playback.before and part.figure in performers
            if part.kind == "figure" and (in_front or part.figure in unseen):
                continue  # drawn just before who carries it, or behind a door
            if part.figure in performers and part.kind == "figure":
                for manner, placed in playback.brought.get((part.figure, False), ()):
                    self._draw_played(canvas[:until], manner, placed, time)
                self._show(canvas[:until], performers[part.figure], since)
                for thing, before in playback.before.items():
                    if before == part.figure and thing in performers:
                        self._show(canvas[:until], performers[thing], since)
                    elif before == part.figure:
                        self._draw_played(canvas[:until], thing, playback.things[thing], time)
                for manner, placed in playback.brought.get((part.figure, True), ()):
                    self._draw_played(canvas[:until], manner, placed, time)
                for thing, holder in numbers.items():
                    if holder == part.figure:
                        self._draw_held(canvas[:until], thing, holder, performers[holder], time)
                continue
            if part.figure is not None and part.figure in playback.things:
                if part.kind == "figure" and part.figure not in playback.before:
                    self._draw_played(canvas[:until], part.figure, playback.things[part.figure], time)
                continue
            if part.figure is not None and part.figure in numbers and numbers[part.figure] in performers:
                continue  # drawn in the hands of who holds it
            if part.figure is not None:
                carried = self.cast.figures[part.figure].carrier is not None
                matrix = whole[part.figure] if part.kind == "figure" or carried else stands[part.figure].shadow
                strength = 1.0 if part.kind == "figure" else stands[part.figure].strength
                strength *= flash if part.figure in self.flashing else 1.0
                if part.figure in playback.bodies:
                    matrix = self._moved(part, matrix, playback.bodies[part.figure], begun)
                    strength *= playback.bodies[part.figure].seen
            if part.figure in self.openings and part.kind == "figure":
                self._draw_opening(canvas[:until], part, matrix, time)
            else:
                self._draw(canvas[:until], part, matrix, strength, time)
        frame = cv2.cvtColor(canvas, cv2.COLOR_RGBA2RGB)
        if self.flashing:
            frame = cv2.convertScaleAbs(frame, alpha=1 + 0.3 * flash)
        return self.falling.over(frame, time) if self.falling else frame

    def people_at(self, time: float) -> dict[int, Shown]:
        """Whoever has a body like a person's at `time` 0..1, by number and as it stands in the frame, from back to front."""
        _, _, shown, _, performers = self._moment(time)
        order = dict.fromkeys(part.figure for part in shown if part.kind == "figure")
        return {n: performers[n] for n in order if n is not None and n in performers and performers[n].joints}

    def _moment(
        self, time: float
    ) -> tuple[list[Stand], list[np.ndarray], list[CanvasLayer], Playback, dict[int, Shown]]:
        """Where everything stands at a time, its matrices, the layers from back to front, what is acted, and the rigged figures."""
        stands = [actor.stand(time) for actor in self.actors]
        whole = [self._carry_figure(number, stands) for number in range(len(stands))]
        shown = self._order_parts(stands)
        if self.falling:  # drops in the picture stand still; moving ones are drawn instead
            shown = [part for part in shown if part.kind != "plane" or part.name != "weather"]
        playback = (
            self.stagehand.at(time, self._standing(shown, whole, time), self._resting(shown, whole, time))
            if self.stagehand
            else NOTHING
        )
        return stands, whole, shown, playback, self._performers(shown, whole, playback, time)

    def _standing(self, shown: list[CanvasLayer], whole: list[np.ndarray], time: float) -> dict[int, Body]:
        """Rigged figures as they would stand without an act, by number."""
        return {
            part.figure: actor.standing(self._view(part, time) @ whole[part.figure], time)
            for part in shown
            if part.kind == "figure"
            and part.figure is not None
            and isinstance(actor := self.actors[part.figure], Performer)
        }

    def _resting(self, shown: list[CanvasLayer], whole: list[np.ndarray], time: float) -> dict[int, Placed]:
        """Things as they stand in the frame, by number."""
        placeds = {}
        for part in shown:
            if part.kind == "figure" and part.figure is not None and not self.cast.figures[part.figure].character:
                one, to_frame = self.cast.figures[part.figure], self._view(part, time) @ whole[part.figure]
                x, y = (to_frame @ (*one.feet, 1.0))[:2]
                scale = float(np.sqrt(abs(np.linalg.det(to_frame[:2, :2]))))
                placeds[part.figure] = Placed(one.names[0], (float(x), float(y)), one.wide * scale, one.tall * scale)
        return placeds

    def _moved(self, part: CanvasLayer, matrix: np.ndarray, body: Body, time: float) -> np.ndarray:
        """The matrix of a shadow, moved to where an act has its figure."""
        actor = self.actors[part.figure if part.figure is not None else -1]
        if not isinstance(actor, Performer):
            return matrix
        view = self._view(part, time)
        x, y = (view @ matrix @ (*actor.ground, 1.0))[:2]
        moved = np.array([[1, 0, body.ground[0] - x], [0, 1, body.ground[1] - y], [0, 0, 1.0]])
        return np.linalg.inv(view) @ moved @ view @ matrix

    def _draw_played(self, canvas: np.ndarray, thing: int, placed: Placed, time: float) -> None:
        """A thing where an act has it."""
        if self.stagehand is None or placed.seen <= 0:
            return
        layer, to_frame = self.stagehand.to_frame(thing, placed)
        self._draw(canvas, layer, np.linalg.inv(self._view(layer, self.moment[0])) @ to_frame, placed.seen, time)

    def _performers(
        self, shown: list[CanvasLayer], whole: list[np.ndarray], playback: Playback, time: float
    ) -> dict[int, Shown]:
        """Rigged figures of this moment, by number."""
        performers = {}
        for part in shown:
            actor = self.actors[part.figure] if part.figure is not None else None
            if part.kind == "figure" and part.figure is not None and isinstance(actor, Performer):
                to_frame = self._view(part, time) @ whole[part.figure]
                actor.clad = playback.dressed.get(part.figure, actor.character)
                made = actor.shown(
                    to_frame, time, partial(self._look, part.figure), self.light, playback.bodies.get(part.figure)
                )
                if made is not None:
                    performers[part.figure] = made
        return performers

    def _look(self, number: int, time: float) -> tuple[float, float] | None:
        """Whom a figure looks at: who speaks, who something is given or said to, else what it deals with; who only stands or sits looks at who moves; None: where it likes."""
        actor = self.actors[number]
        if not isinstance(actor, Performer):
            return None
        if (seen := actor.listens(time)) is not None:
            return seen
        doing = actor.deed_at(time).doing
        other = doing.to if doing.to is not None else doing.object
        if other is None and doing.action in LOOKS_ABOUT and not doing.also:
            return self._at_who_moves(actor, time)
        return None if other is None or other in held_at(self.holds, time) else actor.look_at(other, time)

    def _at_who_moves(self, actor: Performer, time: float) -> tuple[float, float] | None:
        """The direction of whoever moves most, the nearest first; eyes go there as the move begins, and wander when it ends."""
        others = [one for one in self.actors if isinstance(one, Performer) and one is not actor]
        others.sort(key=lambda one: abs(one.figure.feet[0] - actor.figure.feet[0]))
        seen = max(others, key=lambda one: one.moving(time), default=None)
        share = seen.moving(time) if seen is not None else 0.0
        about = actor.looks_about(time)
        return about if seen is None else blend_looks([(actor.look_at(seen.number, time), share), (about, 1 - share)])

    def _show(self, canvas: np.ndarray, shown: Shown, since: np.ndarray, behind: bool = False) -> None:
        """Put a rigged figure on the frame, moved by what the camera did `since` it was painted, or only what of it is `behind` another."""
        import cv2

        own = shown.behind if behind else shown.pixels
        if own is None:
            return
        to_frame = since @ np.array([[1, 0, shown.left], [0, 1, shown.top], [0, 0, 1.0]])
        left, top = np.maximum(np.floor(to_frame[:2, 2]).astype(int), 0)
        ends = np.ceil((to_frame @ (*own.shape[1::-1], 1.0))[:2]).astype(int)
        right, bottom = np.minimum(ends, canvas.shape[1::-1])
        if left >= right or top >= bottom:
            return
        onto = to_frame[:2] - [[0, 0, left + 0.5 - 0.5 * to_frame[0, 0]], [0, 0, top + 0.5 - 0.5 * to_frame[1, 1]]]
        size = int(right - left), int(bottom - top)
        put_over(cv2.warpAffine(own, onto, size, flags=cv2.INTER_LINEAR), canvas[top:bottom, left:right])

    def _draw_opening(self, canvas: np.ndarray, part: CanvasLayer, matrix: np.ndarray, time: float) -> None:
        """A thing that somebody opens or shuts: shut, open, or on its way."""
        opening = self.openings[part.figure if part.figure is not None else -1]
        opened = opening.opened(self.moment[0], self.seconds)
        if opened < 1:
            self._draw(canvas, part, matrix, 1.0, time)
        if opened > 0:
            self._draw(canvas, opening.other, matrix, opened, time)

    def _draw_held(self, canvas: np.ndarray, thing: int, number: int, holder: Shown, time: float) -> None:
        """A thing in somebody's hands."""
        actor, own = self.actors[number], [layer for layer in self.cast.parts if layer.figure == thing]
        doing = actor.deed_at(self.moment[0]).doing if isinstance(actor, Performer) else IDLE.doing
        for part in sorted(own, key=lambda layer: layer.kind == "figure"):
            if part.kind == "figure" or part.name.endswith(" glow"):  # what shines goes on shining in the hand
                inverse = np.linalg.inv(self._view(part, self.moment[0]))
                matrix = in_hands(self.cast.figures[thing], actor, holder, doing.also or doing.action, inverse)
                self._draw(canvas, part, matrix, 1.0, time)

    def _carry_figure(self, number: int, stands: list[Stand], depth: int = 0) -> np.ndarray:
        """A figure's matrix, moved along with what it sits on, unless it goes its own way."""
        one, matrix = self.cast.figures[number], stands[number].matrix
        if one.carrier is None or self.actors[number].track is not None or depth > 4:
            return matrix
        return self._carry_figure(one.carrier, stands, depth + 1) @ matrix

    def _order_parts(self, stands: list[Stand]) -> list[CanvasLayer]:
        """Parts from back to front: as the picture has them, but who walks nearer comes before who is farther."""
        standing = sorted((figure.feet[1], figure.z) for figure in self.cast.figures if figure.habitat == "ground")
        if len(standing) < 2:
            return list(self.cast.parts)
        rows, heights = np.array(standing).T
        heights = np.maximum.accumulate(heights)

        def move_depth(part: CanvasLayer, place: int) -> float:
            if (
                part.figure is None
                or self.cast.figures[part.figure].habitat != "ground"
                or self.actors[part.figure].track is None
            ):
                return place
            figure = self.cast.figures[part.figure]
            if self.actors[part.figure].act.to.startswith((TOP, INTO, OUT_OF)):  # before what is climbed or entered
                return max(i for i, other in enumerate(self.cast.parts) if other.figure is not None) + 0.5
            change = float(
                np.interp(stands[part.figure].feet, rows, heights) - np.interp(figure.feet[1], rows, heights)
            )
            if abs(change) < 1e-9:
                return place
            z = figure.z + change
            behind = [
                i
                for i, other in enumerate(self.cast.parts)
                if other.figure is not None and other.figure != part.figure and other.z <= z
            ]
            first = min(i for i, other in enumerate(self.cast.parts) if other.figure is not None)
            return (max(behind) if behind else first - 1) + (0.5 if part.kind == "figure" else 0.4)

        keys = [move_depth(part, place) for place, part in enumerate(self.cast.parts)]
        return [self.cast.parts[i] for i in sorted(range(len(keys)), key=lambda i: (keys[i], i))]

    def _seen_until(self, shown: list[CanvasLayer], time: float) -> list[int]:
        """For each part, the row of the frame from which on it is hidden: planes in front are opaque from there to the lower border."""
        covered, rows = self.frame[1], []
        for part in reversed(shown):
            rows.append(covered)
            top, bottom = self._solid_rows(part, time)
            if top < covered <= bottom:
                covered = top
        return rows[::-1]

    def _solid_rows(self, part: CanvasLayer, time: float) -> tuple[int, int]:
        """Rows of the frame, first and end, over whose whole width a plane lets nothing through; 0 and 0 for none."""
        if id(part) not in self.solid:
            return 0, 0
        view = self._view(part, time)
        left, right = (view[0, 0] * x + view[0, 2] for x in (part.x, part.x + part.plate.size[0]))
        top, bottom = (view[1, 1] * (part.y + row) + view[1, 2] for row in self.solid[id(part)])
        top, bottom = max(0, math.ceil(top)), min(self.frame[1], math.floor(bottom))
        return (top, bottom) if left <= 0 and right >= self.frame[0] and top < bottom else (0, 0)

    def _view(self, part: CanvasLayer, time: float) -> np.ndarray:
        """Canvas to frame for one layer."""
        return self.near @ self._plain(part.parallax, time, part.kind == "plane" and part.name == "sky")

    def _plain(self, parallax: float, time: float, sky: bool = False) -> np.ndarray:
        """Canvas to frame for one depth, as wide as it is painted."""
        gone = there_and_back(time) if self.loop else ease_time(time, "smooth")
        slide, grown = 0.0, 1.0
        if side := {"right": 1, "left": -1}.get(self.camera):
            slide = side * (1 - 2 * gone) * SLIDE * self.amount * self.cast.width * parallax
        elif self.camera in ("in", "out"):
            grown = 1 + PUSH * self.amount * (gone if self.camera == "in" else 1 - gone) * (0.25 + parallax)
        if sky:
            slide += self.drift * ((there_and_back(time) if self.loop else time) - 0.5)
        scale = self.scale * grown
        # a place of the picture, half across and at its level, stays where it is in the frame
        x = 0.5 * self.frame[0] - scale * (0.5 * self.cast.width - slide)
        y = self.level * self.frame[1] - scale * (self.level * self.cast.height)
        return np.array([[scale, 0, x], [0, scale, y], [0, 0, 1]])

    def _draw(self, canvas: np.ndarray, part: CanvasLayer, matrix: np.ndarray, strength: float, time: float) -> None:
        import cv2

        to_frame = self._view(part, time) @ matrix @ np.array([[1, 0, part.x], [0, 1, part.y], [0, 0, 1.0]])
        height, width = part.plate.pixels.shape[:2]
        corners = to_frame @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1.0]])
        left, top = np.maximum(np.floor(corners[:2].min(1)).astype(int) - 2, 0)
        right, bottom = np.minimum(np.ceil(corners[:2].max(1)).astype(int) + 2, canvas.shape[1::-1])
        determinant = abs(float(np.linalg.det(to_frame[:2, :2])))
        if left >= right or top >= bottom or determinant < 1e-8 or strength <= 0.003:
            return
        back = np.linalg.inv(to_frame)[:2]
        back[:, 2] += (
            back[:, :2] @ (left + 0.5, top + 0.5) - 0.5
        )  # from pixel centres of the region to those of the layer
        size, scale = (int(right - left), int(bottom - top)), float(np.sqrt(determinant))
        rows = back[1, 1] * np.arange(size[1])[:, None] + back[1, 2]
        wavers = part.kind == "plane" and self.cast.stage.get("water") and part.name not in ("sky", "near", "weather")
        if wavers and (waves := self._ripple(rows + part.y, time)).any():
            x = back[0, 0] * np.arange(size[0])[None] + back[0, 2]
            x = x.astype(np.float32) + waves.astype(np.float32)
            pixels = part.plate.at(x, np.broadcast_to(rows.astype(np.float32), x.shape), scale)
        else:
            pixels = part.plate.warped(back, size, scale)
        if strength < 1:
            pixels = cv2.convertScaleAbs(pixels, dst=pixels, alpha=strength)
        first, end = (min(max(row - top, 0), size[1]) for row in self._solid_rows(part, time))
        place = canvas[top:bottom, left:right]
        place[first:end] = pixels[first:end]
        for rest in (slice(0, first), slice(end, size[1])):
            if rest.start < rest.stop:
                put_blended(pixels[rest], place[rest], part.blend)

    def _ripple(self, rows: np.ndarray, time: float) -> np.ndarray:
        """Water wavers sideways, more and in longer waves towards the near shore; canvas pixels for canvas rows [h,1]."""
        far, near = (float(value) * self.cast.height for value in self.cast.stage["water"])
        share = ((rows - far) / max(1.0, near - far)).clip(0, 1.15)
        inside = (share * (1.15 - share) * 3.2).clip(0, 1)
        turns = max(1, round(self.seconds * 0.35))
        long = np.sin(2 * np.pi * (9 * np.sqrt(share) - turns * time))
        short = np.sin(2 * np.pi * (17 * np.sqrt(share) + 2 * turns * time))
        return RIPPLE * self.cast.width * (0.3 + share) * inside * (long + 0.5 * short) / 1.5


def _light(cast: Cast) -> Any:
    """The light of the picture's place, hour and weather; None for layers of another program."""
    from pipelines.scenes.light import light_at

    about = cast.about
    try:
        return light_at(str(about["place"]), str(about["hour"]), str(about["weather"]))
    except (KeyError, TypeError, ValueError):
        return None
