"""The Lab: small networks and measurements behind its exhibits. Each file is one pipeline; helpers are in `parts/`."""
