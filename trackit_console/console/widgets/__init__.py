"""Small widgets used by pages and dialogs."""
