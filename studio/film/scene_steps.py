"""The steps of single scenes: narration, picture, look, motion, and the scene as the cut takes it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pipelines.film.parts.shapes import RATE_HZ, size_of
from pipelines.film.parts.subtitles import Cue, hold_cues, srt
from pipelines.scenes.record import to_json
from studio.film import cast, spoken
from studio.film.descriptions import description_of
from studio.film.steps import Step, Steps, sentences_beside
from studio.film.storyboard import (
    CHARACTERS_A_SECOND,
    Scene,
    Storyboard,
    camera_of,
    look_of,
    moved_by,
    pictured_by,
    seed_for,
    shot_of,
)
from studio.film.subtitle_room import characters, free_below
from studio.film.timeline import Placed
from studio.storage.store import Store

if TYPE_CHECKING:
    from pipelines.narrate.parts.timing import TimedSentence

SIDES = {"full": 720, "draft": 360}
STORYBOOK = {"16:9": "landscape", "9:16": "portrait", "1:1": "square"}
STORYBOOK_PX = {"16:9": (1280, 720), "9:16": (720, 1280), "1:1": (1024, 1024)}
MOVES = {"right": "pan right", "left": "pan left", "in": "push in", "out": "pull out", "still": "drift"}


class SceneSteps(Steps):
    """The steps of every scene of a film at one size."""

    def __init__(self, store: Store, session: str, board: Storyboard, size: str, device: str) -> None:
        self.size, self.side = size, SIDES[size]
        self.scripts: dict[str, spoken.Script | None] = {}  # of scenes in which somebody speaks
        super().__init__(store, session, board, device, size_of(board.format, self.side))

    def add_scenes(self, timeline: list[Placed]) -> list[Cue]:
        """Everything else of each scene; gives back the film's subtitles."""
        placed = {one.id: one for one in timeline}
        cues: list[Cue] = []
        for scene in self.board.scenes:
            where = placed[scene.id]
            clip = self.motion(scene, self._look(scene, self.picture(scene, where)), where)
            own = self._cues(scene, where)
            cues += [cue.moved(where.start / RATE_HZ) for cue in own]
            self._segment(scene, clip, where, own)
            self._effects(scene, where)
        return cues

    def line(self, scene: Scene) -> int:
        """The frames of a scene's narration; 0 where nothing is said."""
        if not scene.line:
            return 0
        voice = scene.voice or self.board.voice
        settings: dict[str, Any] = {"text": scene.line, "voice": voice, **self.voice_settings(scene)}
        script = self.scripts[scene.id] = spoken.script_of(scene, self.board, voice)
        if script is not None:
            settings |= {"text": script.text, "cast": script.cast, "pause": spoken.PAUSE_SECONDS}
        return self._speech(f"{scene.id}.line", scene.line, settings)

    def description(self, scene: Scene) -> int:
        """The frames of the sentence that says what is seen, where the film is described; 0 else."""
        picture = scene.picture
        description = description_of(scene, self.artifact(picture.artifact) if picture.artifact else None)
        if not self.board.described or not description:
            return 0
        settings = {"text": description, "voice": self.board.voice}
        return self._speech(f"{scene.id}.description", description, settings)

    def _speech(self, key: str, words: str, settings: dict[str, Any]) -> int:
        """The frames of what is said, spoken or estimated."""
        guess = len(words) / CHARACTERS_A_SECOND + 0.3
        settings = {"rate": "48000", "seed": seed_for(self.board, words) % 1000, **settings}
        step = self.add(key, "narrate.speak", {}, settings, facts={"seconds_long": guess})
        return max(1, math.ceil(float(step.facts.get("seconds_long") or guess) * RATE_HZ))

    def voice_settings(self, scene: Scene) -> dict[str, Any]:
        """What another engine than the studio's own voices wants of a narration."""
        return {}

    def picture(self, scene: Scene, where: Placed) -> Step:
        """The scene's picture: a file of the shelf, or painted by Storybook."""
        key = f"{scene.id}.picture"
        if scene.picture.artifact is not None:
            return self.add_given(key, scene.picture.artifact)
        return self.draw(scene, key)

    def draw(self, scene: Scene, key: str) -> Step:
        """The scene's picture by Storybook, in layers."""
        prompt = pictured_by(scene)
        settings = {"prompt": prompt, "format": STORYBOOK[self.board.format], "seed": seed_for(self.board, prompt)}
        if scene.record is not None:
            settings["scene"] = to_json(scene.record.scene)
        settings["backdrop_seed"] = seed_for(self.board, "places")  # a place looks the same in every scene
        if self.board.subtitles.mode == "burnt":
            words = self.board.subtitles
            settings["free_below"] = free_below(words.style, words.size, self.board.format)
        if playing := cast.playing(self.board, scene):
            settings["cast"] = playing
        inputs: dict[str, Step | str] = {}
        if scene.thing is not None:
            inputs["thing"], settings["thing_name"] = scene.thing.artifact, scene.thing.name
        width, height = STORYBOOK_PX[self.board.format]
        facts = {"width": width, "height": height, "kind": "layers"}
        return self.add(key, "generate.storybook", inputs, settings, facts=facts)

    def _look(self, scene: Scene, picture: Step) -> Step:
        look, kind, key = look_of(self.board, scene), picture.facts.get("kind"), f"{scene.id}.look"
        if not look or picture.problem:
            return picture
        if kind == "layers":
            return self.add(key, "stylize.layers", {"picture": picture}, {"style": look}, facts=picture.facts)
        if kind == "video":
            longest = max(self.width, self.height) // 16 * 16
            settings = {"gallery_style": look, "longest_side": min(1280, max(256, longest))}
            return self.add(key, "stylize.video", {"video": picture}, settings, facts=picture.facts)
        longest = min(1600, max(picture.facts.get("width") or 0, picture.facts.get("height") or 0) or 1600) // 8 * 8
        settings = {"style": look, "size": longest}
        return self.add(key, "stylize.gallery", {"content": picture}, settings, facts=picture.facts)

    def motion(self, scene: Scene, shown: Step, where: Placed) -> Step:
        """The scene as it moves; a video moves by itself."""
        return self.act(scene, f"{scene.id}.motion", shown, where)

    def act(self, scene: Scene, key: str, shown: Step, where: Placed, show: str = "") -> Step:
        """A picture moved by the studio's own methods; `show`: what is seen of the people in layers, skeletons or a face."""
        kind, camera = shown.facts.get("kind"), camera_of(scene)
        if kind == "video":
            return shown
        longest = max(self.width, self.height)
        settings: dict[str, Any] = {
            "seconds": where.frames / RATE_HZ,
            "shape": self.board.format,
            "longest_side": longest,
            "rate": RATE_HZ,
        }
        facts = {"width": self.width, "height": self.height, "frames": where.frames, "kind": "video"}
        needs = (f"{scene.id}.line",) if scene.line else ()
        if kind == "layers":
            settings |= {"motions": moved_by(scene), "camera": camera, "energy": scene.motion.energy}
            settings["seed"] = seed_for(self.board, scene.line) % 1000
            if show:
                settings["show"] = show
            if (shot := shot_of(scene)) != "wide":
                settings["shot"] = shot
            inputs: dict[str, Step | str] = {"picture": shown}
            if speakers := self._seen_speaking(scene):
                inputs["voice"] = self.steps[f"{scene.id}.line"]
                settings |= {"speakers": speakers, "voice_at": round(where.speech_at / RATE_HZ, 4)}
            return self.add(key, "animate.layers", inputs, settings, facts=facts, needs=needs)
        settings |= {"move": MOVES[camera], "amount": 0.55}
        return self.add(key, "animate.camera", {"picture": shown}, settings, facts=facts, needs=needs)

    def _seen_speaking(self, scene: Scene) -> str:
        """Which figures of the picture speak the line, "" where none does."""
        script = self.scripts.get(scene.id)
        if script is None:
            return ""
        staged = scene.record.cast if scene.record and scene.record.hand else ()
        return spoken.seen_speaking(script, pictured_by(scene), staged)

    def _cues(self, scene: Scene, where: Placed) -> list[Cue]:
        """The subtitles of a scene, in its own time."""
        step = self.steps.get(f"{scene.id}.line")
        narration = self.artifact(step.artifact) if step is not None and step.made else None
        lines = sentences_beside(narration.path) if narration is not None else None
        named = spoken.speakers_to_label(self.scripts.get(scene.id), self._seen_speaking(scene))
        lines = [replace(line, speaker=line.speaker if line.speaker in named else "") for line in lines or ()]
        return self.show_lines(scene.line, lines, where)

    def show_lines(self, words: str, lines: list[TimedSentence], where: Placed) -> list[Cue]:
        """Spoken lines as the subtitles of a scene, in its own time; words whose time is not known are spread over its narration."""
        from pipelines.narrate.parts.synthesis import estimate_words
        from pipelines.narrate.parts.timing import TimedSentence, cues

        step, shown = self.steps.get(f"{where.id}.line"), self.board.subtitles
        if not words or step is None or not step.made or shown.mode == "off":
            return []
        seconds = float(step.facts.get("seconds_long") or 1.0)
        lines = lines or [TimedSentence(words, "", "", 0.0, seconds, estimate_words(words, seconds))]
        width = characters(shown.style, shown.size, self.board.format)
        own = [Cue(start, end, text, who) for start, end, who, text in cues(lines, width)]
        at = where.speech_at / RATE_HZ
        return hold_cues([cue.moved(at) for cue in own], (where.frames - where.end) / RATE_HZ)

    def _segment(self, scene: Scene, clip: Step, where: Placed, cues: list[Cue]) -> None:
        subtitles = self.board.subtitles
        settings = {
            "title": (scene.line or scene.picture.prompt)[:80],
            "subtitles": srt(cues) if subtitles.mode == "burnt" else "",
            "subtitle_style": subtitles.style,
            "subtitle_size": subtitles.size,
            **self.shape(where),
        }
        needs = (f"{scene.id}.line",) if scene.line else ()
        facts = {"width": self.width, "height": self.height, "frames": where.frames, "kind": "video"}
        self.add(f"{scene.id}.segment", "film.dress", {"clip": clip}, settings, facts=facts, needs=needs)

    def find_layers(self, scene: Scene) -> Step | None:
        """The scene's picture in layers, which say what is in it; None for one that came from elsewhere."""
        pictures = [self.steps.get(f"{scene.id}.{name}") for name in ("drawn", "picture")]
        return next(
            (picture for picture in pictures if picture is not None and picture.facts.get("kind") == "layers"), None
        )

    def _effects(self, scene: Scene, where: Placed) -> None:
        """The sounds of what happens, where the picture's own figures act."""
        moving = self.steps.get(f"{scene.id}.motion")
        if (
            self.board.sounds.effects is None
            or moving is None
            or moving.call is None
            or moving.call.pipeline != "animate.layers"
        ):
            return
        picture = self.find_layers(scene)
        assert picture is not None
        speaking = [part.partition("=")[2].strip() for part in self._seen_speaking(scene).split(";")]
        settings = {
            "motions": moved_by(scene),
            "energy": scene.motion.energy,
            "speaking": "; ".join(filter(None, speaking)),
            "frames": where.frames,
            "begin": where.begin,
            "end": where.end,
        }
        needs = (f"{scene.id}.line",) if scene.line else ()
        facts = {"seconds_long": where.frames / RATE_HZ, "kind": "sound"}
        self.add(f"{scene.id}.effects", "animate.effects", {"picture": picture}, settings, facts=facts, needs=needs)

    def shape(self, where: Placed) -> dict[str, Any]:
        """The settings of length and size that everything in the cut shares."""
        return {
            "frames": where.frames,
            "shape": self.board.format,
            "shorter_side": self.side,
            "begin": where.begin,
            "end": where.end,
        }
