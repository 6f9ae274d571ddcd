"""Reporting an issue: photos and documents."""

import re
from io import BytesIO

from helpdesk.stores import Store
from tests.web.browsing import Browser, read
from tests.web.wizard import JPEG, PDF, Wizard, files, tickets

BROKEN = JPEG[:200]


def kept(wizard: Wizard) -> list[str]:
    """What the photos page lists."""
    return re.findall(r'kept-name">(\S+)', wizard.get("photos").text)


def first_token(wizard: Wizard) -> str:
    """The first file's, as its remove button has it."""
    return wizard.get("photos").text.split("/photos/")[1].split("/")[0]


def test_a_broken_photo_is_named_and_the_others_stay(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    answer = wizard.post("photos", damage=files(("good.jpg", JPEG), ("torn.jpg", BROKEN), ("fine.jpg", JPEG)))
    assert answer.status_code == 422
    assert "“torn.jpg”: This file is damaged" in read(answer)
    assert kept(wizard) == ["good.jpg", "fine.jpg"]


def test_photos_survive_going_back_and_errors_elsewhere(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.post("photos", damage=files(("bowl.jpg", JPEG)))
    wizard.tell(email="nonsense")
    wizard.post("issue", issue_type="damaged")
    wizard.tell()
    assert "bowl.jpg" in wizard.get("review").text
    wizard.send()
    assert [a.filename for a in tickets()[0].attachments] == ["bowl.jpg"]


def test_a_second_press_keeps_each_file_once(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    for _ in range(2):
        wizard.post("photos", damage=files(("bowl.jpg", JPEG)), packaging=files(("bowl.jpg", JPEG)))
    assert kept(wizard) == ["bowl.jpg", "bowl.jpg"]


def test_a_photo_can_be_taken_out_again(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.post("photos", damage=files(("bowl.jpg", JPEG)))
    removal = f"{wizard.address}/photos/{first_token(wizard)}/removal"
    client.post(removal)
    assert kept(wizard) == []
    assert client.post(removal).status_code == 404


def test_a_pdf_is_kept_and_only_downloaded(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop, "adverse_reaction")
    wizard.post("photos", other=files(("vet.pdf", PDF)))
    wizard.tell()
    page = client.get(wizard.send().location)
    address = page.text.split('file-list">')[1].split('href="')[1].split('"')[0]
    download = client.get(address)
    assert download.data == PDF
    assert download.headers["Content-Disposition"] == "attachment; filename=vet.pdf"
    assert client.get(address.replace("/file", "/screen")).status_code == 404


def test_the_eleventh_file_is_refused_by_name(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    answer = wizard.post("photos", other=files(*[(f"bill-{n}.pdf", PDF + bytes([n])) for n in range(1, 12)]))
    assert answer.status_code == 422
    assert "“bill-11.pdf” is one too many: 10 files fit." in read(answer)
    assert len(kept(wizard)) == 10


def test_an_address_of_an_unsent_photo_ends_with_sending(client: Browser, shop: Store) -> None:
    wizard = Wizard(client, shop)
    wizard.post("photos", damage=files(("bowl.jpg", JPEG)))
    address = f"{wizard.address}/files/{first_token(wizard)}/thumb"
    assert client.get(address).mimetype == "image/jpeg"
    wizard.tell()
    wizard.send()
    assert client.get(address).status_code == 404


def test_an_empty_upload_is_said(client: Browser, shop: Store) -> None:
    answer = Wizard(client, shop).post("photos", damage=[(BytesIO(), "nothing.jpg")])
    assert "“nothing.jpg”: This file is empty" in read(answer)
