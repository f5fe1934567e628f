"""Gridwarp over HTTP: reads pictures and specs, resolves them to a map, streams the warped PNG back."""
