"""Documents made of an answer."""
