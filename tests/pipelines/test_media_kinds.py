"""One record for each kind of media: complete, resolvable, and the only place that knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PIL.Image import Image

from pipelines import media
from pipelines.core.kinds import KINDS, called, fits, for_the_page, kind_of, kinds_fitting

STATIC = Path(__file__).parents[2] / "studio" / "web" / "static"


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_readers_and_writers_exist(kind):
    assert callable(kind.read())
    assert bool(kind.writer) == bool(kind.suffix)
    if kind.writer:
        assert callable(kind.write()) and kind.suffix in media.MEDIA_TYPES
    else:
        with pytest.raises(LookupError):
            kind.write()
    assert set(kind.exports) <= set(media.MEDIA_TYPES) and (not kind.is_a or kind.is_a in KINDS)


def test_a_type_is_known_by_its_record_and_not_by_its_name():
    assert kind_of(Image) == "image" and kind_of(media.Sound) == "sound"

    class Video:
        """Not the video of the studio."""

    with pytest.raises(TypeError, match="no kind of media"):
        kind_of(Video)


def test_what_stands_in_for_what():
    assert fits("layers", "image") and fits("character", "image") and not fits("image", "layers")
    assert fits("video", "media") and not fits("score", "media") and not fits("unheard-of", "media")
    assert kinds_fitting("image") == ["image", "layers", "character"] and kinds_fitting("score") == ["score"]
    assert called("image") == "a picture" and called("unheard-of") == "unheard-of"


def test_a_score_and_a_character_are_written_and_read(tmp_path):
    KINDS["score"].write()(media.Score(b"MThd1"), tmp_path / "a.mid")
    assert media.load("score", tmp_path / "a.mid") == media.Score(b"MThd1")


def test_the_page_has_a_viewer_for_every_kind():
    viewers = re.search(r"const VIEWERS = \{\n(.*?)\n\};", (STATIC / "panel.js").read_text("utf-8"), re.DOTALL)
    assert viewers and set(re.findall(r"^  (\w+): ", viewers[1], re.MULTILINE)) == {k.viewer for k in KINDS.values()}
    assert for_the_page()["layers"]["isA"] == "image"
