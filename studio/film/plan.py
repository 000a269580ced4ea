"""A storyboard as steps: each an ordinary call of an ordinary pipeline, so what is made already is known by its id.

    picture -> look -> motion -> segment \\
    line ------------^-----------^------- voice -> music -> cut      (title and credits are segments of their own)

`scene_steps.py` adds the steps of single scenes, `timeline.py` their lengths. Nothing here makes anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipelines.audio.voices import LANGUAGES
from pipelines.film.parts.shapes import RATE_HZ
from pipelines.film.parts.subtitles import Cue, srt
from pipelines.film.parts.transitions import Transition, write_transitions
from studio.film.credits import credit_lines
from studio.film.engine_steps import EngineSteps
from studio.film.problems import problems
from studio.film.scene_steps import SIDES
from studio.film.steps import Step
from studio.film.storyboard import Storyboard, seed_for
from studio.film.timeline import BREATH, Placed, Spoken, timeline_of
from studio.storage.store import Store

__all__ = ["SIDES", "Plan", "plan"]


@dataclass
class Plan:
    """All steps in the order in which they can be made, and the film's timeline."""

    size: str
    width: int
    height: int
    frames: int
    estimated: bool
    steps: dict[str, Step]
    timeline: list[Placed]
    cues: list[Cue]
    problems: list[str]

    @property
    def cut(self) -> Step | None:
        """The last step, which joins the scenes; None where there is nothing to join."""
        return self.steps.get("cut")

    @property
    def stale(self) -> list[Step]:
        """Steps whose results are not there yet."""
        return [step for step in self.steps.values() if not step.made]

    def ready(self) -> list[Step]:
        """What can be made now, in the order in which it is played."""
        waiting = [step for step in self._in_turn() if step.settled and step.call and not step.problem]
        return [step for step in waiting if all(self.steps[name].made for name in step.needs)]

    def _in_turn(self) -> list[Step]:
        """What is not made, a scene after the other, but lines a scene early, since the music waits for all."""
        order = {where.id: number for number, where in enumerate(self.timeline)}

        def turn(step: Step) -> tuple[int, bool]:
            if step.kind in ("voice", "music", "score"):
                return 0, False
            if step.kind == "effects":
                return len(order), False
            early = step.kind in ("line", "description") and step.scene != self.first
            return order.get(step.scene, len(order)) - early, early

        return sorted(self.stale, key=turn)

    @property
    def opened(self) -> bool:
        """Whether the first scene can be played."""
        return all(step.made for step in self.steps.values() if step.kind == "segment" and step.scene == self.first)

    @property
    def first(self) -> str:
        """The first scene's id; "" where there is none."""
        return next((where.id for where in self.timeline if where.id not in ("title", "credits")), "")

    def remaining(self, parallel_jobs: int) -> tuple[float, bool]:
        """Seconds until all is made, `parallel_jobs` steps at a time; and whether too few steps were timed here to say so."""
        known = [step.seconds for step in self.stale if step.seconds is not None]
        usual = sum(known) / len(known) if known else 5.0
        free, waiting = [0.0] * max(1, parallel_jobs), self._in_turn()
        ends = dict.fromkeys((step.key for step in waiting), math.inf)
        while waiting:  # as the driver does: whatever can begin first, in turn
            begins = [max([min(free), *(ends.get(name, 0.0) for name in step.needs)]) for step in waiting]
            step = waiting.pop(first := begins.index(min(begins)))
            ends[step.key] = begins[first] + (usual if step.seconds is None else step.seconds)
            free[free.index(min(free))] = ends[step.key]
        return max(ends.values(), default=0.0), 2 * len(known) <= len(self.stale)


def plan(store: Store, session: str, board: Storyboard, size: str, device: str) -> Plan:
    """The steps of a film at `full` or `draft` size, with what is made already and how long the rest will take."""
    return _Planner(store, session, board, size, device).plan()


class _Planner(EngineSteps):
    def plan(self) -> Plan:
        board = self.board
        wrong = problems(board, lambda id: file.kind if (file := self.artifact(id)) else None)
        spoken = {scene.id: Spoken(self.line(scene), self.description(scene)) for scene in board.scenes}
        timeline = timeline_of(board, spoken)  # its lengths follow from the narrations
        placed, cues = timeline.placed, list[Cue]()
        if board.scenes:
            cues = self.add_scenes(placed)
            self._sound(placed, timeline.frames)
            self._cards(placed)
            self._add_cut(placed, cues)
        for key, step in self.steps.items():
            if not step.made and step.call is not None:
                self.steps[key] = replace(step, seconds=self.seconds(step))
        estimated = any(not self.steps[key].made for key in self.spoken_steps)
        return Plan(
            self.size,
            self.width,
            self.height,
            timeline.frames,
            estimated,
            self.steps,
            placed,
            cues,
            wrong + timeline.problems,
        )

    @property
    def spoken_steps(self) -> tuple[str, ...]:
        """What is said: all places and lengths follow from it."""
        return tuple(step.key for step in self.steps.values() if step.kind in ("line", "description"))

    def _cards(self, timeline: list[Placed]) -> None:
        for where in timeline:
            if where.id not in ("title", "credits"):
                continue
            scene = self.board.scenes[0 if where.id == "title" else -1].id
            behind = self.steps.get(f"{scene}.look") or self.steps[f"{scene}.picture"]
            inputs = {} if behind.facts.get("kind") == "video" or behind.problem else {"picture": behind}
            words, needs = (
                {"heading": self.board.title or "Untitled", "lines": self.board.titles.text},
                tuple[str, ...](),
            )
            if where.id == "credits":
                music = "score" if "score" in self.steps else "music"  # how it is fitted has no makers
                makers = [s for s in self.steps.values() if s.kind in ("picture", "look", "motion", "line", music)]
                needs = tuple(s.key for s in makers)
                parts = [file for s in makers if s.made and (file := self.artifact(s.artifact))]
                lines = credit_lines(self.board, parts)
                words["lines"] = "\n".join(lines)[:6000]
            facts = {"width": self.width, "height": self.height, "frames": where.frames, "kind": "video"}
            settings = {"kind": where.id, **words, **self.shape(where)}
            self.add(where.id, "film.card", inputs, settings, facts=facts, needs=needs)

    def _sound(self, timeline: list[Placed], frames: int) -> None:
        length, speech, seen = {"frames": max(1, frames)}, dict[str, float](), dict[str, float]()
        for where in timeline:
            if where.described:  # what is seen is said before the scene's own words
                seen[f"{where.id}.description"] = (where.start + where.begin + BREATH) / RATE_HZ
            if f"{where.id}.line" in self.steps:
                speech[f"{where.id}.line"] = (where.start + where.speech_at) / RATE_HZ
        self._lay("descriptions", "Descriptions in their places", seen, length)
        voice = self._lay("voice", "Voices in their places", speech, length)
        self._music(frames, voice, self.spoken_steps)
        self._ambience(timeline, length)

    def _lay(self, key: str, title: str, starts: Mapping[str, float], length: Mapping[str, Any]) -> Step | None:
        """What is said, each from its second on, as a track of the film's length; None where nothing is."""
        if not starts:
            return None
        inputs: dict[str, Step | str] = {f"lines.{n}": self.steps[name] for n, name in enumerate(starts, 1)}
        places = "; ".join(f"{start:.6f}" for start in starts.values())
        settings = {"title": title, "places": places, **length}
        return self.add(key, "film.voice", inputs, settings, needs=self.spoken_steps)

    def _music(self, frames: int, voice: Step | None, lines: tuple[str, ...]) -> None:
        """Music composed for the film, made by a model, or of the shelf; where it follows the voice it is composed first and then fitted."""
        music, under = self.board.music, dict[str, Step | str]({"voice": voice} if voice else {})
        follows = music.under is not None and voice is not None
        heard: Step | str | None = music.artifact
        if music.source == "composed":
            settings: dict[str, Any] = {
                "mood": self.board.mood,
                "seconds": max(3.0, frames / RATE_HZ),
                "seed": seed_for(self.board, "music"),
            }
            if hits := [at for at in music.hits if at < frames / RATE_HZ]:
                settings["hits"] = ", ".join(f"{at:g}" for at in hits)
            heard = self.add_score(frames)
            if heard is None and not follows:
                self.add("music", "compose.fit", under, settings, needs=lines)
                return
            heard = heard or self.add("score", "compose.fit", {}, settings, facts={"kind": "sound"}, needs=lines)
        if heard is not None:
            length: dict[str, Any] = {"frames": max(1, frames)}
            if follows:
                length |= {"duck": music.under, "pauses": music.pauses}
            self.add("music", "film.bed", {"music": heard, **under}, length, needs=lines)

    def _ambience(self, timeline: list[Placed], length: Mapping[str, Any]) -> None:
        """The sounds of the places, through the title and the credits too."""
        if self.board.sounds.ambience is None:
            return
        placed, last = {frame.id: frame for frame in timeline}, self.board.scenes[-1]
        inputs, spots = dict[str, Step | str](), list[str]()
        for scene in self.board.scenes:
            if (picture := self.find_layers(scene)) is None:
                continue
            where = placed[scene.id]
            start, over = where.start, where.start + where.frames
            if scene is self.board.scenes[0]:
                start = 0
            if scene is last:
                over = int(length["frames"])
            inputs[f"pictures.{len(spots) + 1}"] = picture
            spots.append(" ".join(f"{frame / RATE_HZ:.6f}" for frame in (start, over - start, where.begin, where.end)))
        if spots:
            settings = {"places": "; ".join(spots), **length}
            self.add("ambience", "film.ambience", inputs, settings, facts={"kind": "sound"}, needs=self.spoken_steps)

    def _described_cues(self, timeline: list[Placed]) -> list[Cue]:
        """What the descriptions say, and when."""
        return [
            Cue(at, at + one.described / RATE_HZ, str(call.settings["text"]))
            for one in timeline
            if one.described and (call := self.steps[f"{one.id}.description"].call)
            for at in [(one.start + one.begin + BREATH) / RATE_HZ]
        ]

    def _add_cut(self, timeline: list[Placed], cues: list[Cue]) -> None:
        inputs: dict[str, Step | str] = {}
        for number, where in enumerate(timeline, 1):
            inputs[f"scenes.{number}"] = self.steps[where.id if where.id in self.steps else f"{where.id}.segment"]
        inputs |= {name: self.steps[name] for name in ("voice", "music", "descriptions") if name in self.steps}
        placed, sounds, levels = {one.id: one for one in timeline}, list[Step | str](), self.board.sounds
        places: list[str] = []
        for scene in self.board.scenes:
            where = placed[scene.id]
            if scene.sound:
                sounds.append(scene.sound.artifact)
                places.append(f"{(where.start + where.begin) / RATE_HZ:.6f} {scene.sound.level_db:g}")
            if (effects := self.steps.get(f"{scene.id}.effects")) is not None:
                sounds.append(effects)
                places.append(f"{where.start / RATE_HZ:.6f} {levels.effects:g}")
        if "ambience" in self.steps:
            sounds.append(self.steps["ambience"])
            places.append(f"0 {levels.ambience:g}")
        inputs |= {f"sounds.{number}": one for number, one in enumerate(sounds, 1)}
        joins = [Transition(where.kind, where.begin) if where.begin else Transition() for where in timeline[1:]]
        mode = self.board.subtitles.mode
        settings = {
            "title": self.board.title,
            "transitions": write_transitions(joins),
            "subtitles": srt(cues) if mode != "off" else "",
            "track": mode == "track",
            "places": "; ".join(places),
            "gain": "; ".join(f"{at:g} {level:g}" for at, level in self.board.music.gain)
            if "music" in self.steps
            else "",
        }
        if second := self.board.subtitles.second:
            own = [(placed[scene.id], scene.also) for scene in self.board.scenes]
            also = [
                cue.moved(where.start / RATE_HZ) for where, words in own for cue in self.show_lines(words, [], where)
            ]
            if also:
                spoken_in = LANGUAGES.get(self.board.voice[:1], "en")[:2]
                settings |= {"also": srt(also), "languages": f"{spoken_in} {second}"}
        if self.board.loudness != "-16":
            settings["loudness"] = self.board.loudness
        if told := self._described_cues(timeline):
            settings["described"] = srt(told)
        if self.board.text_by:
            settings["text_by"] = self.board.text_by
        self.add("cut", "film.cut", inputs, settings, facts={"kind": "video"}, needs=self.spoken_steps)
