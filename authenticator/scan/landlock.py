"""Landlock: a thread of Linux gives up all files, and what else the kernel can take from it.

Linux, Documentation/userspace-api/landlock.rst. Three system calls and no rule: a library would be
larger than what it is for (docs/decisions/0083).
"""

from __future__ import annotations

import ctypes
import os
import struct
from typing import Final

_CREATE_RULESET: Final = 444
_RESTRICT_SELF: Final = 446
"""The same numbers on every architecture."""
_ASK_VERSION: Final = 1
_FILES: Final = {1: 13, 2: 14, 3: 15, 5: 16}
"""From this version on there are this many rights to files and folders, one bit each."""
_NETWORK: Final = {4: 2}
_SCOPES: Final = {6: 2}
"""Abstract sockets and signals of processes outside."""


def restrict() -> bool:
    """Give up every right that this kernel knows, for the calling thread and those that it will
    start. Descriptors that are open stay usable. Needs no_new_privs, or privileges.

    False, and nothing is given up, where the kernel has no Landlock.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _ASK_VERSION)
    if version < 1:
        return False
    fields = [_all(rights, version) for rights in (_FILES, _NETWORK, _SCOPES)]
    while not fields[-1]:  # an older kernel takes a shorter structure
        fields.pop()
    given_up = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = libc.syscall(_CREATE_RULESET, given_up, ctypes.c_size_t(len(given_up)), 0)
    if ruleset < 0:
        return False
    try:
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _all(rights: dict[int, int], version: int) -> int:
    return (1 << max((count for since, count in rights.items() if since <= version), default=0)) - 1
