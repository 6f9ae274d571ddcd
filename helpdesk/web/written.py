"""What somebody wrote into a form that could not be taken: shown once more, so that no word has to be written again."""

from flask import request
from werkzeug.exceptions import HTTPException

#: Never shown, whatever they hold.
SECRET = {"password", "old", "new"}


def texts_written() -> list[str]:
    """The texts in more than one word that came with this request, longest first."""
    try:
        given = list(request.form.items(multi=True))
    except HTTPException:  # too much came at once, and nothing of it was read
        return []
    texts = [text.strip() for name, text in given if name not in SECRET]
    return sorted({text for text in texts if len(text.split()) > 1}, key=len, reverse=True)
