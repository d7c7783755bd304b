"""The browser's evaluator, run by node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest

SCRIPT = Path(__file__).with_name("browser.mjs")


class Browser:
    """Answers as the browser does. Skips the test where there is no node."""

    def __enter__(self) -> Self:
        node = shutil.which("node")
        if node is None:
            pytest.skip("node is not installed")
        self.process = subprocess.Popen(
            [node, str(SCRIPT)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        return self

    def ask(self, expression: str, context: dict[str, Any]) -> dict[str, Any]:
        """{"value", "references"}, or {"error": [code, position]}."""
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({"expression": expression, "context": context}) + "\n")
        self.process.stdin.flush()
        answer: dict[str, Any] = json.loads(self.process.stdout.readline())
        return answer

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.communicate(timeout=10)
