"""The 48-hour damage rule (DOMAIN 4), pure: what was reported in, judgement out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Outcome(StrEnum):
    """What a decision can be."""

    APPROVE = "approve"
    REVIEW = "review"
    DECLINE = "decline"
    NEED_INFORMATION = "need_information"


class Rule(StrEnum):
    """Which case of the damage rule decided."""

    IN_TIME = "damage-in-time"
    PHOTOS_MISSING = "damage-photos-missing"
    PHOTOS_LATE = "damage-photos-late"
    LATE = "damage-late"
    DELIVERY_UNKNOWN = "damage-delivery-unknown"


@dataclass(frozen=True)
class DamageReport:
    """What is known of a damage report."""

    filed_at: datetime
    delivered_at: datetime | None
    deadline_at: datetime | None
    photos_of_damage: int
    photos_of_packaging: int
    evidence_ran_out: bool = False
    promise: str = "48 hours"  # the store's term in words

    @property
    def missing(self) -> tuple[str, ...]:
        """The kinds of photo that are not there yet."""
        kinds = (("damage", self.photos_of_damage), ("packaging", self.photos_of_packaging))
        return tuple(kind for kind, count in kinds if not count)


@dataclass(frozen=True)
class Judgement:
    """What follows from a damage report, and why."""

    outcome: Outcome
    rule: Rule
    because: str
    remedies: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


def start_of_clock(delivered: datetime | date, timezone: str) -> datetime:
    """When the 48 hours begin: at delivery; when only the day is known, at the end of that local day."""
    if isinstance(delivered, datetime):
        return delivered
    next_day = delivered + timedelta(days=1)
    return datetime(next_day.year, next_day.month, next_day.day, tzinfo=ZoneInfo(timezone)).astimezone(UTC)


def deadline(start: datetime, seconds: int, timezone: str) -> datetime:
    """The last moment of a report. Over a daylight-saving change the later of the two readings counts:
    so many hours gone by, or the same time on the wall so many days later.
    """
    span = timedelta(seconds=seconds)
    on_the_wall = start.astimezone(ZoneInfo(timezone)) + span  # arithmetic within a zone moves the hands, not time
    # fold=1: of an hour that the clock shows twice, the later showing.
    return max(start.astimezone(UTC) + span, on_the_wall.replace(fold=1).astimezone(UTC))


def judge(report: DamageReport) -> Judgement:
    """In time with both photos, in time with photos missing, or late: never a silent refusal."""
    if report.deadline_at is None:
        return Judgement(
            Outcome.REVIEW,
            Rule.DELIVERY_UNKNOWN,
            "we could not see when this was delivered, so a person looks at it and nothing is lost by waiting",
            missing=report.missing,
            steps=(*_photo_steps(report.missing), "We check the delivery with the carrier and write to you."),
        )
    hours = _hours(report)
    if report.filed_at > report.deadline_at:
        return Judgement(
            Outcome.REVIEW,
            Rule.LATE,
            f"it was reported more than {hours} after delivery, which is late: "
            f"damage is to be reported within {report.promise}",
            missing=report.missing,
            steps=(
                "A supervisor looks at your case and decides; you do not have to do anything for that.",
                "Was the fault there from the start, not from the transport? Tell us: defects have no such limit.",
            ),
        )
    if report.evidence_ran_out:
        return Judgement(
            Outcome.REVIEW,
            Rule.PHOTOS_LATE,
            f"it was reported in time ({hours} after delivery), but the photos we asked for did not come in time",
            missing=report.missing,
            steps=("A person decides with what is there.", *_photo_steps(report.missing)),
        )
    if report.missing:
        return Judgement(
            Outcome.NEED_INFORMATION,
            Rule.PHOTOS_MISSING,
            f"it was reported in time ({hours} after delivery); only photos are still missing",
            missing=report.missing,
            steps=_photo_steps(report.missing),
        )
    return Judgement(
        Outcome.APPROVE,
        Rule.IN_TIME,
        f"it was reported {hours} after delivery, with photos of the damage and of the packaging",
        remedies=("replacement", "refund"),
        steps=("Tell us whether you prefer a replacement or a refund. You do not need to send anything back.",),
    )


def _photo_steps(missing: Sequence[str]) -> tuple[str, ...]:
    words = {"damage": "Add a photo of the damage.", "packaging": "Add a photo of the packaging, outside and inside."}
    return tuple(words[kind] for kind in missing)


def _hours(report: DamageReport) -> str:
    assert report.delivered_at is not None  # noqa: S101 - a deadline is made from it
    hours = (report.filed_at - report.delivered_at).total_seconds() / 3600
    if hours < 1:
        return "less than an hour"
    return f"{int(hours)} hours" if hours < 96 else f"{int(hours / 24)} days"
