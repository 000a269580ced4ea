"""Directors: a language model (`pipelines.hub.chat`) that reads a story into scene records. `brief` is what it is told, `director` checks what it answers
like a visitor's input, `author` lets it write.
"""
