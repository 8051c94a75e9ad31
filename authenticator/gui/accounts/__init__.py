"""The list of accounts, and all that a person does with one of them."""
