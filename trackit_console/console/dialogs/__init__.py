"""The dialogs. Each emits the settings object; the page that opened it saves."""
