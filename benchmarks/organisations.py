"""The register pack at its size, and the directory: `python benchmarks/organisations.py [--rows N] [--json]`.

A register of invented organisations (two million by default: 85 % in Sirene with headquarters, the others associations
known by the RNA alone) is written in the format of its publishers, built into a pack, and asked. Nothing of it is kept.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from common import p95, report

SEED = 20_260_101
ASKED = 400
LIMITS = {
    "by SIREN, p95 ms": 30.0,
    "by RNA, p95 ms": 30.0,
    "name and commune, p95 ms": 300.0,
    "name and department, p95 ms": 300.0,
    "name in the whole country, p95 ms": 1_000.0,
}
NAMES = (
    "mains vives atelier etape jardin maison fabrique grange moulin riviere collines passerelle tisserands lune soleil "
    "partage relais cabane boussole lanterne sentier verger forge ruche voiles horizon semence racine plaine marais"
)
WORDS = NAMES.split()


def timed(calls: Iterable[Callable[[], Any]]) -> list[float]:
    """Milliseconds of each call."""
    found = []
    for call in calls:
        begun = time.perf_counter()
        call()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def write_files(folder: Path, rows: int) -> dict[str, Path]:
    """The three files of the publishers, for so many invented organisations."""
    import duckdb

    units = int(rows * 0.85)
    words = ", ".join(f"'{word.upper()}'" for word in WORDS)
    connection = duckdb.connect()
    connection.execute(f"CREATE MACRO word(n) AS [{words}][1 + (hash(n) % {len(WORDS)})::INT]")
    connection.execute(
        "CREATE MACRO place(n) AS printf('%02d%03d', 1 + (hash(n) % 95)::INT, 1 + (hash(n + 7) % 365)::INT)"
    )
    name = (
        "word(i) || ' ' || word(i * 3 + 1) || ' ' || word(i * 7 + 2) || ' DE ' || word(i * 11 + 5) || ' ' || i % 1000"
    )
    files = {name: folder / f"{name}.parquet" for name in ("units", "establishments", "associations")}
    selects = {
        "units": f"""SELECT printf('%09d', 100000000 + i * 7) AS siren, 'O' AS statutDiffusionUniteLegale,
            '2014-05-02' AS dateCreationUniteLegale, '' AS sigleUniteLegale,
            CASE WHEN i % 3 = 0 THEN printf('W%09d', i) END AS identifiantAssociationUniteLegale,
            '2026-10-30T08:00:00' AS dateDernierTraitementUniteLegale, '2014-05-02' AS dateDebut,
            CASE WHEN i % 4 = 0 THEN 'C' ELSE 'A' END AS etatAdministratifUniteLegale,
            {name} AS denominationUniteLegale, '' AS denominationUsuelle1UniteLegale,
            '9220' AS categorieJuridiqueUniteLegale, '00012' AS nicSiegeUniteLegale,
            'O' AS economieSocialeSolidaireUniteLegale, 'N' AS caractereEmployeurUniteLegale
            FROM range({units}) t(i)""",
        "establishments": f"""SELECT printf('%09d00012', 100000000 + i * 7) AS siret, 'true' AS etablissementSiege,
            '' AS complementAdresseEtablissement, (i % 90)::VARCHAR AS numeroVoieEtablissement,
            '' AS indiceRepetitionEtablissement, 'RUE' AS typeVoieEtablissement,
            'DES ' || word(i) AS libelleVoieEtablissement, '24300' AS codePostalEtablissement,
            'COMMUNE INVENTEE' AS libelleCommuneEtablissement, place(i) AS codeCommuneEtablissement
            FROM range({units}) t(i)""",
        "associations": f"""SELECT printf('W9%08d', i) AS id, NULL AS siret, '2013-11-05' AS date_creat,
            '0001-01-01' AS date_disso, {name} AS titre, '' AS titre_court, '' AS adrs_complement, '3' AS adrs_numvoie,
            '' AS adrs_repetition, 'RUE' AS adrs_typevoie, 'HAUTE' AS adrs_libvoie, place(i + 1) AS adrs_codeinsee,
            '24300' AS adrs_codepostal, 'COMMUNE INVENTEE' AS adrs_libcommune, 'A' AS position,
            '2026-09-01 10:00:00' AS maj_time FROM range({rows - units}) t(i)""",
    }
    for key, path in files.items():
        connection.execute(f"COPY ({selects[key]}) TO '{path}' (FORMAT parquet)")
    return files


def measure(rows: int) -> dict[str, float]:
    from kiif.opendata import packs, registers, registers_build

    rng = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix="kiif-bench-") as name:
        folder = Path(name)
        os.environ["KIIF_DATA_DIR"] = str(folder / "data")
        files = write_files(folder, rows)
        begun = time.perf_counter()
        registers_build.build(**files)
        built = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in packs.paths.pack_dir(registers.PACK).glob("*/*.parquet"))
        units = int(rows * 0.85)
        sirens = [f"{100_000_000 + rng.randrange(units) * 7:09d}" for _ in range(ASKED)]
        rna = [f"W9{rng.randrange(rows - units):08d}" for _ in range(ASKED)]
        begun = time.perf_counter()
        assert registers.by_siren(sirens[0]) is not None
        first = (time.perf_counter() - begun) * 1000
        places = [f"{rng.randint(1, 95):02d}{rng.randint(1, 365):03d}" for _ in range(ASKED)]
        texts = [f"{rng.choice(WORDS)} {rng.choice(WORDS)[:4]}" for _ in range(ASKED)]
        return {
            "by SIREN, p95 ms": p95(timed([lambda s=s: registers.by_siren(s) for s in sirens])),
            "by RNA, p95 ms": p95(timed([lambda s=s: registers.by_rna(s) for s in rna])),
            "name and commune, p95 ms": p95(
                timed([lambda t=t, c=c: registers.search(t, commune=c) for t, c in zip(texts, places, strict=True)])
            ),
            "name and department, p95 ms": p95(
                timed(
                    [
                        lambda t=t, c=c: registers.search(t, department=c[:2])
                        for t, c in zip(texts[:60], places, strict=False)
                    ]
                )
            ),
            "name in the whole country, p95 ms": p95(timed([lambda t=t: registers.search(t) for t in texts[:40]])),
            "first look-up of a process, ms": first,
            "build, s": built,
            "pack, MB": size / 1e6,
            "memory of the process, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    return report(measure(args.rows), LIMITS, as_json=args.json)


if __name__ == "__main__":
    sys.exit(main())
