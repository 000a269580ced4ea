"""What a verb asks of a body, and what verbs and adverbs show in a face: tables, and WordNet where they say nothing."""

from __future__ import annotations

from functools import lru_cache

from pipelines.reading import wordnet as W

VERBS = {
    "walk": "walk go come stroll wander march step pass cross lead arrive enter follow return visit leave approach",
    "run": "run race gallop rush chase hurry dash trot flee escape scamper sprint hunt", "hop": "hop skip bounce", "sneak": "sneak creep tiptoe crawl prowl",
    "jump": "jump leap spring pounce", "dance": "dance twirl celebrate", "sit": "sit perch ride_on settle", "lie": "lie rest",
    "sleep": "sleep nap doze snore dream", "swim": "swim dive paddle float bathe", "fly": "fly soar glide hover flutter", "climb": "climb mount clamber scale",
    "wave": "wave greet beckon", "point": "point show", "nod": "nod agree bow", "shake_head": "refuse deny",
    "look_at": "look see watch stare gaze admire peer notice spy observe examine find meet discover", "give": "give hand offer share lend bring pay sell serve send pass_to reward feed",
    "take": "take catch grab pick receive steal fetch get seize snatch buy collect gather hold pluck", "carry": "carry bear drag lug wrap cradle",
    "push": "push shove press squeeze", "pull": "pull tug draw haul", "throw": "throw toss hurl fling drop cast shoot", "eat": "eat bite chew gnaw swallow devour nibble lick munch taste",
    "drink": "drink sip", "read": "read study", "write": "write sign draw_on paint", "cry": "cry weep sob sigh mourn", "laugh": "laugh giggle chuckle grin smile",
    "hug": "hug embrace cuddle kiss marry", "fall": "fall tumble stumble slip sink trip", "ride": "ride drive sail row cycle", "open": "open unlock untie uncover",
    "close": "close shut lock cover tie", "stand": "stand wait stop stay rise wake live hide", "speak": "say tell ask answer reply speak talk shout call whisper explain "
    "beg promise scold roar growl murmur exclaim yell invite sing thank warn order command announce think wonder scream shriek screech squeal howl croak bark meow quack moo "
    "neigh bleat chirp hoot hiss squeak mutter mumble groan moan complain argue cheer chant recite squawk snarl yelp bellow crow cackle chatter", "work": "cut build make cook bake sew knit spin plant dig sweep wash clean water mend repair "
    "stir cook chop saw hammer work fill put lay set light break tear pour knock kick hit strike play blow help save free kill",
}  # fmt: skip
ACTION_OF = {verb: action for action, verbs in VERBS.items() for verb in verbs.split()} | {"cry out": "speak"}
ACTIONS = tuple(VERBS)
SAYING = frozenset([
    "add", "admit", "agree", "announce", "answer", "argue", "ask", "assure", "babble", "bark", "bawl", "beam", "beg",
    "bellow", "bleat", "blurt", "boast", "cackle", "call", "caw", "chant", "chatter", "cheer", "chirp", "chuckle",
    "cluck", "comfort", "command", "comment", "complain", "confess", "console", "continue", "correct", "croak", "crow",
    "cry", "curse", "decide", "declare", "demand", "encourage", "exclaim", "explain", "gasp", "giggle", "greet", "grin",
    "groan", "growl", "grumble", "grunt", "guess", "gurgle", "hiss", "hoot", "howl", "hum", "implore", "inquire",
    "insist", "interrupt", "joke", "lament", "laugh", "lie", "meow", "mew", "miaow", "moan", "mock", "moo", "mumble",
    "murmur", "mutter", "nag", "neigh", "nod", "note", "object", "observe", "oink", "order", "pant", "plead", "praise",
    "pray", "preach", "promise", "protest", "purr", "quack", "quote", "rage", "read", "recite", "remark", "remind",
    "repeat", "reply", "respond", "retort", "reveal", "roar", "say", "scold", "scream", "screech", "shout", "shriek",
    "shrug", "sigh", "sing", "smile", "snap", "snarl", "sneer", "sniff", "sniffle", "snigger", "snort", "sob", "speak",
    "spit", "squawk", "squeak", "squeal", "stammer", "stress", "stutter", "suggest", "swear", "tease", "tell", "think",
    "thunder", "trill", "tut", "urge", "utter", "vow", "wail", "warn", "weep", "whimper", "whine", "whisper", "whistle",
    "whoop", "wonder", "write", "yawn", "yell", "yelp",
])  # fmt: skip
# verbs that take both who receives and what is given; and those besides them behind which "to" says whom
DITRANSITIVE = frozenset(
    ["give", "tell", "show", "bring", "offer", "hand", "send", "sell", "read", "lend", "pay", "serve", "feed", "teach"]
)
ADDRESSED = DITRANSITIVE | {
    "say", "speak", "throw", "pass", "answer", "reply", "explain", "return", "promise", "whisper",
}  # fmt: skip
# verbs whose clause is not told as something that happens
# "takes a nap": the noun says the deed
LIGHT = {
    "nap": "nap",
    "rest": "rest",
    "walk": "walk",
    "stroll": "stroll",
    "hike": "walk",
    "swim": "swim",
    "seat": "sit",
    "look": "look",
    "drink": "drink",
    "sip": "sip",
    "dance": "dance",
}
UNREAL = frozenset(
    [
        "want",
        "wish",
        "hope",
        "try",
        "plan",
        "promise",
        "refuse",
        "forget",
        "intend",
        "need",
        "like",
        "love",
        "hate",
        "fear",
        "ask",
        "tell",
        "order",
        "command",
        "beg",
        "decide",
        "mean",
        "expect",
        "dream",
        "think",
        "believe",
        "pretend",
        "threaten",
        "offer",
        "agree",
        "know",
        "help",
        "let",
        "make",
    ]
)
SENSING = frozenset(["see", "hear", "smell", "feel"])
# verbs whose object is not there: it is wished for, looked for or gone
MISSING = frozenset(
    [
        "want",
        "need",
        "wish",
        "miss",
        "lose",
        "seek",
        "fear",
        "dread",
        "imagine",
        "expect",
        "await",
        "lack",
        "desire",
        "crave",
        "dream",
        "invent",
    ]
)
HABITS = frozenset(["like", "love", "enjoy", "prefer", "adore"])  # "loved to bake cakes": it is what somebody does
LIKING = frozenset(["like", "love", "hate", "prefer", "enjoy"])  # "she hates dresses": there need be none
GONE = frozenset(["lose", "miss", "seek", "lack", "await"])  # also what is somebody's own: "lost her cat"
OWNING = frozenset(
    ["have", "own", "possess", "include"]
)  # says what belongs to whom; a team that has a striker need not come
AWAY_STATES = frozenset(["gone", "missing", "lost", "dead", "away", "absent"])  # "the cat was gone"
CAUSES = frozenset(["let", "make", "help", "see", "hear", "watch"])  # "made Gretel cook": it happens all the same
TOUCHING = frozenset(
    [
        "shake",
        "take",
        "hold",
        "kiss",
        "squeeze",
        "touch",
        "pat",
        "stroke",
        "lick",
        "wash",
        "wipe",
        "bite",
        "tickle",
        "sting",
    ]
)
# verb -> part of a body -> action: shaking a head says no, shaking a hand greets
OF_PARTS = {
    "shake": {"head": "shake_head", "hand": "wave"}, "nod": {"head": "nod"}, "raise": {"hand": "wave", "arm": "wave"}, "lift": {"hand": "wave"},
    "close": {"eye": "look_at"}, "shut": {"eye": "look_at"}, "rub": {"eye": "look_at"},
}  # fmt: skip
STANDING_VERBS = frozenset(
    ["sit", "stand", "lie", "live", "come", "appear", "wait", "hang", "sleep", "hide", "rest", "crouch"]
)
ANIMATE = frozenset(
    [
        "say",
        "tell",
        "ask",
        "answer",
        "speak",
        "think",
        "laugh",
        "cry",
        "smile",
        "see",
        "hear",
        "eat",
        "drink",
        "sing",
        "want",
        "love",
        "hate",
        "decide",
        "shout",
        "whisper",
        "live",
        "walk",
        "sleep",
        "dance",
        "know",
        "believe",
    ]
)
# verbs that only one kind of animal does
ANIMAL_OF = {"bark": "dog", "wag": "dog", "purr": "cat", "meow": "cat", "neigh": "horse", "whinny": "horse", "moo": "cow", "quack": "duck", "oink": "pig"}  # fmt: skip
MOTION = frozenset(["walk", "run", "hop", "sneak", "jump", "swim", "fly", "climb", "ride"])
LEAVING = frozenset(["leave", "flee", "escape", "disappear", "vanish", "depart", "die"])
ENDING = frozenset(["eat", "swallow", "devour", "kill"])

EXPRESSIONS = {
    "happy": "joy delight happiness pride happy glad cheerful merry joyful pleased delighted proud rich smile laugh giggle grin dance celebrate sing cheer happily gladly merrily cheerfully joyfully proudly gaily",
    "sad": "sad lonely unhappy sorry weep cry sob sigh mourn sadly sorrowfully miserable heartbroken tearfully alone bored",
    "angry": "angry furious cross mad scold roar growl rage angrily furiously crossly",
    "afraid": "terror fright afraid scared frightened terrified nervous fear tremble flee shiver hide fearfully timidly",
    "surprised": "surprised amazed astonished wonder suddenly astonish surprise startle",
    "tired": "tired sleepy weary exhausted yawn sleep doze nap wearily sleepily sick",
    "in_love": "love adore kiss marry lovingly tenderly",
}
EXPRESSION_OF = {word: name for name, words in EXPRESSIONS.items() for word in words.split()}


@lru_cache(maxsize=4000)
def action_of(verb: str) -> str:
    """The action of a verb: from the table, else of what WordNet says it is a manner of; "" where nothing fits."""
    if verb in ACTION_OF:
        return ACTION_OF[verb]
    for one in W.senses(verb, "v")[:2]:
        for up, steps in W.chain(one.number):
            if steps <= 2:
                for word in W.sense(up).words:
                    if ACTION_OF.get(word) in MOTION and one.file != "verb.motion":
                        continue  # a bell "goes" too
                    if word in ACTION_OF and steps:
                        return ACTION_OF[word]
    return ""


def expression_of(words: tuple[str, ...]) -> str:
    """The first expression that one of the words shows, else ""."""
    return next((EXPRESSION_OF[word] for word in words if word in EXPRESSION_OF), "")
