"""Use cases, shared by window, terminal and pytest plugin. No Qt; every effect is passed in."""
