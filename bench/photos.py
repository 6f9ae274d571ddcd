"""From the bytes of a 12-megapixel photo to its three stored sizes: seconds, and how many times a plain re-encoding.

    python bench/photos.py [more photos ...]

HEIC is measured with our small sample unless you name a larger file: nothing here can write it.
"""

import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from helpdesk.core.images import read_photo  # noqa: E402 - the path must be set first
from helpdesk.core.storage import Storage, storage_from  # noqa: E402

ROUNDS = 5


def main() -> None:
    """Print one line for each photo, and the most memory that was in use."""
    photos = {"12 MP JPEG": camera_photo()}
    for path in [ROOT / "tests/core/samples/drawn.heic", *map(Path, sys.argv[1:])]:
        photos[path.name] = path.read_bytes()
    print(f"{'photo':<16}{'MB':>7}{'stored s':>10}{'plain s':>10}{'ratio':>7}")
    with tempfile.TemporaryDirectory() as folder:
        for name, data in photos.items():
            print(f"{name:<16}{len(data) / 1e6:>7.2f}{measured(data, storage_from(folder))}")
    print(peak_memory())


def camera_photo() -> bytes:
    """Noise and shapes, 4032 x 3024."""
    picture = Image.effect_noise((2016, 1512), 60).resize((4032, 3024)).convert("RGB")
    pen = ImageDraw.Draw(picture)
    for step in range(0, 3000, 150):
        colour = (step % 256, step * 7 % 256, step * 13 % 256)
        pen.ellipse((step, step // 2, step + 700, step // 2 + 700), fill=colour, outline="white", width=9)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92)
    return file.getvalue()


def measured(data: bytes, storage: Storage) -> str:
    stored, plain = fastest(lambda: store(data, storage)), fastest(lambda: reencode(data))
    return f"{stored:>10.3f}{plain:>10.3f}{stored / plain:>7.2f}"


def fastest(work: Callable[[], None]) -> float:
    """Seconds of the quickest of a few rounds: what else runs on this machine only ever adds."""
    seconds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def store(data: bytes, storage: Storage) -> None:
    photo = read_photo(data)
    for size in (photo.full, photo.screen, photo.thumb):
        storage.put(size)


def reencode(data: bytes) -> None:
    """The least that anyone could do: decode, and save at the same quality."""
    with Image.open(io.BytesIO(data)) as picture:
        picture.convert("RGB").save(io.BytesIO(), "JPEG", quality=88)


def peak_memory() -> str:
    if sys.platform == "win32":
        return "peak memory: not measured on Windows"
    import resource

    here, apart = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux kilobytes
    return f"peak memory: {here * unit / 1e6:.0f} MB here, at most {apart * unit / 1e6:.0f} MB in the process for HEIC"


if __name__ == "__main__":
    import pi_heif

    pi_heif.register_heif_opener()  # for the plain re-encoding
    main()
