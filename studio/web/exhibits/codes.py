"""Exhibit 7: codes."""

from studio.web.exhibits.exhibit import Exhibit, Question, Use
from studio.web.sendto import Method

EXHIBIT = Exhibit(
    name="codes",
    title="A picture in 64 codes",
    group="networks",
    begin="A whole drawing fits into 64 numbers, and each number stands for a small piece of it.",
    drag="Press one of the 64 places and drag the slider of its code.",
    words=("autoencoder", "transformer", "gradient", "VQGAN"),
    about=(
        "An autoencoder turns a drawing into 8 × 8 codes and the codes into a drawing. A code is one of 6,000: five numbers, each rounded to a few levels.",
        "A transformer can then write 64 codes instead of 12,288 colour values, as it would write words.",
        "Rounding has no slope, so no gradient would pass it. The straight-through estimator passes it as if nothing had been rounded.",
        "The decoder learned without the critic of VQGAN. A second decoder for the same codes was trained on with one, so that both can be compared.",
    ),
    equations=(
        r"\hat{z} = \lfloor f(z) \rceil",
        r"\frac{\partial \hat{z}}{\partial z} \approx \frac{\partial f}{\partial z}",
        r"\lambda = \frac{\lVert \nabla L_r \rVert}{\lVert \nabla L_a \rVert + \epsilon}",
    ),
    symbols=(
        ("z", "the encoder's five numbers at one of the 64 places"),
        ("f", "a curve that keeps each number within its levels"),
        (r"\hat{z}", "the rounded numbers; together they are the code"),
        ("L_r", "the loss of the reconstruction"),
        ("L_a", "the loss against the critic; both slopes are those at the last layer"),
        (r"\lambda", "how much the critic's slope counts, so that it never drowns the other"),
    ),
    papers=(
        ("van den Oord et al. 2017 (VQ-VAE)", "https://arxiv.org/abs/1711.00937"),
        ("Esser et al. 2021 (VQGAN)", "https://arxiv.org/abs/2012.09841"),
        ("Mentzer et al. 2024 (FSQ)", "https://arxiv.org/abs/2309.15505"),
        ("Mescheder et al. 2018 (R1, R2)", "https://arxiv.org/abs/1801.04406"),
        ("Tseng et al. 2021 (LeCam)", "https://arxiv.org/abs/2104.03310"),
        ("Miyato et al. 2018 (spectral norm)", "https://arxiv.org/abs/1802.05957"),
    ),
    tries=(
        "Take the code of an eye and put it somewhere else: press one place, then “Copy”, then another place.",
        "Set a place to any number from 0 to 5999 and look how far the change reaches.",
        "Look at the table of the rounding: the true slope is 0 almost everywhere, the passed one is not.",
        "Compare the decoders with and without the adversarial loss, and read in the table what each setting of it brought.",
        "Race: the same word as 64 codes, as 1,024 pixels and in six steps.",
    ),
    use=Use("Draw with codes in Generate", "#/generate/codes"),
    question=Question(
        "Why is a picture written faster as codes than as pixels?",
        (
            "A code needs fewer bits than a pixel.",
            "The decoder draws many pixels from each code at once, so far fewer predictions stand one behind the other.",
            "Codes have no colours.",
        ),
        1,
        "What takes long is the row of predictions, each waiting for the one before. 64 of them are a short row.",
    ),
    script="codes",
    methods=(
        Method(
            "lab.codes",
            "A picture as codes",
            "Turns a drawing into 64 codes, changes some and draws it again.",
            "Encode it",
        ),
        Method(
            "lab.predictions",
            "Race of predictions",
            "Draws one thing as codes, as pixels and in six steps.",
            "Start the race",
        ),
    ),
    start={"edits": {}, "place": 27, "prompt": "a cat", "seed": 1},
)
