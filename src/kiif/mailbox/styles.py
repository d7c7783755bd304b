"""Styles of HTML mails, written on each element because mail programs drop the rest. Tokens of the design system.

The few rules of `mailbox/layout.html` (dark scheme, narrow screens) override them by class.
"""

PARAGRAPH = "margin:0 0 16px"
LIST = "margin:0 0 16px;padding:0 0 0 20px"
ITEM = "margin:0 0 4px"
LINK = "color:#17587a;text-decoration:underline;overflow-wrap:anywhere"
BUTTON_LINE = "margin:24px 0"
BUTTON = (
    "display:inline-block;padding:12px 20px;background:#8a4713;color:#fbfbf7;border-radius:2px;"
    "font-weight:600;text-decoration:none"
)
