# -*- coding: utf-8 -*-  # noqa: UP009 -- this one file is also read by Python 2, to say that it is too old
"""What `make run` and `make test` call first: finds a recent Python, then hands over to scripts/launch.

This file alone keeps to what every Python understands, down to 2.7; the rest of the house needs 3.11.
"""

import os
import sys

OLDEST = (3, 11)
NEWER = ["python3.13", "python3.12", "python3.11"]

TOO_OLD = """
  Il faut Python 3.11 ou plus récent ; celui-ci est en version {found}. Installez-le (python.org, ou le paquet
  python3.11 de votre système), puis relancez : make run PYTHON=python3.11

  Python 3.11 or newer is needed; this one is version {found}. Install it (python.org, or the package
  python3.11 of your system), then start again: make run PYTHON=python3.11

"""


def newer_python():
    """The path of a Python that is recent enough, or nothing."""
    for name in NEWER:
        for folder in os.environ.get("PATH", "").split(os.pathsep):
            path = os.path.join(folder, name)  # noqa: PTH118 -- pathlib is not in Python 2
            # a shim may be there and answer that the version is not installed: try it
            if os.access(path, os.X_OK) and os.system('"{}" -c "" >/dev/null 2>&1'.format(path)) == 0:  # noqa: S605, UP032 -- Python 2
                return path
    return None


if sys.version_info < OLDEST:
    other = newer_python()
    if other:
        os.execv(other, [other] + sys.argv)  # noqa: S606, RUF005 -- Python 2
    found = ".".join(str(part) for part in sys.version_info[:2])
    sentences = TOO_OLD.format(found=found)
    # Python 2 writes bytes as they are; an old Python 3 may believe that the terminal only knows ASCII
    stream = getattr(sys.stderr, "buffer", sys.stderr)
    stream.write(sentences if isinstance(sentences, bytes) else sentences.encode("utf-8"))
    sys.exit(1)

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # noqa: PTH100, PTH120 -- as above

from launch.main import main  # noqa: E402 -- only a recent Python can read it

sys.exit(main(sys.argv[1:]))
