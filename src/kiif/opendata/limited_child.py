"""Sets the limits of this process, then becomes the script: `limited_child.py MEMORY CPU WRITTEN SCRIPT ARGUMENT…`."""

import contextlib
import runpy
import sys

OUT_OF_MEMORY = 77


def limit(memory: int, cpu: int, written: int) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_FSIZE, (written, written))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> int:
    memory, cpu, written, script, *arguments = sys.argv[1:]
    with contextlib.suppress(ImportError):  # not on Unix: the wall-clock limit of the parent remains
        limit(int(memory), int(cpu), int(written))
    sys.argv = [script, *arguments]
    with contextlib.suppress(KeyboardInterrupt):
        try:
            runpy.run_path(script, run_name="__main__")
        except MemoryError:
            return OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
