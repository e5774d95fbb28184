"""Flamegraphs in Jupyter: Bokeh model, widget, loader, and the outputs that a notebook stores."""
