"""seccomp: a process of Linux gives up all system calls but those that decoding a picture needs.

Linux, Documentation/userspace-api/seccomp_filter.rst. The filter is a program of the classic BPF
that the kernel runs before each call; libseccomp is not on every system (docs/decisions/0083).
"""

from __future__ import annotations

import ctypes
import os
import struct
from dataclasses import dataclass
from typing import Final

_NUMBERS: Final = {
    "x86_64": """
        read 0 write 1 close 3 lseek 8 mmap 9 mprotect 10 munmap 11 brk 12 rt_sigaction 13
        rt_sigprocmask 14 rt_sigreturn 15 pread64 17 readv 19 writev 20 sched_yield 24 mremap 25
        madvise 28 nanosleep 35 getpid 39 clone 56 exit 60 uname 63 gettimeofday 96 getrusage 98
        sysinfo 99 sigaltstack 131 prctl 157 gettid 186 futex 202 sched_getaffinity 204
        restart_syscall 219 clock_gettime 228 clock_getres 229 clock_nanosleep 230 exit_group 231
        tgkill 234 set_robust_list 273 prlimit64 302 getcpu 309 getrandom 318 membarrier 324
        rseq 334
        open 2 openat 257 openat2 437 stat 4 lstat 6 newfstatat 262 statx 332 access 21
        faccessat 269 faccessat2 439 readlink 89 readlinkat 267
        execve 59 execveat 322 fork 57 vfork 58 socket 41 ptrace 101 process_vm_readv 310
        process_vm_writev 311 kill 62 io_uring_setup 425 bpf 321
    """,
    "aarch64": """
        read 63 write 64 close 57 lseek 62 mmap 222 mprotect 226 munmap 215 brk 214
        rt_sigaction 134 rt_sigprocmask 135 rt_sigreturn 139 pread64 67 readv 65 writev 66
        sched_yield 124 mremap 216 madvise 233 nanosleep 101 getpid 172 clone 220 exit 93
        uname 160 gettimeofday 169 getrusage 165 sysinfo 179 sigaltstack 132 prctl 167 gettid 178
        futex 98 sched_getaffinity 123 restart_syscall 128 clock_gettime 113 clock_getres 114
        clock_nanosleep 115 exit_group 94 tgkill 131 set_robust_list 99 prlimit64 261 getcpu 168
        getrandom 278 membarrier 283 rseq 293
        openat 56 openat2 437 newfstatat 79 statx 291 faccessat 48 faccessat2 439 readlinkat 78
        execve 221 execveat 281 socket 198 ptrace 117 process_vm_readv 270 process_vm_writev 271
        kill 129 io_uring_setup 425 bpf 280
    """,
}
_ARCHITECTURES: Final = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""AUDIT_ARCH_* of linux/audit.h."""
_ALLOWED: Final = """
    read write close lseek pread64 readv writev munmap brk mremap madvise rt_sigaction
    rt_sigprocmask rt_sigreturn sigaltstack sched_yield sched_getaffinity getcpu nanosleep
    clock_gettime clock_getres clock_nanosleep gettimeofday getrusage sysinfo uname getpid gettid
    futex set_robust_list rseq membarrier restart_syscall getrandom exit exit_group
"""
_FILES: Final = """
    open openat openat2 stat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat
"""
"""Libraries look for files that they can do without, so these are refused as for any file that is
none of theirs."""
_HOSTILE: Final = """
    execve execveat fork vfork socket ptrace process_vm_readv process_vm_writev kill io_uring_setup
    bpf
"""
"""No decoder has a reason for these: the picture has taken it over, and it is killed."""
_EXECUTABLE: Final = 4  # PROT_EXEC
_THREAD: Final = 0x10000  # CLONE_THREAD
_OWN_NAME: Final = 15  # PR_SET_NAME
_PROCESSOR_TIME: Final = 0  # RLIMIT_CPU

_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06
_ALLOW: Final = 0x7FFF0000
_KILL: Final = 0x80000000
_ERROR: Final = 0x00050000
_EPERM, _EACCES, _ENOSYS = 1, 13, 38
"""Linux's own numbers. Its C library does without a call that gives ENOSYS."""
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
"""Bytes in struct seccomp_data."""

_SYSTEM_CALL: Final = {"x86_64": 317, "aarch64": 277}
_SET_FILTER: Final = 1
_ALL_THREADS: Final = 1

Instruction = tuple[int, int, int, int]
"""Its code, how many to skip if true and if false, its number."""


@dataclass(frozen=True, slots=True)
class _Argument:
    """What the lower half of an argument must be: `value`, or with `bit` have that bit or not."""

    place: int
    value: int
    bit: bool | None = None


def restrict() -> bool:
    """Give up for all threads what is not needed. Needs no_new_privs, or privileges.

    False, and nothing is given up, where the kernel or this file knows no filter for this
    processor.
    """
    processor = os.uname().machine
    if processor not in _NUMBERS or struct.calcsize("P") != 8:
        return False
    program = b"".join(struct.pack("=HBBI", *one) for one in filtering(processor, os.getpid()))
    kept = ctypes.create_string_buffer(program, len(program))
    head = struct.pack("@HP", len(program) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    return bool(libc.syscall(_SYSTEM_CALL[processor], _SET_FILTER, _ALL_THREADS, head) == 0)


def numbers(processor: str) -> dict[str, int]:
    """The system calls that this file has an answer for."""
    words = _NUMBERS[processor].split()
    return dict(zip(words[::2], map(int, words[1::2]), strict=True))


def filtering(processor: str, process: int) -> list[Instruction]:
    """The filter for a process by its number, on a processor as uname names it."""
    known = numbers(processor)
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, _ARCHITECTURES[processor]),
        (_RETURN, 0, 0, _KILL),  # the 32-bit calls, which have other numbers
        (_LOAD, 0, 0, _NUMBER_AT),
    ]
    for name in _ALLOWED.split():
        program += _rule(known[name], _ALLOW)
    for name, otherwise, needed in (
        ("mmap", _ERROR | _EPERM, [_Argument(2, _EXECUTABLE, bit=False)]),
        ("mprotect", _ERROR | _EPERM, [_Argument(2, _EXECUTABLE, bit=False)]),
        ("clone", _KILL, [_Argument(0, _THREAD, bit=True)]),  # clone3, unreadable here: ENOSYS
        ("tgkill", _KILL, [_Argument(0, process)]),  # as abort() does
        ("prctl", _ERROR | _EPERM, [_Argument(0, _OWN_NAME)]),
        ("prlimit64", _ERROR | _EPERM, [_Argument(0, 0), _Argument(1, _PROCESSOR_TIME)]),
    ):
        program += _rule(known[name], _ALLOW, needed, otherwise)
    for names, answer in ((_FILES, _ERROR | _EACCES), (_HOSTILE, _KILL)):
        for name in names.split():
            if name in known:  # newer processors have no `open`, no `fork`
                program += _rule(known[name], answer)
    return [*program, (_RETURN, 0, 0, _ERROR | _ENOSYS)]


def _rule(
    number: int, answer: int, needed: list[_Argument] | None = None, otherwise: int = _KILL
) -> list[Instruction]:
    """The answer to a call if its arguments are as needed; goes on if it is another call."""
    checks: list[Instruction] = []
    for left, argument in zip(range(len(needed or ()))[::-1], needed or (), strict=True):
        fail = 2 * left + 1  # past the other checks and the answer
        skips = (fail, 0) if argument.bit is False else (0, fail)
        test = _EQUAL if argument.bit is None else _ANY_BIT
        checks += [
            (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * argument.place),
            (test, *skips, argument.value),
        ]
    returns: list[Instruction] = [(_RETURN, 0, 0, answer)]
    if checks:
        returns.append((_RETURN, 0, 0, otherwise))
    return [(_EQUAL, 0, len(checks) + len(returns), number), *checks, *returns]
