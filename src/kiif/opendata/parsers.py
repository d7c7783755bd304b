"""The parser of each source, by name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from kiif.opendata import bpe, parse_figures, parse_programmes, parse_zonings
from kiif.opendata.parsing import Parsed
from kiif.opendata.sources import Source

Parser = Callable[[Path, Source], Parsed]

PARSERS: Final[dict[str, Parser]] = {
    function.__name__: function
    for function in (
        bpe.bpe_2019,
        bpe.bpe_melodi,
        parse_figures.associations,
        parse_figures.comparator,
        parse_figures.dossier,
        parse_figures.filosofi,
        parse_figures.filosofi_department,
        parse_figures.filosofi_epci,
        parse_figures.filosofi_living_area,
        parse_figures.joined,
        parse_figures.populations,
        parse_figures.rna,
        parse_programmes.programme,
        parse_zonings.centrality,
        parse_zonings.density_grid_labels,
        parse_zonings.density_grid_sheet,
        parse_zonings.frr,
        parse_zonings.living_areas_names,
        parse_zonings.living_areas_sheet,
        parse_zonings.living_areas_table,
        parse_zonings.mountain,
        parse_zonings.qpv,
        parse_zonings.rurality,
    )
}
