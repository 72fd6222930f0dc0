"""The tuning side: columns invented by Faker, under names of their own. Look at them freely."""

from __future__ import annotations

import random
from collections.abc import Iterator

from faker import Faker

from bench._scanner_columns import Labelled, Maker, negatives, positives
from bench.scanner_protocol import TUNING_SEED

NAMES: dict[str, tuple[str, ...]] = {
    "cn_resident_id": ("zjhm", "idCardNumber", "证件号码", "ID_NO"),
    "cn_uscc": ("credit_code", "信用代码", "companyCreditCode"),
    "payment_card": ("cardNo", "yhkh", "卡号", "debit_card_number"),
    "iban": ("IBAN_NO", "payee_iban", "bank_acct"),
    "phone": ("sjhm", "tel_no", "联系电话", "mobileNo", "PhoneNum"),
    "email": ("mail", "EMAIL_ADDR", "邮箱", "loginEmail"),
    "ip_address": ("ip_addr", "loginIp", "src_ip"),
    "person_name": ("khxm", "contactName", "联系人", "patient_name", "display_name"),
    "postal_address": ("addr", "billingAddress", "家庭住址", "residence"),
    "birth_date": ("csrq", "birthDate", "生日", "BORN_ON"),
}


def kinds(fakers: dict[str, Faker]) -> dict[str, list[tuple[str, Maker, tuple[str, ...]]]]:
    """Every kind that Faker has; it has no credit code."""
    en, zh, de = fakers["en"], fakers["zh"], fakers["de"]
    plain: dict[str, list[tuple[str, Maker]]] = {
        "cn_resident_id": [("18", zh.ssn)],
        "payment_card": [
            ("visa", lambda: en.credit_card_number("visa")), ("master", lambda: en.credit_card_number("mastercard")),
            ("amex", lambda: en.credit_card_number("amex")), ("any", en.credit_card_number),
        ],
        "iban": [("de", de.iban), ("gb", en.iban)],
        "phone": [("cn", zh.phone_number), ("us", en.phone_number), ("de", de.phone_number)],
        "email": [("en", en.email), ("zh", zh.company_email), ("de", de.free_email)],
        "ip_address": [("v4", en.ipv4), ("private", en.ipv4_private), ("v6", en.ipv6)],
        "person_name": [("en", en.name), ("zh", zh.name), ("de", de.name),
            ("short", lambda: f"{en.first_name()[0]}. {en.last_name()}")],
        "postal_address": [("en", en.street_address), ("full", en.address), ("zh", zh.street_address),
            ("zh full", zh.address), ("de", de.street_address)],
        "birth_date": [
            (form, lambda form=form: en.date_of_birth().strftime(form))  # type: ignore[misc]
            for form in ("%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d %b %Y")
        ],
    }  # fmt: skip
    return {kind: [(variant, make, NAMES[kind]) for variant, make in makers] for kind, makers in plain.items()}


def others(fakers: dict[str, Faker], rng: random.Random) -> dict[str, tuple[Maker, tuple[str, ...]]]:
    """Other things, with their names."""
    en, zh, de = fakers["en"], fakers["zh"], fakers["de"]
    return {
        "company": (en.company, ("name", "client")), "company_de": (de.company, ("firma", "name")),
        "company_zh": (zh.company, ("公司", "name")), "city": (en.city, ("place", "name")),
        "city_de": (de.city, ("ort", "name")), "province": (zh.province, ("省", "v1")), "city_zh": (zh.city_name,
        ("市", "name")),
        "job": (en.job, ("job", "name")), "job_zh": (zh.job, ("岗位", "v")), "phrase": (en.catch_phrase,
        ("slogan", "name")),
        "bs": (en.bs, ("text", "v2")), "word": (en.word, ("keyword", "v3")), "word_zh": (zh.word, ("词", "name")),
        "sentence": (en.sentence, ("comment", "v")), "sentence_zh": (zh.sentence, ("备注", "v")),
        "colour": (en.color_name, ("paint", "name")), "country": (en.country, ("land", "name")),
        "domain": (en.domain_name, ("site", "mail_domain")), "url": (en.url, ("page", "v")), "uuid": (en.uuid4,
        ("guid", "v")),
        "sha": (en.sha1, ("digest", "phone_hash")), "mac": (en.mac_address, ("nic", "v")), "ua": (en.user_agent,
        ("ua", "v")),
        "ean13": (en.ean13, ("gtin", "card_ean")), "isbn": (en.isbn10, ("isbn10", "v")), "isbn13": (en.isbn13,
        ("isbn13", "v")),
        "user": (en.user_name, ("user", "account_name")), "file": (en.file_name, ("attachment", "v")),
        "date": (en.date, ("posted", "due")), "time": (en.iso8601, ("logged", "v")), "year": (en.year,
        ("yr", "birth_year")),
        "int5": (lambda: rng.randint(0, 99999), ("n", "phone_count")),
        "int10": (lambda: rng.randint(10**9, 10**10 - 1), ("ref", "code")),
        "int11": (lambda: rng.randint(10**10, 10**11 - 1), ("serial", "mobile_id")),
        "int12": (lambda: rng.randint(10**11, 10**12 - 1), ("sku", "v")),
        "int15": (lambda: rng.randint(10**14, 10**15 - 1), ("ticket", "v")),
        "int16": (lambda: rng.randint(10**15, 10**16 - 1), ("flow_no", "card_ref")),
        "int18": (lambda: rng.randint(10**17, 10**18 - 1), ("biz_no", "v")),
        "int19": (lambda: rng.randint(10**18, 10**19 - 1), ("trace", "v")),
        "run11": (lambda: 13_800_000_000 + rng.randrange(3000), ("seq_no", "v")),
        "run16": (lambda: 4_000_000_000_000_000 + rng.randrange(3000), ("seq", "v")),
        "semver": (lambda: ".".join(str(rng.randint(0, 12)) for _ in range(4)), ("build", "release")),
        "plate": (en.license_plate, ("plate_no", "v")), "postcode": (en.postcode, ("plz", "v")),
        "building": (en.building_number, ("house", "v")),
        "lat": (en.latitude, ("y", "v")), "currency": (en.currency_name, ("name", "v")), "mime": (en.mime_type,
        ("content", "v")),
        "bban": (de.bban, ("ref_no", "v")), "swift": (en.swift, ("bic", "v")), "street": (en.street_suffix,
        ("kind", "v")),
        "month": (en.month_name, ("mon", "birth_month")), "bool": (en.boolean, ("ok", "has_mail")),
        "price": (en.pricetag, ("price", "v")),
        "airport": (lambda: f"{en.city()} {rng.choice(('Intl', 'Regional', 'Airport', 'Field'))}",
        ("name", "airport")),
    }  # fmt: skip


def columns(seed: int = TUNING_SEED) -> Iterator[Labelled]:
    """Every tuning column."""
    rng = random.Random(seed)  # noqa: S311  # invented data
    fakers = {word: Faker(locale) for word, locale in (("en", "en_US"), ("zh", "zh_CN"), ("de", "de_DE"))}
    for number, faker in enumerate(fakers.values()):
        faker.seed_instance(seed + number)
    for kind, variants in kinds(fakers).items():
        yield from positives(rng, kind, variants)
    for variant, (make, names) in others(fakers, rng).items():
        yield from negatives(rng, variant, make, names)
