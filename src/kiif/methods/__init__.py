"""Science without input or output: plain functions on arrays, importable alone.

Each public function states shapes, units, errors, and where the method comes from.
"""
