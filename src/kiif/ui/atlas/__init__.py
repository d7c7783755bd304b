"""The map of the home page: coasts, covered departments, relief of inhabitants, and who is where.

Drawn on the server from the open data pack, light enough for a first page (about 30 kB compressed), the same in print.
Without the pack there is no map: `draw` gives None and the page shows the list alone.
"""

from kiif.ui.atlas.drawing import Atlas, draw, mapped

__all__ = ["Atlas", "draw", "mapped"]
