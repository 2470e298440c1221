"""A county's workbook becomes projects, each value with the rule that read it.

bytes → guard → grid → tables → columns → layouts → values → rows. Nothing here knows the record.
The guard and the grid run in a process of their own, which is why nothing is imported here.
"""
