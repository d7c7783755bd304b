"""Official open data about French territories: download, check, pack, read. No Django, no database.

Everything lives in *packs*: folders ``<data dir>/packs/<name>/`` with Parquet files and ``provenance.json``. A pack is
published in one rename; if anything goes wrong the previous one goes on serving. The data directory is
``$KIIF_DATA_DIR`` or ``<repository>/var``.

Levels (:data:`kiif.opendata.levels.LEVELS`): ``"commune"``, ``"epci"``, ``"living-area"``, ``"department"``,
``"region"``. Codes are text: communes have 5 characters (``"01001"``, ``"2A004"``, ``"97101"``), EPCI 9 digits,
living areas 5 characters (INSEE BV2022), departments 2 or 3 (``"2A"``, ``"974"``), regions 2.

Public surface
--------------

``kiif.opendata.errors``
    ``DataError(message, /, **params)``: every failure that a person may read. ``.message`` is an English gettext id
    with ``%(name)s`` parameters, ``.params`` a dict, ``str(error)`` the interpolated English sentence; translate with
    ``gettext(error.message) % error.params``. Subclasses: ``MissingPack``, ``MissingInput``, ``RefusedFile`` (shape,
    size, truncated…), ``DownloadFailed``, ``CheckFailed``.

``kiif.opendata.paths``
    ``data_dir() -> Path``, ``packs_dir() -> Path``, ``pack_dir(name) -> Path``, ``downloads_dir() -> Path``.

``kiif.opendata.packs``
    ``Provenance`` (frozen dataclass: ``name, source, title, publisher, vintage, licence, address, checksum, rows,
    built_at, notes``), ``list_packs() -> list[Provenance]``, ``provenance(name) -> Provenance``, ``version() -> str``
    (changes each time any pack is published: use it in cache keys and ETags).

``kiif.opendata.base`` – the referential, from two registry packages
    ``build(progress=None) -> Provenance`` (``progress(step: str, done: int, total: int)``), ``is_built() -> bool``.

    Polars frames, cached until the pack changes (never mutate them; every function raises ``MissingPack`` if not
    built):

    ``load_communes()`` – 34,875 rows, ordered by code:
        ``code, name, department, region, epci`` (null for four islands), ``arrondissement`` (null in Mayotte), ``siren,
        zone`` (``"metro"``/``"drom"``), ``rank`` (0 commune, 2 sub-prefecture of an arrondissement, 3 prefecture of a
        department, 4 of a region: ``rangChefLieu``), ``liaison`` (``typeLiaison`` of the COG, 0–8, for "de la", "du",
        "des"…), ``postcodes: list[str], former_codes: list[str], search`` (name folded: lower case, no accent, spaces
        for dashes and apostrophes), ``population`` (int), ``area_km2, lat, lon`` (point inside the polygon),
        ``density`` (inh./km²), ``min_lon, min_lat, max_lon, max_lat, rural: bool, rural_source`` (``"official"`` or
        ``"estimate"``).
    ``load_epci()`` – 1,255 rows:
        ``code, name, kind`` (CC, CA, CU, METRO, MET69), ``department`` and ``region`` (those of most of its
        inhabitants), ``departments: list[str], communes`` (count), ``search, population, area_km2, lat, lon, density,
        min_lon, min_lat, max_lon, max_lat, rural_communes`` (count), ``rural_population``.
    ``load_departments()`` – 101 rows: as EPCI without ``kind, department, departments``, with ``region, seat`` (commune
        code), ``liaison, zone, epci`` (count of EPCI mainly there).
    ``load_regions()`` – 18 rows: as departments without ``region``, with ``departments: list[str]``.
    ``load_living_areas()`` – 0 rows until the living areas are imported, then about 1,700:
        as EPCI without ``kind``.
    ``load_level(level)`` – the one of these five for a level.
    ``load_members(level) -> DataFrame[commune, code]`` – which communes form each EPCI, living area, department,
    region. ``load_neighbours(level="commune") -> DataFrame[code, neighbour]`` – both directions, territories that
    touch. ``load_former_codes() -> DataFrame[former, code, name, kind]`` – ``kind``: ``merged`` (code that no longer
    exists),
        ``delegated``, ``associated``, ``arrondissement`` (Paris, Lyon, Marseille); ``name`` of the former commune
        (null for some merged ones), so that a search for a village that merged finds where it is now.
    ``load_geometry(level, detail="full"|"simple") -> Geometries`` – ``.codes`` (array of str), ``.shapes`` (array of
    shapely
        geometries, EPSG:4326), ``.get(code)``, ``.select(codes)``.

``kiif.opendata.indicators``
    ``CATALOGUE: dict[str, Indicator]`` – ``Indicator(id, label, label_en, unit, unit_en, explanation, explanation_en,
    source, levels, decimals, kind, categories, rollup, secrecy, coverage)``; ``kind`` is ``"number"``, ``"share"``
    (0–100), or ``"category"`` (then ``categories: dict[int, tuple[fr, en]]`` and the column holds the numbers).
    ``load_indicators(level) -> IndicatorTable`` – merged over all packs present, cached until a pack changes:
        ``.level, .codes`` (array of str, same order as ``load_level(level)["code"]``), ``.ids: tuple[str, …]``,
        ``.column(id) -> float64 array`` (NaN = unknown), ``.row(code) -> dict[str, float]`` (NaN included),
        ``.value(code, id) -> float``, ``.position(code) -> int`` (KeyError if unknown), ``.positions(codes) -> int
        array``, ``.source(id) -> Provenance`` (name, publisher, vintage to print beside the number), ``.matrix(ids)
        -> (n, k) array``, ``.frame(ids=None)`` (unknown = null), ``id in table``, ``.reliable(code, id) -> bool``
        (False: show "not reliable": tiny denominator, or a share beyond 0–100), ``.rolled`` (ids computed from
        communes at this level, to be said beside a mean that is not an official value).

``kiif.opendata.programmes``
    ``PROGRAMMES: dict[str, Programme]`` (``key, name, summary``), ``load_memberships() -> DataFrame[programme, level,
    code, label]`` – level ``"commune"`` or ``"epci"``; empty frame until imported. ``memberships_of(commune_code) ->
    list[Membership(programme, level, code, label)]``, ``memberships_within(level, code)`` (the same for a larger
    territory).

``kiif.opendata.sources``
    ``SOURCES: dict[str, Source]`` – every dataset known: ``id, name, publisher, page, addresses, licence, vintage,
    format, columns, parser, indicators, kind``. ``OFFERED``: without those that are for tests only.

``kiif.opendata.download``, ``kiif.opendata.importers``
    ``download.fetch(source_id, progress=None) -> Path``; ``importers.import_file(path, source_id=None, dry_run=False,
    progress=None) -> ImportReport`` (source recognised from name and columns when not given; the report says rows read,
    matched, converted through former codes, unmatched, secret).

``kiif.opendata.shapes`` – SVG paths for maps drawn on the server
    ``Frame`` (``width, height, project(lon, lat) -> (x, y), km(n) -> pixels``), ``Shape(code, name, path, x, y)``,
    ``national(level="department", width=1000) -> NationalMap`` (``.frame, .shapes, .land`` one path,
    ``.insets: tuple[Inset(code, name, frame, shapes, land)]``, 64 px squares); clip the national contours with
    ``land``; ``local(level, code, *, width=760, height=640, margin=0.35, parts="commune", with_contours=True) ->
    LocalMap`` (``.frame, .outline`` path, ``.parts``: communes (or EPCI) inside, ``.context``: departments, EPCI or
    communes around, cut to the frame, ``.contours``); ``national_contours(levels=NATIONAL_LEVELS, width=1000) ->
    list[Contour(level, path)]``, ``contours(frame, levels=LOCAL_LEVELS) -> list[Contour]``: lines of equal smoothed
    density of inhabitants (inh./km²).

``kiif.opendata.registers``
    ``is_built()``, ``vintages() -> {"sirene": "2026-11", "rna": …}``, ``by_siren(siren)``, ``by_siret(siret)``,
    ``by_rna(rna)`` ``-> Entry | None``, ``search(text, commune="", department="", limit=20) -> list[Entry]``: legal
    persons of Sirene and associations of the RNA, read by DuckDB from the pack ``register``
    (``registers_build.build(units=, establishments=, associations=)``, ``kiif data register``).

``kiif.opendata.tiles``
    ``build(progress=None) -> Path`` (needs the base pack; layers ``regions, departments, epci, communes,
    living_areas``; each feature has ``code, name``), ``archive_path() -> Path``, ``Archive(path).get(z, x, y) ->
    bytes | None`` (gzip MVT), ``.etag, .min_zoom, .max_zoom, .bounds, .layers``; ``open_archive() -> Archive``
    (cached until the file changes).

``kiif.opendata.export``
    ``export(level, columns, format, out) -> rows``: CSV, Parquet or GeoJSON; ``columns_of(level) -> list[str]``,
    ``frame_of(level, columns=None) -> DataFrame`` (the same rows for an API, unknown = null).

``kiif.opendata.cli``
    ``add_arguments(parser)``, ``main(args) -> int``; also ``python -m kiif.opendata``.

``kiif.methods.geo``
    ``nearest_distance(points, targets) -> (km, index)``, ``population_within(points, population, km)``,
    ``haversine_km``.
``kiif.methods.position``
    ``rank(values, higher_first=True)``, ``percentile(values, value)``, ``quantiles(values, probabilities)``,
    ``place(values, value) -> Place(rank, known, total, percentile, median)``, ``similarity(matrix, row) -> distances``
    (nearest territories in figures); all ignore NaN.
"""
