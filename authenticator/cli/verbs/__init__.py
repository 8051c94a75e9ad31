"""One file per verb: `arguments(parser)`, and `run(parts, terminal, chosen)` -> exit code."""
