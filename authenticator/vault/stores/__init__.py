"""Stores of secrets: one file for each kind, one protocol for all."""
