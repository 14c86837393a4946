"""The whole installation as one file, and back: database, stored files, and what must come out.

`tape` is the file's form, `state` what is compared before and after, `programs` PostgreSQL's
own; `backup` and `restore` are the two commands' work. Nothing of it changes a business
fact, so neither is an operation and neither is audited: the chains come back as they were.
"""

from config.archive.backup import backup
from config.archive.restore import check, restore
from config.archive.tape import ArchiveRefused, Manifest, Step

__all__ = ["ArchiveRefused", "Manifest", "Step", "backup", "check", "restore"]
