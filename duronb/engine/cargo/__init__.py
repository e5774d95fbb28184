"""cargo as all engines use it: flags, errors, and the cache of builds."""
