"""``python -m kiif.opendata``: the data commands without the rest of the product."""

from __future__ import annotations

import argparse
import sys

from kiif.opendata import cli


def run() -> int:
    """Parse the command line and run it."""
    parser = argparse.ArgumentParser(prog="python -m kiif.opendata", description=cli.__doc__)
    cli.add_arguments(parser)
    return cli.main(parser.parse_args())


if __name__ == "__main__":
    sys.exit(run())
