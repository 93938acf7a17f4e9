"""Floor 1: what a container is built to do. Values of variables, routes, behaviour of templates, lineage; reads no file
but the package's own data."""
