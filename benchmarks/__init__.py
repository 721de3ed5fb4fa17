"""Benchmarks: Greenroom beside the official SDK and the bare limit. See README.md here."""
