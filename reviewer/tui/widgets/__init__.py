"""The widgets: each paints lines that drawing made."""
