"""The installation's two secrets, and var/env, by which management commands in another terminal find the servers."""
import base64
import binascii
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from .layout import Var, write_whole
from .words import Refusal

IDENTITY_BYTES = 32


def secret_key(var: Var) -> str:
    """Signs sessions; losing it signs everybody out."""
    return os.environ.get("LABORBRIDGE_SECRET_KEY") or _kept(var.keys / "secret", lambda: secrets.token_urlsafe(50))


def identity_key(var: Var, data_exists: bool) -> str:
    """Encrypts identity numbers; losing it loses them all, so it is never made anew beside existing data."""
    path = var.keys / "identity"
    given = os.environ.get("LABORBRIDGE_IDENTITY_KEY")
    if not given and data_exists and not path.exists():
        raise Refusal(
            f"{path} is missing, but there is data that was encrypted with it. Put it back from your backup, "
            "or set LABORBRIDGE_IDENTITY_KEY; without it no identity number can be read again."
        )
    key = given or _kept(path, lambda: base64.b64encode(secrets.token_bytes(IDENTITY_BYTES)).decode())
    if not _is_whole(key):
        source = "LABORBRIDGE_IDENTITY_KEY" if given else path
        raise Refusal(f"{source} is not {IDENTITY_BYTES} bytes in base64. Put the right key back from your backup.")
    return key


def _is_whole(key: str) -> bool:
    try:
        return len(base64.b64decode(key, validate=True)) == IDENTITY_BYTES
    except binascii.Error:
        return False


def _kept(path: Path, make: Callable[[], str]) -> str:
    """The file's content; a new file appears whole or not at all and never replaces one that is there."""
    if not path.exists():
        handle, temporary = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "w", encoding="ascii") as stream:
            stream.write(f"{make()}\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            Path(temporary).unlink()
    found = path.read_text(encoding="ascii").strip()
    if not found:
        raise Refusal(f"{path} is empty. Put it back from your backup.")
    return found


def write_env(var: Var, values: Mapping[str, str]) -> None:
    text = "".join(f"{name}={value}\n" for name, value in values.items())
    write_whole(var.folder / "env", text, mode=0o600)
