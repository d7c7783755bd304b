"""Prints of a feasibility study: one content, two forms (accessible PDF, word-processor file)."""
