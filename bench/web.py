"""Pages per second against a bare Flask "hello" on the same server, in turns within the same run.

    python bench/web.py [--tickets 100000] [--postgres] [--seconds 1] [--rounds 15]

Needs `wrk` (Debian: apt install wrk). Servers listen on loopback only and end with the run.
"""

import argparse
import http.client
import io
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import mean
from urllib.parse import urlencode

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from flask_migrate import upgrade  # noqa: E402 - the checkout has to be found first
from PIL import Image  # noqa: E402
from sqlalchemy import event  # noqa: E402

from bench._load import PASSWORD, load  # noqa: E402
from helpdesk.core.db import db  # noqa: E402
from tests.postgres import new_database, postgres_cluster  # noqa: E402

SERVER = ["--worker-class", "gthread", "--workers", "2", "--threads", "2", "--log-level", "warning"]
CLIENTS = (1, 8)


def main() -> None:
    """Lay out the tickets, count queries, then measure."""
    asked = _arguments()
    if not shutil.which("wrk"):
        raise SystemExit("This benchmark needs wrk: apt install wrk")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ["BENCH_FILES"] = str(folder / "files")
        os.environ["BENCH_DATABASE"] = _database(stack, folder, asked.postgres)
        reference = _lay_out(asked.tickets)
        print(f"{asked.tickets} tickets on {'PostgreSQL' if asked.postgres else 'SQLite'}")
        _count_queries(reference)
        _measure(stack, asked, reference)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=1, help="of each turn")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--postgres", action="store_true")
    return parser.parse_args()


def _database(stack: ExitStack, folder: Path, postgres: bool) -> str:
    if not postgres:
        return f"sqlite:///{folder / 'bench.db'}"
    return stack.enter_context(new_database(stack.enter_context(postgres_cluster())))


def _lay_out(count: int) -> str:
    from bench._serve import app

    started = time.perf_counter()
    with app.app_context():
        upgrade()
        _, reference = load(count)
        if db.engine.dialect.name == "postgresql":
            with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")
        db.engine.dispose()
    print(f"laid out in {time.perf_counter() - started:.0f} s")
    return reference


def _count_queries(reference: str) -> None:
    from bench._serve import app

    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/account/sign-in", data={"email": "boss@desk.example.com", "password": PASSWORD})
    with app.app_context():
        engine, seen = db.engine, []
        event.listen(engine, "before_cursor_execute", lambda *_: seen.append(1))
    for name, path in _pages(reference).items():
        client.get(path)
        seen.clear()
        answer = client.get(path)
        print(f"  {name}: {len(seen)} queries, {len(answer.data) / 1024:.0f} kB, status {answer.status_code}")
    with app.app_context():
        db.engine.dispose()


def _pages(reference: str) -> dict[str, str]:
    return {
        "queue": "/desk/",
        "queue, one store": "/desk/?store=petito",
        "queue, all": "/desk/?show=all",
        "ticket": f"/desk/tickets/{reference}",
    }


def _measure(stack: ExitStack, asked: argparse.Namespace, reference: str) -> None:
    hello = f"http://127.0.0.1:{stack.enter_context(_server('bench._hello:app'))}/"
    port = stack.enter_context(_server("bench._serve:app"))
    pages = {name: f"http://127.0.0.1:{port}{path}" for name, path in _pages(reference).items()}
    cookie = _sign_in(port)
    for clients in CLIENTS:
        _compare(hello, pages, clients, cookie, asked)
    bare = _rate(hello, 1, asked.seconds, "")
    filed = _filings(port, asked.seconds)
    print(f"filing with two photos, 1 client: {filed:.2f}/s, {filed / bare:.5f} of hello")


def _compare(hello: str, pages: dict[str, str], clients: int, cookie: str, asked: argparse.Namespace) -> None:
    """Each page between two turns of hello, again and again: the speed of a shared machine drifts within a run."""
    for url in (hello, *pages.values()):
        _rate(url, clients, 2, cookie)  # warm
    bare = [_rate(hello, clients, asked.seconds, "")]
    rates: dict[str, list[float]] = {name: [] for name in pages}
    for _ in range(asked.rounds):
        for name, url in pages.items():
            rates[name].append(_rate(url, clients, asked.seconds, cookie))
            bare.append(_rate(hello, clients, asked.seconds, ""))
    # Means: which process gets how many of the connections is drawn anew for every turn, and halves or doubles it.
    print(f"{clients} client(s): hello {mean(bare):,.0f}/s ({min(bare):,.0f} to {max(bare):,.0f})")
    for name, found in rates.items():
        share, spread = mean(found) / mean(bare), f"{min(found):,.0f} to {max(found):,.0f}"
        print(f"  {name}: {share:.4f} of hello, {mean(found):,.0f}/s ({spread})")


@contextmanager
def _server(app: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [sys.executable, "-m", "gunicorn", *SERVER, "--bind", f"127.0.0.1:{port}", app]
    process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, "BENCH_CSRF": "0"})
    try:
        _wait(port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            time.sleep(3)  # the workers load the app after the port is open
            return
    raise SystemExit("the server did not start")


def _sign_in(port: int) -> str:
    answer = _post(port, "/account/sign-in", {"email": "boss@desk.example.com", "password": PASSWORD})
    signed_in = _cookie(answer)
    # The first page gives the session its form token; from then on a browser brings it along.
    return _cookie(_get(port, "/desk/", signed_in)) or signed_in


def _cookie(answer: http.client.HTTPResponse) -> str:
    cookies = [value for name, value in answer.getheaders() if name.lower() == "set-cookie"]
    return cookies[-1].split(";")[0] if cookies else ""


def _get(port: int, path: str, cookie: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def _rate(url: str, clients: int, seconds: int, cookie: str) -> float:
    command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "-H", f"Cookie: {cookie}", url]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said:
        raise SystemExit(f"{url} did not answer with the page:\n{said}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])  # type: ignore[index]


def _filings(port: int, seconds: int) -> float:
    """The whole wizard, from the first step to the ticket, with two 12-megapixel photos."""
    photo = io.BytesIO()
    Image.effect_noise((400, 300), 60).resize((4032, 3024)).convert("RGB").save(photo, "JPEG", quality=85)
    number, started = 0, time.perf_counter()
    while time.perf_counter() - started < max(seconds, 10):
        number += 1
        _file(port, number, photo.getvalue())
    return number / (time.perf_counter() - started)


def _file(port: int, number: int, photo: bytes) -> None:
    step = _post(port, "/petito/report", {"issue_type": "damaged"}).getheader("Location") or ""
    base = step.rsplit("/", 1)[0]
    _post(port, step, {"without": "1"})
    details = {"body": "It is broken.", "email": f"filer-{number}@mail.example.com", "name": "Filer"}
    _post(port, f"{base}/details", details)
    _post(port, f"{base}/photos", {"damage": photo, "packaging": photo})
    answer = _post(port, f"{base}/review", {})
    if "/tickets/" not in (answer.getheader("Location") or ""):
        raise SystemExit(f"the report was not filed: {answer.status}")


def _post(port: int, path: str, fields: dict[str, str | bytes]) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    if any(isinstance(value, bytes) for value in fields.values()):
        body, kind = _multipart(fields), "multipart/form-data; boundary=bench"
    else:
        body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
    connection.request("POST", path, body, {"Content-Type": kind})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def _multipart(fields: dict[str, str | bytes]) -> bytes:
    parts = []
    for name, value in fields.items():
        head = f'--bench\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.jpg"\r\n\r\n'
        parts.append(head.encode() + (value if isinstance(value, bytes) else value.encode()) + b"\r\n")
    return b"".join(parts) + b"--bench--\r\n"


if __name__ == "__main__":
    main()
