"""The program's commands, a file for each kind of work. searchapi.cli puts them together."""
