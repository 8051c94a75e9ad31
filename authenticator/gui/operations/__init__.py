"""What a person does with accounts, the bin and the clock: one method for each action, run off
the GUI thread."""
