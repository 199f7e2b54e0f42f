"""The words of the warning that stays while the organisation merges by itself."""

WARNING = "! AUTOMATIC MERGING IS ON"
SHORT_WARNING = "! AUTO-MERGING ON"
"""For a narrow screen."""

NOT_KNOWN = "auto-merging not known"
"""Where the setting was asked for and could not be read: `reviewer status` says why."""

MEANING = (
    "the service itself merges whatever shares an identifier, family phones and switchboards included, without "
    "asking anybody, and that cannot be undone; its administrators can turn it off in the settings of its cluster scans"
)
