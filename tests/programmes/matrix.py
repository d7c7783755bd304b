"""Who may open the pages of programmes: each part of the room declares its own."""

from __future__ import annotations

from tests.programmes.matrix_applications import ROWS as APPLICATION_ROWS
from tests.programmes.matrix_calls import ROWS as CALL_ROWS

ROWS = {**CALL_ROWS, **APPLICATION_ROWS}
