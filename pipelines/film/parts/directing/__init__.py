"""Directors: a language model that reads a story into scene records. `brief` is what it is told, `endpoint` and `local` are how it is asked,
`director` checks what it answers like a visitor's input.
"""
