"""Themes of colours that are in the 256-colour cube as they are, so that they survive a plain SSH session."""

from textual.theme import Theme

DARK = Theme(
    name="reviewer-dark",
    primary="#87afd7",
    secondary="#87afaf",
    accent="#ffaf5f",
    warning="#d7af5f",
    error="#ff8787",
    success="#87af87",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#303030",
    dark=True,
    variables={"text-muted": "#8a8a8a", "border": "#4e4e4e", "block-cursor-background": "#303030"},
)
LIGHT = Theme(
    name="reviewer-light",
    primary="#005f87",
    secondary="#005f5f",
    accent="#af5f00",
    warning="#875f00",
    error="#af0000",
    success="#005f00",
    foreground="#262626",
    background="#ffffff",
    surface="#eeeeee",
    panel="#dadada",
    dark=False,
    variables={"text-muted": "#626262", "border": "#b2b2b2"},
)
CONTRAST = Theme(
    name="reviewer-contrast",
    primary="#5fffff",
    secondary="#5fffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff8787",
    success="#5fff5f",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#444444",
    dark=True,
    variables={"text-muted": "#d0d0d0", "border": "#ffffff"},
)
THEMES = (DARK, LIGHT, CONTRAST)
