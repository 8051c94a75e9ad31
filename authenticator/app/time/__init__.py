"""Correct time: asking servers, deciding, and keeping a correction."""
