"""Finding 3: no file and no text makes a pattern hold a process.

Every search that meets a visitor's words or bytes runs here on adversarial strings in a process of its own with a limit on its processor
time: a pattern that goes back over what it has read is killed by the system, which is the failure.
"""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from tests.day import a_fifth_or_all

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
PROCESSOR_SECONDS = 10
linux_only = pytest.mark.skipif(sys.platform == "win32", reason="RLIMIT_CPU is a limit of Unix")
LIMITED = f"import resource; resource.setrlimit(resource.RLIMIT_CPU, ({PROCESSOR_SECONDS}, {PROCESSOR_SECONDS}))\n"
CALLS = ("compile", "search", "match", "fullmatch", "findall", "finditer", "sub", "subn", "split")
CALLED = re.compile(rf"\bre\s*\.\s*({'|'.join(CALLS)})\b")


def run_limited(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LIMITED + script, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300
    )


@linux_only
@pytest.mark.parametrize(
    "content",
    [
        'b"DigitalSourceType" + b" " * 30_000_000 + b"rdf:resource" + b" " * 29_000_000',
        '(b"AIGC:" + b"Label" * 80 + b"quot;" * 4000) * 150',
        'b"AIGC{" * 800_000',
        '(b"Credit" + b" " * 8000) * 480',
        'b"<Iptc4xmpExt:DigitalSourceType>" * 300_000',
        'b" Iptc4xmpExt:DigitalSourceType=\'" * 300_000',
    ],
)
def test_metadata_is_searched_and_replaced_at_once(content, tmp_path):
    """Beside the bombs of tests/studio/bombs.py, of which a child has fewer seconds."""
    script = (
        "import sys\nfrom pathlib import Path\nfrom pipelines.detect.parts.inscriptions import said_in\n"
        "from studio.provenance.xmp import _packet, source_type_of\n"
        f"data = {content}\npath = Path(sys.argv[1])\npath.write_bytes(data)\nsaid_in(path, 'image')\n"
        "source_type_of(data)\n_packet(data + b'</rdf:RDF>', 'uri')\n"
    )
    done = run_limited(script, str(tmp_path / "a.bin"))
    assert done.returncode == 0, (done.returncode, done.stderr[-500:])


@lru_cache(maxsize=1)
def patterns() -> list[tuple[str, str, str, int]]:
    """Every pattern that is a constant in studio/ and pipelines/ or is put together there: its place, its call, itself and its flags."""
    from pipelines.narrate.parts import wording

    rows = []
    for path in sorted([*ROOT.glob("studio/**/*.py"), *ROOT.glob("pipelines/**/*.py")]):
        text = path.read_text("utf-8")
        if "re." not in text or not CALLED.search(text):
            continue  # to parse every file takes ten seconds
        for node in ast.walk(ast.parse(text)):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CALLS
            if not (called and isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.args):
                continue
            constant, written = node.args[0], ast.unparse(node)
            if isinstance(constant, ast.Constant) and isinstance(constant.value, str | bytes):
                whole = constant.value if isinstance(constant.value, str) else constant.value.decode("latin-1")
                flags = sum(
                    value for name, value in (("re.I", re.I), ("re.S", re.S), ("re.M", re.M)) if name in written
                )
                rows.append((f"{path.relative_to(ROOT).as_posix()}:{node.lineno}", node.func.attr, whole, int(flags)))
    return [*rows, *(("narrate/parts/wording.py", "finditer", form.pattern, 0) for form, _ in wording._COMPILED)]


RUN_ALL = r"""
import json, re, resource, sys, time
seconds, rows = json.load(sys.stdin)
most = 20_000
for place, call, pattern, flags in rows:
    print(place, pattern, flush=True)
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + seconds, resource.RLIM_INFINITY))
    form = re.compile(pattern, flags)
    letters = sorted({one for one in pattern if one.isalnum() or one in " .,;:!?'\"-/*=<>[](){}|#&\\"} | set("aA1 .\n\t,'-(_"))
    pieces = [*letters, "a ", "A. ", "1,", "1.", "a'", "A.A.", "a.a ", "'\"", ") ", "\n ", " \n", "a-", "-1", "1/", "ab:", "A b", "  ", ".. ", "'s ", "\\\"", "1 x ", "he, "]
    words = [one for one in re.split(r"[^A-Za-z]+", pattern) if len(one) > 2][:12]
    for piece in [*pieces, *words]:
        body = (piece * (most // len(piece) + 1))[:most]
        for text in (body + "\0", "a" + body + "é") if len(piece) == 1 else (body, body + "\0", "\0" + body, "a" + body + "é"):
            if call in ("match", "fullmatch"):
                getattr(form, call)(text)
            else:
                for number, _ in enumerate(form.finditer(text)):
                    pass
"""


@linux_only
@a_fifth_or_all
def test_no_pattern_goes_back_over_a_long_text(choose):
    """One process tries them all, each with processor seconds of its own; the last one that it names is the one that was killed."""
    given = json.dumps([PROCESSOR_SECONDS, choose(patterns())])
    command = [sys.executable, "-c", RUN_ALL]
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, (done.stdout.splitlines()[-1:], done.returncode, done.stderr[-300:])


@linux_only
def test_the_limit_would_kill_a_careless_pattern():
    """The tests above can fail, and have patterns to look at."""
    assert len(patterns()) > 50 and any(row[0].startswith("pipelines/detect/parts/packets.py") for row in patterns())
    one_second = "resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n"
    done = run_limited(one_second + "import re\nre.fullmatch(r'(a+)+b', 'a' * 100_000)\n")
    assert done.returncode != 0
