"""Third-party assets: fetched once into the environment, pinned by checksum.

Run as `python -m dojo.site.assets` when installing; from then on a build needs no
network. Nothing third-party is kept in the repository, and no page asks another host.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from dojo.errors import UserError
from dojo.site import command

PINS = Path(__file__).with_name("assets.txt")
STORE = Path(sys.prefix) / "share" / "dl-katas" / "katex-0.16.40"
INSIDE = "djangocms_katex/static/djangocms_katex/vendor/katex/"
KEPT = re.compile(r"(katex\.min\.(js|css)|LICENSE|fonts/KaTeX_[\w-]+\.woff2)$")
DIGEST = "b043e857374ca86e96bf3e718019d0cef74306dbacd6373fa5c2eefe471211af"
OLD_FONTS = re.compile(r',url\([^)]*\.(?:woff|ttf)\) format\("\w+"\)')


def fetch() -> Path:
    """Download the assets if they are missing; return the folder they stand in.

    Raises
    ------
    UserError
        If pip cannot fetch them, or they are not what was pinned.
    """
    if _digest(STORE) == DIGEST:
        return STORE
    with tempfile.TemporaryDirectory() as name:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
            "--require-hashes", "--only-binary=:all:", "--dest", name, "-r", str(PINS),
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise UserError(
                f"pip could not fetch what {PINS.name} pins:\n{done.stderr.strip()}\n"
                "Connect once and run: python -m dojo.site.assets"
            )
        (wheel,) = Path(name).glob("*.whl")
        _unpack(wheel, STORE)
    return stored()


def _unpack(wheel: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            name = member.removeprefix(INSIDE)
            if name != member and KEPT.fullmatch(name):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(archive.read(member))


def stored() -> Path:
    """Return the folder of the assets, checked.

    Raises
    ------
    UserError
        If a file is missing or changed.
    """
    if _digest(STORE) != DIGEST:
        raise UserError(
            f"{STORE} does not hold the pinned KaTeX; "
            "connect once and run: python -m dojo.site.assets"
        )
    return STORE


def _digest(folder: Path) -> str:
    """Return one checksum of every file's name and content."""
    total = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name = path.relative_to(folder).as_posix()
            total.update(
                f"{name}\n".encode() + hashlib.sha256(path.read_bytes()).digest()
            )
    return total.hexdigest()


def publish(folder: Path, own: Path) -> None:
    """Write what all languages of the site share: KaTeX's style and fonts, and ours.

    Parameters
    ----------
    folder : Path
        Where the site's `assets` go.
    own : Path
        The repository's own style and pictures.
    """
    shutil.copytree(own, folder, dirs_exist_ok=True)
    katex = folder / "katex"
    shutil.copytree(stored() / "fonts", katex / "fonts", dirs_exist_ok=True)
    shutil.copyfile(stored() / "LICENSE", katex / "LICENSE")
    style = (stored() / "katex.min.css").read_text("utf-8")
    # Every browser that reads the rest of a page reads woff2.
    (katex / "katex.min.css").write_text(OLD_FONTS.sub("", style), "utf-8")


def main() -> None:
    """Fetch the assets and say where they are."""
    print(f"KaTeX stands in {fetch()}")


if __name__ == "__main__":
    command.run(main)
