"""What `@signal` publishes is shown with the others and weighs nothing."""

from __future__ import annotations

from PIL import Image

from pipelines.detect.parts.fusion import is_decisive
from pipelines.detect.parts.signals import Observation, signal, signals_of, silent_signal


def test_a_signal_is_one_file(tmp_path, monkeypatch):
    """What `@signal` publishes in a file of the folder is shown with the others and weighs nothing."""
    from pipelines.detect import signals as folder
    from pipelines.detect.parts.picture import examine_image
    from pipelines.detect.parts.record import _weigh_signal
    from studio.provenance.report import signal_line

    text = (
        "from pipelines.detect.parts.signals import Observation, signal\n\n"
        "@signal('Redness', 'Roses are red.', of='picture', rank=60)\n"
        "def redness(pixels):\n    return Observation('It is red.', {'red': float(pixels[..., 0].mean())})\n"
    )
    (tmp_path / "redness.py").write_text(text)
    monkeypatch.setattr(folder, "__path__", [*folder.__path__, str(tmp_path)])
    monkeypatch.setattr("pipelines.detect.parts.wild_head.judge_picture", lambda picture: _none())
    signals_of.cache_clear()
    try:
        shown = examine_image(Image.new("RGB", (300, 300), "red")).signals
    finally:
        signals_of.cache_clear()
    [one] = [one for one in shown if one.name == "redness"]
    assert one.title == "Redness" and one.measured["red"] == 255 and one.log_likelihood_ratio == 0
    assert "It is shown only" in signal_line(_weigh_signal("image", one, 4.0))
    assert not is_decisive("image", one) and [one.name for one in shown][-1] == "redness"


def _none():
    return silent_signal("native", "At its own size", "left out by a test")


def test_what_does_not_apply_is_said_and_more_is_added_to_the_caveat():
    @signal("Even", "Half of all are.", of="number")
    def even(number: int) -> Observation | str:
        """Say whether a number is even."""
        return (
            "It is no number."
            if number < 0
            else Observation("It is." if number % 2 == 0 else "It is not.", more="Sure.")
        )

    assert (even(2).finding, even(2).caveat, even(2).name) == ("It is.", "Half of all are. Sure.", "even")
    assert not even(-1).applicable and even(-1).finding == "It is no number." and even(-1).caveat == "Half of all are."
