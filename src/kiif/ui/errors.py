"""What an action raises when it refuses. The message is a sentence for people, already translatable."""

from django.core.exceptions import PermissionDenied


class Refused(Exception):  # noqa: N818 -- read as "the action refused"
    """The gesture cannot be done now; `str()` is the sentence to show, `field` the form field it is about.

    Views turn it into a form error or a message; what was typed stays. If it escapes, the page answers 422.
    """

    def __init__(self, sentence: object, *, field: str | None = None) -> None:
        super().__init__(str(sentence))
        self.field = field


class NotAllowed(PermissionDenied):
    """This person may see the object but not do this; `str()` says why. Answers 403 with the reason.

    An object that the person may not even see is a 404 (`Http404`): its existence does not leak.
    """
