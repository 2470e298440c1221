"""Words in the user's language. Chinese first, English complete.

Messages are written in English where they arise and translated here; `catalogue` holds the Chinese,
`words` says things of the core. Nothing is imported here, so that a help text costs little.
"""
