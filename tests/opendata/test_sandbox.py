"""A child can exhaust nothing but itself."""

import time

import pytest

from kiif.opendata import sandbox
from kiif.opendata.sandbox import Limits


@pytest.fixture
def child(tmp_path):
    """Runs a few lines of Python in the sandbox."""

    def _child(code, *arguments, **limits):
        script = tmp_path / "child.py"
        script.write_text(code)
        with sandbox.folder() as place:
            return sandbox.run(script, list(arguments), place, Limits(**limits))

    return _child


def test_it_answers(child):
    outcome = child("import sys; print(sys.argv[1].upper(), end='')", "bonjour")
    assert (outcome.code, outcome.output, outcome.exhausted) == (0, "BONJOUR", False)
    assert child("raise SystemExit(3)").code == 3
    assert child("1 / 0").code == 1


def test_time_on_the_clock(child):
    started = time.monotonic()
    outcome = child("import time; time.sleep(60)", wall=1.0)
    assert (outcome.code, outcome.exhausted) == (None, True)
    assert time.monotonic() - started < 5


def test_processor_time(child):
    assert child("while True: pass", cpu=1, wall=10.0).exhausted


def test_memory(child):
    assert child("x = bytearray(1 << 30)", memory=256 << 20).exhausted
    assert not child("x = bytearray(1 << 20)", memory=256 << 20).exhausted


def test_what_it_writes(child):
    assert child("open('big', 'wb').write(b'x' * (2 << 20))", written=1 << 20).code != 0
    assert child("open('small', 'wb').write(b'x')", written=1 << 20).code == 0


def test_it_sees_neither_our_environment_nor_our_code(child, monkeypatch):
    monkeypatch.setenv("KIIF_SECRET_KEY", "marqueur")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    outcome = child("import os, sys; print(sorted(os.environ), '/nowhere' in sys.path, os.getcwd())")
    assert "KIIF" not in outcome.output
    assert "PYTHONPATH" not in outcome.output
    assert "False" in outcome.output
    assert "kiif-box-" in outcome.output


def test_children_of_the_child_die_with_it(child, tmp_path):
    marker = tmp_path / "alive"
    code = f"import subprocess, time; subprocess.Popen(['sh', '-c', 'sleep 2; touch {marker}']); time.sleep(60)"
    assert child(code, wall=0.5).exhausted
    time.sleep(2.2)
    assert not marker.exists()


def test_an_endless_answer_is_cut(child):
    assert len(child("print('x' * (4 << 20))").output) == 1 << 20
