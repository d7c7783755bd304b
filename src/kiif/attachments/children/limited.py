"""Sets the limits of this process, then becomes the script: `limited.py MEMORY CPU WRITTEN SCRIPT ARGUMENT…`."""

import contextlib
import runpy
import sys

OUT_OF_MEMORY = 77


def main() -> int:
    memory, cpu, written, script, *arguments = sys.argv[1:]
    try:
        import resource
    except ImportError:  # not on Unix: the wall-clock limit of the parent remains
        resource = None
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
        resource.setrlimit(resource.RLIMIT_CPU, (int(cpu), int(cpu)))
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(written), int(written)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.argv = [script, *arguments]
    with contextlib.suppress(KeyboardInterrupt):
        try:
            runpy.run_path(script, run_name="__main__")
        except MemoryError:
            return OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    sys.exit(main())
