"""Ways out of the house: chat robots and mail, a county's own webhook, a folder.

Nothing leaves unless `channels.yaml` of the data folder names it; without one, a folder stands in.
"""
