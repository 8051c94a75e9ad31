"""The filter of each processor, run here step by step; its numbers against libseccomp's."""

import ctypes
import ctypes.util
import struct
from collections.abc import Sequence

import pytest

from authenticator.scan import seccomp

ALLOWED, KILLED, EPERM, EACCES, ENOSYS = 0x7FFF0000, 0x80000000, 0x50001, 0x5000D, 0x50026
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
PROCESS = 4711
processors = pytest.mark.parametrize("processor", ARCHITECTURES)


def answer(
    processor: str, call: str | int, *arguments: int, architecture: int | None = None
) -> int:
    """What the kernel would make of it (Documentation/networking/filter.rst)."""
    number = seccomp.numbers(processor)[call] if isinstance(call, str) else call
    given: Sequence[int] = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<iIQ6Q", number, architecture or ARCHITECTURES[processor], 0x1234, *given)
    program = seccomp.filtering(processor, PROCESS)
    place = accumulator = 0
    while True:
        code, if_true, if_false, value = program[place]
        place += 1
        if code == 0x20:
            (accumulator,) = struct.unpack_from("<I", data, value)
        elif code == 0x15:
            place += if_true if accumulator == value else if_false
        elif code == 0x45:
            place += if_true if accumulator & value else if_false
        else:
            assert code == 0x06
            return value


@processors
def test_numbers_are_those_of_libseccomp(processor: str) -> None:
    found = ctypes.util.find_library("seccomp")
    if found is None:
        pytest.skip("libseccomp is not installed")
    library = ctypes.CDLL(found)
    library.seccomp_syscall_resolve_name_arch.argtypes = (ctypes.c_uint32, ctypes.c_char_p)
    for name, number in seccomp.numbers(processor).items():
        known = library.seccomp_syscall_resolve_name_arch(ARCHITECTURES[processor], name.encode())
        assert known == number, name


@processors
def test_decoding_is_allowed(processor: str) -> None:
    for call in ("read", "write", "close", "futex", "brk", "munmap", "exit_group", "getrandom"):
        assert answer(processor, call, 1, 2, 3) == ALLOWED
    assert answer(processor, "mmap", 0, 4096, 3, 0x22) == ALLOWED
    assert answer(processor, "mprotect", 0, 4096, 3) == ALLOWED
    assert answer(processor, "clone", 0x3D0F00) == ALLOWED  # as glibc starts a thread
    assert answer(processor, "tgkill", PROCESS, PROCESS + 1, 6) == ALLOWED  # abort()
    assert answer(processor, "prlimit64", 0, 0, 1) == ALLOWED  # processor time


@processors
def test_files_are_refused(processor: str) -> None:
    for call in ("openat", "openat2", "newfstatat", "statx", "faccessat", "readlinkat"):
        assert answer(processor, call) == EACCES


@processors
def test_attacks_end_the_process(processor: str) -> None:
    for call in ("execve", "execveat", "socket", "ptrace", "process_vm_readv", "kill", "bpf"):
        assert answer(processor, call) == KILLED
    assert answer(processor, "clone", 17) == KILLED  # fork()
    assert answer(processor, "clone", 0x4111) == KILLED  # vfork()
    assert answer(processor, "tgkill", PROCESS + 1, PROCESS + 1, 9) == KILLED


@processors
def test_calls_with_other_arguments_are_refused(processor: str) -> None:
    assert answer(processor, "mmap", 0, 4096, 5, 0x22) == EPERM  # executable
    assert answer(processor, "mprotect", 0, 4096, 7) == EPERM
    assert answer(processor, "prlimit64", 1, 0, 1) == EPERM  # another process
    for limit in range(1, 16):
        assert answer(processor, "prlimit64", 0, limit, 1) == EPERM
    assert answer(processor, "prctl", 4, 1) == EPERM  # PR_SET_DUMPABLE


@processors
def test_any_other_call_is_as_if_the_kernel_had_none(processor: str) -> None:
    known = set(seccomp.numbers(processor).values())
    for call in range(-1, 600):
        if call not in known:
            assert answer(processor, call) == ENOSYS
    assert answer(processor, 0x40000000) == ENOSYS  # the calls of x32


@processors
def test_calls_of_another_architecture_end_the_process(processor: str) -> None:
    for architecture in (0x40000003, 0x40000028, 0xC0000015):
        assert answer(processor, 0, architecture=architecture) == KILLED


def test_nothing_is_restricted_on_an_unknown_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seccomp, "_NUMBERS", {})
    assert not seccomp.restrict()
