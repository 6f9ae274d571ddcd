"""Photos come from strangers: what is readable is drawn anew, what is not is refused in words."""

import random
import zlib
from contextlib import suppress

import pytest
from PIL import Image

from helpdesk.core import images
from helpdesk.core.images import NotAPhoto, Photo, looks_like_pdf, read_photo
from tests.core.pictures import (
    BLUE,
    GREEN,
    RED,
    drawn,
    encoded,
    jpeg_with,
    jpeg_with_scans,
    notes,
    opened,
    png_of_size,
    png_with,
    profile_with_red_and_blue_swapped,
    sample,
)

# Pillow warns of broken notes; only tests turn warnings into errors.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")

OTHER_FRAME = Image.new("RGB", (320, 240), "black")
SEVERAL = {"save_all": True, "append_images": [OTHER_FRAME]}
KINDS = {
    "jpeg": encoded(drawn(), "JPEG"),
    "progressive": encoded(drawn(), "JPEG", progressive=True),
    "mpo": encoded(drawn(), "MPO", **SEVERAL),
    "png": encoded(drawn(), "PNG"),
    "webp": encoded(drawn(), "WEBP", **SEVERAL),
    "gif": encoded(drawn(), "GIF", **SEVERAL),
    "heic": sample("drawn.heic"),
}
ZLIB_BOMB = zlib.compress(bytes(30_000_000))


def is_like(color: object, expected: tuple[int, int, int]) -> bool:
    assert isinstance(color, tuple)
    return all(abs(one - other) < 16 for one, other in zip(color, expected, strict=True))


def shows_the_drawing(photo: Photo) -> bool:
    picture = opened(photo.full)
    corners = [(5, 5), (photo.width - 6, 5), (5, photo.height - 6)]
    return all(is_like(picture.getpixel(at), color) for at, color in zip(corners, (RED, GREEN, BLUE), strict=True))


@pytest.mark.parametrize("kind", KINDS)
def test_photos_of_every_kind_are_read(kind: str) -> None:
    photo = read_photo(KINDS[kind])
    assert (photo.width, photo.height, photo.content_type) == (320, 240, "image/jpeg")
    assert shows_the_drawing(photo)


def test_a_photo_is_kept_in_three_sizes() -> None:
    photo = read_photo(encoded(drawn(4800, 600), "JPEG"))
    sizes = [opened(data).size for data in (photo.full, photo.screen, photo.thumb)]
    assert sizes == [(4096, 512), (1600, 200), (360, 45)]
    assert (photo.width, photo.height) == (4096, 512)


def test_a_huge_photo_is_read_in_part_and_a_thin_one_keeps_a_pixel() -> None:
    photo = read_photo(encoded(drawn(9000, 8), "JPEG"))
    assert (photo.width, photo.height) == (4096, 4)
    assert opened(photo.thumb).size == (360, 1)


@pytest.mark.parametrize(
    "mode, kind",
    [("1", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("L", "JPEG"), ("CMYK", "JPEG")],
)
def test_every_mode_comes_out_in_the_same_colours(mode: str, kind: str) -> None:
    photo = read_photo(encoded(Image.new("RGB", (20, 20), "white").convert(mode), kind))
    assert opened(photo.full).mode == "RGB"
    assert is_like(opened(photo.full).getpixel((9, 9)), (255, 255, 255))


def test_sixteen_bits_are_scaled_and_not_clipped() -> None:
    photo = read_photo(encoded(Image.new("I;16", (20, 20), 128 * 257), "PNG"))
    assert is_like(opened(photo.full).getpixel((9, 9)), (128, 128, 128))


def test_what_is_transparent_becomes_white() -> None:
    photo = read_photo(encoded(Image.new("RGBA", (20, 20), (0, 0, 0, 0)), "PNG"))
    assert is_like(opened(photo.full).getpixel((9, 9)), (255, 255, 255))


@pytest.mark.parametrize(
    "orientation, lying",
    [
        (1, None),
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
        (77, None),
    ],
)
def test_a_photo_is_turned_upright(orientation: int, lying: Image.Transpose | None) -> None:
    picture = drawn() if lying is None else drawn().transpose(lying)
    photo = read_photo(encoded(picture, "JPEG", exif=notes(orientation)))
    assert (photo.width, photo.height) == (320, 240)
    assert shows_the_drawing(photo)


def test_a_heic_is_turned_once() -> None:
    photo = read_photo(sample("turned.heic"))
    assert (photo.width, photo.height) == (240, 320)
    assert is_like(opened(photo.full).getpixel((234, 5)), RED)


def test_colours_follow_the_profile() -> None:
    photo = read_photo(
        encoded(Image.new("RGB", (20, 20), (255, 0, 0)), "JPEG", icc_profile=profile_with_red_and_blue_swapped())
    )
    assert is_like(opened(photo.full).getpixel((9, 9)), (0, 0, 255))


@pytest.mark.parametrize(
    "data",
    [
        encoded(drawn(), "JPEG", icc_profile=b"no profile at all"),
        encoded(drawn(), "JPEG", icc_profile=profile_with_red_and_blue_swapped()[:300]),
        jpeg_with(0xE1, b"Exif\0\0II*\0\xff\xff\xff\xff"),
        jpeg_with(0xE1, b"Exif\0\0" + bytes(40)),
    ],
)
def test_broken_notes_are_no_reason_to_refuse_a_photo(data: bytes) -> None:
    assert read_photo(data).width == 320


@pytest.mark.parametrize(
    "data",
    [
        encoded(drawn(), "JPEG", exif=notes(), comment=b"Secret", xmp=b"<x>Secret</x>", icc_profile=b"Secret" * 40),
        encoded(drawn(), "WEBP", exif=notes(), xmp=b"<x>Secret</x>"),
        png_with(b"tEXt", b"Comment\0Secret"),
        sample("drawn.heic"),
        encoded(drawn(), "JPEG") + b"<script>Secret</script>",
    ],
)
def test_nothing_but_pixels_is_kept(data: bytes) -> None:
    photo = read_photo(data)
    for kept in (photo.full, photo.screen, photo.thumb):
        assert set(opened(kept).info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(word in kept for word in (b"Secret", b"Exif", b"ICC", b"xmp", b"script"))


@pytest.mark.parametrize(
    "data, sentence",
    [
        (b"", "This file is empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a photo we can read"),
        (b"<!doctype html><img>", "not a photo we can read"),
        (b"%PDF-1.7", "not a photo we can read"),
        (encoded(drawn(), "TIFF"), "not a photo we can read"),
        (encoded(drawn(), "BMP"), "not a photo we can read"),
        (b"\xff\xd8\xff", "This file is damaged"),
        (png_of_size(9000, 9000), "81 megapixels, the limit is 60 megapixels"),
        (png_of_size(20_000, 20_000), "too large: the limit is 60 megapixels"),
        (png_of_size(100, 100), "it ends too early"),
        (png_with(b"iCCP", b"icc\0\0" + ZLIB_BOMB), "This file is damaged"),
        (png_with(b"zTXt", b"Comment\0\0" + ZLIB_BOMB), "This file is damaged"),
        (jpeg_with_scans(200), "takes too long to read"),
        (jpeg_with(0xE1, b"Exif\0\0x", times=200), "takes too long to read"),
        (jpeg_with(0xE5, b"", times=30_000), "takes too long to read"),
    ],
)
def test_what_cannot_be_shown_is_refused_in_words(data: bytes, sentence: str) -> None:
    with pytest.raises(NotAPhoto, match=sentence):
        read_photo(data)


@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_ends_too_early_is_refused(kind: str) -> None:
    whole = KINDS[kind]
    end = whole.index(b"\xff\xd9") if kind == "mpo" else len(whole)
    with pytest.raises(NotAPhoto, match="damaged"):
        read_photo(whole[: end // 2])


def test_a_crash_of_the_decoder_stays_in_its_own_process() -> None:
    # pi_heif 1.4 reads from address 0 when the type of a note is not text.
    wicked = sample("drawn.heic").replace(b"Exif\0", b"\xc5xif\0", 1)
    with pytest.raises(NotAPhoto, match="damaged"):
        read_photo(wicked)


def test_a_decoder_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(images, "_SECONDS", 0.001)
    with pytest.raises(NotAPhoto, match="takes too long"):
        read_photo(KINDS["heic"])


@pytest.mark.parametrize("kind", ["jpeg", "progressive", "mpo"])
def test_spoilt_bytes_give_a_photo_or_a_sentence(kind: str) -> None:
    dice = random.Random(kind)
    for _ in range(60):
        spoilt = bytearray(KINDS[kind])
        for _ in range(dice.choice([1, 4, 16])):
            spoilt[dice.randrange(3, dice.choice([60, 700, len(spoilt)]))] = dice.randrange(256)
        with suppress(NotAPhoto):
            assert read_photo(bytes(spoilt)).thumb


@pytest.mark.parametrize("data, expected", [(b"%PDF-1.4\n", True), (b" %PDF-1.4", False), (b"", False)])
def test_a_pdf_is_known_by_its_beginning(data: bytes, expected: bool) -> None:
    assert looks_like_pdf(data) is expected
