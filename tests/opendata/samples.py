"""Small files made from the documented headers, with real codes."""

from __future__ import annotations

import json
from pathlib import Path

import xlsxwriter

COMPARATOR_HEADER = (
    "CODGEO;P22_POP;P16_POP;SUPERF;NAIS1621;DECE1621;P22_MEN;NAISD24;DECESD24;P22_LOG;P22_RP;P22_RSECOCC;P22_LOGVAC;P22_RP_PROP;"
    "NBMENFISC21;PIMP21;MED21;TP6021;P22_EMPLT;P22_EMPLT_SAL;P16_EMPLT;P22_POP1564;P22_CHOM1564;P22_ACT1564;ETTOT24;ETAZ24;"
    "ETBE24;ETFZ24;ETGU24;ETOQ24;ETTEF124;ETTEFP1024"
)
COMPARATOR_ROWS = (
    "01001;859;767;15.95;51;33;354;8;4;379;354;11;14;303;346;s;25820;s;76.9798398259956;46.0049478765973;91.8870024109221;525;28;"
    "431;19;4;0;3;10;2;17;1",
    "01004;15554;14081;24.6;1325;808;7107.01247632609;175;118;7973.37070832312;7107.01247632609;125.143124125927;741.215107871097;"
    "3202.57535148641;6855;50,0;21660;17,0;8290.94341057301;7350.72257310609;7504.16167296549;9752.37381715907;1005.74464122363;"
    "7479.60020720097;592;2;33;57;411;89;420;132",
    "01019;25;26;6.82;1;4;12.5;0;0;27.5;12.5;14;1;9.61538461538462;s;s;s;s;1.84269421638139;1.84269421638139;3.24999999999999;"
    "14.4230769230769;3.84615384615385;12.5;1;0;0;0;0;1;1;0",
)  # fmt: skip


def text(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def comparator(folder: Path, header: str = COMPARATOR_HEADER, rows: tuple[str, ...] = COMPARATOR_ROWS) -> Path:
    return text(folder / "base_cc_comparateur.csv", header, *rows)


def workbook(path: Path, sheet: str, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        page = book.add_worksheet(sheet)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return path


def geojson(path: Path, *properties: dict[str, object]) -> Path:
    features = [{"type": "Feature", "properties": p, "geometry": None} for p in properties]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False))
    return path
