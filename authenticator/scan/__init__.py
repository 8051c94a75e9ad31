"""From pictures and camera frames to the texts of their codes."""
