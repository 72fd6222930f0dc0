"""What the name of a column says: its words, in English, German, Chinese and the initials of pinyin."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from governance.scanner.guards import linear
from governance.scanner.lexicon import words

# kind: (words side by side, "…" inside a fused name). Chinese is looked for anywhere in the name.
_SAYS: Mapping[str, tuple[str, ...]] = {
    "cn_resident_id": (
        "id card", "idcard", "identity card", "identity no", "identity number", "id number", "id no", "idno",
        "resident id", "national id", "citizen id", "personal id", "cert no", "cert number", "certificate no", "sfz",
        "sfzh", "sfzhm", "zjhm", "zjh", "idcard no", "id num", "ssn", "身份证", "证件号", "身份號", "公民身份",
    ),
    "cn_uscc": (
        "uscc", "credit code", "social credit", "usci", "tyshxydm", "shxydm", "tyxydm", "nsrsbh", "信用代码",
        "信用代碼", "纳税人识别号", "组织机构代码", "营业执照",
    ),
    "payment_card": (
        "card number", "card no", "card num", "cardno", "cardnumber", "cardnum", "pan", "credit card", "debit card",
        "bank card", "bankcard", "cc number", "cc no", "cc num", "ccnum", "creditcard", "payment card", "yhkh", "kh",
        "kreditkarte", "kartennummer", "银行卡", "卡号", "信用卡", "借记卡",
    ),
    "iban": (
        "iban", "bank account", "account iban", "account no", "account number", "kontonummer", "konto", "acct no",
        "账号", "帐号", "账户号",
    ),
    "phone": (
        "phone", "telephone", "tel", "mobile", "cell", "cellphone", "cell phone", "mobilephone", "phoneno",
        "phonenum", "mobileno", "msisdn", "fax", "whatsapp", "handy", "telefon", "telefonnummer", "handynummer",
        "rufnummer", "sjh", "sjhm", "lxdh", "lxfs", "dh", "dhhm", "yddh", "gddh", "contact no", "contact number",
        "手机", "电话", "联系方式", "移动电话", "传真", "手機", "電話",
    ),
    "email": (
        "email", "e mail", "mail", "emailaddress", "mailaddress", "emailaddr", "yx", "yxdz", "dzyx", "dzyj", "邮箱",
        "电子邮件", "邮件地址", "信箱",
    ),
    "ip_address": (
        "ip", "ipaddr", "ipaddress", "ipv4", "ipv6", "clientip", "remoteip", "sourceip", "srcip", "dstip", "userip",
        "remote addr", "remote address", "loginip", "ip地址",
    ),
    "person_name": (
        "full name", "fullname", "first name", "firstname", "last name", "lastname", "given name", "givenname",
        "family name", "familyname", "middle name", "maiden name", "legal name", "display name", "real name",
        "surname", "forename", "fname", "lname", "vorname", "nachname", "familienname", "customer name",
        "customername", "cust name", "custname", "client name", "employee name", "emp name", "staff name",
        "person name", "contact name", "contact person", "patient name", "student name", "teacher name",
        "member name", "author name", "applicant name", "guest name", "passenger name", "driver name",
        "recipient name", "receiver name", "consignee", "sender name", "payee name", "payer name", "beneficiary name",
        "insured name", "holder name", "cardholder name", "cardholder", "account holder", "manager name",
        "doctor name", "nurse name", "director name", "owner name", "user full name", "reviewer name",
        "borrower name", "tenant name", "signatory", "ansprechpartner", "kundenname", "xm", "xingming", "khxm",
        "khmc", "lxr", "lxrxm", "sjr", "姓名", "联系人", "收件人", "收货人", "持卡人", "户名", "客户名", "法人代表",
        "法定代表人", "经办人", "负责人", "寄件人", "申请人", "投保人", "被保险人", "乘客",
    ),
    "postal_address": (
        "address", "addr", "street", "street address", "anschrift", "adresse", "strasse", "wohnort", "home address",
        "shipping address", "billing address", "residence", "dz", "jtdz", "lxdz", "txdz", "zz", "地址", "住址",
        "住所", "籍贯", "通讯处",
    ),
    "birth_date": (
        "birth", "birthdate", "birthday", "birth date", "date of birth", "dob", "dateofbirth", "born", "born on",
        "birth dt", "birthdt", "geburtsdatum", "geburtstag", "geboren", "geb datum", "csrq", "csny", "sr", "出生",
        "生日",
    ),
}  # fmt: skip
# The last word of a name is what it is about: "card_order_id" is an order's id.
_ABOUT_ELSE = words(
    "amount amt at avg balance bank brand bytes channel clicked cnt code color colour consent count cvv device"
    " domain duration enabled exp expiry fee flag format guid hash host hours id ids index issuer key kind len"
    " length level limit link mac max md5 method min minutes model network opened optin pct percent provider"
    " rank rate ratio reason role score seconds seen sent sha size slug state status sum time token total ts"
    " type uri url uuid valid valide verified version weight"
)
_NOT_FOR: Mapping[str, frozenset[str]] = {
    "postal_address": words("city contract count country e email ip lookup mac mail memory state url wallet web"),
    "birth_date": words("city country location month name order place rank rate state town weight year"),
    "person_name": words(
        "aircraft airline airport app bank book brand business campaign carrier category change city class column"
        " company corp country currency dataset date day department device dish domain event file film fund game"
        " group host item language maker menu merchant metric model month movie org organisation organization plane"
        " product project region schema school security service shop software song species state stock store street"
        " supplier table team track university vendor"
    ),
}
# About a person or nobody in particular: such a name neither helps nor forbids.
_PLAIN_NAME = (
    "name", "nm", "nome", "名称", "名字", "player", "author", "person", "patient", "employee", "manager", "director",
)  # fmt: skip
_WORD = linear(r"[A-Z]{1,64}(?![a-z])|[A-Z]?[a-z]{1,64}|[0-9]{1,64}|[\u3400-\u9fff]{1,64}")

TOLD, PLAIN, SILENT, OTHERWISE = "told", "plain", "silent", "otherwise"


def words_of(name: str) -> tuple[str, ...]:
    """The words of a name in small letters: `custIdCard_no` gives cust, id, card, no."""
    return tuple(word.lower() for word in _WORD.findall(name[:200]))


@lru_cache(maxsize=4096)
def says(name: str, kind: str) -> str:
    """What a name says about one kind.

    Args:
        name: of the column.
        kind: code of a kind.

    Returns:
        `told`: it names the kind. `plain`: it might (a bare "name"). `otherwise`: it is about something else.
        `silent`: nothing either way.
    """
    found = words_of(name)
    if not found:
        return SILENT
    padded = f" {' '.join(found)} "
    is_named = any(f" {phrase} " in padded if phrase.isascii() else phrase in name for phrase in _SAYS[kind])
    is_elsewhere = found[-1] in _ABOUT_ELSE and not _is_whole(found, kind)
    if is_elsewhere or _NOT_FOR.get(kind, frozenset()) & set(found):
        return OTHERWISE
    if is_named:
        return TOLD
    if kind == "person_name" and any(f" {word} " in padded if word.isascii() else word in name for word in _PLAIN_NAME):
        return PLAIN
    return SILENT


def _is_whole(found: tuple[str, ...], kind: str) -> bool:
    """Whether the name ends with a phrase of the kind: `resident_id` is about the id that the kind is."""
    return any(" ".join(found).endswith(phrase) for phrase in _SAYS[kind] if " " in phrase)


def kinds_named(name: str) -> list[str]:
    """The kinds that a name names, in the order of the table."""
    return [kind for kind in _SAYS if says(name, kind) == TOLD]
