"""Photos from strangers, decoded under limits and drawn anew: upright, in sRGB, with nothing in them but pixels.

JPEG, nearly all of what comes, is read here. The rest is read in a process of its own, by this file run as a program
(so it imports nothing of ours): one wrong byte can crash the decoder of HEIC, and must not take the shop down with it.
"""

import json
import logging
import math
import re
import struct
import subprocess
import sys
import zlib
from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore

from PIL import Image, ImageCms

MEGAPIXELS = 60
FULL, SCREEN, THUMB = 4096, 1600, 360  # longest sides


def N_(text: str) -> str:  # noqa: N802 - marks a text for the catalogues, as in core.language
    """The text as it is."""
    return text


EMPTY = N_("This file is empty. Please choose the photo again.")
NO_PHOTO = N_("This is not a photo we can read. Please send a JPEG, PNG, WebP or HEIC.")
ENDS_EARLY = N_("This file is damaged: it ends too early. Please choose the photo again.")
DAMAGED = N_("This file is damaged. Please choose the photo again, or take a screenshot of it and send that.")
OVERLOADED = N_(
    "This file is built in a way that takes too long to read. Please take a screenshot of it and send that."
)
TOO_LARGE = N_("This photo is too large: the limit is %(most)s megapixels. Please send a smaller copy.")
SO_LARGE = N_(
    "This photo is too large: %(pixels)s megapixels, the limit is %(most)s megapixels. Please send a smaller copy."
)

_SIGNATURES = {
    "JPEG": re.compile(rb"\xff\xd8\xff"),
    "PNG": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "WEBP": re.compile(rb"RIFF....WEBP", re.DOTALL),
    "HEIF": re.compile(rb"....ftyp(?:he[iv][cxms]|m[is]f1)", re.DOTALL),
    "GIF": re.compile(rb"GIF8[79]a"),
}

# Repeating these, a small JPEG can keep its decoder busy for hours; no camera writes so many.
_REPEATS = [
    (re.compile(rb"\xff\xda\0(?:\x08\x01|\x0a\x02|\x0c\x03|\x0e\x04)"), 100),  # scans: each visits every pixel
    (re.compile(rb"Exif\0\0"), 100),  # each is appended to a copy of all before it
    (re.compile(rb"\xff[\xe0-\xef\xfe]"), 20_000),  # application segments and comments
]

# What Pillow and pi_heif were seen, or are written, to raise on bytes that mean harm.
_DECODER_ERRORS = (
    OSError, EOFError, ValueError, SyntaxError, RuntimeError, LookupError, ArithmeticError, TypeError, AttributeError,
    AssertionError, MemoryError, UserWarning, struct.error, zlib.error,
)  # fmt: skip
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_ENDS_EARLY = re.compile("truncated|end of file", re.IGNORECASE)

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_ORIENTATION = 0x0112

_log = logging.getLogger(__name__)

# A photo at the limit takes about half a gigabyte while it is read.
_room = BoundedSemaphore(2)

Image.MAX_IMAGE_PIXELS = MEGAPIXELS * 1_000_000

_REFUSED = 65  # what the process apart ends with when it has told why
_SECONDS, _BYTES = 20, 2 << 30  # what it may use
_HEADER = struct.Struct(">5I")


class NotAPhoto(ValueError):
    """These bytes cannot be shown as a photo; the sentence says why and what to do, and can be translated."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values if values else text)
        self.text, self.values = text, values


@dataclass(frozen=True)
class Photo:
    """One photo in three sizes, all of the content type; width and height are those of `full`."""

    full: bytes
    screen: bytes
    thumb: bytes
    width: int
    height: int
    content_type: str = "image/jpeg"


def read_photo(data: bytes) -> Photo:
    """Read a photo from a customer and draw it anew in three sizes, or raise NotAPhoto."""
    kind = _kind_of(data)
    with _room:
        return _read_jpeg(data) if kind == "JPEG" else _read_apart(kind, data)


def looks_like_pdf(data: bytes) -> bool:
    """Does this begin as a PDF does?"""
    return data.startswith(b"%PDF-")


def _kind_of(data: bytes) -> str:
    if not data:
        raise NotAPhoto(EMPTY)
    kind = next((name for name, signature in _SIGNATURES.items() if signature.match(data)), None)
    if kind is None:
        raise NotAPhoto(NO_PHOTO)
    return kind


def _read_jpeg(data: bytes) -> Photo:
    if any(len(part.findall(data)) > limit for part, limit in _REPEATS):
        raise NotAPhoto(OVERLOADED)
    return _read_here("JPEG", data)


def _read_here(kind: str, data: bytes) -> Photo:
    full = _drawn(kind, data)
    screen = _shrunk(full, SCREEN)
    thumb = _shrunk(screen, THUMB)
    return Photo(_jpeg(full, 88), _jpeg(screen, 82), _jpeg(thumb, 80), *full.size)


def _read_apart(kind: str, data: bytes) -> Photo:
    program = [sys.executable, "-I", __file__, kind]
    try:
        done = subprocess.run(program, input=data, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603 - ours
    except subprocess.TimeoutExpired as problem:
        raise NotAPhoto(OVERLOADED) from problem
    if done.returncode == _REFUSED:
        told = json.loads(done.stdout)
        raise NotAPhoto(told["text"], **told["values"])
    if done.returncode:
        _log.warning("Reading a %s ended with %s: %s", kind, done.returncode, done.stderr[-500:])
        raise NotAPhoto(DAMAGED)
    return _unpacked(done.stdout)


def _drawn(kind: str, data: bytes) -> Image.Image:
    try:
        with Image.open(BytesIO(data), formats=[kind]) as opened:
            return _pixels(opened)
    except NotAPhoto:
        raise
    except _BOMBS as problem:
        raise NotAPhoto(TOO_LARGE, most=MEGAPIXELS) from problem
    except _DECODER_ERRORS as problem:
        raise NotAPhoto(ENDS_EARLY if _ENDS_EARLY.search(str(problem)) else DAMAGED) from problem


def _pixels(opened: Image.Image) -> Image.Image:
    _check_size(opened)
    _decode_smaller(opened)
    opened.load()
    _check_size(opened)  # a HEIF may turn out larger than it said
    turn, profile = _turn_of(opened), opened.info.get("icc_profile")
    # Shrunk first: all later steps cost by the pixel.
    picture = _on_white(_in_srgb(_shrunk(_eight_bit(opened), FULL), profile))
    picture = picture.transpose(turn) if turn is not None else picture
    picture.info = {}  # Pillow would write some of it out again
    return picture


def _check_size(picture: Image.Image) -> None:
    pixels = picture.width * picture.height
    if pixels > MEGAPIXELS * 1_000_000:
        raise NotAPhoto(SO_LARGE, pixels=math.ceil(pixels / 1_000_000), most=MEGAPIXELS)


def _decode_smaller(opened: Image.Image) -> None:
    """Let the JPEG decoder drop what `full` would not show; other formats ignore this."""
    opened.draft(None, _fitting(opened.size, FULL))


def _turn_of(opened: Image.Image) -> Image.Transpose | None:
    try:
        return _TURNS.get(opened.getexif().get(_ORIENTATION, 1))
    except _DECODER_ERRORS:  # broken notes about a photo are no reason to refuse it
        return None


def _eight_bit(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):
        picture = picture.point(lambda level: level * (1 / 257)).convert("L")  # convert() alone would clip
        picture.info.pop("transparency", None)
    modes = ["RGBA"] if picture.has_transparency_data else ["RGB", "L", "CMYK"]
    return _in_mode(picture, *modes)


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile:
        return picture
    try:
        theirs = ImageCms.ImageCmsProfile(BytesIO(profile))
        if "sRGB" in ImageCms.getProfileName(theirs):
            return picture
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"), outputMode=mode) or picture
    except (ImageCms.PyCMSError, OSError, ValueError):  # slightly wrong colours are better than no photo
        return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return _in_mode(picture, "RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture)
    return paper


def _in_mode(picture: Image.Image, *modes: str) -> Image.Image:
    """In one of these modes: as it is if it can be (convert() would copy it), else in the first of them."""
    return picture if picture.mode in modes else picture.convert(modes[0])


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    if max(picture.size) <= side:
        return picture
    # A gap halves the picture cheaply before the careful filter; without one, long thin pictures cost gigabytes.
    return picture.resize(_fitting(picture.size, side), Image.Resampling.LANCZOS, reducing_gap=1.2)


def _fitting(size: tuple[int, int], side: int) -> tuple[int, int]:
    scale = min(1.0, side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    file = BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _packed(photo: Photo) -> bytes:
    parts = photo.full, photo.screen, photo.thumb
    return _HEADER.pack(photo.width, photo.height, *map(len, parts)) + b"".join(parts)


def _unpacked(packed: bytes) -> Photo:
    width, height, *lengths = _HEADER.unpack_from(packed)
    parts = BytesIO(packed[_HEADER.size :])
    full, screen, thumb = (parts.read(length) for length in lengths)
    return Photo(full, screen, thumb, width, height)


def _limit_this_process() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (2 * _SECONDS, 2 * _SECONDS))  # it decodes in several threads
        resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _register_heif() -> None:
    import pi_heif  # never in the server's own process, and slow to import

    pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)


def _main(kind: str) -> int:
    _limit_this_process()
    if kind == "HEIF":
        _register_heif()
    try:
        answer, code = _packed(_read_here(kind, sys.stdin.buffer.read())), 0
    except NotAPhoto as problem:
        answer, code = json.dumps({"text": problem.text, "values": problem.values}).encode(), _REFUSED
    sys.stdout.buffer.write(answer)
    return code


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1]))
