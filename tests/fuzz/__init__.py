"""Fuzzing: whatever bytes come in, a parser answers or refuses with an error of its own family.

    python -m tests.fuzz TARGET [--runs N]    (`make fuzz`)

The corpus of inputs that reached new code is kept in `tests/fuzz/corpus/`; `make test` replays it.
"""
