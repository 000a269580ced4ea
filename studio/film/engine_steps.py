"""The steps that models of a hub make in place of the studio's own methods, where the storyboard says so (`engines.py`)."""

from __future__ import annotations

import math
import zlib
from typing import Any

from pipelines.core.settings import Refusal, canonical
from pipelines.film.parts.shapes import RATE_HZ
from pipelines.hub import steering
from studio.film import cast, engines
from studio.film.engines import Engine
from studio.film.scene_steps import STORYBOOK_PX, SceneSteps
from studio.film.steps import Step
from studio.film.storyboard import Scene, as_json, seed_for
from studio.film.timeline import Placed

MOST_SHOWN = 2  # characters whom a picture's call has slots for
SCORE_STEP_SECONDS = 5.0  # a film that grows by less keeps its music


class EngineSteps(SceneSteps):
    """Scene steps in which every slot may have an engine of its own."""

    def engine(self, scene: Scene, slot: str) -> Engine | None:
        """The choice for a scene; one that is not in this studio is among the film's problems and counts as the studio's own here."""
        try:
            return engines.chosen_for(self.board.engines, scene.engines, slot)
        except Refusal:
            return None

    @property
    def draft(self) -> bool:
        """Whether the film is rendered small and fast."""
        return self.size == "draft"

    # voices

    def voice_settings(self, scene: Scene) -> dict[str, Any]:
        """Return the settings of Narrate for the voice that a scene has chosen."""
        one = self.engine(scene, "voice")
        return {} if one is None else {"engine": one.preset.key}

    # pictures

    def picture(self, scene: Scene, where: Placed) -> Step:
        """From the shelf, filmed from words, painted by a hub model, or by Storybook."""
        if scene.picture.artifact is None:
            motion = self.engine(scene, "motion")
            if motion is not None and motion.way == "words":
                return self._film(scene, where, motion, {}, f"{scene.id}.picture")
            one = self.engine(scene, "picture")
            if one is not None:
                return self._paint(scene, one)
        return super().picture(scene, where)

    def _asked_of(self, engine: Engine, shape: tuple[int, int], words: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """What every call of a hub model asks for, and the facts of what it makes."""
        width, height = engines.size_for(engine.preset, shape, self.draft)
        steps = engines.steps_for(engine.preset, self.draft)
        settings = {"size": f"{width}x{height}", "steps": steps, "seed": seed_for(self.board, words)}
        return engine.settings | settings, {"width": width, "height": height, "kind": "image"}

    def _paint(self, scene: Scene, engine: Engine) -> Step:
        """The picture by a hub model: from our drawing where the storyboard says how free it is of it, else from words."""
        key, takes = f"{scene.id}.picture", steering.takes(engine.preset)
        settings, facts = self._asked_of(engine, STORYBOOK_PX[self.board.format], "pictures")
        chosen = scene.engines if scene.engines and scene.engines.free is not None else self.board.engines
        free = chosen.free  # of our drawing; None paints from words alone
        if free is not None and (takes.drawing or engine.preset.key == engines.OTHER):  # or says so once it is opened
            passes, portraits = "each" if takes.masks else "", "references" in engine.preset.begins
            settings |= {"free": free, "passes": passes, "portraits": portraits, "again": self.board.engines.again}
            drawn = self.draw(scene, f"{scene.id}.drawn")
            return self.add(key, "generate.painted", {"layers": drawn}, settings, facts=facts)
        settings["prompt"] = cast.in_words(self.board, scene)[:1000]
        shown = self._pictures_of_cast(scene) if takes.references else ()
        inputs = dict(zip(("reference", "reference_2"), shown, strict=False))
        return self.add(key, "generate.diffusion", inputs, settings, facts=facts)

    def _pictures_of_cast(self, scene: Scene) -> list[Step | str]:
        """Pictures of those whom a scene shows: the visitor's own, else a portrait of whoever was changed in the cast."""
        pictures: list[Step | str] = []
        for word in (figure.word for figure in cast.people(self.board)[scene.id]):
            if (own := self.board.engines.references.get(word)) and self.artifact(own) is not None:
                pictures.append(own)
            elif word in self.board.cast:
                pictures.append(self._portrait(word))
        return pictures[:MOST_SHOWN]

    def _portrait(self, word: str) -> Step:
        key = f"{zlib.crc32(word.encode()):08x}.portrait"
        if key in self.steps:
            return self.steps[key]
        who = as_json(self.board.cast[word])["character"]
        settings = {"prompt": canonical(who), "seed": int(who.get("seed", 0))}
        facts = {"width": 512, "height": 512, "kind": "character"}
        return self.add(key, "generate.character", {}, settings, label=f"Portrait of {word}", facts=facts)

    # motion

    def motion(self, scene: Scene, shown: Step, where: Placed) -> Step:
        """The scene's picture set in motion by a hub model, or by the studio's own methods."""
        engine = self.engine(scene, "motion")
        if engine is None or engine.way == "words" or shown.facts.get("kind") == "video":
            return super().motion(scene, shown, where)
        inputs: dict[str, Step | str] = {"picture": shown}
        if (before := self._last_picture(scene)) is not None:
            inputs["picture"] = before
        if engine.way == "ends" and (after := self._next_picture(scene)) is not None:
            inputs["last"] = after
        if engine.way == "acted":
            inputs |= self._add_acted(scene, shown, where, engine)
        return self._film(scene, where, engine, inputs, f"{scene.id}.motion")

    def _add_acted(self, scene: Scene, shown: Step, where: Placed, one: Engine) -> dict[str, Step | str]:
        """Our clip of the scene, which the model follows: from the scene's layers, which are drawn for it where the picture has none."""
        layers = shown
        if shown.facts.get("kind") != "layers" and scene.picture.artifact is None:
            key = f"{scene.id}.drawn"
            layers = self.steps.get(key) or self.draw(scene, key)

        def clip(name: str, show: str = "") -> Step:
            return self.act(scene, f"{scene.id}.{name}", layers, where, show)

        if steering.followed_by(one.preset.made_by) != "skeletons":
            return {"movement": clip("acted")}
        return {"movement": clip("skeletons", "skeletons"), "face": clip("face", "face")}

    def _film(self, scene: Scene, where: Placed, engine: Engine, inputs: dict[str, Step | str], key: str) -> Step:
        """A film of one scene by a hub model."""
        settings, facts = self._asked_of(engine, (self.width, self.height), "films")
        seconds = engines.seconds_for(engine.preset, where.frames / RATE_HZ)
        parts = (cast.in_words(self.board, scene), scene.motion.text or scene.line)
        settings |= {"prompt": ". ".join(part.rstrip(".") for part in parts if part)[:1000], "seconds": seconds}
        facts |= {"frames": math.ceil(seconds * engine.preset.rate_hz), "kind": "video"}
        needs = (f"{scene.id}.line",) if scene.line else ()
        return self.add(key, "animate.diffusion", inputs, settings, facts=facts, needs=needs)

    def _last_picture(self, scene: Scene) -> Step | None:
        """The last picture of the scene before, where this one goes on from it."""
        number = self.numbers[scene.id]
        if number == 1 or scene.engines is None or not scene.engines.goes_on:
            return None
        before = self.board.scenes[number - 2]
        clip = self.steps.get(f"{before.id}.motion") or self.steps[f"{before.id}.picture"]
        if clip.facts.get("kind") != "video":
            return None
        facts = {"width": self.width, "height": self.height, "kind": "image"}
        return self.add(f"{scene.id}.first", "film.still", {"clip": clip}, {"which": "last"}, facts=facts)

    def _next_picture(self, scene: Scene) -> Step | str | None:
        """The picture of the scene after this one, which is planned for it here already; None after the last scene."""
        place = self.numbers[scene.id]
        if place == len(self.board.scenes):
            return None
        after = self.board.scenes[place]
        if after.picture.artifact is not None:
            one = self.artifact(after.picture.artifact)
            return after.picture.artifact if one is not None and one.kind != "video" else None
        motion = self.engine(after, "motion")
        if motion is not None and motion.way == "words":
            return None
        return self.picture(after, Placed(after.id, 0))

    # music

    def add_score(self, frames: int) -> Step | None:
        """Music by a hub model, which is then fitted under the film; None where the studio composes it."""
        try:
            engine = engines.engine("music", self.board.engines.music or "")
        except Refusal:
            return None
        if engine is None:
            return None
        from pipelines.compose.parts.hub_music import LONGEST_S

        steps = math.ceil(frames / RATE_HZ / SCORE_STEP_SECONDS)
        seconds = min(LONGEST_S[engine.preset.key], max(1, steps) * SCORE_STEP_SECONDS)
        settings = {
            "text": self.board.title[:200],
            "model": engine.preset.key,
            "mood": self.board.mood,
            "seconds": min(seconds, SCORE_STEP_SECONDS) if self.draft else seconds,
            "seed": seed_for(self.board, "music") % 100_000,
        }
        return self.add("score", "compose.sample", {}, settings, facts={"kind": "sound"})
