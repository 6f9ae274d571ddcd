"""The language of the moment. Doors and the writer of letters choose it for who reads next; all others only speak.

English is what stands in the code and the templates; every other language is a catalogue in `helpdesk/translations`,
read from its .po file when it is first spoken. What is kept in the database is kept in English, or in the shop's own
words, and told in the reader's language when it is shown.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar, cast

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol
from babel.support import LazyProxy, Translations
from markupsafe import Markup, escape

CATALOGUES = Path(__file__).resolve().parents[1] / "translations"
ENGLISH = "en"
#: What staff read, whatever their browsers say, and what is written to them.
STAFF = ENGLISH
KNOWN = (ENGLISH, *sorted(path.parts[-3] for path in CATALOGUES.glob("*/LC_MESSAGES/messages.po")))

Name = TypeVar("Name")


@dataclass(frozen=True)
class Language:
    """One language: its code for pages, its locale for dates and numbers, and its catalogue; English has none."""

    code: str
    locale: Locale
    texts: Translations | None

    @property
    def name(self) -> str:
        """As its speakers call it: "Türkçe"."""
        return str(self.locale.get_display_name(self.locale) or self.code).capitalize()

    @property
    def english_name(self) -> str:
        """As staff call it: "Turkish"."""
        return str(self.locale.get_display_name(ENGLISH) or self.code)

    @property
    def direction(self) -> str:
        """Which way it is read: "ltr" or "rtl"."""
        return str(self.locale.text_direction)


@cache
def language(code: str) -> Language:
    """A language by its code; raises KeyError where there is no catalogue for it."""
    if code not in KNOWN:
        raise KeyError(code)
    return Language(code, Locale.parse(code, sep="-"), None if code == ENGLISH else _catalogue(code))


_spoken: ContextVar[Language] = ContextVar("language", default=language(ENGLISH))  # noqa: B039 - it never changes


def current() -> Language:
    """The language of the moment."""
    return _spoken.get()


def foreign(code: str) -> str:
    """This code where it is not the language of the moment: what a page has to say of words that are in it."""
    return "" if code == current().code else code


def speak(code: str) -> None:
    """From now on this one, until a door says otherwise."""
    _spoken.set(language(code))


@contextmanager
def speaking(code: str) -> Iterator[Language]:
    """This one inside the block: for a letter, for what is kept, for tests."""
    token = _spoken.set(language(code))
    try:
        yield _spoken.get()
    finally:
        _spoken.reset(token)


def gettext(text: str, /, **values: Any) -> str:
    """The text in the language of the moment, with `%(name)s` filled in; without values nothing is filled in."""
    texts = _spoken.get().texts
    told = texts.gettext(text) if texts and text else text
    return _filled(told, values) if values else told


def ngettext(one: str, many: str, number: float, /, **values: Any) -> str:
    """The form that fits the number, which is `%(number)s` in it."""
    spoken, is_whole = _spoken.get(), number == int(number)
    # Only whole numbers are counted by a catalogue's formula: half an hour reads like two hours.
    counted = int(number) if is_whole else 2
    told = spoken.texts.ngettext(one, many, counted) if spoken.texts else (one if counted == 1 else many)
    figure = counted if is_whole else f"{number:g}".replace(".", get_decimal_symbol(spoken.locale))
    return _filled(told, {"number": figure, **values})


def lazy(text: str, /, **values: Any) -> str:
    """The text for places that are read once, at import: labels of forms. It is told when it is shown."""
    return cast(str, LazyProxy(gettext, text, enable_cache=False, **values))


def N_(text: str, /) -> str:  # noqa: N802 - the name that gettext's tools look for
    """Mark a text for the catalogues and leave it as it is."""
    return text


_ = gettext


class Words(dict[Name, str]):
    """A table of words, marked with `N_`, that tells them in the language of the moment."""

    def __getitem__(self, name: Name) -> str:
        return gettext(super().__getitem__(name))

    def kept(self, name: Name) -> str:
        """The word as it is kept in the database, whoever is reading."""
        return super().__getitem__(name)

    def get(self, name: Name, default: Any = None) -> Any:
        """The word, or what stands in for it."""
        word = super().get(name)
        return default if word is None else gettext(word)

    def items(self) -> Any:
        """Names and their words."""
        return [(name, gettext(word)) for name, word in super().items()]

    def values(self) -> Any:
        """The words."""
        return [gettext(word) for word in super().values()]


def uncapped(text: str) -> str:
    """For the middle of a sentence: "A person decides" becomes "a person decides", "İade" becomes "iade"."""
    first = text[:1]
    return ({"İ": "i", "I": "ı"}[first] if first in ("İ", "I") and _is_turkic() else first.lower()) + text[1:]


def capped(text: str) -> str:
    """For the beginning of one."""
    return ("İ" if text[:1] == "i" and _is_turkic() else text[:1].upper()) + text[1:]


def _is_turkic() -> bool:
    return current().code in ("tr", "az")


def _filled(text: str, values: Mapping[str, Any]) -> str:
    """The text with its values; markup among them keeps its tags, and all the rest is escaped then."""
    if any(hasattr(value, "__html__") for value in values.values()):
        return escape(text) % values if not isinstance(text, Markup) else text % values
    return text % values


def _catalogue(code: str) -> Translations:
    compiled = BytesIO()
    with (CATALOGUES / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return Translations(compiled)
