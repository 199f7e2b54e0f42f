"""Settings: defaults, overruled by the TOML file, by environment variables, by command-line options."""

from reviewer.settings.loading import Options, load
from reviewer.settings.shape import Approval, Detect, Environment, Execute, Review, Settings
from reviewer.settings.source import Origin, Source

__all__ = ["Approval", "Detect", "Environment", "Execute", "Options", "Origin", "Review", "Settings", "Source", "load"]
