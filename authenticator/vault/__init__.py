"""Where accounts live."""
