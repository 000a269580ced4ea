"""Is it real, how do we know, and how sure are we: signals, each with its evidence, and the verdict they add up to."""
