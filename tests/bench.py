"""The bench's programs, kept in tests/data/bench, as tests use them."""
import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parent / "data" / "bench"


def generate(folder: Path, workers: int, *options: str) -> Path:
    """A campaign of so many workers, as CSV files."""
    arguments = ["--workers", str(workers), "--seed", "1", "--out", str(folder), *options]
    subprocess.run([sys.executable, str(BENCH / "generate.py"), *arguments], check=True)
    return folder


def checked(folder: Path, plan: Path) -> tuple[int, str]:
    """Exit status and words of check.py about a plan."""
    done = subprocess.run(
        [sys.executable, str(BENCH / "check.py"), str(folder), str(plan)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr
