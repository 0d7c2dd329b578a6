"""Minutes that exist already: reading their file, understanding how it is made, writing it through the services."""
