"""A file of evidence, opened with care: regular files only, inflated within limits, lines in blocks."""

from __future__ import annotations

import hashlib
import stat
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..core.errors import EvidenceError

HEAD = 1 << 18
BLOCK = 16 << 20
PIECE = 1 << 20
MAX_LINE = 8 << 20
MAX_DOCUMENT = 256 << 20
MAX_INFLATED = 256 << 30
MAX_RATIO = 400
RATIO_FROM = 64 << 20


@dataclass
class Source:
    """One file. `path` is what is opened, `rel` what is shown (relative to EVIDENCE, masked by the caller).

    `rejects` collects (line, reason) of what was skipped while reading; `damage` says why reading ended early.
    """

    path: Path
    rel: str
    size: int = 0
    sha256: str = ""
    rejects: list[tuple[int, str]] = field(default_factory=list)
    damage: str = ""

    @property
    def gzipped(self) -> bool:
        with self.path.open("rb") as f:
            return f.read(2) == b"\x1f\x8b"

    def digest(self) -> str:
        """SHA-256 of the bytes on disk."""
        h = hashlib.sha256()
        with self.path.open("rb") as f:
            while chunk := f.read(1 << 20):
                h.update(chunk)
        self.sha256 = h.hexdigest()
        return self.sha256

    def chunks(self, size: int = BLOCK) -> Iterator[bytes]:
        """Inflated content in chunks of about `size` bytes, within the limits. A damaged gzip file yields what is good
        of it."""
        seen, gathered, parts = 0, 0, list[bytes]()
        for piece in self._inflated() if self.gzipped else self._plain():
            seen += len(piece)
            ratio_hit = seen > RATIO_FROM and seen > MAX_RATIO * max(1, self.size)
            if seen > MAX_INFLATED or (ratio_hit and self.gzipped):
                raise EvidenceError(f"inflates to over {MAX_RATIO} times its size: not read")
            parts.append(piece)
            gathered += len(piece)
            if gathered >= size:
                yield b"".join(parts)
                gathered, parts = 0, []
        if parts:
            yield b"".join(parts)

    def _plain(self) -> Iterator[bytes]:
        with self.path.open("rb") as f:
            while piece := f.read(PIECE):
                yield piece

    def _inflated(self) -> Iterator[bytes]:
        """Pieces of a gzip file, member after member, up to its end or its damage."""
        with self.path.open("rb") as f:
            inflate, begun = zlib.decompressobj(wbits=31), False
            while raw := f.read(PIECE):
                while raw:
                    begun = True
                    try:
                        piece = inflate.decompress(raw, PIECE)
                    except zlib.error:
                        self.damage = "the gzip stream is damaged: what comes before the damage was read"
                        return
                    if piece:
                        yield piece
                    raw = inflate.unconsumed_tail
                    if inflate.eof:
                        raw, begun = inflate.unused_data.lstrip(b"\0"), False
                        inflate = zlib.decompressobj(wbits=31)
                        if not raw:
                            break
            while begun and (piece := inflate.decompress(b"", PIECE)):  # output held back by the limit above
                yield piece
                begun = not inflate.eof
            if begun:
                self.damage = "the gzip stream is damaged (cut short): what there is was read"

    def head(self) -> bytes:
        """The first 256 KiB, inflated."""
        return next(self.chunks(HEAD), b"")[:HEAD]

    def text(self) -> str:
        """The whole content, for documents. Limit 256 MiB."""
        parts, seen = [], 0
        for chunk in self.chunks():
            seen += len(chunk)
            if seen > MAX_DOCUMENT:
                raise EvidenceError(f"JSON document over {MAX_DOCUMENT >> 20} MiB: save it as one JSON object a line")
            parts.append(chunk)
        return b"".join(parts).decode("utf-8-sig", "replace").replace("\x00", "")

    def blocks(self) -> Iterator[tuple[int, str]]:
        """(number of the first line, text of whole lines) until the end; a line over the limit is skipped and kept
        as a reject, its neighbours stay."""
        number, rest, skipping = 1, b"", False
        for chunk in self.chunks():
            if skipping:
                _, found, chunk = chunk.partition(b"\n")
                if not found:
                    continue
                skipping, number = False, number + 1
            data = rest + chunk
            cut = data.rfind(b"\n")
            if cut < 0 and len(data) > MAX_LINE:
                self.rejects.append((number, f"line longer than {MAX_LINE >> 20} MiB"))
                rest, skipping = b"", True
                continue
            whole, rest = (data[:cut], data[cut + 1 :]) if cut >= 0 else (b"", data)
            if cut >= 0:
                yield number, _decoded(whole, number)
                number += whole.count(b"\n") + 1
        if rest and not skipping:
            yield number, _decoded(rest, number)


def _decoded(data: bytes, number: int) -> str:
    return data.decode("utf-8-sig" if number == 1 else "utf-8", "replace").replace("\x00", "")


def admit(path: Path, root: Path, shown: str) -> Source:
    """A Source for `path` when it is a regular file that stays inside `root`; EvidenceError otherwise."""
    try:
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            target = path.resolve(strict=True)
            if not target.is_relative_to(root.resolve()):
                raise EvidenceError("a link that leaves the evidence folder: not opened")
            mode = target.stat().st_mode
        if not stat.S_ISREG(mode):
            raise EvidenceError("not a regular file: not opened")
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except PermissionError:
        raise EvidenceError("no permission to read it") from None
    except (OSError, RuntimeError) as error:  # a loop of links is a RuntimeError before Python 3.13
        raise EvidenceError(f"cannot be opened ({type(error).__name__})") from None
    return Source(path, shown, size)
