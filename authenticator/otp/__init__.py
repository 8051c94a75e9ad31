"""Pure ground: keys, accounts, codes and their written forms. No clock, disk, network or log."""
