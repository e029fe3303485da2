"""Where things lie: the clone, its packages, and what the installation keeps under var/."""
import hashlib
import os
import stat
import sysconfig
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .words import Refusal

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
VENV_PYTHON = VENV / "bin" / "python"
# A path to a unix socket may have 103 bytes on macOS and 107 on Linux; the longest name in a folder has 20.
LONGEST_SOCKET_FOLDER = 80


@dataclass(frozen=True)
class Var:
    """The folder that holds all that an installation keeps."""

    folder: Path

    @classmethod
    def of_installation(cls) -> "Var":
        return cls(Path(os.environ.get("LABORBRIDGE_VAR") or ROOT / "var").absolute())

    @property
    def log(self) -> Path:
        return made(self.folder / "log")

    @property
    def keys(self) -> Path:
        return made(self.folder / "keys", private=True)

    @property
    def stamps(self) -> Path:
        return made(self.folder / "stamps")

    @property
    def run(self) -> Path:
        """The folder of the sockets: short enough for the kernel, closed to other users of the machine."""
        usual = self.folder / "run"
        if len(os.fsencode(usual)) <= LONGEST_SOCKET_FOLDER:
            return made(usual, private=True)
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return _own(Path(tempfile.gettempdir()) / f"laborbridge-{os.getuid()}-{name}")

    def check_writable(self) -> None:
        """Refuse when nothing can be kept here."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass
        except OSError as error:
            raise Refusal(
                f"{self.folder} cannot be written to ({error.strerror}). Give this user the right to write there, "
                "or name another folder: LABORBRIDGE_VAR=/path bin/start."
            ) from error


def made(folder: Path, private: bool = False) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700 if private else 0o777)
    return folder


def _own(folder: Path) -> Path:
    """A folder in a place that all may write to, only if it is truly ours."""
    made(folder, private=True)
    facts = folder.lstat()
    if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != os.getuid() or facts.st_mode & 0o077:
        raise Refusal(f"{folder} belongs to somebody else or is open to others. Remove it and start again.")
    return folder


def site_packages() -> list[Path]:
    """Where installed packages may lie: those of the running Python first, then the clone's own."""
    own = Path(sysconfig.get_path("purelib"))
    return [own, *sorted(VENV.glob("lib/python3*/site-packages"))]


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write so that a reader, or a power cut, finds the old text or the new one and never a part."""
    made(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fchmod(stream.fileno(), mode)
        os.fsync(stream.fileno())
    Path(temporary).replace(path)
