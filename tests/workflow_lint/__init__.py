"""``make workflows``: zizmor judges the workflows' security, actionlint their sense.

zizmor comes with the packages. actionlint is a Go program, which ``go.sum`` beside ``go.mod`` pins
by content; it is built once, outside the checkout, and left out where there is neither it nor Go.
"""
