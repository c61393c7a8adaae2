"""Brings a file over HTTP, from where an earlier attempt ended."""

from __future__ import annotations

import http.client
import re
import ssl
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from socket import gaierror
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

CHUNK = 1 << 16
AGENT = "dl-katas"
BUSY = {408, 425, 429, 500, 502, 503, 504}
RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")


class Unavailable(Exception):
    """A server does not give the file; the text says why."""


class Oversized(Unavailable):
    """More came than the file has, so that none of it is the file."""


class Interrupted(Exception):
    """The connection broke, and another attempt may go on; the text says why."""


class RangeRefused(Exception):
    """The server does not go on from where the part ends."""


@dataclass(frozen=True)
class Patience:
    """How long to wait for a server.

    Parameters
    ----------
    seconds : float
        Of silence, until the connection counts as broken.
    rate : float
        Bytes a second that must come on average in that time.
    """

    seconds: float = 30.0
    rate: float = 1024.0


def resume(
    url: str,
    part: Path,
    size: int,
    patience: Patience,
    received: Callable[[int], None],
) -> None:
    """Bring what is missing of a file into its part.

    Parameters
    ----------
    url : str
    part : Path
        Holds what came before, if it exists; whatever happens, what has come is kept.
    size : int
        Of the whole file.
    patience : Patience
    received : callable
        Told the size of the part after each piece.

    Raises
    ------
    Unavailable
        If the server cannot be reached, or has no such file, or another one; Oversized
        where more than the file came.
    Interrupted
        If the connection broke or became too slow.
    RangeRefused
        If a part exists and the server cannot go on from its end.
    OSError
        If the disk fails; never for the network.
    """
    have = part.stat().st_size if part.exists() else 0
    headers = {"User-Agent": AGENT} | ({"Range": f"bytes={have}-"} if have else {})
    with _opened(urllib.request.Request(url, headers=headers), patience) as response:
        start = _start(response, have, size)
        received(start)
        _receive(response, part, start, size, patience, received)


def _opened(request: urllib.request.Request, patience: Patience) -> Any:
    """Return the server's answer; whatever goes wrong before it becomes a sentence."""
    try:
        return _opener().open(request, timeout=patience.seconds)
    except HTTPError as error:
        error.close()
        if error.code == 416:
            raise RangeRefused from error
        phrase = http.client.responses.get(error.code, "an unknown status")
        says = f"answered {error.code}, {phrase}"
        if 300 <= error.code < 400:
            endless = "infinite loop" in str(error.reason)
            where = "without end" if endless else "to what is no address of the web"
            says = f"redirects {where}"
        raise (Interrupted if error.code in BUSY else Unavailable)(says) from error
    except URLError as error:  # nobody is there
        says = _sentence(error.reason, patience) + _proxy(request.full_url)
        raise Unavailable(says) from error
    except (OSError, http.client.HTTPException) as error:  # somebody fell silent
        says = _sentence(error, patience) + _proxy(request.full_url)
        raise Interrupted(says) from error


def _opener() -> urllib.request.OpenerDirector:
    """Return what opens http and https; a redirect to a file or to FTP is refused."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _sentence(cause: object, patience: Patience) -> str:
    """Return what became of a connection."""
    if isinstance(cause, TimeoutError):
        return f"sent nothing for {patience.seconds:g} seconds"
    if isinstance(cause, gaierror):
        return "its name is not known: this machine is offline, or its DNS fails"
    if isinstance(cause, ssl.SSLCertVerificationError):
        return f"shows a certificate that is not trusted ({cause.verify_message})"
    if isinstance(cause, ConnectionRefusedError):
        return "refused the connection"
    if isinstance(cause, ConnectionError | http.client.IncompleteRead):
        return "broke the connection off"
    if isinstance(cause, http.client.HTTPException):
        return "does not answer as a web server does"
    text = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
    return f"cannot be reached ({text})"


def _proxy(url: str) -> str:
    """Return which proxy stands between, without its password, or nothing."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if not proxy or urllib.request.proxy_bypass(parts.netloc):
        return ""
    where = (proxy if "//" in proxy else f"//{proxy}").rpartition("@")[2]
    host = urlsplit(where if "//" in where else f"//{where}").netloc
    return f", through the proxy {host} that {parts.scheme}_proxy names"


def _start(response: Any, have: int, size: int) -> int:
    """Return where in the file the answer begins, after a look at what it promises."""
    if response.status == 206:
        match = RANGE.match(response.headers.get("Content-Range", ""))
        if match is None or int(match[1]) != have:
            raise RangeRefused
        offered = size if match[2] == "*" else int(match[2])
    elif response.status == 200:
        have, offered = 0, size if response.length is None else response.length
    else:
        raise Unavailable(f"answered {response.status} without the file")
    if offered != size:
        raise Unavailable(f"has a file of {offered:,} bytes, expected {size:,}")
    return have


def _receive(
    response: Any,
    part: Path,
    start: int,
    size: int,
    patience: Patience,
    received: Callable[[int], None],
) -> None:
    """Append the answer to the part, or begin the part anew."""
    pace = _Pace(patience)
    with part.open("ab" if start else "wb") as file:
        while chunk := _piece(response, patience):
            start += len(chunk)
            if start > size:
                raise Oversized(f"sends more than the {size:,} bytes of the file")
            file.write(chunk)
            received(start)
            pace.note(len(chunk))
    if start < size:
        raise Interrupted(f"ended after {start:,} of {size:,} bytes")


def _piece(response: Any, patience: Patience) -> bytes:
    """Return what has come, without waiting until it fills a buffer."""
    try:
        piece: bytes = response.read1(CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise Interrupted(_sentence(error, patience)) from error
    return piece


class _Pace:
    """Notices a server that sends, but too little to ever end."""

    def __init__(self, patience: Patience) -> None:
        self._patience, self._since, self._count = patience, time.monotonic(), 0

    def note(self, count: int) -> None:
        self._count += count
        passed = time.monotonic() - self._since
        if passed < self._patience.seconds:
            return
        if self._count < self._patience.rate * passed:
            raise Interrupted(
                f"sent {self._count:,} bytes in {passed:.0f} seconds, which is too slow"
            )
        self._since, self._count = time.monotonic(), 0
