"""The archive file: a tar whose last member is the SHA-256 of every byte before it.

Members, in this order: `database.dump` (PostgreSQL's custom format), `files/…` as they are
stored, `manifest.json`, `sha256`. Whatever is cut off, added or altered shows before
anything is read out. It tells damage, not forgery: whoever can write it can seal it anew.
"""

import hashlib
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, Any, Self

from config.errors import Plain

FORMAT = 1
DUMP, FILES, MANIFEST, SEAL = "database.dump", "files/", "manifest.json", "sha256"
CHUNK = 1024 * 1024

Step = Callable[[str, int], Callable[[int], object]]
"""Begins a step of so many bytes, and returns what is told of each part of them done."""


class ArchiveRefused(Plain):
    """It cannot be written, or must not be restored; nothing was changed."""


@dataclass(frozen=True)
class Manifest:
    """What an archive holds and what must be found once it is restored.

    `state` is that of `config.archive.state`; `files` gives each stored file's digest;
    `damaged` names those that were missing or altered already when it was made.
    """

    format: int
    product: str
    made_at: str
    postgresql: str
    migrations: list[str]
    state: dict[str, Any]
    files: dict[str, str]
    damaged: list[str]

    @property
    def major(self) -> int:
        return int(self.postgresql.partition(".")[0])


class Hashed:
    """A file read or written once, front to back, and the digest of what passed."""

    def __init__(self, file: IO[bytes], told: Callable[[int], object] = lambda count: None) -> None:
        self.file, self.told, self.sha256 = file, told, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.sha256.update(data)
        return self.file.write(data)

    def read(self, size: int = CHUNK) -> bytes:
        data = self.file.read(size)
        self.sha256.update(data)
        self.told(len(data))
        return data

    def tell(self) -> int:
        return self.file.tell()


class Writer:
    """Members one after the other into a file that is complete once it is sealed."""

    def __init__(self, file: IO[bytes]) -> None:
        self.out = Hashed(file)
        self.tar = tarfile.open(fileobj=self.out, mode="w")  # type: ignore[call-overload] # noqa: SIM115

    def add(self, name: str, file: IO[bytes], size: int, told: Callable[[int], object]) -> str:
        """Add a file of so many bytes; return the digest of its content."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, 0o600
        content = Hashed(file, told)
        self.tar.addfile(member, content)
        return content.sha256.hexdigest()

    def seal(self, manifest: Manifest) -> None:
        text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1).encode()
        self.add(MANIFEST, BytesIO(text), len(text), lambda count: None)
        seal = self.out.sha256.hexdigest().encode()
        self.add(SEAL, BytesIO(seal), len(seal), lambda count: None)
        self.tar.close()


class Archive:
    """A sealed archive, read."""

    def __init__(self, tar: tarfile.TarFile, manifest: Manifest) -> None:
        self.tar, self.manifest = tar, manifest

    @classmethod
    @contextmanager
    def opened(cls, path: Path, step: Step) -> Iterator[Self]:
        """Check every byte, then give what can be read out. Raises ArchiveRefused."""
        try:
            with path.open("rb") as file:
                seal = sealed(file, path)
                check(file, seal, path, step("archive", seal.offset))
                file.seek(0)
                with tarfile.open(fileobj=file, mode="r:") as tar:
                    yield cls(tar, manifest_of(tar, path))
        except OSError as error:
            where, why = error.filename or path, error.strerror or error
            raise ArchiveRefused(f"{where} cannot be used: {why}.") from error

    def file(self, name: str) -> IO[bytes]:
        found = self.tar.extractfile(name)
        assert found is not None
        return found

    def size(self, name: str) -> int:
        return self.tar.getmember(name).size


def broken(path: Path) -> ArchiveRefused:
    return ArchiveRefused(
        f"{path} was cut short or altered, or is no archive of `backup`: take another one."
    )


def sealed(file: IO[bytes], path: Path) -> tarfile.TarInfo:
    """Return the last member, which must be the seal."""
    try:
        with tarfile.open(fileobj=file, mode="r:") as tar:
            last = tar.getmembers()[-1]
    except (tarfile.TarError, IndexError, ValueError) as error:
        raise broken(path) from error
    if last.name != SEAL or last.size != hashlib.sha256().digest_size * 2:
        raise broken(path)
    return last


def check(
    file: IO[bytes], seal: tarfile.TarInfo, path: Path, told: Callable[[int], object]
) -> None:
    """Compare all bytes up to the seal with it; after it there may only be tar's zeros."""
    file.seek(0)
    content, left = Hashed(file, told), seal.offset
    while left and (data := content.read(min(CHUNK, left))):
        left -= len(data)
    file.seek(seal.offset_data)
    end = file.read(seal.size), file.read(2 * tarfile.RECORDSIZE)
    blocks = seal.offset_data + 3 * tarfile.BLOCKSIZE
    whole = blocks + -blocks % tarfile.RECORDSIZE - seal.offset_data - seal.size
    if left or end != (content.sha256.hexdigest().encode(), bytes(whole)):
        raise broken(path)


def manifest_of(tar: tarfile.TarFile, path: Path) -> Manifest:
    try:
        found = tar.extractfile(MANIFEST)
        manifest = Manifest(**json.load(found)) if found else None
    except (KeyError, TypeError, ValueError):
        manifest = None
    if manifest is None or manifest.format != FORMAT:
        raise ArchiveRefused(
            f"{path} has a form that this version does not read: restore it with the version "
            "of the product that made it."
        )
    return manifest


@contextmanager
def taking_shape(target: Path) -> Iterator[IO[bytes]]:
    """Give a file that bears its name only once it is whole and on the disk."""
    half = target.with_name(f".{target.name}.part")
    try:
        with open(os.open(half, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        half.rename(target)
        settle(target.parent)
    finally:
        half.unlink(missing_ok=True)


def settle(folder: Path) -> None:
    """Have the disk keep the names in a folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
