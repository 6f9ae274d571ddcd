"""Draws and encodes the pictures that tests need, the wicked ones too."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageCms, ImageDraw

RED, GREEN, BLUE = (220, 30, 30), (30, 160, 60), (40, 60, 200)

GPS, ORIENTATION = 0x8825, 0x0112


def drawn(width: int = 320, height: int = 240) -> Image.Image:
    """A red corner at the top left, a green one at the top right, a blue one at the bottom left."""
    picture = Image.new("RGB", (width, height), (240, 230, 210))
    pen, across, down = ImageDraw.Draw(picture), width // 4, height // 4
    pen.rectangle((0, 0, across, down), fill=RED)
    pen.rectangle((width - across, 0, width, down), fill=GREEN)
    pen.rectangle((0, height - down, across, height), fill=BLUE)
    return picture


def encoded(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The picture as a file."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    """A file as a picture."""
    picture = Image.open(BytesIO(data))
    picture.load()
    return picture


def sample(name: str) -> bytes:
    """One of our own drawings in a format that we cannot write here."""
    return (Path(__file__).parent / "samples" / name).read_bytes()


def notes(orientation: int = 1) -> Image.Exif:
    """What a phone writes about a photo, the place included."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[0x010F] = "Secretphone"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (48.0, 8.0, 15.0)
    return exif


def profile_with_red_and_blue_swapped() -> bytes:
    """A colour profile under which red bytes mean blue."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    renamed = profile.replace("sRGB".encode("utf-16-be"), "odd!".encode("utf-16-be"))
    return renamed.replace(b"rXYZ", b"tmp!").replace(b"bXYZ", b"rXYZ").replace(b"tmp!", b"bXYZ")


def jpeg_with(marker: int, content: bytes, times: int = 1) -> bytes:
    """A JPEG with a segment of our own, once or more often."""
    jpeg = encoded(drawn(), "JPEG")
    segment = struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content
    return jpeg[:2] + segment * times + jpeg[2:]


def jpeg_with_scans(times: int) -> bytes:
    """A progressive JPEG that draws its last scan again and again."""
    jpeg = encoded(drawn(), "JPEG", progressive=True)
    last_scan = jpeg[jpeg.rindex(b"\xff\xda") : -2]
    return jpeg[:-2] + last_scan * times + jpeg[-2:]


def png_with(kind: bytes, content: bytes) -> bytes:
    """A PNG with a chunk of our own before its pixels."""
    png = encoded(drawn(), "PNG")
    return png[:33] + _chunk(kind, content) + png[33:]


def png_of_size(width: int, height: int) -> bytes:
    """A PNG that claims to be so large."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"")) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
