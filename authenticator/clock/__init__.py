"""What time it really is."""
