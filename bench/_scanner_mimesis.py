"""The measuring side: columns invented by mimesis, check digits by python-stdnum where mimesis has no such kind."""

from __future__ import annotations

import random
from collections.abc import Iterator

from mimesis import Generic, Locale
from mimesis.enums import CardType
from stdnum import iban as stdnum_iban
from stdnum.cn import ric, uscc

from bench._scanner_columns import Labelled, Maker, negatives, positives
from bench.scanner_protocol import AIRLINES, AIRPORTS, BRANDS, MEASURING_SEED, NAMES, OTHERS

Variants = list[tuple[str, Maker, tuple[str, ...]]]
AREAS = ("110101", "310115", "440305", "330106", "510104", "420111", "610113", "230103", "350203", "650102", "810000")
CARDS = (CardType.VISA, CardType.MASTER_CARD, CardType.AMERICAN_EXPRESS)
BBAN = {"DE": 18, "GB": 0, "FR": 23, "NL": 0, "ES": 20, "AT": 16, "CH": 17, "PL": 24, "BE": 12, "NO": 11}
USCC_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


class Inventor:
    """The makers of one seed."""

    def __init__(self, seed: int = MEASURING_SEED) -> None:
        self.rng = random.Random(seed)  # noqa: S311  # invented data
        self.en, self.zh = Generic(Locale.EN, seed=seed), Generic(Locale.ZH, seed=seed + 1)
        self.de, self.gb = Generic(Locale.DE, seed=seed + 2), Generic(Locale.EN_GB, seed=seed + 3)

    def digits(self, count: int) -> str:
        return "".join(self.rng.choice("0123456789") for _ in range(count))

    # -- kinds with a check digit
    def resident_id(self) -> str:
        born = self.en.datetime.date(start=1945, end=2019)
        body = f"{self.rng.choice(AREAS)}{born:%Y%m%d}{self.digits(3)}"
        return body + ric.calc_check_digit(f"{body}0")  # it wants the check digit's place filled

    def credit_code(self) -> str:
        kind, area = self.rng.choice(("91", "92", "12", "53", "93")), self.rng.choice(AREAS)
        body = f"{kind}{area}" + "".join(self.rng.choice(USCC_SIGNS) for _ in range(9))
        return body + uscc.calc_check_digit(body)

    def card(self) -> str:
        return str(self.en.payment.credit_card_number(self.rng.choice(CARDS)))

    def iban(self) -> str:
        country, length = self.rng.choice(sorted(BBAN.items()))
        letters = "".join(self.rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for _ in range(4))
        bban = {"GB": f"{letters}{self.digits(14)}", "NL": f"{letters}{self.digits(10)}"}.get(country)
        bban = bban or self.digits(length)
        return f"{country}{stdnum_iban.calc_check_digits(f'{country}00{bban}')}{bban}"

    # -- phones, addresses of machines
    def mobile(self) -> str:
        return f"1{self.rng.choice('3456789')}{self.digits(9)}"

    def e164(self) -> str:
        """Of several countries, as a system stores them: plus, country, number, no punctuation."""
        prefix, rest = self.rng.choice(
            (("+1", 9), ("+44", 9), ("+49", 9), ("+33", 8), ("+86138", 7), ("+65", 7), ("+81", 8))
        )
        return f"{prefix}{self.rng.randint(2, 9)}{self.digits(rest)}"

    # -- people
    def name_zh(self) -> str:
        return f"{self.zh.person.surname()}{self.zh.person.name()}"

    def address_zh(self) -> str:
        where = self.zh.address
        return f"{where.state()}{where.city()}{where.address()}".replace(" ", "")

    def born(self, form: str) -> str:
        day = self.en.datetime.date(start=1940, end=2012)
        return f"{day.year}年{day.month}月{day.day}日" if form == "zh" else day.strftime(form)

    def kinds(self) -> dict[str, Variants]:
        """Every kind with its variants: (name, maker, names of columns)."""
        en, de, gb = self.en, self.de, self.gb
        plain: dict[str, list[tuple[str, Maker]]] = {
            "cn_resident_id": [("18", self.resident_id), ("small x", lambda: self.resident_id().lower())],
            "cn_uscc": [("18", self.credit_code), ("small", lambda: self.credit_code().lower())],
            "payment_card": [
                ("spaced", self.card), ("plain", lambda: self.card().replace(" ", "")),
                ("dashed", lambda: self.card().replace(" ", "-")),
            ],
            "iban": [("plain", self.iban), ("spaced", lambda: _fours(self.iban()))],
            "phone": [
                ("cn", self.mobile), ("cn +86", lambda: f"+86{self.mobile()}"), ("e164", self.e164),
                ("cn dashed", lambda: _dashed(self.mobile())), ("en", en.person.phone_number),
                ("de", de.person.phone_number), ("gb", gb.person.phone_number),
            ],
            "email": [("plain", en.person.email), ("large", lambda: en.person.email().upper())],
            "ip_address": [("v4", en.internet.ip_v4), ("v6", en.internet.ip_v6)],
            "person_name": [
                ("en", en.person.full_name), ("zh", self.name_zh), ("de", de.person.full_name),
                ("en reversed", lambda: f"{en.person.surname()}, {en.person.name()}"),
                ("zh spaced", lambda: f"{self.zh.person.surname()} {self.zh.person.name()}"),
            ],
            "postal_address": [
                ("en", en.address.address), ("zh", self.address_zh), ("de", de.address.address),
                ("en with city", lambda: f"{en.address.address()}, {en.address.city()}"), ("gb", gb.address.address),
            ],
            "birth_date": [
                (form, lambda form=form: self.born(form))  # type: ignore[misc]
                for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%Y-%m-%d 00:00:00", "zh", "%m/%d/%Y")
            ],
        }  # fmt: skip
        found: dict[str, Variants] = {
            kind: [(variant, make, NAMES[kind]) for variant, make in makers] for kind, makers in plain.items()
        }
        found["person_name"] += [
            ("en given", en.person.name, NAMES["given_name"]),
            ("en family", en.person.surname, NAMES["family_name"]),
        ]
        return found

    def others(self) -> dict[str, Maker]:
        """The makers of what is nothing personal."""
        return self._business() | self._technical() | self._words()

    def _business(self) -> dict[str, Maker]:
        en, zh, rng = self.en, self.zh, self.rng
        counter = iter(range(100_000, 100_000_000))
        return {
            "order_number": lambda: f"{en.datetime.date(start=2023, end=2026):%Y%m%d}{self.digits(8)}",
            "snowflake_id": lambda: 1_700_000_000_000_000_000 + rng.randrange(10**17),
            "sequence": lambda: next(counter), "money": lambda: f"{rng.lognormvariate(4, 1):.2f}",
            "quantity": lambda: rng.randint(1, 40), "random_16": lambda: self.digits(16),
            "random_18": lambda: str(rng.randint(1, 9)) + self.digits(17), "score": lambda: f"{rng.random():.4f}",
            "unix_seconds": lambda: 1_690_000_000 + rng.randrange(80_000_000),
            "unix_milliseconds": lambda: 1_690_000_000_000 + rng.randrange(80_000_000_000),
            "event_date": lambda: en.datetime.date(start=2022, end=2026),
            "event_time": lambda: en.datetime.datetime(start=2022, end=2026),
            "company": en.finance.company, "company_zh": zh.finance.company, "bank": en.finance.bank,
            "university": en.person.university, "city": en.address.city,
            "city_zh": lambda: zh.address.city().strip(), "country": en.address.country, "state": en.address.state,
            "street_suffix": en.address.street_suffix, "job": en.person.occupation, "ticker": en.finance.stock_ticker,
            "stock_name": en.finance.stock_name, "currency": en.finance.currency_iso_code, "isbn": en.code.isbn,
            "ean": en.code.ean, "imei": en.code.imei, "pin": en.code.pin, "issn": en.code.issn,
            "airplane": en.transport.airplane, "car": en.transport.car,
            "plate": en.transport.vehicle_registration_code, "iata": en.address.iata_code,
            "postcode": en.address.zip_code, "latitude": en.address.latitude,
            "coordinates": lambda: "{latitude},{longitude}".format(**en.address.coordinates()),
            "airline": lambda: rng.choice(AIRLINES), "airport": lambda: rng.choice(AIRPORTS),
            "brand": lambda: rng.choice(BRANDS),
            "status": lambda: rng.choice(("open", "sent", "paid", "closed", "lost")),
        }  # fmt: skip

    def _technical(self) -> dict[str, Maker]:
        en, rng = self.en, self.rng
        return {
            "url": en.internet.url, "hostname": en.internet.hostname, "slug": en.internet.slug,
            "uuid": en.cryptographic.uuid, "hash": en.cryptographic.hash, "mac": en.internet.mac_address,
            "version": lambda: f"{rng.randint(1, 12)}.{rng.randint(0, 30)}.{rng.randint(0, 9)}.{rng.randint(0, 400)}",
            "user_agent": en.internet.user_agent, "file_name": en.file.file_name, "mime": en.file.mime_type,
            "cpu": en.hardware.cpu, "phone_model": en.hardware.phone_model, "os": en.development.os,
            "programming": en.development.programming_language, "licence": en.development.software_license,
            "boolean": en.development.boolean, "duration": lambda: rng.randint(1, 7200), "dna": en.science.dna_sequence,
            "size": en.file.size, "port": en.internet.port, "cidr": en.internet.ip_v4_cidr, "asn": en.internet.asn,
            "username": en.person.username, "colour": en.text.hex_color, "level": en.text.level,
        }  # fmt: skip

    def _words(self) -> dict[str, Maker]:
        en, zh = self.en, self.zh
        return {
            "word": en.text.word, "title": en.text.title, "sentence": en.text.sentence, "dish": en.food.dish,
            "fruit": en.food.fruit, "drink": en.food.drink, "language": en.person.language,
            "blood": en.person.blood_type, "gender": en.person.gender, "height": en.person.height,
            "weight": en.person.weight, "word_zh": zh.text.word, "title_zh": zh.text.title,
            "weekday": en.datetime.day_of_week, "month": en.datetime.month,
        }  # fmt: skip


def _fours(text: str) -> str:
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def _dashed(mobile: str) -> str:
    return f"{mobile[:3]}-{mobile[3:7]}-{mobile[7:]}"


def columns(seed: int = MEASURING_SEED) -> Iterator[Labelled]:
    """Every measuring column of the protocol, always the same for one seed."""
    inventor = Inventor(seed)
    for kind, variants in inventor.kinds().items():
        yield from positives(inventor.rng, kind, variants)
    makers = inventor.others()
    for variant, names in OTHERS.items():
        yield from negatives(inventor.rng, variant, makers[variant], names)
