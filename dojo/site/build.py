"""Builds the site: `python -m dojo.site.build` writes site/, strictly and offline.

The generator is kept at arm's length. Everything that is ours happens before it:
figures are drawn, numbers are measured and filled in, mathematics is rendered,
contracts and mistakes are taken from the katas. What it is given is plain Markdown and
a configuration with one plugin.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from dojo.errors import UserError
from dojo.kata.catalog import find_root
from dojo.kata.pages import headings_in, title_of_chapter
from dojo.kata.urls import LANGUAGES
from dojo.site import assets, command
from dojo.site.door import Addresses, addresses
from dojo.site.entrance import ENTRANCE, not_found, sitemap
from dojo.site.finish import Finisher
from dojo.site.maths import Renderer
from dojo.site.pages import Builder, in_order, write_all
from dojo.site.snippets import Snippets
from dojo.site.values import Values

NAMES = {"en": "English"}
HOME = {"en": "Home"}
FRONT = ("index", "start")  # before the chapters; the other top pages come after them
BACK = (
    "notation", "glossary", "errata", "data", "your-net", "coverage", "grading",
    "verdicts", "speed", "contributing",
)  # fmt: skip


def build(
    root: Path,
    out: Path | None = None,
    work: Path | None = None,
    found_at: Addresses | None = None,
) -> Path:
    """Build every language of the site; return the folder.

    Parameters
    ----------
    root : Path
        The clone.
    out : Path, optional
        Where the site goes; by default `site` in the clone.
    work : Path, optional
        Where the generator's input goes; by default `build/site` in the clone.
    found_at : Addresses, optional
        Where the site and the repository are found; by default what mkdocs.yml has.

    Raises
    ------
    UserError
        With everything that is wrong, and the remedy.
    """
    # They import torch, which a test of the navigation alone can do without.
    from dojo.site.figures import gallery
    from dojo.site.measured.table import GROUPS

    out, work = out or root / "site", work or root / "build" / "site"
    found_at = found_at or addresses(root)
    for folder in (work, out):
        shutil.rmtree(folder, ignore_errors=True)
    assets.fetch()
    gallery.build(work / "figures")
    values, pages = Values(GROUPS), []
    with Renderer() as maths, Snippets(root) as snippets:
        for language in LANGUAGES:
            builder = Builder(
                root, root / "docs" / language, work / "figures", maths, values,
                snippets, found_at.repository,
            )  # fmt: skip
            pages += _language(builder, out, work / language, found_at)
    assets.publish(out / "assets", root / "docs" / "en" / "assets")
    _stand_outside(out, pages, found_at.site)
    return out


def _stand_outside(out: Path, pages: list[tuple[str, str]], site: str) -> None:
    """Write what stands outside the languages: entrance, page for none, sitemap."""
    (out / "index.html").write_text(ENTRANCE, "utf-8")
    (out / "404.html").write_text(not_found(pages, site), "utf-8")
    if site:
        text = sitemap([site + below for below, _ in pages])
        (out / "sitemap.xml").write_text(text, "utf-8")


def _language(
    builder: Builder, out: Path, work: Path, found_at: Addresses
) -> list[tuple[str, str]]:
    """Build a language; return its pages' addresses below the site, and titles."""
    language = builder.tree.name
    written = write_all(builder, work / "docs")
    config = _configuration(builder.root, language, work, written, found_at)
    config["site_dir"] = str((out / language).resolve())
    _generate(work / "mkdocs.yml", config)
    filled = builder.values.fill
    finisher = Finisher(builder.root, language, out, builder.figures, found_at, filled)
    home = Path("index.md")
    return finisher.finish(sorted(written, key=lambda page: (page != home, page)))


def _configuration(
    root: Path, language: str, work: Path, written: list[Path], found_at: Addresses
) -> dict[str, Any]:
    """Return what one language adds to the shared mkdocs.yml."""
    nav = navigation(root, work / "docs", written)
    nav[0] = {HOME[language]: "index.md"}
    config: dict[str, Any] = {
        "INHERIT": str((root / "mkdocs.yml").resolve()),
        "docs_dir": "docs",
        "nav": nav,
        "theme": {"language": language},
        "site_url": f"{found_at.site}{language}/" if found_at.site else "",
        # The theme would ask its host how many stars it has, on every visit.
        "repo_url": "",
    }
    if len(LANGUAGES) > 1:
        links = [
            {"name": NAMES[other], "link": f"../{other}/index.html", "lang": other}
            for other in LANGUAGES
        ]
        config["extra"] = {"alternate": links}
    return config


def navigation(root: Path, docs: Path, written: list[Path]) -> list[Any]:
    """Return the nav: the first pages, the chapters in order, the reference pages."""
    if Path("index.md") not in written:
        raise UserError(f"{docs} has no index.md; write it in the language's tree")

    def entry(page: Path) -> dict[str, str]:
        text = (docs / page).read_text("utf-8")
        return {headings_in(text)[0].lstrip("# "): page.as_posix()}

    def top(names: tuple[str, ...]) -> list[Any]:
        pages = [Path(f"{name}.md") for name in names]
        return [entry(page) for page in pages if page in written]

    chapters = [
        {
            title_of_chapter(docs, chapter): [
                _front_page(chapter, written),
                *map(entry, pages),
            ]
        }
        for chapter, pages in in_order(root, written)
    ]
    back = top(BACK)
    return [*top(FRONT), *chapters, *([{"Reference": back}] if back else [])]


def _front_page(chapter: str, written: list[Path]) -> str:
    """Return the page that says what a chapter is for."""
    page = Path(chapter) / "index.md"
    if page not in written:
        raise UserError(
            f"docs has no {page.as_posix()}; it says what one can do after the chapter"
        )
    return page.as_posix()


def _generate(path: Path, config: dict[str, Any]) -> None:
    """Run MkDocs; any warning fails the build."""
    # JSON is YAML, so nothing but the standard library is needed to write it.
    path.write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n", "utf-8")
    # Not with --quiet, which also keeps warnings from the strictness that counts them.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict"]
    # The theme's makers advertise their next generator on every build.
    quiet = {"NO_MKDOCS_2_WARNING": "1", "DISABLE_MKDOCS_2_WARNING": "true"}
    done = subprocess.run(
        [*command, "--config-file", str(path)],
        env=os.environ | quiet, capture_output=True, text=True, check=False,
    )  # fmt: skip
    output = (done.stdout + done.stderr).strip()
    if "No module named mkdocs" in output:
        raise UserError("MkDocs is missing; run: pip install -e '.[site]'")
    said = [line for line in output.splitlines() if not line.startswith("INFO")]
    if done.returncode or said:
        told = "\n".join(filter(None, said)) or f"exit status {done.returncode}"
        raise UserError(f"mkdocs: {told}")


def main() -> None:
    """Build, into a folder if one is named, and say where the site is."""
    given = sys.argv[1:]
    if len(given) > 1 or any(name.startswith("-") for name in given):
        raise UserError("use: python -m dojo.site.build [FOLDER]")
    out = build(find_root(), Path(given[0]) if given else None)
    pages = len(list(out.rglob("*.html")))
    print(f"{pages} pages in {os.path.relpath(out)}")


if __name__ == "__main__":
    command.run(main)
