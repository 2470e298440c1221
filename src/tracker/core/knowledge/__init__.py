"""What is known of a project, and what its plan comes to in every world that fits it.

A ledger has eight columns, a procedure sixty steps. `answers` holds which answers are still
possible, `told` what is said of each step, `states` what follows by law, `worlds` the best and the
worst case as columns of the passes, `likely` what lies between, `outlook` what it comes to, and
`questions` what is worth asking.
"""
