"""Inside Jupyter: the Bokeh model, the widget, the loader, what a notebook stores."""
