"""Commands for a studio on several machines: `worker`, `cluster`, `database` and `files`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pipelines.core.settings import Refusal
from studio import process
from studio.storage.database import URL
from studio.storage.migrations import version
from studio.storage.store import Store, home_folder

USUAL_LANES = "quick,heavy,film,film"


def add_to(commands: Any) -> None:
    """Their words."""
    worker = commands.add_parser("worker", help="take jobs from the common database, without a page")
    worker.add_argument("--lanes", default=USUAL_LANES, help=f"one job at a time for each word ({USUAL_LANES})")
    cluster = commands.add_parser("cluster", help="keep workers on a Ray cluster (STUDIO_CLUSTER)")
    cluster.add_argument("--lanes", default=USUAL_LANES, help="of each actor")
    cluster.add_argument("--least", type=int, default=1, help="actors when nothing waits")
    cluster.add_argument("--most", type=int, default=4, help="actors at most")
    cluster.add_argument("--cpus", type=float, default=1.0, help="that Ray reserves for an actor")
    cluster.add_argument("--gpus", type=float, default=0.0, help="that Ray reserves for an actor")
    database = commands.add_parser("database", help="the version of the database, or a copy of one")
    database.add_argument("what", choices=("version", "copy"))
    database.add_argument("source", nargs="?", help="with copy: a studio's folder or postgresql://…")
    database.add_argument("target", nargs="?", help="with copy: the other one, which must be empty")
    files = commands.add_parser("files", help="the bucket's rules, or what nobody needs there")
    files.add_argument("what", choices=("prepare", "sweep"))


def serve(asked: Any) -> int:
    """`worker` or `cluster`, until a signal."""
    from studio.cluster.work import lanes_of

    lanes = lanes_of(asked.lanes)
    if asked.command == "worker":
        from studio.cluster import work

        return work.serve(lanes)
    return _cluster(asked, lanes)


def _cluster(asked: Any, lanes: list[str]) -> int:
    from studio.cluster.ray_actors import Cluster, Size, address_from_environment
    from studio.studio import open_studio

    if not 0 <= asked.least <= asked.most <= 10_000 or asked.cpus < 0 or asked.gpus < 0:
        raise Refusal("Give --least and --most as whole numbers, the first no larger than the second.")
    address, studio = address_from_environment(), open_studio(spares=0)
    cluster = Cluster(studio, Size(asked.least, asked.most, asked.cpus, asked.gpus), lanes)
    cluster.connect(address)
    process.when_told_to_end(cluster.stop)
    print(f"{asked.least} to {asked.most} workers run on Ray at {address}.", flush=True)
    cluster.serve()
    studio.close()
    return 0


def database(asked: Any) -> int:
    """Print the version, or copy."""
    if asked.what == "version":
        store = Store()
        print(f"{'PostgreSQL' if store.database.shared else 'SQLite'}, change {version(store.database)}")
        store.close()
        return 0
    if not asked.source or not asked.target:
        raise Refusal("Name both: database copy FROM TO, each a studio's folder or postgresql://….")
    return _copy(asked.source, asked.target)


def _copy(source: str, target: str) -> int:
    """Rows, and the files too when STUDIO_FILES says that the target's lie in S3."""
    from studio.storage.copying import copy_files, copy_rows

    bucket = os.environ.pop("STUDIO_FILES", "")
    theirs = _laid_out(source)
    if bucket and target.startswith("postgres"):
        os.environ["STUDIO_FILES"] = bucket
    ours = _laid_out(target)
    total = copy_rows(theirs.database, ours.database, lambda table, n: print(f"{table}: {n} rows"))
    print(f"{total} rows are copied.")
    if ours.files is not None:
        missing: list[str] = []
        count = copy_files(theirs, ours, missing.append)
        print(f"The files of {count} artifacts are stored; {len(missing)} had none.")
    theirs.close()
    ours.close()
    return 0


def _laid_out(where: str) -> Store:
    """A store on that database with all tables of all parts. Raises Refusal."""
    from studio.access.sign_ins import SignIns
    from studio.access.tokens import AccessTokens
    from studio.storage.shares import Shares

    shared = where.startswith(("postgresql://", "postgres://"))
    home = home_folder() if shared else Path(where)
    if not shared and not home.is_dir():
        raise Refusal(f"{where} is no folder.")
    before = os.environ.pop(URL, None)
    if shared:
        os.environ[URL] = where
    try:
        store = Store(home)
    finally:
        os.environ.pop(URL, None)
        if before is not None:
            os.environ[URL] = before
    AccessTokens(store), SignIns(store), Shares(store)
    _lay_out_films(store)
    return store


def _lay_out_films(store: Store) -> None:
    from studio.engine.batches import SCHEMA as BATCHES
    from studio.film.tables import ADDED, SCHEMA

    store.database.lay_out(SCHEMA)
    store.widen(ADDED)
    store.database.lay_out(BATCHES)


def files(asked: Any) -> int:
    """Set the bucket's rules, or delete what no row names."""
    store = Store()
    if store.files is None:
        raise Refusal("The files lie in the studio's folder; STUDIO_FILES=s3://… says otherwise.")
    if asked.what == "prepare":
        store.files.prepare()
        print("The bucket's rules are set.")
    else:
        print(f"{store.files.sweep()} objects that nobody needs are deleted.")
    store.close()
    return 0
