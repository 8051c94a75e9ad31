"""Where secrets lie: one file a kind of store, all behind one protocol."""
