"""The HTTP doors: the API under /v1, what machines ask about health, and the page at /."""
