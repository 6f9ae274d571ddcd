"""Texts from foreign files turned into values; each reader raises ValueError in words for people."""

import re
import unicodedata
from enum import StrEnum
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email
from phonenumbers import SUPPORTED_REGIONS

from helpdesk.core.money import PLACES, TooMuch, cents_of
from helpdesk.orders.order import Flag

Words = TypeVar("Words", bound=StrEnum)

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
FLAG = re.compile(r"[a-z][a-z0-9_]{0,39}")
FLAGS_AT_MOST = 20
#: The flags of the shipped vocabulary come first, in its order.
OURS = {flag.value: number for number, flag in enumerate(Flag)}

#: Characters that no name has: controls, lone surrogates, private and unassigned ones, changes of writing direction.
UNREADABLE = {"Cc", "Cs", "Co", "Cn"}
TURNS = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufffd")
MARKS_AT_MOST = 6


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


def country_of(text: str) -> str:
    """A country by its two letters."""
    code = text.strip().upper()
    if code and code not in SUPPORTED_REGIONS:
        raise ValueError(f"“{code[:20]}” is not a country like TR or US (ISO 3166)")
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
    try:
        cents = cents_of(_with_point(plain, PLACES.get(currency, 2)), currency)
    except TooMuch:
        cents = CENTS_AT_MOST + 1
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


def word_of(text: str, words: type[Words]) -> Words | None:
    """One of these words, however it is capitalised and joined."""
    word = re.sub(r"[\s-]+", "_", text.strip().lower())
    if word and word not in list(words):
        raise ValueError(f"“{text[:40]}” is not one of {', '.join(words)}")
    return words(word) if word else None


def flags_of(text: str) -> list[str]:
    """Flags between bars, commas or semicolons: ours, and words that the store's own policy asks for."""
    words = (word.strip().lower() for word in re.split("[|,;]", text))
    flags = dict.fromkeys(re.sub(r"[\s-]+", "_", word) for word in words if word)
    for flag in flags:
        if not FLAG.fullmatch(flag):
            raise ValueError(f"“{flag[:40]}” is not a flag like final_sale: letters, digits and _ make one")
    if len(flags) > FLAGS_AT_MOST:
        raise ValueError(f"are more than {FLAGS_AT_MOST}")
    return sorted(flags, key=lambda flag: OURS.get(flag, len(OURS)))


def flags_among(text: str) -> list[str]:
    """Those of a shop's free tags that can be flags."""
    words = {re.sub(r"[\s-]+", "_", word.strip().lower()) for word in text.split(",")}
    flags = sorted((word for word in words if FLAG.fullmatch(word)), key=lambda flag: (OURS.get(flag, len(OURS)), flag))
    return flags[:FLAGS_AT_MOST]
