"""Correct time: the boot clock, time servers and their protocols, and the agreement of servers."""
