"""Doing the same work on many items: in guarded processes on this machine, or on a Dask cluster."""
