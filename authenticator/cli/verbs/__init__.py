"""One file per verb: `arguments(parser)`, and `run(services, terminal, chosen)` -> exit code."""
