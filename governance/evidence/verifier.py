"""Verify an evidence pack: `python verifier.py PACK.zip [PUBLIC KEY]`. Needs Python and nothing else; exit 0 ok, 1 not.

Get the public key on another way than the pack (`manage.py ledger key`); without it only inner consistency is shown.
Take this program from somewhere you trust as well: a copy travels in the pack so that it can be read.
"""

from __future__ import annotations

import hashlib
import json
import sys
import zipfile

# Ed25519 as in RFC 8032, verification only: nothing here is secret, so nothing needs constant time.
P, Q = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]


def add(a: Point, b: Point) -> Point:
    """Sum of two points in extended coordinates (RFC 8032, 5.1.4)."""
    s, t = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    u, v = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = t - s, v - u, v + u, t + s
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n: int, point: Point) -> Point:
    """n times a point."""
    total: Point = (0, 1, 1, 0)
    while n:
        total, point, n = add(total, point) if n & 1 else total, add(point, point), n >> 1
    return total


def point_of(raw: bytes) -> Point:
    """A point from its 32 bytes (RFC 8032, 5.1.3)."""
    y, sign = int.from_bytes(raw, "little") & (2**255 - 1), raw[31] >> 7
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    x = x if (x * x - square) % P == 0 else x * pow(2, (P - 1) // 4, P) % P
    if len(raw) != 32 or y >= P or (x * x - square) % P or (x == 0 and sign):
        raise ValueError("no point of the curve")
    x = x if x & 1 == sign else P - x
    return x, y, 1, x * y % P


def signed(message: bytes, signature: bytes, key: bytes) -> bool:
    """Whether the key signed the message (RFC 8032, 5.1.7)."""
    base = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))
    r, a, s = point_of(signature[:32]), point_of(key), int.from_bytes(signature[32:], "little")
    if len(signature) != 64 or s >= Q:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    left, right = times(s, base), add(r, times(k, a))
    return all((left[i] * right[2] - right[i] * left[2]) % P == 0 for i in (0, 1))


def root(entry_hash: str, index: int, size: int, path: list[str]) -> str:
    """The Merkle root (RFC 6962) to which an entry's proof leads."""
    at, steps = hashlib.sha256(b"\0" + bytes.fromhex(entry_hash)).digest(), [bytes.fromhex(one) for one in path]
    while size > 1:
        if index ^ 1 < size:
            beside = steps.pop(0)
            at = hashlib.sha256(b"\1" + (beside + at if index & 1 else at + beside)).digest()
        index, size = index // 2, (size + 1) // 2
    if steps or index:
        raise ValueError("a proof of another length")
    return at.hex()


FIELDS = ("prev_hash", "id", "recorded", "occurred", "actor", "verb", "outcome", "thing", "payload")


def faults(path: str, trusted: str) -> list[str]:
    """Everything in the pack that does not hold."""
    with zipfile.ZipFile(path) as pack:
        names = pack.namelist()
        files = {name: pack.read(name) for name in names}
    seal, manifest = json.loads(files["manifest.sig"]), json.loads(files["manifest.json"])
    key, found = trusted or seal["key"], []
    if seal["key"] != key or not signed(files["manifest.json"], bytes.fromhex(seal["signature"]), bytes.fromhex(key)):
        found.append("manifest.json: the signature does not hold")
    if files["manifest.sig"].decode() != json.dumps(seal).lower() + "\n":
        found.append("manifest.sig: was changed")
    if sorted(names) != sorted([*manifest["files"], "manifest.json", "manifest.sig"]):
        found.append("the pack holds other files than the manifest names")
    for name, digest in manifest["files"].items():
        if hashlib.sha256(files.get(name, b"")).hexdigest() != digest:
            found.append(f"{name}: was changed")
    mark = json.loads(files["checkpoint.json"])
    said = f"throughline checkpoint 1\n{mark['count']}\n{mark['head']}\n{mark['root']}\n{mark['at']}\n".encode()
    if not signed(said, bytes.fromhex(mark["signature"]), bytes.fromhex(key)):
        found.append("checkpoint.json: the signature does not hold")
    before: dict[int, str] = {}
    for line in files["ledger.jsonl"].splitlines():
        entry = json.loads(line)
        number, digest = entry["id"], hashlib.sha256("\n".join(str(entry[f]) for f in FIELDS).encode()).hexdigest()
        if root(digest, number - 1, mark["count"], entry["proof"]) != mark["root"]:
            found.append(f"ledger.jsonl: entry {number} is not in the checkpoint")
        if before.get(number - 1, entry["prev_hash"]) != entry["prev_hash"]:
            found.append(f"ledger.jsonl: entry {number} does not continue the one before it")
        before[number] = digest
    return found


def main(words: list[str]) -> int:
    """Print what is wrong, or that all holds."""
    try:
        found = faults(words[0], words[1].strip().lower() if len(words) > 1 else "")
    except Exception as fault:  # whatever a damaged pack provokes, it is not ok
        found = [f"cannot be read: {type(fault).__name__} {fault}"]
    unsaid = "" if len(words) > 1 else "; compare the key in manifest.sig with the one you were given"
    sys.stdout.write("\n".join(f"NOT OK {one}" for one in found) + "\n" if found else f"ok{unsaid}\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
