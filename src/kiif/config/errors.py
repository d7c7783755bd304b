class CommandError(Exception):
    """Something the person at the terminal can mend; `str()` is the sentence shown, without a trace."""
