"""Attacks on what generates and on what detects, defences against them, and what holds: the studio's own models only."""
