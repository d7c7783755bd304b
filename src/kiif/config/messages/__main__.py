"""`python -m kiif.config.messages [--check | --compile | --prune] [app …]`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from babel.messages.catalog import Catalog

from kiif.config.messages import catalogues, checks


def update(packages: list[Path], *, prune: bool) -> None:
    """Writes each catalogue anew and says how much is left to translate."""
    for package in packages:
        path = catalogues.po_path(package)
        kept = catalogues.load(path)
        wanted = catalogues.fresh(package, kept, prune=prune)
        if not len(wanted) and not path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        text = catalogues.text_of(wanted)
        if not path.exists() or path.read_text("utf-8") != text:
            path.write_text(text, "utf-8")
        empty = sum(1 for m in wanted if m.id and not catalogues.is_translated(m))
        print(f"{package.name}: {len(wanted)} sentences, {empty} to translate, {len(wanted.obsolete)} obsolete")


def check(packages: list[Path]) -> list[str]:
    """Every fault of the catalogues, one sentence each."""
    found: list[str] = []
    every: dict[Path, Catalog] = {}
    for package in packages:
        path = catalogues.po_path(package)
        kept = catalogues.load(path)
        wanted = catalogues.fresh(package, kept)
        found += checks.problems(path.relative_to(catalogues.ROOT), kept, wanted)
        every[path.relative_to(catalogues.ROOT)] = kept
    return found + list(checks.disagreements(every))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m kiif.config.messages", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 if something is wrong")
    parser.add_argument("--compile", action="store_true", help="only write the .mo files")
    parser.add_argument("--prune", action="store_true", help="forget the obsolete entries")
    parser.add_argument("apps", nargs="*", help="only these apps")
    options = parser.parse_args(arguments)
    chosen = [p for p in catalogues.packages() if not options.apps or p.name in options.apps]
    if options.check:
        found = check(chosen)
        print("\n".join(found) or "catalogues: complete", file=sys.stderr if found else sys.stdout)
        return 1 if found else 0
    if not options.compile:
        update(chosen, prune=options.prune)
    print(f"compiled: {catalogues.compile_all()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
