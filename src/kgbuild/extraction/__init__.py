"""From tagged, linked text to acts: triggers, roles, attribution, polarity and condition, time, topic."""
