"""Accounts, stored sealed in a file and in the system's keyring."""
