"""Where the cells of a project stand: tables, headings, columns, and the layouts that counties use."""
