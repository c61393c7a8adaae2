"""Serves the built site on this machine: `python -m dojo.site.serve [PORT]`.

The site is built first, and again whenever a page, a reference, a bank or the site's
own code changes. A build that fails leaves the last good site in place.
"""

from __future__ import annotations

import functools
import http.server
import shutil
import subprocess
import sys
import threading
import time
from http import HTTPStatus
from pathlib import Path
from typing import Any

from dojo.errors import UserError
from dojo.kata.catalog import find_root
from dojo.site import command

HOST, PORT, LAST_PORT = "127.0.0.1", 8000, 65_535
WATCHED = ("docs", "solutions", "tests", "dojo", "mkdocs.yml")
PAUSE = 0.5  # seconds between two checks for changes


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files that a browser asks for again on every visit, and logs nothing."""

    def end_headers(self) -> None:
        """Let no page of the last build be shown from a cache."""
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def send_error(
        self, code: int, message: str | None = None, explain: str | None = None
    ) -> None:
        """Show the site's own page for an address without one, as hosts do."""
        page = self._page_for_none() if code == HTTPStatus.NOT_FOUND else None
        if page is None:
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        return None

    def _page_for_none(self) -> Path | None:
        """Return the nearest 404.html above the address; a site may be a folder."""
        top, asked = Path(self.directory), Path(self.translate_path(self.path))
        for folder in asked.parents:
            if folder.is_relative_to(top) and (folder / "404.html").is_file():
                return folder / "404.html"
        return None

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # inherited
        """Keep the terminal for the builds."""


class Server(http.server.ThreadingHTTPServer):
    """A server that is not upset by a reader who leaves before a page has come."""

    # A page asks for twenty files at once. Whom Python's five places do not hold, the
    # system keeps waiting, twice as long each time.
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Report what goes wrong here, not what a closed tab breaks off."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def server(folder: Path, port: int = PORT) -> Server:
    """Return a server of a folder, reachable from this machine only."""
    return Server((HOST, port), functools.partial(Handler, directory=str(folder)))


def _stamps(root: Path) -> dict[Path, int]:
    """Return the time of the last change of every file that the site is made from."""
    stamps = {}
    for name in WATCHED:
        top = root / name
        for path in [top] if top.is_file() else top.rglob("*"):
            if path.suffix in (".md", ".py", ".css", ".js", ".svg", ".yml"):
                try:
                    stamps[path] = path.stat().st_mtime_ns
                except FileNotFoundError:  # an editor's temporary file
                    continue
    return stamps


def _build_aside(root: Path) -> None:
    """Build beside the site that is being served, then put it in its place."""
    fresh, site = root / "build" / "fresh", root / "site"
    # A new process, because the figures and the references may have changed as well.
    building = [sys.executable, "-m", "dojo.site.build", str(fresh)]
    if subprocess.run(building, cwd=root, check=False).returncode == 0:
        shutil.rmtree(site, ignore_errors=True)
        fresh.rename(site)


def _opened(folder: Path, port: str) -> Server:
    """Return a server on the port.

    Raises
    ------
    UserError
        If it is no port, or not free.
    """
    remedy = "try another: python -m dojo.site.serve"
    if not port.isdecimal() or int(port) > LAST_PORT:
        raise UserError(f"{port!r} is no port from 0 to {LAST_PORT}; {remedy} {PORT}")
    try:
        return server(folder, int(port))
    except OSError as error:
        raise UserError(
            f"port {port} cannot be used ({error.strerror}); {remedy} {int(port) + 1}"
        ) from error


def main() -> None:
    """Build, serve, and build again on every change until Ctrl-C."""
    root = find_root()
    # Before the first build, which takes a minute: a wrong port is said at once.
    web = _opened(root / "site", sys.argv[1] if len(sys.argv) > 1 else str(PORT))
    before = _stamps(root)
    _build_aside(root)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    print(f"http://{HOST}:{web.server_port}/en/index.html · Ctrl-C ends", flush=True)
    try:
        while True:
            time.sleep(PAUSE)
            now = _stamps(root)
            if now != before:
                before = now
                _build_aside(root)
    except KeyboardInterrupt:
        web.shutdown()


if __name__ == "__main__":
    command.run(main)
