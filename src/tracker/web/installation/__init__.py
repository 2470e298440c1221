"""Pages of the installation: the audit."""
