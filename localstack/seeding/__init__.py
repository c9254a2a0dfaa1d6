"""Creating the neighbours of an estate in an emulator: one module an area, each with `seed(seeder)`."""
