class MatchingError(ValueError):
    """The matching cannot be computed as asked. `message` is a sentence with `%(name)s` places, `params` fills them."""

    def __init__(self, message: str, /, **params: object) -> None:
        self.message = message
        self.params = params
        super().__init__(message % params if params else message)
