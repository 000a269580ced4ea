"""A sound as codes: the exhibit after the codes of a picture."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="sounds",
    title="A sound in eight rows of codes",
    group="networks",
    begin="A sound becomes rows of numbers, and each row hears what the rows before it missed.",
    drag="Drag the slider of the codebooks and listen.",
    words=("autoencoder", "codec", "codebook", "bit", "transformer"),
    about=(
        "An encoder turns each 13 milliseconds of sound into 32 numbers. A codebook has 1,024 such vectors; the nearest one is the code.",
        "What is left over goes to the next codebook, and so on eight times. This is residual vector quantisation. Each codebook costs 10 bits a frame, 750 bits a second.",
        "Models such as MusicGen write these rows of codes as a language model writes words, and so does the small transformer here, for the first four rows. A row is written one step after the row above, so it knows what that one wrote for the same frame. Keys and values of the steps before are kept; else every step would read everything again.",
        "This codec is small: it was trained on one core for less than an hour, on our own instruments and voices, and without a critic. Opus at the same rate stands beside it.",
    ),
    equations=(
        r"\lVert r_k - e_{k c_k} \rVert = \min_j \lVert r_k - e_{kj} \rVert",
        r"r_{k+1} = r_{k} - e_{k c_k}",
    ),
    symbols=(
        ("r_k", "what the codebooks before number k left over; at first the encoder's numbers"),
        ("e_{kj}", "vector number j of codebook k"),
        ("c_k", "the code: the number of the nearest vector"),
    ),
    papers=(
        ("Défossez et al. 2022 (EnCodec)", "https://arxiv.org/abs/2210.13438"),
        ("Zeghidour et al. 2021 (SoundStream)", "https://arxiv.org/abs/2107.03312"),
        ("Tagliasacchi et al. 2020 (SEANet)", "https://arxiv.org/abs/2009.02095"),
        ("Copet et al. 2023 (MusicGen)", "https://arxiv.org/abs/2306.05284"),
        ("Valin et al. 2012 (Opus, RFC 6716)", "https://www.rfc-editor.org/rfc/rfc6716"),
    ),
    tries=(
        "Listen with one codebook, then with two, four and eight. When can you name the instrument?",
        "Listen to what codebook 2 adds alone, then to what codebook 8 adds.",
        "Compare a voice with music at the same number of codebooks.",
        "Compare with Opus: which of the two fails in which way?",
        "Bring a sound of yours: the codec has never heard anything like it.",
        "Let the codes go on at temperature 0, then at 1. Which one gets stuck?",
        "Let them go on without keys and values: the same codes, many times slower.",
    ),
    use=Use("Make music from codes in Compose", "#/compose/sample"),
    question=Question(
        "Why does the second codebook not look like the first?",
        (
            "It is heard later.",
            "It only describes what the first one left over.",
            "It has more vectors.",
        ),
        1,
        "Each codebook quantises the difference between the encoder's numbers and the sum of all vectors before.",
    ),
    script="sounds",
    methods=(
        Method(
            "lab.codec",
            "A sound as codes",
            "Turns a sound into eight rows of codes, and lets you hear what each row adds.",
            "Encode it",
        ),
        Method(
            "lab.continued",
            "A sound goes on",
            "Lets a small transformer continue two seconds of a sound, code by code.",
            "Let it go on",
        ),
    ),
    start={"source": "music", "books": 8, "start": 0, "seconds": 2, "temperature": 0.8, "cache": True, "seed": 1},
)
