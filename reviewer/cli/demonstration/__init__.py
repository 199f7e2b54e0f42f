"""The demo: the main job on the embedded organisation, with and without a screen."""
