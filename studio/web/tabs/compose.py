"""Compose: music for a mood and a time, with its score."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Compose",
    "Write the music",
    (
        Method(
            "compose.song",
            "A piece",
            "Writes music for a mood, exactly as long as you need.",
            "Compose it",
        ),
        Method("compose.hum", "Hum a tune", "Hears a tune that you hum, and sets it for instruments.", "Hear it"),
        Method("compose.vary", "Vary", "Varies your melody or MIDI file, or goes on from it.", "Vary it"),
        Method("compose.sample", "From a hub", "Makes music with MusicGen or Stable Audio. Needs a GPU.", "Sample it"),
        Method(
            "compose.fit", "Fit to a voice", "Writes music that is quieter under the voice and ends with it.", "Fit it"
        ),
    ),
    Example(
        picture="examples/compose.webp",
        alt="A piano roll: notes of a calm piece as rounded bars on paper.",
        caption="Twenty calm seconds for piano.",
        invitation="Choose a mood and a length, or start with one of these.",
        sound="examples/compose.mp3",
        starts=(
            Start(
                "Calm piano", "compose.song", settings={"text": "", "mood": "calm", "ensemble": "piano", "seconds": 20}
            ),
            Start("A playful walk", "compose.song", settings={"mood": "playful", "seconds": 20}),
            Start("A triumphant end", "compose.song", settings={"mood": "triumphant", "seconds": 16}),
        ),
    ),
)
