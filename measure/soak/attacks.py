"""Some hundreds of requests that a stranger or a foreign page might send; each says how a hit would be known. The goal is none.

Paths that lead out of a folder, addresses that the server should fetch, foreign hosts and origins, markup in names, settings that load
code, ids that no one has. The server stands on loopback with a folder of its own; a listener beside it counts who visits.
"""

from __future__ import annotations

import http.client
import itertools
import time
from collections import Counter

from measure.soak.attack import Listener, Target
from measure.soak.attack_pages import code, foreign_pages, hosts, markup
from measure.soak.attack_paths import addresses, strange, traversals
from measure.soak.harness import Options, Visitor, log_row, studio
from measure.soak.rows import Row

KINDS = (traversals, addresses, foreign_pages, hosts, markup, code, strange)


def run(options: Options) -> list[Row]:
    listener = Listener()
    with studio(options) as server, Visitor(server) as visitor:
        target = Target(server, visitor, listener)
        rows = judged(target)
        begun = time.monotonic()
        rows.append(
            Row(
                "the studio answers afterwards",
                f"in {time.monotonic() - begun:.2f} s" if server.answers() else "it does not",
                server.answers(),
            )
        )
        rows.append(log_row(server))
    listener.socket.close()
    return rows


def judged(target: Target) -> list[Row]:
    """A row for each kind, with the hits by name."""
    counts: Counter[str] = Counter()
    hits: dict[str, list[str]] = {}
    for attack in itertools.chain.from_iterable(kind(target) for kind in KINDS):
        counts[attack.kind] += 1
        try:
            answer = attack.send()
        except (http.client.HTTPException, OSError) as problem:
            if isinstance(problem, TimeoutError):
                hits.setdefault(attack.kind, []).append(f"{attack.what}: no answer in 20 s")
            continue  # a broken line is a no
        if answer.status == 500 or attack.hit(answer):
            hits.setdefault(attack.kind, []).append(f"{attack.what}: {answer.status}")
    rows = [
        Row(
            f"{kind}: {count} attempts, no hit",
            f"{len(hits.get(kind, []))} hits" + ("".join(f"; {one}" for one in hits.get(kind, [])[:6])),
            kind not in hits,
        )
        for kind, count in counts.items()
    ]
    total = sum(counts.values())
    return [*rows, Row("at least 200 attempts", f"{total} attempts", total >= 200)]
