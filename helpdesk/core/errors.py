"""What can go wrong, in words for people; doors turn these into pages with the right status."""


class Problem(Exception):
    """Something a person can understand and act on. `status` is the HTTP answer."""

    status = 400

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Problem):
    """What was given cannot be right."""

    status = 422


class WrongState(Problem):
    """Right in itself, but not at this point of the story."""

    status = 409


class NotAllowed(Problem):
    """This person may not do this."""

    status = 403


class TooMany(Problem):
    """Asked too often; try again later."""

    status = 429
