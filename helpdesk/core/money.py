"""Money: whole minor units and a currency."""

import re
from dataclasses import dataclass
from decimal import Decimal

from babel.numbers import format_currency

from helpdesk.core.language import ENGLISH, _, current

#: What a column of whole minor units holds on both engines.
MOST = 2**31 - 1
#: Decimal places by currency where it is not two (ISO 4217).
PLACES = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "KWD": 3, "BHD": 3, "JOD": 3, "OMR": 3, "TND": 3}
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "TRY": "₺"}
#: 1234.50 and 1,234.50; a comma elsewhere ("12,50") may mean something else, so it is refused rather than guessed.
AMOUNT = re.compile(r"-?([0-9]{1,3}(,[0-9]{3})+|[0-9]{1,15})?(\.[0-9]*)?")


class TooMuch(ValueError):
    """An amount that no column holds."""


@dataclass(frozen=True)
class Money:
    """An amount in minor units (cents) of one currency."""

    cents: int
    currency: str = "USD"

    def __str__(self) -> str:
        places, language = PLACES.get(self.currency, 2), current()
        if language.code != ENGLISH:
            value = Decimal(self.cents).scaleb(-places)
            return format_currency(value, self.currency, locale=language.locale)
        amount = f"{Decimal(abs(self.cents)).scaleb(-places):,.{places}f}"
        sign, minus = SIGNS.get(self.currency), "-" if self.cents < 0 else ""
        return f"{minus}{sign}{amount}" if sign else f"{minus}{amount} {self.currency}"


def cents_of(text: str, currency: str) -> int:
    """Minor units of a decimal amount as shops export it ("1234.50"). Raises ValueError in words."""
    plain = text.strip()
    if not AMOUNT.fullmatch(plain) or plain in ("-", ".", "-."):
        raise ValueError(_("“%(text)s” is not an amount of money", text=text))
    amount = Decimal(plain.replace(",", "") or "0").scaleb(PLACES.get(currency, 2))
    if amount != amount.to_integral_value():
        raise ValueError(_("“%(text)s” is not an amount of money in %(currency)s", text=text, currency=currency))
    if abs(amount) > MOST:
        raise TooMuch(_("“%(text)s” is not an amount of money: it is too large", text=text))
    return int(amount)
