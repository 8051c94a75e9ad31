"""Keys, accounts, codes and their written forms: pure, without clock, disk, network or log."""
