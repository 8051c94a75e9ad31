"""The list of accounts, and what a person does with one of them."""
