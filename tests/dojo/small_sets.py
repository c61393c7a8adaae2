"""Small data sets in the real formats, and a server on this machine that has them."""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import tarfile
import threading
from collections.abc import Iterable
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np

from dojo.datasets.sets import SETS, DataSet, Remote

TRAIN, TEST, BATCH = 50, 10, 10
PREFIX = "cifar-10-batches-bin/"
BATCHES = [f"{PREFIX}data_batch_{i}.bin" for i in range(1, 6)] + [
    f"{PREFIX}test_batch.bin"
]


def idx(array: np.ndarray) -> bytes:
    """Return an array as an IDX file of unsigned bytes."""
    header = np.array([0x800 + array.ndim, *array.shape], ">u4")
    return header.tobytes() + array.astype(np.uint8).tobytes()


def packed(content: bytes) -> bytes:
    """Return bytes gzipped, the same ones each time."""
    return gzip.compress(content, 1, mtime=0)


def mnist_arrays() -> dict[str, np.ndarray]:
    """Return what each file of a small MNIST holds."""
    rng = np.random.default_rng(0)
    return {
        "train-images-idx3-ubyte.gz": rng.integers(0, 256, (TRAIN, 28, 28)),
        "train-labels-idx1-ubyte.gz": rng.integers(0, 10, TRAIN),
        "t10k-images-idx3-ubyte.gz": rng.integers(0, 256, (TEST, 28, 28)),
        "t10k-labels-idx1-ubyte.gz": rng.integers(0, 10, TEST),
    }


def mnist_files() -> dict[str, bytes]:
    """Return the files of a small MNIST."""
    return {name: packed(idx(array)) for name, array in mnist_arrays().items()}


def records(batch: int) -> np.ndarray:
    """Return a batch of a small CIFAR-10, a record a row."""
    rng = np.random.default_rng(batch)
    rows = rng.integers(0, 256, (BATCH, 3073))
    rows[:, 0] = rng.integers(0, 10, BATCH)
    return rows.astype(np.uint8)


def member(name: str, content: bytes = b"", **settings: object) -> bytes:
    """Return a member of a tar archive as it stands there."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in settings.items():
        setattr(info, key, value)
    blank = b"\0" * (-len(content) % tarfile.BLOCKSIZE)
    return info.tobuf(tarfile.USTAR_FORMAT) + content + blank


def cifar_members() -> dict[str, bytes]:
    """Return the members of a small CIFAR-10, in another order than they are numbered.

    The real archive has a page and the names of the classes, too.
    """
    batches = {n: records(i).tobytes() for i, n in enumerate(BATCHES)}
    shuffled = [BATCHES[i] for i in (3, 0, 5, 4, 2, 1)]
    return {
        PREFIX: b"",
        f"{PREFIX}readme.html": b"<p>a page</p>",
        **{name: batches[name] for name in shuffled},
        f"{PREFIX}batches.meta.txt": b"airplane\n",
    }


def tar(members: Iterable[bytes]) -> bytes:
    """Return members as a gzipped archive."""
    return packed(b"".join(members) + bytes(2 * tarfile.BLOCKSIZE))


def cifar_file(members: dict[str, bytes] | None = None) -> bytes:
    """Return the archive of a small CIFAR-10."""
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for name, content in (members or cifar_members()).items():
            info = tarfile.TarInfo(name)
            info.type = tarfile.DIRTYPE if name.endswith("/") else tarfile.REGTYPE
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return packed(whole.getvalue())


def small(name: str, files: dict[str, bytes]) -> DataSet:
    """Return a data set like a real one, with these files and no mirrors."""
    (real,) = (one for one in SETS if one.name == name)
    remotes = tuple(
        Remote(file, len(content), hashlib.sha256(content).hexdigest())
        for file, content in files.items()
    )
    return replace(real, counts=(TRAIN, TEST), files=remotes, mirrors=())


class Server(ThreadingHTTPServer):
    """Serves files on 127.0.0.1, well or badly, by the first folder of the address.

    Parameters
    ----------
    files : dict of str to bytes
    """

    daemon_threads = True

    def __init__(self, files: dict[str, bytes]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.files = files
        self.asked: list[tuple[str, str | None]] = []  # each address, and its Range
        self.ending = threading.Event()
        self.outwaited: list[str] = []  # the addresses whose reader waited a minute

    def address(self, kind: str) -> str:
        """Return the address of a folder."""
        return f"http://127.0.0.1:{self.server_address[1]}/{kind}/"

    def ranges(self) -> list[str | None]:
        """Return the Range of each request."""
        return [asked for _, asked in self.asked]

    def handle_error(self, *_: object) -> None:
        """Say nothing of a client that hung up."""

    def __enter__(self) -> Server:
        """Serve until the context ends."""
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        """Stop, also what is being sent."""
        self.ending.set()
        self.shutdown()
        self.server_close()


class Handler(BaseHTTPRequestHandler):
    """Answers a request in the way that its address says."""

    server: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:  # the name that http.server asks for
        """Answer, and close the connection."""
        kind, _, name = self.path.strip("/").partition("/")
        self.server.asked.append((self.path, self.headers["Range"]))
        self.close_connection = True
        getattr(self, kind.replace("-", "_"))(self.server.files.get(name, b""))

    @property
    def start(self) -> int:
        """Where in the file the request begins."""
        match = re.fullmatch(r"bytes=(\d+)-", self.headers["Range"] or "bytes=0-")
        assert match, self.headers["Range"]
        return int(match[1])

    @property
    def is_first(self) -> bool:
        """Whether nothing was asked for before."""
        return len(self.server.asked) == 1

    def head(self, status: int, **headers: object) -> None:
        """Send the head of an answer."""
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), str(value))
        self.end_headers()

    def part(self, content: bytes, start: int, sent: bytes | None = None) -> None:
        """Send the head of what begins at start, and the bytes given or all of it."""
        of, last = len(content), len(content) - 1
        if start:
            span = f"bytes {start}-{last}/{of}"
            self.head(206, Content_Range=span, Content_Length=of - start)
        else:
            self.head(200, Content_Length=of)
        self.wfile.write(content[start:] if sent is None else sent)

    def good(self, content: bytes) -> None:
        """Send what is asked for."""
        self.part(content, self.start)

    def no_range(self, content: bytes) -> None:
        """Send all, whatever is asked for."""
        self.part(content, 0)

    def refuses(self, content: bytes) -> None:
        """Refuse a range."""
        self.head(416) if self.headers["Range"] else self.part(content, 0)

    def halves(self, content: bytes) -> None:
        """Send half of what is left, and break off."""
        start = self.start
        self.part(content, start, content[start : (start + len(content) + 1) // 2])

    def pieces(self, content: bytes) -> None:
        """Send 4,000 bytes, and break off."""
        self.part(content, self.start, content[self.start : self.start + 4000])

    def cut_once(self, content: bytes) -> None:
        """Break the first answer off."""
        self.halves(content) if self.is_first else self.good(content)

    def cut_then_refuses(self, content: bytes) -> None:
        """Break the first answer off, and refuse to go on."""
        self.halves(content) if self.is_first else self.refuses(content)

    def cut_then_shifted(self, content: bytes) -> None:
        """Break the first answer off, and go on from another place than is said."""
        if self.is_first or not self.start:
            self.cut_once(content)
        else:
            start = self.start
            self.part(content, start, content[start - 1 : -1])

    def other_place(self, content: bytes) -> None:
        """Send a range that was not asked for."""
        self.part(content, self.start + 7)

    def shorter_total(self, content: bytes) -> None:
        """Go on with a file of another size."""
        self.part(content[:-1], self.start)

    def corrupt(self, content: bytes) -> None:
        """Send all, one bit of it flipped."""
        flipped = content[:-1] + bytes([content[-1] ^ 1])
        self.part(flipped, 0)

    def oversized(self, content: bytes) -> None:
        """Send more than the file, without saying how much."""
        self.head(200)
        self.wfile.write(content + bytes(1000))

    def liar(self, content: bytes) -> None:
        """Offer a file of another size."""
        self.part(content + b"!", 0)

    def page(self, content: bytes) -> None:
        """Send a page instead, as a network does that wants a login first."""
        self.head(200, Content_Type="text/html")
        self.wfile.write(b"<p>Please log in</p>")

    def silent(self, content: bytes) -> None:
        """Send half and then nothing more."""
        self.part(content, 0, content[: len(content) // 2])
        self.wfile.flush()
        self.wait(60)

    def mute(self, content: bytes) -> None:
        """Send nothing at all."""
        self.wait(60)

    def drips(self, content: bytes) -> None:
        """Send a byte now and then."""
        self.part(content, 0, b"")
        for byte in content[:1200]:
            self.wfile.write(bytes([byte]))
            self.server.ending.wait(0.05)
        self.wait(0)

    def wait(self, seconds: float) -> None:
        """Wait, and note it if nobody ended it."""
        if not self.server.ending.wait(seconds):
            self.server.outwaited.append(self.path)

    def moved(self, content: bytes) -> None:
        """Redirect to where it is."""
        self.head(302, Location=self.path.replace("moved", "good"))

    def loop(self, content: bytes) -> None:
        """Redirect to itself."""
        self.head(302, Location=self.path)

    def to_file(self, content: bytes) -> None:
        """Redirect to a file of the reader's machine."""
        self.head(302, Location="file:///etc/hostname")

    def to_ftp(self, content: bytes) -> None:
        """Redirect to another protocol."""
        self.head(302, Location="ftp://127.0.0.1/file")

    def gone(self, content: bytes) -> None:
        """Have no such file."""
        self.head(404, Content_Length=0)

    def busy(self, content: bytes) -> None:
        """Be too busy."""
        self.head(503, Content_Length=0)

    def busy_once(self, content: bytes) -> None:
        """Be too busy at first."""
        self.busy(content) if self.is_first else self.good(content)

    def chunks(self, content: bytes) -> None:
        """Send all in chunks, without saying how much it is."""
        self.head(200, Transfer_Encoding="chunked")
        for at in range(0, len(content), 5000):
            chunk = content[at : at + 5000]
            self.wfile.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def chunks_cut(self, content: bytes) -> None:
        """Break off in the middle of a chunk."""
        self.head(200, Transfer_Encoding="chunked")
        self.wfile.write(f"{len(content):x}\r\n".encode() + content[:5000])

    def hangs_up(self, content: bytes) -> None:
        """Break off without an answer."""

    def odd_length(self, content: bytes) -> None:
        """Send nothing, and a length that is no number."""
        self.head(200, Content_Length="many")

    def nonsense(self, content: bytes) -> None:
        """Send what is no HTTP."""
        self.wfile.write(b"hello\r\n")
