"""Where the cells of a project stand.

Tables, headings, columns, and the layouts that counties use.
"""
