"""Narrate: words become a voice, with the time of every word."""

from studio.web.sendto import Example, Method, Start, Tab

TAB = Tab(
    "Narrate",
    "Give it a voice",
    (
        Method(
            "narrate.speak",
            "Speak",
            "Reads a line, a page or a dialogue aloud. Each word lights up when it is spoken.",
            "Speak it",
        ),
        Method(
            "narrate.transcribe",
            "Transcribe",
            "Writes down what is said in a recording, with the time of each word, and makes subtitles. You can correct the text.",
            "Write it down",
        ),
        Method(
            "narrate.book",
            "Read a book",
            "Reads an EPUB, a Word document, a PDF or a text aloud, chapter by chapter. Under “More files” it is an audiobook (M4B) with chapter marks and cover.",
            "Read it aloud",
        ),
        Method(
            "narrate.revoice",
            "Speak a recording again",
            "Replaces the voice in a recording by one of the studio's, each sentence in its time. Needs the speaker's consent.",
            "Speak it again",
        ),
    ),
    Example(
        picture="examples/narrate.webp",
        alt="The waveform of a spoken sentence in warm orange on paper.",
        caption="“Late in the afternoon, the light turned gold.”",
        invitation="Write a text, or start with one of these.",
        sound="examples/narrate.mp3",
        starts=(
            Start(
                "A story",
                "narrate.speak",
                settings={
                    "text": "Late in the afternoon, the light turned gold. A small fox came out of the wood and looked at the sea, "
                    "as if she had all the time in the world.",
                },
            ),
            Start(
                "A dialogue",
                "narrate.speak",
                settings={
                    "text": "Anna: Did you hear that? It came from the *old* observatory. [pause 0.6s]\n"
                    "Ben (softly): It's 11:42 p.m. on November 24th, 2026. Nobody has been up there since 1998.\n"
                    "Anna: Then who switched on the light?"
                },
            ),
            Start(
                "In Spanish",
                "narrate.speak",
                settings={
                    "voice": "ef_dora",
                    "text": "Al caer la tarde, la luz se volvió dorada. Un zorro pequeño salió del bosque y miró el mar, "
                    "como si tuviera todo el tiempo del mundo.",
                },
            ),
            Start(
                "Hard words",
                "narrate.speak",
                settings={
                    "text": "Please record the record. I read it yesterday and will read it again. "
                    "The wind will wind round the lead pipe while the lead singer plays bass guitar."
                },
            ),
        ),
    ),
)
