import logging


class OneLineFormatter(logging.Formatter):
    """One event, one line: line breaks sent by a client cannot forge a second entry."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 -- name of the standard library
        return super().formatMessage(record).replace("\r", "\\r").replace("\n", "\\n")
