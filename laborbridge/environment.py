"""Where the installation's own values come from: the environment first, then what bin/start left under var/."""
import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("LABORBRIDGE_VAR", BASE_DIR / "var"))


def _left_by_start() -> dict[str, str]:
    """Read var/env, which bin/start writes: one NAME=value a line."""
    path = VAR_DIR / "env"
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if "=" in line)


_FALLBACK = _left_by_start()


def value(name: str, default: str | None = None) -> str:
    """The value of NAME; a missing one without a default names itself and the way out."""
    found = os.environ.get(name) or _FALLBACK.get(name) or default
    if found is None:
        raise ImproperlyConfigured(
            f"{name} is not set, and {VAR_DIR / 'env'} does not give it. Run bin/start first, or set {name}."
        )
    return found
