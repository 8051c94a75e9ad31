"""Before the codes: the first start, unlocking and locking, and errors that prevent opening."""
