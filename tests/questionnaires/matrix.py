"""Who may open the pages of questionnaires: each part of the room declares its own."""

from __future__ import annotations

from tests.questionnaires.matrix_reading import READING_ROWS

ROWS = {**READING_ROWS}
