"""Stories read by a parser: who does what to whom, with what, where, when and how, and who says which words."""
