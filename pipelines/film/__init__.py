"""Films: scenes dressed for the cut, voices in their places, music under them, and the cut itself."""
