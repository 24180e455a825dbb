"""The window: pages, dialogs, models, widgets. The only folder that imports Qt."""
