"""Who may open the pages of questionnaires: each part of the room declares its own."""

from __future__ import annotations

from tests.questionnaires.matrix_answering import ANSWERING_ROWS
from tests.questionnaires.matrix_design import DESIGN_ROWS
from tests.questionnaires.matrix_reading import READING_ROWS

ROWS = {**ANSWERING_ROWS, **DESIGN_ROWS, **READING_ROWS}
