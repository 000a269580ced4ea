"""Single drawings with alpha: what can be drawn (`words`), the network and its samplers (`network`), the way to full size (`enlarger`)."""
