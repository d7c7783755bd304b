"""Minutes of a committee: one content, two forms (accessible PDF, word-processor file)."""
