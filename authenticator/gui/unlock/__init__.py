"""Before the codes: first start, unlocking, and what stands in the way."""
