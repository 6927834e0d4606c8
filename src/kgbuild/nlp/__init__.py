"""Sentences, tokens, words and named mentions, as the language models see them."""
