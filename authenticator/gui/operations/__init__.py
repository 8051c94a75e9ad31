"""What the windows ask the vault and the clock to do, off the GUI thread."""
