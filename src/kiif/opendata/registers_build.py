"""Build the pack ``register`` from the monthly files of INSEE (Sirene) and of the ministry of the Interior (RNA).

``build(units=…, establishments=…, associations=…)`` takes each file as it is published: CSV, Parquet, or the zip
archive that holds it. DuckDB reads them without holding them in memory. Natural persons, units that asked not to be
published and every column that names somebody are left out before anything is written.
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from kiif.opendata import files, packs, paths, registers
from kiif.opendata.errors import MissingInput, RefusedFile
from kiif.opendata.errors import gettext_noop as _

Progress = Callable[[str, int, int], None]
STEPS: Final = (_("Read legal units"), _("Read headquarters"), _("Read associations"), _("Write the register"))
#: Rows of one group of a Parquet file: small, so that a look-up reads little.
GROUP: Final = 8_192

UNITS: Final = (
    "siren", "statutDiffusionUniteLegale", "dateCreationUniteLegale", "sigleUniteLegale",
    "identifiantAssociationUniteLegale", "dateDernierTraitementUniteLegale", "dateDebut",
    "etatAdministratifUniteLegale", "denominationUniteLegale", "denominationUsuelle1UniteLegale",
    "categorieJuridiqueUniteLegale", "nicSiegeUniteLegale", "economieSocialeSolidaireUniteLegale",
    "caractereEmployeurUniteLegale",
)  # fmt: skip
ESTABLISHMENTS: Final = (
    "siret", "etablissementSiege", "complementAdresseEtablissement", "numeroVoieEtablissement",
    "indiceRepetitionEtablissement", "typeVoieEtablissement", "libelleVoieEtablissement", "codePostalEtablissement",
    "libelleCommuneEtablissement", "codeCommuneEtablissement",
)  # fmt: skip
ASSOCIATIONS: Final = (
    "id", "siret", "date_creat", "date_disso", "titre", "titre_court", "adrs_complement", "adrs_numvoie",
    "adrs_repetition", "adrs_typevoie", "adrs_libvoie", "adrs_codeinsee", "adrs_codepostal", "adrs_libcommune",
    "position", "maj_time",
)  # fmt: skip

_FOLDED: Final = (
    "trim(regexp_replace(replace(replace(lower(strip_accents(concat_ws(' ', name, short_name, usual_name))), "
    "'œ', 'oe'), 'æ', 'ae'), '[^a-z0-9]+', ' ', 'g'))"
)

_DEPARTMENT: Final = (
    "coalesce(nullif(substr(commune, 1, CASE WHEN starts_with(commune, '97') THEN 3 ELSE 2 END), ''), '00')"
)

_UNITS_SQL: Final = """
CREATE TABLE units AS SELECT
  siren,
  nullif(trim(denominationUniteLegale), '') AS name,
  nullif(trim(sigleUniteLegale), '') AS short_name,
  nullif(trim(denominationUsuelle1UniteLegale), '') AS usual_name,
  categorieJuridiqueUniteLegale AS legal_code,
  CASE WHEN etatAdministratifUniteLegale = 'C' THEN 'closed' ELSE 'open' END AS state,
  CASE economieSocialeSolidaireUniteLegale WHEN 'O' THEN true WHEN 'N' THEN false END AS social_economy,
  CASE caractereEmployeurUniteLegale WHEN 'O' THEN true WHEN 'N' THEN false END AS employer,
  CASE WHEN dateCreationUniteLegale::VARCHAR <> '1900-01-01'
    THEN try_cast(dateCreationUniteLegale AS DATE) END AS created_on,
  CASE WHEN etatAdministratifUniteLegale = 'C' THEN try_cast(dateDebut AS DATE) END AS closed_on,
  CASE WHEN regexp_full_match(upper(identifiantAssociationUniteLegale), 'W[0-9][0-9A-Z][0-9]{7}')
    THEN upper(identifiantAssociationUniteLegale) END AS rna,
  siren || nicSiegeUniteLegale AS siret,
  try_cast(dateDernierTraitementUniteLegale AS TIMESTAMP) AS seen
FROM source
WHERE coalesce(statutDiffusionUniteLegale, 'O') = 'O'
  AND nullif(trim(denominationUniteLegale), '') IS NOT NULL AND trim(denominationUniteLegale) <> '[ND]'
  AND NOT starts_with(coalesce(categorieJuridiqueUniteLegale, ''), '1')
"""
_PLACES_SQL: Final = """
CREATE TABLE places AS SELECT
  siret,
  nullif(concat_ws(', ', nullif(trim(complementAdresseEtablissement), ''), nullif(concat_ws(' ',
    nullif(trim(numeroVoieEtablissement), ''), nullif(trim(indiceRepetitionEtablissement), ''),
    nullif(trim(typeVoieEtablissement), ''), nullif(trim(libelleVoieEtablissement), '')), '')), '') AS address,
  codePostalEtablissement AS postcode,
  codeCommuneEtablissement AS commune,
  libelleCommuneEtablissement AS commune_name
FROM source WHERE lower(etablissementSiege::VARCHAR) = 'true' AND codeCommuneEtablissement <> '[ND]'
"""
_ASSOCIATIONS_SQL: Final = """
CREATE TABLE associations AS SELECT
  upper(id) AS rna,
  CASE WHEN regexp_full_match(siret, '[0-9]{14}') THEN substr(siret, 1, 9) END AS siren,
  CASE WHEN regexp_full_match(siret, '[0-9]{14}') THEN siret END AS siret,
  nullif(trim(titre), '') AS name,
  nullif(trim(titre_court), '') AS short_name,
  CASE WHEN position = 'A' THEN 'open' ELSE 'closed' END AS state,
  CASE WHEN date_creat::VARCHAR > '0001-01-01' THEN try_cast(date_creat AS DATE) END AS created_on,
  CASE WHEN date_disso::VARCHAR > '0001-01-01' THEN try_cast(date_disso AS DATE) END AS closed_on,
  nullif(concat_ws(', ', nullif(trim(adrs_complement), ''), nullif(concat_ws(' ', nullif(trim(adrs_numvoie), ''),
    nullif(trim(adrs_repetition), ''), nullif(trim(adrs_typevoie), ''), nullif(trim(adrs_libvoie), '')), '')), '')
    AS address,
  adrs_codepostal AS postcode, adrs_codeinsee AS commune, adrs_libcommune AS commune_name,
  try_cast(maj_time AS TIMESTAMP) AS seen
FROM source WHERE regexp_full_match(upper(id), 'W[0-9][0-9A-Z][0-9]{7}') AND nullif(trim(titre), '') IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY upper(id) ORDER BY maj_time DESC NULLS LAST) = 1
"""
#: What Sirene tells, with the place of the headquarters.
_FROM_SIRENE: Final = """
SELECT u.siren, u.siret, u.rna, u.name, u.short_name, u.usual_name, u.legal_code, u.state, u.social_economy,
  u.employer, u.created_on, u.closed_on, p.address, p.postcode, p.commune, p.commune_name, 'sirene' AS source
FROM units u LEFT JOIN places p ON p.siret = u.siret
"""
_FROM_RNA: Final = """
SELECT a.siren, a.siret, a.rna, a.name, a.short_name, NULL::VARCHAR AS usual_name,
  CASE WHEN substr(a.commune, 1, 2) IN ('57', '67', '68') THEN '' ELSE '9220' END AS legal_code, a.state,
  NULL::BOOLEAN AS social_economy, NULL::BOOLEAN AS employer, a.created_on, a.closed_on, a.address, a.postcode,
  a.commune, a.commune_name, 'rna' AS source
FROM associations a
"""


def build(
    *,
    units: Path | None = None,
    establishments: Path | None = None,
    associations: Path | None = None,
    progress: Progress | None = None,
    memory: str = "1GB",
) -> packs.Provenance:
    """Read the files given (legal units with their headquarters, associations, or all) and publish the pack.

    ``memory`` bounds what DuckDB keeps; the rest goes to a temporary folder. Raises :class:`MissingInput` when no file
    is given or headquarters come without units, :class:`RefusedFile` when one is not what INSEE or the ministry
    publish; the register already there goes on serving.
    """
    if units is None and associations is None:
        raise MissingInput(_("Give the file of legal units of Sirene, the one of the RNA, or both."))
    tell = progress or (lambda _step, _done, _total: None)
    with ExitStack() as stack, packs.publish(registers.PACK) as draft:
        connection = stack.enter_context(_workshop(memory))
        tell(STEPS[0], 0, len(STEPS))
        _load(stack, connection, units, columns=UNITS, query=_UNITS_SQL, table="units")
        tell(STEPS[1], 1, len(STEPS))
        _load(stack, connection, establishments, columns=ESTABLISHMENTS, query=_PLACES_SQL, table="places")
        tell(STEPS[2], 2, len(STEPS))
        _load(stack, connection, associations, columns=ASSOCIATIONS, query=_ASSOCIATIONS_SQL, table="associations")
        tell(STEPS[3], 3, len(STEPS))
        rows = _write(connection, draft.folder)
        given = [path for path in (units, establishments, associations) if path is not None]
        provenance = draft.finish(
            source="sirene",
            title="Registres des organisations : Sirene, RNA",
            publisher="Insee, ministère de l’Intérieur",
            vintage=max(_vintages(connection).values(), default=""),
            licence="Licence Ouverte 2.0",
            address="https://www.data.gouv.fr",
            checksum=packs.sha256(given[0]),
            rows=rows,
            notes={"vintages": _vintages(connection), "files": [path.name for path in given]},
        )
        tell(STEPS[3], len(STEPS), len(STEPS))
        return provenance


@contextmanager
def _workshop(memory: str) -> Iterator[Any]:
    """A DuckDB that spills into a temporary folder of the data directory, removed at the end."""
    import duckdb

    paths.data_dir().mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="kiif-register-", dir=paths.data_dir()) as folder:
        threads = min(os.cpu_count() or 1, 4)
        config: dict[str, Any] = {"memory_limit": memory, "temp_directory": folder, "threads": threads}
        with duckdb.connect(str(Path(folder) / "work.duckdb"), config=config) as connection:
            connection.execute("SET preserve_insertion_order = false")
            yield connection


def _load(
    stack: ExitStack, connection: Any, path: Path | None, *, columns: tuple[str, ...], query: str, table: str
) -> None:
    """One file into one table; an empty table when the file is not given."""
    if path is None:
        texts = ", ".join(f"NULL::VARCHAR AS {name}" for name in columns)
        connection.execute(f"CREATE OR REPLACE VIEW source AS SELECT {texts} WHERE false")
    else:
        opened = stack.enter_context(files.opened(path, "*.parquet|*waldec*.csv|*.csv", every=False))
        _open(connection, opened.path, opened.name, columns)
    import duckdb

    try:
        connection.execute(query)
    except duckdb.Error as error:
        raise RefusedFile(
            _("%(file)s cannot be read as a table of %(count)d columns (%(reason)s). Is the download complete?"),
            file=path.name if path else table,
            count=len(columns),
            reason=str(error).splitlines()[0][:200],
        ) from error


def _open(connection: Any, path: Path, name: str, columns: tuple[str, ...]) -> None:
    """The view `source` on a file, refused when a column lacks."""
    import duckdb

    quoted = str(path).replace("'", "''")
    if path.suffix.lower() == ".parquet":
        reading = f"read_parquet('{quoted}')"
    else:
        encoding = "utf-8" if files.encoding_of(path).startswith("utf-8") else "latin-1"
        separator = files.header(path)[1]
        reading = (
            f"read_csv('{quoted}', all_varchar = true, header = true, delim = '{separator}', quote = '\"', "
            f"encoding = '{encoding}', null_padding = false, max_line_size = 4000000)"
        )
    try:
        connection.execute(f"CREATE OR REPLACE VIEW source AS SELECT * FROM {reading}")
        found = [row[0] for row in connection.execute("DESCRIBE source").fetchall()]
    except duckdb.Error as error:
        raise RefusedFile(
            _("%(file)s cannot be read (%(reason)s). Is the download complete?"),
            file=name,
            reason=str(error).splitlines()[0][:200],
        ) from error
    if missing := [column for column in columns if column not in found]:
        raise RefusedFile(
            _("%(file)s lacks the columns %(missing)s: it is not the file that was expected."),
            file=name,
            missing=", ".join(missing),
        )


def _write(connection: Any, folder: Path) -> int:
    """The three folders of sorted files; returns the number of organisations."""
    connection.execute(
        f"CREATE TABLE everybody AS SELECT *, {_FOLDED} AS folded, {_DEPARTMENT} AS department "
        f"FROM ({_FROM_SIRENE} UNION ALL {_FROM_RNA} "
        "WHERE a.siren IS NULL OR a.siren NOT IN (SELECT siren FROM units))"
    )
    columns = registers.COLUMNS
    by_rna = (
        f"SELECT {columns} FROM everybody WHERE rna IS NOT NULL UNION ALL SELECT {columns} FROM ({_FROM_RNA}) b "
        "WHERE NOT EXISTS (SELECT 1 FROM everybody e WHERE e.rna = b.rna)"
    )
    for name, query, part, order in (
        (
            registers.BY_NUMBER,
            f"SELECT {columns} FROM everybody WHERE siren IS NOT NULL",
            "substr(siren, 1, 2)",
            "siren",
        ),
        (registers.BY_RNA, by_rna, "substr(rna, 1, 3)", "rna"),
        (registers.BY_PLACE, f"SELECT {columns}, folded, department FROM everybody", "department", "commune, folded"),
    ):
        connection.execute(
            f"CREATE OR REPLACE TABLE sorted AS SELECT *, {part} AS part FROM ({query}) ORDER BY part, {order}"
        )
        _write_parts(connection, folder / name, order)
    counted = connection.execute("SELECT count(*) FROM everybody").fetchone()
    return int(counted[0])


def _write_parts(connection: Any, folder: Path, order: str) -> None:
    """One file for each part of the table `sorted`; parts that no code can name are left out."""
    folder.mkdir()
    for (part,) in connection.execute("SELECT DISTINCT part FROM sorted").fetchall():
        if not re.fullmatch(r"[0-9A-Z]{1,3}", part):
            continue
        target = str(folder / f"{part}.parquet").replace("'", "''")
        connection.execute(
            f"COPY (SELECT * EXCLUDE part FROM sorted WHERE part = ? ORDER BY {order}) TO '{target}' "
            f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {GROUP})",
            [part],
        )


def _vintages(connection: Any) -> dict[str, str]:
    """Month of the last processing in each register that was given."""
    found = {}
    for name, table in (("sirene", "units"), ("rna", "associations")):
        row = connection.execute(f"SELECT max(seen) FROM {table}").fetchone()
        if row and row[0] is not None:
            found[name] = f"{row[0]:%Y-%m}"
    return found
