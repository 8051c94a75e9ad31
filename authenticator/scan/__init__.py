"""Pictures to payload texts."""
