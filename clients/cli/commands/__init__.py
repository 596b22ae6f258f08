"""The commands, one module for each noun; a function for each command."""
