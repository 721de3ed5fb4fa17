"""``greenroom doctor``: what is there, and what stands in the way."""
