"""Arabic text: folding with an offset map, and time expressions."""
