"""One profile as a picture: displayed tree, layout, colours, still picture, state of the view."""
