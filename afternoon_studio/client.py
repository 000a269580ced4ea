"""A studio that runs elsewhere, asked over its own routes.

    studio = Studio("http://127.0.0.1:7860", token="…")      # a token of `python -m studio token` or of the page
    made = studio.run("generate.storybook", prompt="A fox in the snow", listen=print)
    made.save("fox.png")

A studio without accounts needs no token: the client is then a visitor of its own.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from pipelines.core.settings import Refusal

EVERY_SECONDS = 0.5  # as often as the page asks
WAITING = ("queued", "running")
UNREACHED = "The studio at {url} cannot be reached: {why}."


@dataclass(frozen=True)
class Progress:
    """How far a job is: `state` is queued, running, done, failed or cancelled; `fraction` lies between 0 and 1."""

    state: str
    fraction: float
    label: str
    seconds_left: float | None = None


@dataclass(frozen=True)
class Made:
    """A result on the shelf of the studio that made it."""

    studio: Studio
    card: dict[str, Any]

    @property
    def id(self) -> str:
        """Its id."""
        return str(self.card["id"])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Fetch it in the format of the path's ending: its own, or one that the studio exports. Raises Refusal."""
        target = Path(path)
        ending = target.suffix.lower()
        own = Path(str(self.card["file_name"])).suffix
        address = str(self.card["url"]) if ending == own else f"studio/media/{self.id}/export/{ending[1:]}"
        if ending != own and ending not in self.card["exports"]:
            offered = ", ".join([own, *self.card["exports"]])
            raise Refusal(f"This can be saved as {offered}, not as {ending or 'a file without an ending'}.")
        target.write_bytes(self.studio.ask("GET", address).content)
        return target


class Studio:
    """A studio at a web address; `token` is an access token of it."""

    def __init__(self, url: str, token: str = "", *, timeout_seconds: float = 60.0) -> None:
        self.url = url.rstrip("/") + "/"
        headers = {"x-studio": "1"} | ({"authorization": f"Bearer {token}"} if token else {})
        self._http = httpx.Client(base_url=self.url, headers=headers, timeout=timeout_seconds)
        if not token:
            self.ask("GET", "", accept="text/html")  # a visitor begins at the page, which gives the session's cookie

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *problem: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def ask(self, method: str, path: str, accept: str = "application/json", **request: Any) -> httpx.Response:
        """One request to a route of the studio. Raises Refusal with the sentence that the studio answers."""
        try:
            answer = self._http.request(method, path, headers={"accept": accept}, **request)
        except httpx.HTTPError as problem:
            raise Refusal(UNREACHED.format(url=self.url, why=str(problem) or type(problem).__name__)) from None
        if answer.is_success:
            return answer
        try:
            said = str(answer.json()["problem"])
        except (ValueError, KeyError, TypeError):
            said = f"The studio answered with {answer.status_code}."
        raise Refusal(said)

    def upload(self, path: str | os.PathLike[str], kind: str = "") -> str:
        """Put a file of this machine on the studio's shelf and give back its id."""
        source = Path(path)
        if not source.is_file():
            raise Refusal(f"There is no file {source}.")
        asked = f"studio/upload?name={quote(source.name)}" + (f"&kind={quote(kind)}" if kind else "")
        return str(self.ask("POST", asked, content=source.read_bytes()).json()["id"])

    def run(
        self,
        pipeline: str,
        *,
        files: dict[str, str | os.PathLike[str] | Made] | None = None,
        inputs: dict[str, str] | None = None,
        listen: Callable[[Progress], None] | None = None,
        **settings: Any,
    ) -> Made:
        """Run a method there: `files` of this machine by slot, `inputs` are ids of its shelf, the rest are settings; `listen` hears each change. Raises Refusal."""
        taken = dict(inputs or {}) | {
            slot: one.id if isinstance(one, Made) else self.upload(one) for slot, one in (files or {}).items()
        }
        asked = {"pipeline": pipeline, "inputs": taken, "settings": settings}
        number = int(self.ask("POST", "studio/make", json=asked).json()["job"])
        try:
            job = self._ended(number, listen)
        except KeyboardInterrupt:
            self.ask("POST", f"studio/jobs/{number}/cancel")
            raise
        if job["state"] != "done":
            raise Refusal(str(job["problem"] or "The job was cancelled."))
        return Made(self, self.ask("GET", f"studio/artifacts/{job['artifact']}").json())

    def _ended(self, number: int, listen: Callable[[Progress], None] | None) -> dict[str, Any]:
        heard = None
        while True:
            jobs = self.ask("GET", "studio/state").json()["jobs"]
            job: dict[str, Any] | None = next((one for one in jobs if one["id"] == number), None)
            if job is None:
                raise Refusal("The studio does not know this job any more.")
            now = Progress(job["state"], job["fraction"], job["label"], job.get("seconds_left"))
            if listen is not None and now != heard:
                listen(now)
            heard = now
            if job["state"] not in WAITING:
                return job
            time.sleep(EVERY_SECONDS)
