"""Tables of kinds: one entry of parameters each."""
