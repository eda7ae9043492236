"""The doors: the command line today."""
