"""Films as the page sees them: plain JSON, nothing of another visitor's, no path of this machine."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.audio.loudness import TARGETS
from pipelines.core.models import ASSETS
from pipelines.film.parts import lettering
from pipelines.film.parts.shapes import FORMATS, RATE_HZ
from pipelines.film.parts.transitions import KINDS
from studio.film import cast, engines, storyboard
from studio.film.library import Take
from studio.film.plan import Plan
from studio.film.problems import models_used
from studio.film.steps import LABELS, Step, notes_beside
from studio.film.storyboard import storyboard_of
from studio.film.timeline import Placed
from studio.storage.timing import duration

if TYPE_CHECKING:
    from studio.film.library import Film, Films
    from studio.film.scheduler import Render


def film(films: Films, film: Film, size: str, *, with_board: bool = True) -> dict[str, Any]:
    """A film with its plan at a size and its newest render."""
    jobs = _jobs(films, film.session)  # before the plan, so that what ends in between is seen as made
    plan = films.plan(film, size)
    shown: dict[str, Any] = {
        "id": film.id,
        "version": film.version,
        "title": film.title,
        "undo": film.undo,
        "redo": film.redo,
        "updated": film.updated,
        "problems": plan.problems,
        "plan": _plan(films, film, plan, jobs),
        "last": films.last(film),
        "render": _render(films, film),
    }
    if with_board:
        shown["finished"] = finished_film(film.board)
        shown["cast"] = cast.members(film.board)
        shown["storyboard"] = storyboard.as_json(film.board)
    return shown


def _plan(films: Films, film: Film, plan: Plan, running: Mapping[str, Any]) -> dict[str, Any]:
    seconds, unknown = plan.remaining(films.studio.jobs.runner.parallel_jobs())
    counted = films.store.rows(
        "SELECT step, COUNT(*) AS n FROM film_takes WHERE session = ? AND film = ? GROUP BY step", film.session, film.id
    )
    takes = {row["step"]: row["n"] for row in counted}
    stale = plan.stale
    return {
        "size": plan.size,
        "width": plan.width,
        "height": plan.height,
        "rate": RATE_HZ,
        "frames": plan.frames,
        "seconds": round(plan.frames / RATE_HZ, 3),
        "estimated": plan.estimated,
        "done": len(plan.steps) - len(stale),
        "total": len(plan.steps),
        "stale": len(stale),
        "seconds_left": None if unknown else round(seconds, 1),
        "words": f"About {duration(seconds)}" if seconds and not unknown else "",
        "steps": [_step(step, running.get(step.artifact), takes.get(step.key, 0)) for step in plan.steps.values()],
        "scenes": [_scene(films, film, plan, where) for where in plan.timeline if where.id not in ("title", "credits")],
        "cut": plan.cut.artifact if plan.cut and plan.cut.made else None,
        "before": before(film),
    }


def before(one: Film) -> dict[str, Any]:
    """What the models of a hub cost and may be used for, summed over the film: what is still to be fetched, the most memory, licences."""
    uses = models_used(one.board)
    fetched = sum(use.preset.card.size_bytes for use in uses if not use.present)
    return {
        "models": [engines.as_json(use) for use in uses],
        "download_bytes": fetched,
        "memory_gb": max((use.preset.memory_gb for use in uses), default=0.0),
        "commercial": all(use.preset.card.commercial for use in uses),
    }


def _jobs(films: Films, session: str) -> dict[str, Any]:
    """By artifact: the newest job of the last day."""
    rows = films.store.rows(
        "SELECT id, artifact, state, fraction, label, problem FROM jobs WHERE session = ? AND lane != 'inline' AND (state IN ('queued', 'running') OR created > ?)"
        " ORDER BY id",
        session,
        time.time() - 86400,
    )
    return {row["artifact"]: row for row in rows}


def _step(step: Step, job: Any, takes: int) -> dict[str, Any]:
    state, problem, fraction = "stale", step.problem or None, None
    if step.given:
        state = "given" if step.made else "failed"
    elif step.made:
        state = "made"
    elif problem:
        state = "failed"
    elif job is not None and job["state"] in ("queued", "running", "failed"):
        state, problem = job["state"], job["problem"]
        fraction = round(job["fraction"], 4) if state == "running" else None
    return {
        "key": step.key,
        "scene": step.scene or None,
        "kind": step.kind,
        "label": LABELS[step.kind],
        "state": state,
        "artifact": step.artifact if step.made else None,
        "takes": max(takes, int(step.made and not step.given)),
        "seconds": round(step.seconds, 1) if step.seconds is not None else None,
        "job": job["id"] if job is not None and state in ("queued", "running") else None,
        "fraction": fraction,
        "problem": problem,
    }


def _scene(films: Films, film: Film, plan: Plan, where: Placed) -> dict[str, Any]:
    scene = next(scene for scene in film.board.scenes if scene.id == where.id)
    own = [step for step in plan.steps.values() if step.scene == where.id]
    seen = [step for step in own if step.kind in ("look", "picture") and step.made]
    shown = next((s for s in seen if s.kind == "look"), seen[0] if seen else None)
    artifacts = {step.kind: step.artifact for step in own if step.made}
    painted = films.store.artifact(film.session, artifacts["picture"]) if "picture" in artifacts else None
    return {
        "id": where.id,
        "start": round(where.start / RATE_HZ, 3),
        "seconds": round(where.frames / RATE_HZ, 3),
        "frames": where.frames,
        "stale": any(not step.made for step in own),
        "thumbnail": f"studio/thumbnail/{shown.artifact}" if shown else None,
        "clip": artifacts.get("segment"),
        "line": artifacts.get("line"),
        "line_at": round(where.speech_at / RATE_HZ, 3),
        "motion": scene.motion.text or scene.line,
        "camera": storyboard.camera_of(scene),
        "checked": notes_beside(painted.path) if painted is not None else [],
    }


def _render(films: Films, film: Film) -> dict[str, Any] | None:
    render = films.renders.newest(film.session, film.id)
    if render is None:
        return None
    shown = {
        "id": render.id,
        "size": render.size,
        "state": render.state,
        "fraction": 1.0 if render.state == "done" else 0.0,
        "label": "",
        "seconds_left": None,
        "problem": render.problem,
        "artifact": render.artifact,
        "started": render.started,
        "ended": render.ended,
    }
    if render.state == "running":
        shown |= _progress(films, film, render)
    return shown


def _progress(films: Films, film: Film, render: Render) -> dict[str, Any]:
    """How far a running render is, by its own storyboard."""
    try:
        told = json.loads(render.storyboard)
        plan = films.plan(film, render.size, storyboard_of(told))
        first = int(told.get("steps") or 0)
    except (ValueError, TypeError, AttributeError):
        return {}
    asked, stale = _jobs(films, film.session), plan.stale
    running = [
        (step, job)
        for step in stale
        if step.artifact and (job := asked.get(step.artifact)) is not None and job["state"] == "running"
    ]
    done = max(0, first - len(stale)) + sum(job["fraction"] for _, job in running)
    seconds, unknown = plan.remaining(films.studio.jobs.runner.parallel_jobs())
    jobs = films.studio.jobs
    left = [(step.seconds or 0.0, jobs.left(jobs.job(film.session, job["id"]))) for step, job in running]
    under_way = sum(expected - (expected if seconds is None else min(expected, seconds)) for expected, seconds in left)
    label = ", ".join(step.label for step, _ in running[:2]) or "Beginning"
    return {
        "fraction": round(min(0.999, done / first), 4) if first else 0.0,
        "label": label,
        "seconds_left": None if unknown else round(max(0.0, seconds - under_way), 1),
    }


def take(take: Take) -> dict[str, Any]:
    """Describe a take for the page."""
    file = take.artifact
    return {
        "artifact": file.id,
        "kind": file.kind,
        "url": f"studio/media/{file.id}",
        "thumbnail": f"studio/thumbnail/{file.id}",
        "created": file.created,
        "seed": file.call.settings.get("seed") if file.call else None,
        "current": take.current,
        "fits": take.fits,
        "title": file.title,
    }


def choices() -> dict[str, Any]:
    """List the choices that the forms of the Film tab offer."""
    from pipelines.audio.voices import options
    from pipelines.compose.parts.moods import MOODS
    from pipelines.stylize.parts.stylers import style_names

    looks = [{"value": slug, "label": name, "picture": f"looks/{slug}.webp"} for slug, name in style_names().items()]
    return {
        "formats": _options_of(FORMATS),
        "loudness": _options_of(TARGETS),
        "moods": _options_of(MOODS),
        "voices": _options_of(options()),
        "looks": looks,
        "cameras": _options_of(storyboard.CAMERAS),
        "shots": _options_of(storyboard.SHOTS),
        "transitions": _options_of(KINDS),
        "subtitle_modes": _options_of(storyboard.MODES),
        "second_subtitles": _options_of(storyboard.SECOND),
        "engines": engines.options(),
        "subtitle_styles": _options_of(lettering.STYLES),
        "subtitle_sizes": _options_of(lettering.SIZES),
    }


def _options_of(options: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in options.items()]


def example(path: Path) -> dict[str, Any]:
    """Describe an example film for the page."""
    board = json.loads(path.read_text("utf-8"))
    return {
        "name": path.stem,
        "title": board.get("title", path.stem),
        "about": board.get("about", ""),
        "scenes": len(board.get("scenes", [])),
        "poster": f"films/{path.stem}.webp" if path.with_suffix(".webp").is_file() else None,
        "film": f"films/{path.stem}.mp4" if path.with_suffix(".mp4").is_file() else None,
    }


@cache
def _examples() -> list[tuple[storyboard.Storyboard, str]]:
    """The storyboards of the examples that have a finished film, and where it is under assets/."""
    folder = ASSETS / "films"
    paths = [path for path in sorted(folder.glob("*.json")) if path.with_suffix(".mp4").is_file()]
    return [(storyboard_of(json.loads(path.read_text("utf-8"))), f"films/{path.stem}.mp4") for path in paths]


def finished_film(board: storyboard.Storyboard) -> str | None:
    """The finished film of an example whose storyboard this is, unchanged, as a path under assets/."""
    return next((film for told, film in _examples() if told == board), None)


def file_stem(title: str) -> str:
    """Return a file name without its ending, made from a title."""
    kept = "".join(c if c.isalnum() else "-" for c in title.lower())
    return "-".join(part for part in kept.split("-") if part)[:48] or "film"
