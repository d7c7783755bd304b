from kiif.config.errors import CommandError


class BackupError(CommandError):
    """An archive cannot be made, trusted or put in place; `str()` is a sentence that says what to do."""
