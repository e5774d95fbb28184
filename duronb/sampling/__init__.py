"""How samples are taken: the sampler's command and its unit."""
