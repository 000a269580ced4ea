"""How many small faults in five core modules the tests notice: `python -m measure.mutants [COMMIT …]` prints killed and all mutants a module.

mutmut (BSD-3, pinned here and installed into a folder of its own) changes one expression at a time in a copy of the commit and runs the tests named
below; the tests of `make test-long` are left out, so a commit before and one after show whether `make test` lost protection.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

MUTMUT = "mutmut==3.8.1"
ROOT = Path(__file__).resolve().parents[1]
MODULES = {
    "pipelines/core/settings.py": ("tests/pipelines/test_settings.py",),
    "pipelines/core/registry.py": ("tests/pipelines/test_registry.py",),
    "studio/engine/jobs.py": ("tests/studio/test_jobs.py", "-k", "not cluster"),
    "studio/access/visitors.py": ("tests/studio/test_visitors.py",),
    "studio/film/parsing.py": ("tests/studio/test_film_words.py",),
}
COPIED = (
    "app.py",
    "afternoon_studio",
    "examples",
    "pipelines",
    "studio",
    "training",
    "measure",
    "tests",
    "assets",
    "docs",
    "deploy",
    "Makefile",
    "README.md",
    "pyproject.toml",
)


def counts(checkout: Path, library: Path, module: str, chosen: tuple[str, ...]) -> tuple[int, int]:
    """The mutants of a module that its tests kill, and all that they run into."""
    tests = [word for word in chosen if word.startswith("tests/")]
    arguments = [word for word in chosen if word not in tests] + ["-m", "not long and not slow"]
    lines = [
        "[mutmut]",
        f"source_paths={module}",
        "also_copy=",
        *(f"    {name}" for name in COPIED if (checkout / name).exists()),
    ]
    lines += ["pytest_add_cli_args_test_selection=", *(f"    {word}" for word in tests)]
    lines += ["pytest_add_cli_args=", *(f"    {word}" for word in arguments)]
    (checkout / "setup.cfg").write_text("\n".join(lines) + "\n", "utf-8")
    environment = os.environ | {"PYTHONPATH": str(library), "OMP_NUM_THREADS": "1"}
    subprocess.run(["rm", "-rf", "mutants"], cwd=checkout, check=True)
    for words in (["run"], ["export-cicd-stats"]):
        subprocess.run(
            [sys.executable, "-m", "mutmut", *words],
            cwd=checkout,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
    told = json.loads((checkout / "mutants" / "mutmut-cicd-stats.json").read_text("utf-8"))
    return told["killed"] + told["timeout"], told["total"] - told["no_tests"]


def main(commits: list[str]) -> None:
    print("| Commit | Module | Killed | Mutants that tests run into |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "library"
        subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--target", str(library), MUTMUT], check=True)
        for commit in commits:
            checkout = Path(folder) / commit.replace("/", "-")
            subprocess.run(["git", "clone", "-q", str(ROOT), str(checkout)], check=True)
            subprocess.run(["git", "checkout", "-q", commit], cwd=checkout, check=True)
            for module, chosen in MODULES.items():
                try:
                    killed, whole = counts(checkout, library, module, chosen)
                except subprocess.CalledProcessError:
                    print(f"| {commit} | {module} | its tests do not run under mutmut | |", flush=True)
                else:
                    print(f"| {commit} | {module} | {killed} | {whole} |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or ["HEAD"])
