"""Identity numbers: encrypted with authentication, found by keyed hashes, never stored or logged in clear."""
import base64
import hashlib
import hmac
import os
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_VERSION = b"\x01"
_NONCE = 12


@dataclass(frozen=True, slots=True)
class SealedNumber:
    """What the database keeps of one identity number."""

    cipher: bytes
    whole: bytes
    first6_last4: bytes
    last4: bytes


def _derive(purpose: bytes) -> bytes:
    try:
        master = base64.b64decode(settings.IDENTITY_KEY, validate=True)
    except ValueError as error:
        raise ImproperlyConfigured("LABORBRIDGE_IDENTITY_KEY must be 32 bytes in base64.") from error
    if len(master) != 32:
        raise ImproperlyConfigured("LABORBRIDGE_IDENTITY_KEY must be 32 bytes in base64.")
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=b"laborbridge identity " + purpose).derive(master)


@cache
def _cipher() -> AESGCM:
    return AESGCM(_derive(b"encryption"))


@cache
def _file_cipher() -> AESGCM:
    return AESGCM(_derive(b"files"))


@cache
def _search_key() -> bytes:
    return _derive(b"search")


def normal(number: str) -> str:
    """The form that is hashed: no spaces, the check letter in upper case."""
    return number.strip().replace(" ", "").upper()


def keyed_hash(kind: str, text: str) -> bytes:
    """A 16-byte hash that nobody can compute or reverse by trial without the key."""
    return hmac.digest(_search_key(), f"{kind}:{text}".encode(), hashlib.sha256)[:16]


def seal(number: str) -> SealedNumber:
    """Encrypt a number and make the three hashes it can be found by."""
    clear = normal(number)
    nonce = os.urandom(_NONCE)
    return SealedNumber(
        cipher=_VERSION + nonce + _cipher().encrypt(nonce, clear.encode(), _VERSION),
        whole=keyed_hash("whole", clear),
        first6_last4=keyed_hash("first6last4", clear[:6] + clear[-4:]),
        last4=keyed_hash("last4", clear[-4:]),
    )


def unseal(cipher: bytes) -> str:
    """Decrypt; a tampered value or a wrong key raises cryptography's InvalidTag."""
    sealed = bytes(cipher)
    if sealed[:1] != _VERSION:
        raise ValueError("an identity number sealed in an unknown way")
    return _cipher().decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], _VERSION).decode()


def reopened(cipher: bytes) -> SealedNumber:
    """All that is kept of a number of which the cipher was kept."""
    return seal(unseal(cipher))


def seal_bytes(data: bytes) -> bytes:
    """Encrypt a file that holds identity numbers, by a key of its own."""
    nonce = os.urandom(_NONCE)
    return _VERSION + nonce + _file_cipher().encrypt(nonce, data, _VERSION)


def unseal_bytes(cipher: bytes) -> bytes:
    """The file as it came; a tampered one or a wrong key raises cryptography's InvalidTag."""
    sealed = bytes(cipher)
    if sealed[:1] != _VERSION:
        raise ValueError("a file sealed in an unknown way")
    return _file_cipher().decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], _VERSION)


def masked(number: str) -> str:
    """422801********1234: enough for two people to compare, too little to misuse; less of a passport's short number."""
    head, tail = (6, 4) if len(number) >= 15 else (0, min(4, len(number) // 2))
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]
