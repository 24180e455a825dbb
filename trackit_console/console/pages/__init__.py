"""The pages, one shape each: a compiled form, models, actions. They are found through `registry` and made when first shown."""
