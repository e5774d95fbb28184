"""Reader of flame graphs drawn as SVG."""
