"""The installation's key pair (Ed25519, RFC 8032): it signs what is kept outside the database.

The secret is `CHECKPOINT_KEY` (PEM), else a file in STATE_DIR that only its owner reads. The database never holds it:
whoever rules the database cannot sign a rewritten ledger.
"""

from __future__ import annotations

import os
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.conf import settings

NAME = "checkpoint-key.pem"


def make_key() -> str:
    """Make the key pair where there is none; harmless a second time.

    Returns:
        The public half in hexadecimal: give it to the auditor on another way than the checkpoints.
    """
    if not settings.CHECKPOINT_KEY and not _file().exists():
        _file().parent.mkdir(parents=True, exist_ok=True)
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        part = _file().with_suffix(f".{os.getpid()}")
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(pem)
            os.link(part, _file())  # whole or not at all, and never over another's
        except FileExistsError:
            pass  # somebody else was first: theirs is the key
        finally:
            part.unlink()
    return public_key()


def public_key() -> str:
    """The public half in hexadecimal (32 bytes).

    Raises:
        ValueError: there is no key yet, or none that can be read.
    """
    return _secret().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def sign(message: bytes) -> str:
    """The signature in hexadecimal (64 bytes)."""
    return _secret().sign(message).hex()


def holds(message: bytes, signature: str, key: str) -> bool:
    """Whether `key` (hexadecimal) signed the message."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _file() -> Path:
    return Path(settings.STATE_DIR) / NAME


def _secret() -> Ed25519PrivateKey:
    try:
        pem = settings.CHECKPOINT_KEY.encode() or _file().read_bytes()
        key = load_pem_private_key(pem, password=None)
    except OSError:
        raise ValueError("There is no key for checkpoints yet: `manage.py ledger key` makes it.") from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("The key for checkpoints is no private key in PEM without a password.") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError("The key for checkpoints is not an Ed25519 key.")
    return key
