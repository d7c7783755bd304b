"""Who may open the pages of reviews: each part of the room declares its own."""

from __future__ import annotations

from tests.reviews.matrix_allocation import ALLOCATION_ROWS
from tests.reviews.matrix_reading import READING_ROWS

ROWS = {**ALLOCATION_ROWS, **READING_ROWS}
