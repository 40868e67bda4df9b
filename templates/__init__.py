"""The words: templates by language and step, and the renderer that fills them."""
