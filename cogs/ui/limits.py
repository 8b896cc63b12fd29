"""Discord's limits, in one place (from its developer documentation)."""

MESSAGE_TEXT = 4000
"""Characters over all texts of a message made of components."""

COMPONENTS = 40
BUTTONS_IN_ROW = 5
BUTTON_LABEL = 80
CUSTOM_ID = 100
SELECT_OPTIONS = 25
SELECT_LABEL = 100
FORM_ITEMS = 5
"""Boxes, choices and texts of a form together."""
FORM_TITLE = 45
FORM_LABEL = 45
FORM_HINT = 100
FORM_OPTIONS = 10
"""Options that can stand below each other in a form, as ticks or radios; more are a list to open."""
LEAST_RADIOS = 2
TEXT_BOX = 4000
"""Characters of a text box in a form."""
CHOICES = 25
CHOICE_NAME = 100
