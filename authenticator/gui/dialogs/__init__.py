"""Windows of their own, for one question each."""
