"""Kills a process at its Nth system call, by ptrace. Linux only."""

import ctypes
import os
import signal
from collections.abc import Callable

import pytest

_TRACE_ME, _CONTINUE_TO_CALL, _SET_OPTIONS = 0, 24, 0x4200
_TELL_CALLS_APART, _END_WITH_TRACER = 1, 0x100000
_AT_A_CALL = signal.SIGTRAP | 0x80


def killed_at_call(number: int, prepare: Callable[[], Callable[[], object]]) -> bool:
    """Run in a forked child what `prepare` returns, and kill -9 it at its system call `number`
    (from 1; before it is made). False if it ended before."""
    pid = os.fork()
    if pid == 0:  # never returns into the test runner
        status = 1
        try:
            action = prepare()
            if _ptrace(_TRACE_ME, 0) == 0:
                os.kill(os.getpid(), signal.SIGSTOP)
                action()
                status = 0
            else:
                status = 2
        finally:
            os._exit(status)
    calls, inside = 0, False
    signalled = 0
    while True:
        _, status = os.waitpid(pid, 0)
        if os.WIFEXITED(status):
            if os.WEXITSTATUS(status) == 2:
                pytest.skip("this system lets no process be traced")
            assert os.WEXITSTATUS(status) == 0, "the child failed"
            return False
        if os.WIFSIGNALED(status):
            return True
        stop = os.WSTOPSIG(status)
        if stop == signal.SIGSTOP and not calls:
            _ptrace(_SET_OPTIONS, pid, _TELL_CALLS_APART | _END_WITH_TRACER)
            signalled = 0
        elif stop == _AT_A_CALL:
            inside, signalled = not inside, 0
            calls += inside
            if calls == number:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
                return True
        else:
            signalled = stop
        _ptrace(_CONTINUE_TO_CALL, pid, signalled)


def _ptrace(request: int, pid: int, data: int = 0) -> int:
    function = ctypes.CDLL(None, use_errno=True).ptrace
    function.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    function.restype = ctypes.c_long
    return int(function(request, pid, None, data))
