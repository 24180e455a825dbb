"""The dialogs. Each emits what was made; whoever opened it saves."""
