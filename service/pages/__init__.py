"""The page at ``/``: drop a file, paste a text, see the jobs."""
