"""The settings: schema, layers, loader and writer."""
