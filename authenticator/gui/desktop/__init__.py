"""What the desktop around the window offers: clipboard, tray, screen, portals, other starts."""
