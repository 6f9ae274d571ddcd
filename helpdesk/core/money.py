"""Money: whole minor units and a currency."""

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

#: Decimal places by currency where it is not two (ISO 4217).
PLACES = {"JPY": 0, "KRW": 0, "CLP": 0, "ISK": 0, "VND": 0, "KWD": 3, "BHD": 3, "JOD": 3, "OMR": 3, "TND": 3}
SIGNS = {"USD": "$", "EUR": "€", "GBP": "£", "TRY": "₺"}


@dataclass(frozen=True)
class Money:
    """An amount in minor units (cents) of one currency."""

    cents: int
    currency: str = "USD"

    def __str__(self) -> str:
        places = PLACES.get(self.currency, 2)
        amount = f"{Decimal(self.cents).scaleb(-places):,.{places}f}"
        sign = SIGNS.get(self.currency)
        return f"{sign}{amount}" if sign else f"{amount} {self.currency}"


def cents_of(text: str, currency: str) -> int:
    """Minor units of a decimal amount as shops export it ("1234.50"). Raises ValueError in words."""
    places = PLACES.get(currency, 2)
    try:
        amount = Decimal(text.strip().replace(",", "") or "0").scaleb(places)
    except InvalidOperation:
        raise ValueError(f"“{text}” is not an amount of money") from None
    if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) > 10**12:
        raise ValueError(f"“{text}” is not an amount of money in {currency}")
    return int(amount)
