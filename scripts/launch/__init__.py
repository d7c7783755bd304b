"""From a fresh checkout to a served page, with the standard library only."""
