"""Failures that a person may read, ready to be translated.

A message is an English gettext id with ``%(name)s`` parameters: ``gettext(error.message) % error.params`` gives the
sentence in the reader's language, ``str(error)`` the English one.
"""

from __future__ import annotations

from typing import Any


def gettext_noop(message: str) -> str:
    """Mark ``message`` for translation without translating it (import it as ``_``)."""
    return message


class DataError(Exception):
    """Something about the data that a person can understand and act upon."""

    def __init__(self, message: str, /, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message, self.params))


def _rebuild(kind: type[DataError], message: str, params: dict[str, Any]) -> DataError:
    """Build the error again after a trip between two processes."""
    return kind(message, **params)


class MissingPack(DataError):  # noqa: N818 - read by people as a state, not raised as a bug
    """A pack that has not been built or imported yet."""


class MissingInput(DataError):  # noqa: N818 -- read as what happened
    """A package, a file or a tool that must be installed first."""


class RefusedFile(DataError):  # noqa: N818 -- read as what happened
    """A file whose shape, size or content is not what its source promises."""


class DownloadFailed(DataError):  # noqa: N818 -- read as what happened
    """An address that did not give the whole file."""


class CheckFailed(DataError):  # noqa: N818 -- read as what happened
    """A pack that was built but does not pass its own checks: it is not published."""
