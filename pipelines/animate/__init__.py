"""Pictures that move: the camera, layers, loops, morphs, and videos smoothed, steadied and paced."""
