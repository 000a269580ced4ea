"""What these tests share: routes in this process, uploads that forked children examine, and the seed of the day where one fails."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.film.library import Film
from studio.film.storyboard import NEW_SOUND
from studio.provenance.certificate import Certificate, certificate
from studio.studio import Studio
from tests.asgi import client  # noqa: F401
from tests.day import pytest_runtest_makereport  # noqa: F401
from tests.fixtures import picture, put_picture
from tests.intake_children import forked_children, real_children  # noqa: F401
from tests.studio import film_stubs as stubs


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs on PostgreSQL and S3 is slow, and all but a core of it is long."""
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            if item.callspec.params.get("backend", "sqlite") == "sqlite":
                continue
            item.add_marker("slow")
            if not hasattr(item.function, "core"):
                item.add_marker("long")


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    picture(80, 60, seed=2).save(path)
    return path


@pytest.fixture(scope="module")
def identity(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return certificate(tmp_path_factory.mktemp("identity"))


def _render(home: Path, board: Callable[[Studio], dict]) -> str:
    from studio.film.executors import render_here

    with stubs.open_studio_of_stubs(home) as studio:
        film = studio.films.create("ada", board(studio))
        cut = render_here(studio.films, film, "draft")
        studio.store.rows(
            "INSERT INTO film_renders (session, film, size, storyboard, state, artifact, started, ended) VALUES (?,?,'draft','{}','done',?,1,2)",
            "ada",
            film.id,
            cut.id,
        )
    return film.id


@pytest.fixture(scope="session")
def plain_film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder in which the stubs' film was rendered, and the film's id."""
    home = tmp_path_factory.mktemp("plain") / "home"
    return home, _render(home, lambda studio: stubs.story())


@pytest.fixture(scope="session")
def rich_film(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The same for a described film in portrait with every sound, a look, and a photo of Ada's."""

    def board(studio: Studio) -> dict:
        photo = put_picture(studio, "ada", 5, width=640, height=640)
        board = stubs.story(format="9:16", described=True, credits={"show": False}, **NEW_SOUND)
        board["scenes"][1] |= {"picture": {"artifact": photo.id}, "look": "autumn-oils"}
        return board

    home = tmp_path_factory.mktemp("rich") / "home"
    return home, _render(home, board)


def _reopen_film(kept: tuple[Path, str], folder: Path) -> Iterator[tuple[Studio, Film]]:
    shutil.copytree(kept[0], folder / "home")
    with stubs.open_studio_of_stubs(folder / "home") as studio:
        yield studio, studio.films.film("ada", kept[1])


@pytest.fixture
def plain(plain_film: tuple[Path, str], tmp_path: Path) -> Iterator[tuple[Studio, Film]]:
    """A studio with the plain film, rendered as a draft, and the film."""
    yield from _reopen_film(plain_film, tmp_path)


@pytest.fixture
def rich(rich_film: tuple[Path, str], tmp_path: Path) -> Iterator[tuple[Studio, Film]]:
    """A studio with the rich film, rendered as a draft, and the film."""
    yield from _reopen_film(rich_film, tmp_path)
