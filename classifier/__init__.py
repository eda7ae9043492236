"""The domain and the inference: what a project is and what can be said about it."""
