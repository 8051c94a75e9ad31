"""The use cases. No Qt; every effect is passed in."""
