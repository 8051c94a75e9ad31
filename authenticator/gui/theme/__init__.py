"""How it looks: colours, style sheet, icons, language."""
