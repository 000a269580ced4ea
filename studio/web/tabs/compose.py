"""Compose: music for a mood and a time, with its score."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Compose",
    "Write the music",
    (
        Method(
            "compose.song",
            "A piece",
            "Music for a mood, as long as you need it, to the sample.",
            "Compose it",
        ),
        Method("compose.continue", "Go on", "Your melody or MIDI file, continued.", "Continue it"),
        Method("compose.vary", "Vary", "The same music, another take.", "Vary it"),
        Method("compose.sample", "From a hub", "MusicGen or Stable Audio, where a GPU is at hand.", "Sample it"),
        Method("compose.fit", "Fit to a voice", "Music that leaves room for the voice and ends with it.", "Fit it"),
    ),
    Example(
        picture="examples/compose.webp",
        alt="A piano roll: notes of a calm piece as rounded bars on paper.",
        caption="Twenty calm seconds for piano.",
        invitation="Choose a mood and a length, or begin with one of these.",
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
