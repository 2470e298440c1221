"""Commands about the installation: serve, back up, restore, check, audit."""
