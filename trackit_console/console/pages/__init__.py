"""The pages: each has a compiled form, table models and actions. `registry` lists them; they are created when first shown."""
