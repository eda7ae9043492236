"""Compares the current model with three peers trained on the same corpus, run by hand: ``-m benchmarks.quality``."""
