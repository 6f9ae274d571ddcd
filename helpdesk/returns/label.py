"""The paper that travels with a return: a label for the parcel and a slip to put inside, as one PDF page or more."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import current_app
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from helpdesk.core import figures
from helpdesk.core.language import N_, Words, _
from helpdesk.policies import Remedy
from helpdesk.returns.rma import Rma

LETTER_COUNTRIES = {"US", "CA", "MX", "PH", "CL", "CO"}
MARGIN = 16 * mm
SMALL, PLAIN, BIG = 8.5, 11, 20
POSTAGE = Words(
    {
        "prepaid": N_("Postage is paid by %(store)s."),
        "pickup": N_("The carrier collects this parcel; you pay nothing."),
        "customer": N_("Please put postage on the parcel."),
    }
)
WISHES = {
    Remedy.REFUND: N_("Refund"),
    Remedy.STORE_CREDIT: N_("Store credit"),
    Remedy.REPLACEMENT: N_("Replacement"),
    Remedy.EXCHANGE: N_("Exchange"),
}


@dataclass(frozen=True)
class Label:
    """Everything that is printed, as texts."""

    number: str
    store: str
    to: Sequence[str]
    sender: Sequence[str]
    order: str
    items: Sequence[str]
    wish: str
    send_by: str
    postage: str
    contact: str
    is_letter: bool = False


def label_of(rma: Rma) -> bytes:
    """The label and slip of an approved return as a PDF file, made on demand."""
    return drawn(_facts(rma))


def drawn(label: Label) -> bytes:
    """The same texts always give the same bytes."""
    file = BytesIO()
    paper = Paper(Canvas(file, pagesize=LETTER if label.is_letter else A4, invariant=1), _font())
    paper.canvas.setTitle(_("Return %(number)s", number=label.number))
    _draw_label(paper, label)
    _draw_slip(paper, label)
    paper.canvas.save()
    return file.getvalue()


class Paper:
    """A page that is written from the top down."""

    def __init__(self, canvas: Canvas, font: str) -> None:
        self.canvas, self.font = canvas, font
        self.width, self.height = canvas._pagesize
        self.y = self.height - MARGIN

    def write(self, text: str, size: float = PLAIN, *, left: float = MARGIN, width: float | None = None) -> None:
        """A paragraph; long ones wrap, and the next page begins when this one is full."""
        width = width or self.width - MARGIN - left
        for line in self._wrapped(text, size, width):
            self.make_room(size)
            self.y -= size * 1.3
            self.canvas.setFont(self.font, size)
            self.canvas.drawString(left, self.y, line)

    def make_room(self, height: float) -> None:
        """The next page begins when there is less left of this one."""
        if self.y - height < MARGIN:
            self.canvas.showPage()
            self.y = self.height - MARGIN

    def gap(self, height: float) -> None:
        """Some room."""
        self.y -= height

    def _wrapped(self, text: str, size: float, width: float) -> list[str]:
        lines = []
        for line in simpleSplit("".join(c if c.isprintable() else " " for c in text), self.font, size, width):
            while stringWidth(line, self.font, size) > width:  # one long word
                cut = next(
                    n for n in range(len(line), 0, -1) if n == 1 or stringWidth(line[:n], self.font, size) <= width
                )
                lines.append(line[:cut])
                line = line[cut:]
            lines.append(line)
        return lines


def _draw_label(paper: Paper, label: Label) -> None:
    middle = paper.width / 2
    paper.write(_("Return to"), SMALL)
    for line in label.to:
        paper.write(line, 15, width=middle + 20 * mm)
    paper.gap(6 * mm)
    paper.write(_("From"), SMALL)
    for line in label.sender:
        paper.write(line, PLAIN, width=middle)
    paper.gap(8 * mm)
    _draw_code(paper, label.number)
    if label.postage:
        paper.write(label.postage)
    paper.gap(6 * mm)
    paper.canvas.setDash(3, 3)
    paper.canvas.line(MARGIN, paper.y, paper.width - MARGIN, paper.y)
    paper.canvas.setDash()
    paper.write(_("Cut here. Glue the part above on the parcel, put the part below inside."), SMALL)


def _draw_code(paper: Paper, number: str) -> None:
    """The number as bars for a scanner, and large for people; ten narrow bars' room on both sides is in the margin."""
    bars = Code128(number, barWidth=0.42 * mm, barHeight=20 * mm, quiet=False)
    paper.make_room(32 * mm)
    paper.y -= 20 * mm
    bars.drawOn(paper.canvas, MARGIN, paper.y)
    paper.write(number, BIG)


def _draw_slip(paper: Paper, label: Label) -> None:
    paper.gap(6 * mm)
    paper.write(_("Return %(number)s", number=label.number), BIG)
    paper.write(_("%(store)s, order %(number)s", store=label.store, number=label.order))
    paper.gap(3 * mm)
    paper.write(_("Please send it by %(day)s.", day=label.send_by))
    paper.write(_("You asked for: %(wish)s.", wish=label.wish))
    paper.gap(3 * mm)
    paper.write(_("In this parcel"), SMALL)
    for item in label.items:
        paper.write(item)
    paper.gap(3 * mm)
    paper.write(
        _(
            "Send it in its original packaging with everything that came with it, and keep the receipt of the carrier. "
            "We write to you when it is here and when we have looked at it."
        ),
        SMALL,
    )
    paper.write(label.contact, SMALL)


def _facts(rma: Rma) -> Label:
    store, order = rma.ticket.store, rma.order
    assert order and rma.number and rma.send_by  # noqa: S101, PT018 - an approved return has all of them
    due = rma.send_by.astimezone(ZoneInfo(store.timezone))
    customer = rma.ticket.customer
    name = order.customer_name or customer.name or customer.email
    return Label(
        number=rma.number,
        store=store.name,
        to=[store.name, _("Returns, %(number)s", number=rma.number), *_address(store.address)],
        sender=[name, *(line for line in _address(order.ship_to) if line != name)],
        order=order.number,
        items=[_item(item.quantity, item.order_line.title, item.order_line.sku) for item in rma.items],
        wish=WISHES.get(rma.remedy, rma.remedy.replace("_", " ").capitalize()),
        send_by=figures.long_day(due),
        postage=POSTAGE.get(rma.plan.return_shipping, "") % {"store": store.name},
        contact=", ".join(filter(None, (store.name, store.email, store.phone))),
        is_letter=store.country in LETTER_COUNTRIES,
    )


def _address(text: str) -> list[str]:
    """An address as lines; shops and files write it in one line with commas too."""
    return [line.strip() for line in text.replace("\n", ",").split(",") if line.strip()]


def _item(quantity: int, title: str, sku: str) -> str:
    return f"{quantity} × {title}" + (f" ({sku})" if sku else "")


def _font() -> str:
    return _registered(str(current_app.config["LABEL_FONT"]))


@cache
def _registered(path: str) -> str:
    """The font's name once it is known; ours writes Latin, Greek, Cyrillic and Devanagari letters."""
    own = files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf"
    try:
        registerFont(TTFont("label", path or str(own)))
    except (TTFError, OSError) as problem:
        raise ValueError(f"LABEL_FONT: {Path(path).name} is not a TrueType font that can be read.") from problem
    return "label"
