"""From a QR code or a typed key to a new account and its first code."""
