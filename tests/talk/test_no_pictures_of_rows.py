"""Rows do not come out as samples, attachments or pictures: words are all that a text can bring along."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client

from catalog.models import Dataset, Product
from guard import policy, things
from guard.models import Domain
from people.models import User
from talk.models import Comment
from tests.catalog import make
from tests.house.doors.planting import gardener, governed_models
from tests.house.doors.walking import own_routes
from tests.house.ground import own_models
from web.markdown import render

#: one dot, as a picture that stands in the text itself
DOT = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
PICTURES = (
    f"![rows]({DOT})", "![rows](https://example.org/rows.png)", "![rows](/attachments/1.png)", f"<img src='{DOT}'>",
    f"[rows]({DOT})", f"<object data='{DOT}'></object>", "![rows][1]\n\n[1]: https://example.org/rows.png",
    "<svg><image href='https://example.org/rows.png'/></svg>", "<video src='/rows.mp4'></video>", "![[rows.png]]",
)  # fmt: skip
#: a picture without an address, or with one of the house (which answers no pictures of people's), draws no row
DRAWN = re.compile(
    r"<(svg|object|embed|iframe|picture|video|audio|canvas|source|image)\b|data:image|base64|src=\"(?!/[^/])|srcset",
    re.I,
)


@pytest.fixture
def product(priya: User, growth: Domain) -> Product:
    return make.product(priya, growth)


@pytest.mark.parametrize("picture", PICTURES)
def test_case_12_no_text_draws_a_picture(picture: str) -> None:
    drawn = render(f"**See** {picture}")
    assert "<strong>See</strong>" in drawn  # the control: words are drawn
    assert not DRAWN.search(drawn), drawn
    assert not DRAWN.search(drawn.replace('src="/attachments/1.png"', "")) and DRAWN.search(f'<img src="{DOT}">')


def test_case_12_a_comment_takes_no_attachment_and_is_for_readers(
    product: Product, priya: User, sam: User, otto: User
) -> None:
    """A file that is sent along is left where it was; what stays is the text, for who may read the product."""
    rows = SimpleUploadedFile("rows.csv", b"id,card\n1,4111111111111111\n", "text/csv")
    client = Client()
    client.force_login(priya)
    sent = client.post(
        f"/talk/{product.key}/comments/", {"body": f"See the rows {PICTURES[0]}", "file": rows, "image": rows}
    )
    assert sent.status_code == 303, sent.content
    assert Comment.objects.unrestricted("a test looks at what is there").filter(thing=product.thing).count() == 1
    for person, status in ((sam, 200), (otto, 404)):
        client.force_login(person)
        said = client.get(f"/api/v1/comments/?thing={product.key}")
        assert said.status_code == status
        assert ("See the rows" in said.content.decode()) is (person == sam)
        assert "4111111111111111" not in said.content.decode()


def test_case_12_nothing_keeps_a_file_or_bytes_and_no_address_gives_one() -> None:
    kinds = (models.FileField, models.ImageField, models.BinaryField)
    kept = [f"{m.__name__}.{f.name}" for m in own_models() for f in m._meta.concrete_fields if isinstance(f, kinds)]
    assert kept == []
    words = re.compile(r"sample|attach|picture|image|media|upload|preview|rows|file")
    assert [name for name, _parts in own_routes() if words.search(name.split(":")[-1])] == []
    assert apps.get_model("talk", "Comment") in governed_models()


@pytest.mark.parametrize("grade", [policy.SAMPLE, policy.RAW])
def test_case_12_the_highest_grade_gives_no_row_in_the_product(
    growth: Domain, omar: User, otto: User, grade: int
) -> None:
    """Samples are read in the warehouse by whoever was granted them; no door of the product has them."""
    dataset: Dataset = make.dataset(omar, growth, "shop.zebra", {"zebra_no": 5})
    client = Client()
    client.force_login(otto)
    addresses = [f"/catalog/datasets/{dataset.key}/", f"/api/v1/datasets/{dataset.key}/"]
    assert [client.get(address).status_code for address in addresses] == [404, 404]
    with gardener(omar):
        things.give(dataset, person=otto, reason="grant", grade=grade)
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200 and "zebra" in answer.content.decode()
        for word in ("sample", "rows", "preview", "attachments", "raw"):
            assert client.get(f"{address}{word}/").status_code == 404
            assert client.get(f"{address}?{word}=1").content.decode().count(
                "zebra_no"
            ) == answer.content.decode().count("zebra_no")
