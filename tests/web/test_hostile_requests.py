"""Requests that nobody means well with: odd addresses, bodies, cookies and methods."""

import gc
from io import BytesIO
from urllib.parse import quote

import pytest
from flask import Flask

from helpdesk.stores import Store
from tests import factories
from tests.web.browsing import Browser, read
from tests.web.odd import BY_NAME, NASTY, SCRIPT, Scene, counts
from tests.web.wizard import Wizard, files

OF_ADDRESSES = [pytest.param(text, marks=pytest.mark.one_engine) for text in ("../..", ".", "%", "%2e%2e%2f")]


@pytest.mark.parametrize("nasty", [*BY_NAME, "9" * 20, *OF_ADDRESSES])
def test_no_part_of_an_address_breaks_a_page(app: Flask, scene: Scene, nasty: str) -> None:
    piece = quote(nasty[:2000], safe="", errors="surrogatepass") or "-"
    token = scene.ticket.guest_token
    broken = []
    for rule in app.url_map.iter_rules():
        good = {"slug": scene.shop.slug, "token": token, "reference": scene.ticket.reference, "size": "thumb"}
        for odd in rule.arguments:
            address = rule.rule
            for name in rule.arguments:
                for written in (f"<{name}>", f"<int:{name}>", f"<path:{name}>"):
                    address = address.replace(written, piece if name == odd else good.get(name, "1"))
            for method in {"GET", "POST"} & set(rule.methods or ()):
                answer = scene.client.open(address, method=method)
                if answer.status_code not in (200, 302, 308, 403, 404, 405, 422):
                    broken.append((method, address, answer.status_code))
    assert broken == []


@pytest.mark.parametrize("address", [
    "/{slug}/report?issue={}", "/{slug}/accent.css?v={}", "/account/sign-in?next={}", "/desk/?at={}", "/desk/?q={}",
    "/desk/?show={}&store={}&category={}&assignee={}", "/desk/escalations/?state={}", "/{slug}/?{}={}",
    "/desk/admin/hours/{slug}?issue={}&priority={}", "/desk/search?q={}&page={}", "/desk/search?q=from:{}",
    "/desk/search?q=-{}*",
])  # fmt: skip
def test_no_question_in_an_address_breaks_a_page(scene: Scene, address: str) -> None:
    for nasty in NASTY.values():
        piece = quote(nasty[:2000], safe="", errors="surrogatepass")
        answer = scene.client.get(address.replace("{slug}", scene.shop.slug).replace("{}", piece))
        assert answer.status_code in (200, 302)
        assert SCRIPT not in answer.text


@pytest.mark.parametrize("content_type, body", [
    ("application/json", b'{"body": "x"}'), ("application/json", b'{"form_key": "\\u0000", "body": [1]}'),
    ("application/json", b"{"), ("text/plain", b"body=x"), ("", b"body=x"),
    ("application/x-www-form-urlencoded", b"\xff\xfe=%zz&&&=;" * 50),
    ("multipart/form-data", b"no boundary"), ("multipart/form-data; boundary=" + "x" * 500, b""),
    ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data; name=body\r\n\r\ncut"),
    ("multipart/form-data; boundary=x", b"--x\r\n\r\n--x--"),
])  # fmt: skip
def test_an_odd_body_is_answered_and_nothing_is_written(scene: Scene, content_type: str, body: bytes) -> None:
    address = f"/{scene.shop.slug}/tickets/{scene.ticket.guest_token}/messages"
    before = counts()
    answer = scene.client.post(address, data=body, content_type=content_type)
    assert answer.status_code in (400, 413, 415, 422)
    assert counts() == before


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_thousand_files_are_too_many(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    before = counts()
    answer = wizard.post("photos", other=files(*[(f"{n}.jpg", b"x") for n in range(1000)]))
    gc.collect()  # Werkzeug leaves the files it had begun to whoever tidies up, which warns
    assert answer.status_code == 413
    assert "Ten files of 20 MB each" in read(answer)
    assert counts() == before


@pytest.mark.parametrize("address", ["/{slug}/report", "/account/sign-in", "/{slug}/track"])
def test_an_endless_text_is_too_much(client: Browser, shop: Store, address: str) -> None:
    answer = client.post(address.format(slug=shop.slug), data={"number": "x" * 3_000_000})
    assert answer.status_code == 413
    assert "too much at once" in read(answer)


def test_a_body_that_says_it_is_huge_is_not_read(client: Browser, shop: Store) -> None:
    kind = {"CONTENT_TYPE": "multipart/form-data; boundary=x", "CONTENT_LENGTH": str(2**40)}
    answer = client.post(f"/{shop.slug}/report", input_stream=BytesIO(b"--x"), environ_overrides=kind)
    assert answer.status_code == 413


@pytest.mark.parametrize("body, file", [
    ("Look", b""), ("Look", b"\xff\xd8\xff\xe0"), (" ", None), ("x" * 20_001, None),
])  # fmt: skip
def test_a_message_that_cannot_be_sent_leaves_nothing(
    client: Browser, shop: Store, body: str, file: bytes | None
) -> None:
    ticket = factories.ticket(shop)
    before = counts()
    address = f"/{shop.slug}/tickets/{ticket.guest_token}/messages"
    photos = {} if file is None else {"other": files(("bowl.jpg", file))}
    answer = client.post(address, data={"body": body, "form_key": "k" * 20, **photos})
    assert answer.status_code == 422
    assert counts() == before


@pytest.mark.parametrize("cookie", ["nonsense", ".", "eyJ9.x.y", "\x7f" * 50, "x" * 4000])
@pytest.mark.parametrize("name", ["session", "remember_token"])
def test_a_forged_cookie_signs_nobody_in(client: Browser, shop: Store, name: str, cookie: str) -> None:
    client.set_cookie(name, cookie)
    assert client.get("/desk/").status_code == 302
    assert client.get(f"/{shop.slug}/report").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get"])
def test_other_methods_are_refused(client: Browser, shop: Store, method: str) -> None:
    answer = client.open(f"/{shop.slug}/report", method=method)
    assert answer.status_code in (200, 405)
