"""How long a test waits for what is to come.

No test knows how fast the computer is: what it waits for ends the wait, and the limit is reached
only where the test fails.
"""

PATIENCE_S = 60.0
PATIENCE_MS = round(1000 * PATIENCE_S)
