"""Texts from foreign files turned into values; each reader raises ValueError in words for people."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from email_validator import EmailNotValidError, validate_email

from helpdesk.core.money import PLACES, cents_of

#: ISO 4217, what shops sell in.
CURRENCIES = frozenset(
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG".split()
)
#: What an integer column holds; 20 million in most currencies.
CENTS_AT_MOST = 2_000_000_000
QUANTITY_AT_MOST = 100_000
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
#: A shop's clock may be ahead of ours, and a day without an offset may be tomorrow somewhere.
AHEAD_AT_MOST = timedelta(days=1)
LAST_SECOND = time(23, 59, 59)

#: Characters that no name has: controls, lone surrogates, private and unassigned ones, changes of writing direction.
UNREADABLE = {"Cc", "Cs", "Co", "Cn"}
TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd")
MARKS_AT_MOST = 6


@dataclass(frozen=True)
class Moment:
    """A moment, and whether the file told only its day."""

    at: datetime
    is_day: bool = False


def text_of(text: str, *, at_most: int) -> str:
    """One line of text, composed and without doubled spaces."""
    if len(text) > 4 * at_most:
        raise ValueError(f"is longer than {at_most} characters")
    if text.isascii() and text.isprintable():
        words = " ".join(text.split())
    else:
        words = " ".join(unicodedata.normalize("NFC", text).split())
        _refuse_unreadable(words)
    if len(words) > at_most:
        raise ValueError(f"is longer than {at_most} characters")
    return words


def _refuse_unreadable(words: str) -> None:
    marks = 0
    for sign in words:
        category = unicodedata.category(sign)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if category in UNREADABLE or sign in TURNS or marks > MARKS_AT_MOST:
            raise ValueError(f"holds a character that cannot be read (U+{ord(sign):04X})")


def mail_of(text: str) -> str:
    """An e-mail address in lower case."""
    if len(text) > 320:
        raise ValueError("is longer than any e-mail address")
    try:
        return validate_email(text.strip(), check_deliverability=False).normalized.lower() if text.strip() else ""
    except EmailNotValidError as problem:
        raise ValueError(f"“{text[:60]}” is not an e-mail address: {problem}") from problem


def currency_of(text: str, default: str) -> str:
    """A currency by its three letters."""
    code = text.strip().upper() or default
    if code not in CURRENCIES:
        raise ValueError(f"“{code[:20]}” is not a currency like USD or EUR (ISO 4217)")
    return code


def amount_of(text: str, currency: str) -> int:
    """Minor units of an amount that is not negative; a decimal point or comma, unless it could be either."""
    plain = re.sub(r"\s", "", text)
    if not plain:
        return 0
    if plain.startswith("-"):
        raise ValueError(f"“{text[:30]}” is negative")
    if not re.fullmatch(r"[0-9][0-9.,]{0,17}", plain):
        raise ValueError(f"“{text[:30]}” is not an amount of money")
    cents = cents_of(_with_point(plain, PLACES.get(currency, 2)), currency)
    if cents > CENTS_AT_MOST:
        raise ValueError(f"“{text[:30]}” is more than an order can cost")
    return cents


def _with_point(plain: str, places: int) -> str:
    if "," not in plain:
        return plain
    if "." in plain:
        thousands = min(",.", key=plain.rfind)
        return plain.replace(thousands, "").replace(",", ".")
    whole, _, rest = plain.rpartition(",")
    if len(rest) == 3 and places in (0, 3):
        raise ValueError(f"“{plain}” could be read in two ways: write it with a decimal point and without thousands")
    if len(rest) == 3:
        raise ValueError(f"“{plain}” could be read in two ways: write {whole}{rest} or {whole}{rest}.00")
    return f"{whole.replace(',', '')}.{rest}"


def quantity_of(text: str) -> int:
    """How many: a whole number from one."""
    if not re.fullmatch(r"[0-9]{1,9}(\.0{1,4})?", text.strip()) or not 1 <= float(text) <= QUANTITY_AT_MOST:
        raise ValueError(f"“{text[:30]}” is not a number of pieces from 1 to {QUANTITY_AT_MOST:,}")
    return int(float(text))


def moment_of(text: str, zone: ZoneInfo, now: datetime) -> Moment | None:
    """A moment in ISO 8601; without an offset it is the store's local time, and a day alone is its start."""
    words = text.strip()
    if not words:
        return None
    try:
        at, is_day = _iso(words, zone)
    except (ValueError, OverflowError):
        raise ValueError(f"“{words[:40]}” is not a time like 2026-05-01T10:00:00+02:00, nor a day") from None
    if at > now + AHEAD_AT_MOST:
        raise ValueError(f"“{words[:40]}” lies in the future")
    if at < EARLIEST:
        raise ValueError(f"“{words[:40]}” is too long ago")
    return Moment(at, is_day)


def _iso(words: str, zone: ZoneInfo) -> tuple[datetime, bool]:
    if len(words) == len("2026-05-01"):
        return datetime.combine(date.fromisoformat(words), time(), zone).astimezone(UTC), True
    at = datetime.fromisoformat(re.sub(r" ?(UTC|GMT)$", "+00:00", re.sub(r" ([+-]\d\d:?\d\d)$", r"\1", words)))
    return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).replace(microsecond=0), False


def end_of_day(at: datetime, zone: ZoneInfo) -> datetime:
    """The last second of this moment's local day: it still counts as that day, and is shown as that day."""
    return datetime.combine(at.astimezone(zone).date(), LAST_SECOND, zone).astimezone(UTC)
