"""A process that has only started knows every job: another one may have asked for it before a restart."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import kiif


def declared(file: Path) -> Iterator[str]:
    """Names given to `@job` in a file."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        for decorator in getattr(node, "decorator_list", ()):
            if isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "job":
                yield ast.literal_eval(decorator.args[0])


def test_a_worker_that_just_started_knows_every_job() -> None:
    named = {name for file in Path(kiif.__file__).parent.rglob("*.py") for name in declared(file)}
    script = "import django; django.setup(); from kiif.jobs import registry; print(*registry._definitions)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=120)
    assert len(named) > 20
    assert named - set(done.stdout.split()) == set()
