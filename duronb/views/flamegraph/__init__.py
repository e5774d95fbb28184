"""One profile as a flamegraph: display tree, layout, colours, static picture and view state."""
