"""What became of every word of a scene's line: shown, replaced by another picture, left out, or not shown at all. Joining words count for nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pipelines.figures import ACTIONS
from pipelines.figures.acts import arguments, record
from pipelines.language.colours import COLOUR_WORDS
from pipelines.language.doings import FACES, doing_of, verb_of
from pipelines.language.lexicon import Words
from pipelines.language.plurals import singular
from pipelines.scenes.acted import stage_of
from pipelines.scenes.performers import SAID_AS, kinds, strange_words
from pipelines.scenes.prompt import Relation
from pipelines.scenes.record import HAND, Actor, SceneRecord, Thing
from pipelines.scenes.record import Relation as Stands
from pipelines.scenes.relations import Item, seen_to_hold, shared_area
from pipelines.scenes.seating import share_seen
from pipelines.scenes.settings import shows
from pipelines.scenes.words import COUNTS, HOUR_OF, PLACE_OF, RELATIONS, SEASON_OF, SIZES, SPOTS, WEATHER_OF
from pipelines.vision.oklab import COLOURS, nearness, to_oklab

if TYPE_CHECKING:
    from PIL.Image import Image

    from pipelines.scenes.scene import Scene

WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"")
JOINING = (Words("small", "english small"), Words("small", "english also"), Words("small", "definite"))
MORE_JOINING = Words("small", "joining")
PHRASES = re.compile(rf"\b(?:{'|'.join(sorted(filter(None, RELATIONS), key=len, reverse=True))})\b")
NOT_SHOWN = "Nothing in the picture shows this word."
HANDS = frozenset(["carry", "hold"])  # acts that only what is in the hands shows
AT_REST = frozenset(["stand", "still"])
ALSO = {"with": ("held by", "wearing", "beside")}  # kinds of relations that a word says too
NEAR = 4  # words behind a number or a colour, of which one names what has it
PAINTED = 0.03  # of a drawing: so much of it has a colour at least
HIDDEN, SMALL = 0.15, 0.001  # of a drawing, and of the picture: what is hidden or too small to be seen shows less


@dataclass(frozen=True)
class Told:
    """One word of the line, where it stands, and what it became: `state` is shown, replaced, left, spoken, or unseen; `part` is whom or what it is."""

    start: int
    end: int
    word: str
    state: str
    part: str = ""
    because: str = ""
    field: str = ""  # what it speaks of: act, mood, colour, size, kind of relation, or a part of the setting
    value: str = ""  # what it says of that, of somebody or something


def word_coverage(scene: SceneRecord, line: str = "", picture: Scene | None = None) -> list[Told]:
    """Every word that means something of a line, or of the scene's sentence; with the `picture`, shown is only what it really has."""
    scene = scene.model_copy(update={"sentence": line[:2000]}) if line else scene
    quoted = [match.span() for match in QUOTED.finditer(scene.sentence)]
    coverage = _Coverage(scene, picture)
    tolds = []
    for match in WORD.finditer(scene.sentence):
        plain = _plain(match[0])
        if any(a <= match.start() < b for a, b in quoted):
            tolds.append(Told(*match.span(), match[0], "spoken"))
        elif became := coverage.became(plain, match.start()):
            tolds.append(Told(*match.span(), match[0], *became, *coverage.field_of(plain, match.start())))
    return tolds


def notes_of(words: Sequence[Told], notes: Sequence[str] = ()) -> list[str]:
    """What has to be said of a scene, a sentence for each word that is not shown as it is; `notes` say what no word does."""
    shown = {_plain(entry.word) for entry in words if not entry.because}
    because = {entry.word: entry.because for entry in words if entry.because not in ("", NOT_SHOWN)}
    sentences = {_plain(w): why if why[:1] == "“" else f"“{w}” is not drawn: {why}" for w, why in because.items()}
    for note in notes:
        about = _words(note.partition("”")[0]) if note[:1] == "“" else []
        if not about or not ({*about} <= sentences.keys() or ({*about} <= shown and "is not drawn" in note)):
            sentences.setdefault(" ".join(about) or note, note)
    return list(dict.fromkeys(sentences.values()))


def _words(text: str) -> list[str]:
    return [match[0].lower() for match in WORD.finditer(text)]


def _plain(word: str) -> str:
    return word.lower().removesuffix("'s").removesuffix("’s")


class _Coverage:
    """What the words of one scene became; `picture` is None before it is painted."""

    def __init__(self, scene: SceneRecord, picture: Scene | None) -> None:
        self.scene, self.about = scene, scene.model_dump() if picture is None else picture.about
        self.left = {word: out.because for out in scene.left_out for word in _words(out.words)}
        self.parts: dict[str, list[Actor | Thing]] = {}
        for part in scene.parts:
            texts = (part.said, part.why.words, part.cast if isinstance(part, Actor) else "", part.noun)
            for word in dict.fromkeys(word for text in texts for word in _words(text)):
                self.parts.setdefault(word, []).append(part)
        self.order = [(match.start(), self.parts_named(_plain(match[0]))) for match in WORD.finditer(scene.sentence)]
        self.phrases = {at: match for match in PHRASES.finditer(scene.sentence.lower()) for at in range(*match.span())}
        self.hidden: dict[str, str] = {}
        self.seen: dict[str, list[tuple[Item, Image]]] = {}  # of each part, what is large enough in the picture
        self.broken: dict[Stands, str] = {}
        self.acts = {actor.id: {actor.act} for actor in scene.actors}
        if picture is not None:
            self._look_at(picture)

    def _look_at(self, picture: Scene) -> None:
        names = {part.id: part.said or part.noun for part in self.scene.parts}
        figures, ids = [figure for figure in picture.figures if figure.part in names], list(names)
        items = [
            Item(ids.index(f.part), n, f.noun, f.habitat, f.x, f.feet, f.wide * f.scale, f.tall * f.scale, f.depth, f.z)
            for n, f in enumerate(figures)
        ]
        drawn = [[picture.drawing_of(figure) for figure in figures]] * len(ids)
        least = SMALL * picture.width * picture.height
        for item in items:
            share = share_seen(item, items, drawn) if 0 < item.x < picture.width else 0.0
            if share >= HIDDEN and share * item.wide * item.tall >= least:
                self.seen.setdefault(ids[item.thing], []).append((item, drawn[0][item.member]))
        self.hidden = {
            id: f"“{names[id]}” cannot be seen: it is hidden, or too small." for id in ids if id not in self.seen
        }
        for r in self.scene.relations:
            ends = [ids.index(end) for end in (r.subject, r.object, r.other) if end]
            if {r.subject, r.object, r.other} & self.hidden.keys() or not seen_to_hold(Relation(r.kind, *ends), items):
                words = f"{names[r.subject]} {r.kind} {names[r.object]}"
                self.broken[r] = f"“{words}” could not be kept together with the rest."
        for id in self.acts:
            own = [(SAID_AS.get(f.act, f.act), f) for f in figures if f.part == id]
            played = [(act, f) for act, f in own if f.posed or not getattr(stage_of(act), "reaches", ())]
            self.acts[id] = {word for act, f in played for word in (act, f.act)}

    def parts_named(self, word: str) -> list[Actor | Thing]:
        """The parts that a word names."""
        return self.parts.get(word) or self.parts.get(singular(word)) or []

    def became(self, word: str, at: int) -> tuple[str, str, str] | None:
        """What a word became, its part and the reason; None for a word that only joins others."""
        named = ((part, _words(part.said or part.why.words or part.noun)[-1]) for part in self.parts_named(word))
        # the last word of a name means the part, and one that is drawn; any where another picture stands for it
        meant = (
            part
            for part, last in named
            if word == last or singular(word) in {*_drawn_words(part), last} or part.why.note
        )
        part = next(meant, None)
        if part is not None and word not in MORE_JOINING:
            return self._of_part(part, word)
        if at in self.phrases and (joined := self._relation(self.phrases[at])):
            return joined
        if self._in_setting(word):
            return "shown", "", ""
        if word in self.left:
            return "left", "", self.left[word]
        if shown := next((note for note in self.scene.notes if note.startswith(f"“{word}” is shown as ")), ""):
            return "replaced", "", shown
        if word not in MORE_JOINING and (found := self._quality(word, at) or self._act(word, at)):
            return found
        small = any(word in joining for joining in (*JOINING, MORE_JOINING)) or COUNTS.get(word) == 1
        return None if small or at in self.phrases else ("unseen", "", NOT_SHOWN)

    def _of_part(self, part: Actor | Thing, word: str) -> tuple[str, str, str]:
        if part.id in self.hidden:
            return "unseen", part.id, self.hidden[part.id]
        other = singular(word) not in _drawn_words(part)
        if part.why.by == HAND.by and other:
            return "replaced", part.id, f"You chose “{part.noun}” for it."
        replaced = bool(part.why.note) or part.why.by in ("WordNet", "MiniLM") or other
        if replaced and singular(word) in _words(part.said or part.why.words):
            return "replaced", part.id, part.why.note or f"“{word}” is drawn as “{part.noun}”."
        return "shown", part.id, ""

    def _relation(self, phrase: re.Match[str]) -> tuple[str, str, str] | None:
        kind = RELATIONS[phrase[0]]
        after = next((parts for place, parts in self.order if place >= phrase.end() and parts), [])
        for r in self.scene.relations:
            if r.kind in (kind, *ALSO.get(kind, ())) and {part.id for part in after} & {r.subject, r.object, r.other}:
                return "unseen" if r in self.broken else "shown", r.subject, self.broken.get(r, "")
        return None

    def _quality(self, word: str, at: int) -> tuple[str, str, str] | None:
        here, near = self._named_after(at)
        before = next((parts for _, parts in self.order[here::-1] if parts), [])
        far = () if word in COUNTS else before if word in COLOUR_WORDS or word in SIZES else self.scene.parts
        return next((("shown", part.id, "") for part in (*near, *far) if self._has(part, word, near)), None)

    def _has(self, part: Actor | Thing, word: str, alike: Sequence[Actor | Thing]) -> bool:
        look, mood = (_words(part.look), part.mood) if isinstance(part, Actor) else ([], "")
        many = sum(len(self.seen.get(o.id, ())) if self.seen else o.count for o in alike if o.said == part.said)
        meant = (COUNTS.get(word), COLOUR_WORDS.get(word, word), SIZES.get(word), SPOTS.get(word))
        has = (many if many > 1 else 0, part.colour, part.size, part.at)
        colour, drawings = COLOUR_WORDS.get(word, ""), [drawing for _, drawing in self.seen.get(part.id, ())]
        if part.id in self.hidden or (drawings and colour in COLOURS and not any(_shows(d, colour) for d in drawings)):
            return False
        worn = word in look and word not in RELATIONS and not verb_of(word) and FACES.get(word, mood) == mood
        told = any(own and own == other for own, other in zip((*has, mood, mood), (*meant, word, FACES.get(word))))
        return told or (worn and word not in strange_words(" ".join(look)))

    def _named_after(self, at: int) -> tuple[int, list[Actor | Thing]]:
        """The number of the word there, and the parts that one of the next words names."""
        here = next(number for number, (place, _) in enumerate(self.order) if place == at)
        return here, next((parts for _, parts in self.order[here + 1 : here + 1 + NEAR] if parts), [])

    def _reaches(self, part: Actor | Thing, act: str, at: int) -> bool:
        """Whether who plays an act that needs hands or feet on something touches what the next words name; what is staged stands where it has to."""
        alone = act in ACTIONS and arguments(record(act)) == ("thing",) and stage_of(act) is None
        boxes = [item.box for other in self._named_after(at)[1] for item, _ in self.seen.get(other.id, ())]
        mine = [item.box for item, _ in self.seen.get(part.id, ())]
        return not (alone and boxes) or any(shared_area(own, other) > 0 for own in mine for other in boxes)

    def _act(self, word: str, at: int) -> tuple[str, str, str] | None:
        verb, otherwise = verb_of(word), None
        acts = {verb, *({*doing_of(verb)} - AT_REST if verb else ())} - {""}
        before = [part for place, parts in self.order if place < at for part in parts]
        later = [part for place, parts in self.order if place > at for part in parts if part not in before]
        for part in [part for part in self.scene.parts if part.id not in self.hidden]:
            first = part.act if isinstance(part, Actor) else ""
            deeds = [deed for deed in self.scene.deeds if part.id in deed.who]
            if self.seen:  # one moment of it
                deeds = [deed for deed in deeds if {deed.act, deed.also} & self.acts.get(part.id, set())]
            done = self.acts.get(part.id, set()) | ({w for d in deeds for w in (d.act, d.also)} - {first, "stand"})
            first_named = part not in later or not any(isinstance(other, Actor) for other in before)
            mine = first_named and all(self._reaches(part, act, at) for act in acts & done)
            held = [r for r in self.scene.relations if (r.kind, r.object) == ("held by", part.id)]
            if (mine and acts & (done - HANDS)) or (acts & HANDS and [r for r in held if r not in self.broken]):
                return "shown", part.id, ""
            for deed in deeds if isinstance(part, Actor) else ():
                act = next((word for word in (deed.act, deed.gait) if word not in AT_REST), "")
                words = _words(deed.why.words) if act else []
                if word in words[1:]:
                    return "shown", part.id, ""
                if word in words and act not in acts:
                    otherwise = "replaced", part.id, f"“{word}” is shown as “{act.replace('_', ' ')}”."
            if acts & ({first} | {d.act for d in self.scene.deeds if part.id in d.who}) and otherwise is None:
                otherwise = "unseen", part.id, f"“{word}” is not seen in the picture."
        return otherwise

    def _in_setting(self, word: str) -> str:
        """What of the setting a word says: hour, weather, season or place; "" for nothing."""
        place, tables = self.about.get("place"), {"hour": HOUR_OF, "weather": WEATHER_OF, "season": SEASON_OF}
        lit = (name for name, table in tables.items() if self.about.get(name) and table.get(word) == self.about[name])
        return next(lit, "place" if place and (place in (PLACE_OF.get(word), word) or shows(place, word)) else "")

    def field_of(self, word: str, at: int) -> tuple[str, str]:
        """What of somebody or something, or of the setting, a word that names nobody speaks of, and its value where it is somebody's own."""
        if self.parts_named(word):
            return "", ""
        verb, tables = verb_of(word), {"mood": FACES, "colour": COLOUR_WORDS, "size": SIZES}
        own = (
            (("kind", ""),)
            if at in self.phrases and self._relation(self.phrases[at])
            else ((field, table[word]) for field, table in tables.items() if word in table)
        )
        act = ("act", doing_of(verb)[0]) if verb else ("", "")
        return (setting, "") if (setting := self._in_setting(word)) else next(iter(own), act)


def _shows(drawing: Image, colour: str) -> bool:
    """Whether some of a drawing has a colour, by its hue, or by its lightness and lack of any."""
    points = np.asarray(drawing.convert("RGBA").resize((24, 24), 0)).reshape(-1, 4)
    lab, (light, chroma, hue) = to_oklab(points[points[:, 3] > 200, :3] / 255.0), COLOURS[colour]
    alike = nearness(lab, hue) if chroma > 0.05 else np.hypot(lab[:, 1], lab[:, 2]) < 0.07
    return bool((alike * (abs(lab[:, 0] - light) < 0.3)).sum() > PAINTED * len(lab))


def _drawn_words(part: Actor | Thing) -> set[str]:
    known = kinds()
    alike = {word for word, kind in known.items() if kind == known.get(part.noun)} if part.noun in known else set()
    from pipelines.scenes.painted_things import words as things

    cast = (part.cast,) if isinstance(part, Actor) else ()
    return {word for name in (part.noun, *alike, *things().get(part.noun, ()), *cast) for word in _words(name)}
