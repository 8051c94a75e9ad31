"""Authenticator: two-step codes on a computer."""

__version__ = "0.1.0"

NAME = "Authenticator"
IDENTIFIER = "io.github.authenticator.Authenticator"
"""What shops, sandboxes and macOS call the app. Never changes once it was published."""
