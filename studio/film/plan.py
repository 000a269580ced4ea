"""A storyboard as steps: each an ordinary call of an ordinary pipeline, so what is made already is known by its id.

    picture -> look -> motion -> segment \\
    line ------------^-----------^------- voice -> music -> cut      (title and credits are segments of their own)

Rules of length, in frames at 24 a second: a scene is its transition, a breath of 6, the speech rounded up, a rest of 12, and the next
transition; a silent one is `seconds` long, or 4 s; `seconds` sets the least of the others. Nothing here makes anything.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from pipelines.film.parts.shapes import LONGEST_SECONDS, MOST_FRAMES, RATE_HZ, size_of
from pipelines.film.parts.subtitles import Cue, held, srt
from pipelines.film.parts.transitions import Transition, written
from studio.film import cast, spoken
from studio.film.credits import credit_lines
from studio.film.descriptions import description_of
from studio.film.steps import LABELS, Step, Steps, cues_beside
from studio.film.storyboard import CHARACTERS_A_SECOND, Board, camera_of, look_of, problems, seed_for, shot_of
from studio.storage.store import Store

BREATH, REST = 6, 12
SILENT_FRAMES, LEAST_FRAMES = 96, 36
TITLE_FRAMES, CREDITS_FRAMES, JOIN = 84, 144, 12
SIDES = {"full": 720, "draft": 360}
STORYBOOK = {"16:9": "landscape", "9:16": "portrait", "1:1": "square"}
STORYBOOK_PX = {"16:9": (1280, 720), "9:16": (720, 1280), "1:1": (1024, 1024)}
FREE_BELOW = {
    "16:9": 0.24,
    "9:16": 0.28,
    "1:1": 0.33,
}  # of the height, where subtitles are burnt in: nobody stands there
MOVES = {"right": "pan right", "left": "pan left", "in": "push in", "out": "pull out", "still": "drift"}


@dataclass
class Placed:
    """A scene (or the title, the credits) in the film: where it starts and how long it is, in frames."""

    id: str
    frames: int
    start: int = 0
    begin: int = 0
    end: int = 0
    kind: str = "cut"
    speech_at: int = 0
    described: int = 0  # frames of the sentence that says what is seen


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
        return self.steps.get("cut")

    @property
    def stale(self) -> list[Step]:
        return [step for step in self.steps.values() if not step.made]

    def ready(self) -> list[Step]:
        """What can be made now."""
        return [
            s for s in self.stale if s.settled and s.call and not s.problem and all(self.steps[n].made for n in s.needs)
        ]

    def remaining(self, abreast: int) -> tuple[float, bool]:
        """Seconds until all is made, `abreast` steps at a time; and whether too few steps were timed here to say so."""
        known = [step.seconds for step in self.stale if step.seconds is not None]
        usual = sum(known) / len(known) if known else 5.0
        free = [0.0] * max(1, abreast)
        ends: dict[str, float] = {}
        for step in self.stale:
            start = max([min(free), *(ends.get(name, 0.0) for name in step.needs)])
            slot = free.index(min(free))
            free[slot] = ends[step.key] = start + (usual if step.seconds is None else step.seconds)
        return max(ends.values(), default=0.0), 2 * len(known) <= len(self.stale)


def plan(store: Store, session: str, board: Board, size: str, device: str) -> Plan:
    """The steps of a film at `full` or `draft` size, with what is made already and how long the rest will take."""
    return _Planner(store, session, board, size, device).plan()


class _Planner(Steps):
    def __init__(self, store: Store, session: str, board: Board, size: str, device: str) -> None:
        self.size, self.side = size, SIDES[size]
        self.scripts: dict[str, spoken.Script | None] = {}  # of scenes in which somebody speaks
        super().__init__(store, session, board, device, size_of(board["format"], self.side))

    def plan(self) -> Plan:
        board = self.board
        wrong = problems(board, lambda id: one.kind if (one := self.artifact(id)) else None)
        timeline = self._timeline(wrong)
        at = 0
        for placed in timeline:
            placed.start = at - placed.begin
            at = placed.start + placed.frames
        if at / RATE_HZ > LONGEST_SECONDS:
            wrong.append(
                f"The film would be {at / RATE_HZ / 60:.1f} minutes long; {LONGEST_SECONDS / 60:.0f} minutes is the most, so please shorten or remove scenes."
            )
        cues: list[Cue] = []
        if board["scenes"]:
            cues = self._scenes(timeline)
            self._sound(timeline, at)
            self._cards(timeline)
            self._cut(timeline, cues)
        for step in self.steps.values():
            if not step.made and step.call is not None:
                step.seconds = self.seconds(step)
        estimated = any(not s.made for s in self.steps.values() if s.kind in ("line", "description"))
        return Plan(self.size, self.width, self.height, at, estimated, self.steps, timeline, cues, wrong)

    # the film in time

    def _timeline(self, wrong: list[str]) -> list[Placed]:
        """Narrations are planned first: lengths follow from them."""
        board, timeline = self.board, []
        if board["titles"]["show"] and board["scenes"]:
            timeline.append(Placed("title", TITLE_FRAMES))
        for number, scene in enumerate(board["scenes"], 1):
            speech = self._line(scene, number)
            described = self._description(scene, number)
            begin = 0
            if timeline and scene["transition"]["kind"] != "cut":
                begin = round(scene["transition"]["seconds"] * RATE_HZ)
            timeline.append(
                Placed(
                    scene["id"],
                    speech,
                    begin=begin,
                    kind=scene["transition"]["kind"] if begin else "cut",
                    described=described,
                )
            )
        if board["credits"]["show"] and board["scenes"]:
            own = min(12, len([line for line in board["credits"]["text"].split("\n") if line]))
            timeline.append(Placed("credits", CREDITS_FRAMES + 8 * own, begin=JOIN, kind="crossfade"))
        for placed, after in zip(timeline, [*timeline[1:], None], strict=False):  # of an empty film there is nothing
            placed.end = after.begin if after else 0
        scenes = {scene["id"]: (number, scene) for number, scene in enumerate(board["scenes"], 1)}
        for placed in timeline:
            if placed.id not in scenes:
                placed.frames = max(placed.frames, placed.begin + placed.end + RATE_HZ)
                continue
            number, scene = scenes[placed.id]
            speech, placed.speech_at = (
                placed.frames,
                placed.begin + BREATH + (placed.described + REST if placed.described else 0),
            )
            least = round((scene["seconds"] or 0) * RATE_HZ)
            placed.frames = placed.speech_at + speech + REST + placed.end if speech else least or SILENT_FRAMES
            if placed.described and not speech:
                placed.frames = max(placed.frames, placed.speech_at + placed.end)
            placed.frames = max(placed.frames, least, placed.begin + placed.end + LEAST_FRAMES)
            if placed.frames > MOST_FRAMES:
                wrong.append(
                    f"Scene {number}: its narration takes {speech / RATE_HZ:.0f} s and a scene holds"
                    f" {(MOST_FRAMES - 30) / RATE_HZ:.0f}; please split it."
                )
        return timeline

    def _line(self, scene: Mapping[str, Any], number: int) -> int:
        """The frames of a scene's narration, spoken or estimated; 0 where nothing is said."""
        if not scene["line"]:
            return 0
        settings = {
            "text": scene["line"], "voice": scene["voice"] or self.board["voice"], "rate": "48000",
            "seed": seed_for(self.board, scene["line"]) % 1000,
        }  # fmt: skip
        script = self.scripts[scene["id"]] = spoken.script_of(scene, self.board, scene["voice"] or self.board["voice"])
        if script is not None:
            settings |= {"text": script.text, "cast": script.cast, "pause": spoken.PAUSE_SECONDS}
        guess = len(scene["line"]) / CHARACTERS_A_SECOND + 0.3
        step = self.add(
            f"{scene['id']}.line",
            scene["id"],
            f"Scene {number}: narration",
            "narrate.speak",
            {},
            settings,
            facts={"seconds_long": guess},
        )
        return max(1, math.ceil(float(step.facts.get("seconds_long") or guess) * RATE_HZ))

    def _description(self, scene: Mapping[str, Any], number: int) -> int:
        """The frames of the sentence that says what is seen, where the film is described; 0 else."""
        picture = scene["picture"]
        said = description_of(scene, self.artifact(picture["artifact"]) if "artifact" in picture else None)
        if not self.board["described"] or not said:
            return 0
        settings = {
            "text": said, "voice": self.board["voice"], "rate": "48000", "seed": seed_for(self.board, said) % 1000,
        }  # fmt: skip
        guess = len(said) / CHARACTERS_A_SECOND + 0.3
        step = self.add(
            f"{scene['id']}.description", scene["id"], f"Scene {number}: description", "narrate.speak", {}, settings,
            facts={"seconds_long": guess},
        )  # fmt: skip
        return max(1, math.ceil(float(step.facts.get("seconds_long") or guess) * RATE_HZ))

    # scenes

    def _scenes(self, timeline: list[Placed]) -> list[Cue]:
        placed = {one.id: one for one in timeline}
        cues: list[Cue] = []
        for number, scene in enumerate(self.board["scenes"], 1):
            where = placed[scene["id"]]
            shown = self._look(scene, number, self._picture(scene, number))
            clip = self._motion(scene, number, shown, where)
            own = self._cues(scene, where)
            cues += [cue.moved(where.start / RATE_HZ) for cue in own]
            self._segment(scene, number, clip, where, own)
        return cues

    def _picture(self, scene: Mapping[str, Any], number: int) -> Step:
        key = f"{scene['id']}.picture"
        if "artifact" in scene["picture"]:
            return self.given(key, scene["id"], f"Scene {number}: picture", scene["picture"]["artifact"])
        prompt = scene["picture"]["prompt"]
        settings = {
            "prompt": prompt, "style": self.board["style"], "format": STORYBOOK[self.board["format"]], "seed": seed_for(self.board, prompt),
        }  # fmt: skip
        if self.board["subtitles"]["mode"] == "burnt":
            settings["free_below"] = FREE_BELOW[self.board["format"]]
        if playing := cast.playing(self.board, prompt):
            settings["cast"] = playing
        width, height = STORYBOOK_PX[self.board["format"]]
        facts = {"width": width, "height": height, "kind": "layers"}
        return self.add(key, scene["id"], f"Scene {number}: picture", "generate.storybook", {}, settings, facts=facts)

    def _look(self, scene: Mapping[str, Any], number: int, picture: Step) -> Step:
        look, kind = look_of(self.board, scene), picture.facts.get("kind")
        if not look or picture.problem:
            return picture
        key, label = f"{scene['id']}.look", f"Scene {number}: look"
        if kind == "layers":
            return self.add(
                key, scene["id"], label, "stylize.layers", {"picture": picture}, {"style": look}, facts=picture.facts
            )
        if kind == "video":
            longest = max(self.width, self.height) // 16 * 16
            settings = {"gallery_style": look, "longest_side": min(1280, max(256, longest))}
            return self.add(key, scene["id"], label, "stylize.video", {"video": picture}, settings, facts=picture.facts)
        longest = min(1600, max(picture.facts.get("width") or 0, picture.facts.get("height") or 0) or 1600) // 8 * 8
        return self.add(
            key,
            scene["id"],
            label,
            "stylize.gallery",
            {"content": picture},
            {"style": look, "size": longest},
            facts=picture.facts,
        )

    def _motion(self, scene: Mapping[str, Any], number: int, shown: Step, where: Placed) -> Step:
        """The scene as it moves; a video moves by itself."""
        kind, camera = shown.facts.get("kind"), camera_of(scene)
        if kind == "video":
            return shown
        longest = max(self.width, self.height)
        settings: dict[str, Any] = {
            "seconds": where.frames / RATE_HZ, "shape": self.board["format"], "longest_side": longest, "rate": RATE_HZ,
        }  # fmt: skip
        key, label = f"{scene['id']}.motion", f"Scene {number}: motion"
        facts = {"width": self.width, "height": self.height, "frames": where.frames, "kind": "video"}
        needs = (f"{scene['id']}.line",) if scene["line"] else ()
        if kind == "layers":
            settings |= {
                "motions": scene["motion"]["text"] or scene["line"],
                "camera": camera,
                "energy": scene["motion"]["energy"],
            }
            settings["seed"] = seed_for(self.board, scene["line"]) % 1000
            if (shot := shot_of(scene)) != "wide":
                settings["shot"] = shot
            inputs: dict[str, Step | str] = {"picture": shown}
            if speakers := self._seen_speaking(scene):
                inputs["voice"] = self.steps[f"{scene['id']}.line"]
                settings |= {"speakers": speakers, "voice_at": round(where.speech_at / RATE_HZ, 4)}
            return self.add(key, scene["id"], label, "animate.layers", inputs, settings, facts=facts, needs=needs)
        settings |= {"move": MOVES[camera], "amount": 0.55}
        return self.add(
            key, scene["id"], label, "animate.camera", {"picture": shown}, settings, facts=facts, needs=needs
        )

    def _seen_speaking(self, scene: Mapping[str, Any]) -> str:
        """Which figures of the picture speak the line, "" where none does."""
        script = self.scripts.get(scene["id"])
        return spoken.seen_speaking(script, scene["picture"].get("prompt") or "") if script is not None else ""

    def _cues(self, scene: Mapping[str, Any], where: Placed) -> list[Cue]:
        """The subtitles of a scene, in its own time."""
        step = self.steps.get(f"{scene['id']}.line")
        if step is None or not step.made or self.board["subtitles"]["mode"] == "off":
            return []
        narration = self.artifact(step.artifact)
        cues = cues_beside(narration.path) if narration else None
        if cues is None:
            cues = (Cue(0.0, float(step.facts.get("seconds_long") or 1.0), scene["line"]),)
        at = where.speech_at / RATE_HZ
        named = spoken.labelled(self.scripts.get(scene["id"]), self._seen_speaking(scene))
        cues = tuple(replace(cue, speaker=cue.speaker if cue.speaker in named else "") for cue in cues)
        return held([cue.moved(at) for cue in cues], (where.frames - where.end) / RATE_HZ)

    def _segment(self, scene: Mapping[str, Any], number: int, clip: Step, where: Placed, cues: list[Cue]) -> None:
        said = self.board["subtitles"]
        settings = {
            "title": (scene["line"] or scene["picture"].get("prompt", ""))[:80],
            "subtitles": srt(cues) if said["mode"] == "burnt" else "", "subtitle_style": said["style"], "subtitle_size": said["size"],
            **self._shape(where),
        }  # fmt: skip
        needs = (f"{scene['id']}.line",) if scene["line"] else ()
        facts = {"width": self.width, "height": self.height, "frames": where.frames, "kind": "video"}
        self.add(
            f"{scene['id']}.segment",
            scene["id"],
            f"Scene {number}: for the cut",
            "film.dress",
            {"clip": clip},
            settings,
            facts=facts,
            needs=needs,
        )

    def _shape(self, where: Placed) -> dict[str, Any]:
        return {
            "frames": where.frames, "shape": self.board["format"], "shorter_side": self.side, "rate": RATE_HZ,
            "begin": where.begin, "end": where.end,
        }  # fmt: skip

    # the film

    def _cards(self, timeline: list[Placed]) -> None:
        for where in timeline:
            if where.id not in ("title", "credits"):
                continue
            scene = self.board["scenes"][0 if where.id == "title" else -1]["id"]
            behind = self.steps.get(f"{scene}.look") or self.steps[f"{scene}.picture"]
            inputs = {} if behind.facts.get("kind") == "video" or behind.problem else {"picture": behind}
            said, needs = (
                {"heading": self.board["title"] or "Untitled", "lines": self.board["titles"]["text"]},
                tuple[str, ...](),
            )
            if where.id == "credits":
                makers = [s for s in self.steps.values() if s.kind in ("picture", "look", "motion", "line", "music")]
                needs = tuple(s.key for s in makers)
                parts = [one for s in makers if s.made and (one := self.artifact(s.artifact))]
                lines = credit_lines(self.board, parts)
                said["lines"] = "\n".join(lines)[:6000]
            facts = {"width": self.width, "height": self.height, "frames": where.frames, "kind": "video"}
            settings = {"kind": where.id, **said, **self._shape(where)}
            self.add(where.id, "", LABELS[where.id], "film.card", inputs, settings, facts=facts, needs=needs)

    def _sound(self, timeline: list[Placed], frames: int) -> None:
        placed = {one.id: one for one in timeline}
        told = [scene for scene in self.board["scenes"] if scene["line"]]
        lines = tuple(
            s.key for s in self.steps.values() if s.kind in ("line", "description")
        )  # all places and lengths follow from them
        voice = None
        length = {"frames": max(1, frames), "rate": RATE_HZ}
        self._descriptions(placed, length)
        if told:
            starts = [(placed[s["id"]].start + placed[s["id"]].speech_at) / RATE_HZ for s in told]
            inputs: dict[str, Step | str] = {f"lines.{n}": self.steps[f"{s['id']}.line"] for n, s in enumerate(told, 1)}
            settings = {
                "title": "Voices in their places",
                "places": "; ".join(f"{start:.6f}" for start in starts),
                **length,
            }
            voice = self.add("voice", "", LABELS["voice"], "film.voice", inputs, settings, needs=lines)
        under: dict[str, Step | str] = {"voice": voice} if voice else {}
        music = self.board["music"]
        if music["from"] == "shelf":
            self.add(
                "music", "", LABELS["music"], "film.bed", {"music": music["artifact"], **under}, length, needs=lines
            )
        elif music["from"] == "composed":
            settings = {
                "mood": self.board["mood"],
                "seconds": max(3.0, frames / RATE_HZ),
                "seed": seed_for(self.board, "music"),
            }
            self.add("music", "", LABELS["music"], "compose.fit", under, settings, needs=lines)

    def _descriptions(self, placed: Mapping[str, Placed], length: Mapping[str, Any]) -> None:
        """What is seen, said before each scene's own words, as a track of the film's length."""
        told = [(one.id, (one.start + one.begin + BREATH) / RATE_HZ) for one in placed.values() if one.described]
        if not told:
            return
        said = tuple(f"{id}.description" for id, _ in told)
        inputs: dict[str, Step | str] = {f"lines.{n}": self.steps[name] for n, name in enumerate(said, 1)}
        settings = {
            "title": "Descriptions in their places", "places": "; ".join(f"{start:.6f}" for _, start in told), **length,
        }  # fmt: skip
        needs = tuple(s.key for s in self.steps.values() if s.kind in ("line", "description"))
        self.add("descriptions", "", LABELS["descriptions"], "film.voice", inputs, settings, needs=needs)

    def _described_cues(self, timeline: list[Placed]) -> list[Cue]:
        """What the descriptions say, and when."""
        return [
            Cue(at, at + one.described / RATE_HZ, str(call.settings["text"]))
            for one in timeline
            if one.described and (call := self.steps[f"{one.id}.description"].call)
            for at in [(one.start + one.begin + BREATH) / RATE_HZ]
        ]

    def _cut(self, timeline: list[Placed], cues: list[Cue]) -> None:
        inputs: dict[str, Step | str] = {}
        for number, where in enumerate(timeline, 1):
            inputs[f"scenes.{number}"] = self.steps[where.id if where.id in self.steps else f"{where.id}.segment"]
        inputs |= {name: self.steps[name] for name in ("voice", "music", "descriptions") if name in self.steps}
        placed = {one.id: one for one in timeline}
        places: list[str] = []
        for scene in self.board["scenes"]:
            if scene["sound"]:
                where = placed[scene["id"]]
                inputs[f"sounds.{len(places) + 1}"] = scene["sound"]["artifact"]
                places.append(f"{(where.start + where.begin) / RATE_HZ:.6f} {scene['sound']['level_db']:g}")
        joins = [Transition(where.kind, where.begin) if where.begin else Transition() for where in timeline[1:]]
        mode = self.board["subtitles"]["mode"]
        settings = {
            "title": self.board["title"], "transitions": written(joins), "subtitles": srt(cues) if mode != "off" else "",
            "track": mode == "track", "places": "; ".join(places),
            "gain": "; ".join(f"{at:g} {level:g}" for at, level in self.board["music"].get("gain", ())) if "music" in self.steps else "",
        }  # fmt: skip
        if told := self._described_cues(timeline):
            settings["described"] = srt(told)
        needs = tuple(s.key for s in self.steps.values() if s.kind in ("line", "description"))
        self.add("cut", "", LABELS["cut"], "film.cut", inputs, settings, facts={"kind": "video"}, needs=needs)
